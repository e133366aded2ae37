import type { CartridgesState } from '../cartridges/history.ts'
import { familiesOf, type Column, type Family } from './family.ts'

type Known = CartridgesState['known'][number]

function column(
  type: Family['type'],
  help: string,
  of: (known: Known) => number | null,
): Column<Known> {
  return [type, help, of]
}

/** What drives told of cartridges last, whether they are loaded or in their slots. */
export const cartridgeFamilies: Family[] = familiesOf(
  {
    subject: 'cartridges',
    prefix: 'storwarden_cartridge',
    items: ({ known }) => named(known),
    labels: ({ volumeTag }) => ({ volume_tag: volumeTag ?? '' }),
  },
  {
    read_timestamp_seconds: column(
      'gauge',
      'When a drive last told of the cartridge.',
      ({ readAt }) => readAt.getTime() / 1000,
    ),
    capacity_bytes: column(
      'gauge',
      'Native capacity of the cartridge.',
      ({ health }) => health.capacityBytes,
    ),
    remaining_bytes: column(
      'gauge',
      'Native capacity that is left on the cartridge.',
      ({ health }) => health.remainingBytes,
    ),
    life_remaining_ratio: column('gauge', 'Share of its life that is left.', ({ health }) =>
      health.lifeRemainingPercent === null ? null : health.lifeRemainingPercent / 100,
    ),
    loads_total: column('counter', 'Loads in its life.', ({ health }) => health.loads),
    written_bytes_total: column(
      'counter',
      'Bytes written to the medium in its life.',
      ({ health }) => health.lifetimeWrittenBytes,
    ),
    read_bytes_total: column(
      'counter',
      'Bytes read from the medium in its life.',
      ({ health }) => health.lifetimeReadBytes,
    ),
    unrecovered_write_errors_total: column(
      'counter',
      'Write errors that were not recovered in its life.',
      ({ health }) => health.unrecoveredWriteErrors,
    ),
    unrecovered_read_errors_total: column(
      'counter',
      'Read errors that were not recovered in its life.',
      ({ health }) => health.unrecoveredReadErrors,
    ),
  },
)

/** A series needs a name of its own: cartridges that share a barcode, or have none, are in the interface only. */
function named(known: readonly Known[]): Known[] {
  const counts = new Map<string, number>()
  const present = known.filter((one) => one.present !== false)
  for (const { volumeTag } of present) {
    if (volumeTag !== null) counts.set(volumeTag, (counts.get(volumeTag) ?? 0) + 1)
  }
  return present.filter(({ volumeTag }) => volumeTag !== null && counts.get(volumeTag) === 1)
}

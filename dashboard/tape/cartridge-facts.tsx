import type { ComponentChildren } from 'preact'
import { linkTo } from '../shell/router.ts'
import { Blank } from '../ui/states.tsx'
import { Facts, Meter, Time } from '../ui/value.tsx'
import type { Cartridge, Drive } from '../wire/types.ts'
import { bytes, count, percent } from '../words/format.ts'
import { words } from '../words/index.ts'

const texts = words.tape.cartridge

type Health = NonNullable<NonNullable<Drive['health']>['cartridge']>

/** What a drive told of a cartridge, from its memory and its own pages. */
export function CartridgeFacts({ health }: { health: Health | Cartridge['health'] }) {
  if (health === null) return <Blank icon="unknown" title={texts.untold} text={texts.untoldText} />
  return (
    <Facts
      facts={[
        ...('read_at' in health ? toldBy(health) : []),
        [texts.life, life(health.life_remaining_percent)],
        [texts.loads, count(health.loads)],
        [texts.capacity, bytes(health.capacity_bytes)],
        [texts.remaining, space(health)],
        [texts.written, bytes(health.lifetime_written_bytes)],
        [texts.read, bytes(health.lifetime_read_bytes)],
        [texts.unrecovered, pair(health.unrecovered_write_errors, health.unrecovered_read_errors)],
        [
          texts.lastMount,
          pair(
            health.last_mount_unrecovered_write_errors,
            health.last_mount_unrecovered_read_errors,
          ),
        ],
        [texts.retries, pair(health.write_retries, health.read_retries)],
        [texts.efficiency, count(health.efficiency)],
        [texts.worm, spoken(health.worm)],
        [texts.writeProtected, spoken(health.write_protected)],
        [texts.serial, health.serial],
        [texts.barcode, health.barcode],
        [texts.manufacturer, health.manufacturer],
        [texts.lastDrives, lastDrives(health)],
      ]}
    />
  )
}

function toldBy({ drive, read_at: at }: NonNullable<Cartridge['health']>) {
  return [
    [
      texts.toldBy,
      <a key="drive" href={linkTo('drives', [drive])}>
        {drive}
      </a>,
    ],
    [texts.toldAt, <Time key="told" at={at} />],
  ] as const
}

/** Life that is left, as a bar that is red when it is short; null stays null. */
export function life(left: number | null): ComponentChildren {
  if (left === null) return null
  return (
    <span class="usage">
      <Meter percent={100 - left} label={texts.life} warnAt={80} criticalAt={95} />
      {percent(left)}
    </span>
  )
}

/** What is left on a cartridge. */
export function space(health: Pick<Health, 'remaining_bytes' | 'capacity_bytes'>) {
  const { remaining_bytes: left, capacity_bytes: capacity } = health
  if (left === null || capacity === null || capacity === 0) return bytes(left)
  return (
    <span class="usage">
      <Meter
        percent={(1 - left / capacity) * 100}
        label={texts.remaining}
        warnAt={101}
        criticalAt={101}
      />
      {bytes(left)}
    </span>
  )
}

function lastDrives({ last_drives: drives }: Health): ComponentChildren {
  const named = drives.flatMap(({ serial, vendor }) =>
    serial === null ? [] : [`${vendor ?? ''} ${serial}`.trim()],
  )
  return named.length === 0 ? null : [...new Set(named)].join(', ')
}

/** Two counts side by side; null where neither is known. */
export function pair(one: number | null, other: number | null): ComponentChildren {
  if (one === null && other === null) return null
  const unknown = words.common.unknown
  return `${count(one) ?? unknown} / ${count(other) ?? unknown}`
}

/** Yes or no; null stays null. */
export function spoken(value: boolean | null): string | null {
  return value === null ? null : value ? words.common.yes : words.common.no
}

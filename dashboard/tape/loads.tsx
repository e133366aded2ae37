import { now } from '../live/clock.ts'
import { linkTo } from '../shell/router.ts'
import { Table, type Column } from '../ui/table.tsx'
import { Badge, Time, Value } from '../ui/value.tsx'
import type { Load } from '../wire/types.ts'
import { bytes, count, duration } from '../words/format.ts'
import { words } from '../words/index.ts'
import { wentBadly } from './timeline.ts'

const texts = words.tape.loads

const loadedAt: Column<Load> = {
  id: 'loaded',
  title: texts.loaded,
  cell: ({ loaded_at: at }) => <Time at={at} exact />,
  sortBy: ({ loaded_at: at }) => at,
}

const drive: Column<Load> = {
  id: 'drive',
  title: words.tape.follow.inDrive,
  cell: ({ drive }) => <a href={linkTo('drives', [drive])}>{drive}</a>,
  sortBy: ({ drive }) => drive,
}

const cartridge: Column<Load> = {
  id: 'cartridge',
  title: words.tape.follow.cartridge,
  cell: ({ volume_tag: tag, serial }) =>
    tag === null ? <Value of={serial} /> : <a href={linkTo('cartridges', [tag])}>{tag}</a>,
  sortBy: ({ volume_tag: tag, serial }) => tag ?? serial,
}

const counted: readonly Column<Load>[] = [
  { id: 'length', title: texts.length, cell: Length, numeric: true },
  amount('written', texts.written, ({ written_bytes: size }) => size, bytes),
  amount('read', texts.read, ({ read_bytes: size }) => size, bytes),
  { ...amount('rewrites', texts.rewrites, ({ rewrites }) => rewrites), wide: true },
  { ...amount('rereads', texts.rereads, ({ rereads }) => rereads), wide: true },
  { ...amount('corrected', texts.corrected, correctedOf), wide: true },
  { id: 'unrecovered', title: texts.unrecovered, numeric: true, cell: Unrecovered },
  { id: 'flags', title: texts.flags, cell: ({ tape_alerts: flags }) => flags.join(', ') },
]

function amount(
  id: string,
  title: string,
  of: (load: Load) => number | null,
  format: (value: number | null) => string | null = count,
): Column<Load> {
  return { id, title, numeric: true, sortBy: of, cell: (load) => <Value of={format(of(load))} /> }
}

function correctedOf(load: Load): number | null {
  return sum(load.corrected_write_errors, load.corrected_read_errors)
}

function Unrecovered(load: Load) {
  const errors = sum(load.unrecovered_write_errors, load.unrecovered_read_errors)
  if (errors === null || errors === 0) return <Value of={count(errors)} />
  return <Badge tone="critical">{errors}</Badge>
}

/** Of what one is known of; null where neither is. */
function sum(one: number | null, other: number | null): number | null {
  return one === null && other === null ? null : (one ?? 0) + (other ?? 0)
}

function Length({ loaded_at: from, unloaded_at: to }: Load) {
  const end = to === null ? now.value : new Date(to)
  const span = duration(Math.max(0, end.getTime() - new Date(from).getTime()) / 1000)
  return to === null ? (
    <Badge tone="info">
      {texts.still}, {span}
    </Badge>
  ) : (
    <>{span}</>
  )
}

/** Loads, the latest first: of a drive which cartridges it had, of a cartridge which drives. */
export function Loads({ loads, of }: { loads: readonly Load[] | null; of: 'drive' | 'cartridge' }) {
  // Of a fleet's appliance, which alone knows them.
  if (loads === null) return <p class="quiet">{words.fleet.loadsThere}</p>

  if (loads.length === 0) return <p class="quiet">{texts.none}</p>
  return (
    <Table
      label={texts.oneByOne}
      columns={[of === 'drive' ? cartridge : drive, loadedAt, ...counted]}
      rows={loads}
      idOf={({ drive, loaded_at: at }) => `${drive} ${at}`}
      classOf={(load) => (wentBadly(load) ? 'bad-load' : '')}
    />
  )
}

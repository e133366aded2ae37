import type { Answer } from './answer.ts'
import { printVerdict } from './drive-errors.ts'
import { errorsOf, remarksOf, sinceCleaning } from './drive-cells.ts'
import { kindOf, modelOf } from './hardware.ts'
import { printFacts, printTable } from './table.ts'
import type { Span, Terminal } from './terminal.ts'
import { when, whenInBrief } from './times.ts'
import { bytes, shown, UNKNOWN } from './words.ts'

/** The latest loads of a drive that are shown; --json has more. */
const LOADS_SHOWN = 10

/** Shows a drive with all its names, its health, the cartridge in it and those that were. */
export function printDrive(terminal: Terminal, drive: Answer, now: Date): void {
  const health = drive.object('health')
  const lifetime = health?.object('lifetime') ?? null
  const remarks = remarksOf(drive)
  const passedOver = health?.text('passed_over') ?? null
  printFacts(terminal, [
    ['drive', shown(drive.text('place'))],
    ['model', [modelOf(drive), drive.text('revision') ?? ''].join(' ').trim()],
    ['kind', kindOf(drive)],
    ['WWN', shown(drive.text('wwn'))],
    ['activity', shown(drive.object('status')?.text('activity') ?? null)],
    ...(remarks === '' ? [] : [['remarks', remarks] as const]),
    ['errors of the last day', errorsOf(drive, now)],
    ['retries per gigabyte', retries(health)],
    ['compression', compression(health)],
    ['temperature', temperature(health)],
    ['loads', shown(lifetime?.number('loads') ?? null)],
    ['hours', hours(lifetime)],
    ['since cleaning', sinceCleaning(drive)],
    ['read', when(health?.time('taken_at') ?? null, now)],
    ...(passedOver === null ? [] : [['left alone', passedOver] as const]),
  ])
  printCartridge(terminal, health?.object('cartridge') ?? null)
  printLoads(terminal, drive, now)
  const verdict = drive.object('verdict')
  if (verdict === null) return
  terminal.line()
  printVerdict(terminal, verdict)
}

function printCartridge(terminal: Terminal, cartridge: Answer | null): void {
  if (cartridge === null) return
  const life = cartridge.number('life_remaining_percent')
  const unrecovered = ['unrecovered_write_errors', 'unrecovered_read_errors'].map((name) =>
    shown(cartridge.number(name)),
  )
  const last = cartridge.objects('last_drives').map((one) => shown(one.text('serial')))
  terminal.line()
  printFacts(terminal, [
    ['cartridge', shown(cartridge.text('barcode'))],
    ['serial number', shown(cartridge.text('serial'))],
    [
      'left',
      `${bytes(cartridge.number('remaining_bytes'))} of ${bytes(cartridge.number('capacity_bytes'))}`,
    ],
    ['loads', shown(cartridge.number('loads'))],
    ['life left', life === null ? UNKNOWN : `${life} %`],
    ['errors of its life', `${unrecovered[0] ?? ''} write, ${unrecovered[1] ?? ''} read`],
    ['last drives', last.length === 0 ? UNKNOWN : last.join(', ')],
  ])
}

function printLoads(terminal: Terminal, drive: Answer, now: Date): void {
  const loads = drive.objects('loads')
  if (loads.length === 0) return
  terminal.line()
  printTable(
    terminal,
    [
      { title: 'CARTRIDGE', whole: true },
      { title: 'LOADED' },
      { title: 'UNLOADED' },
      { title: 'WRITTEN', right: true },
      { title: 'READ', right: true },
      { title: 'REWRITES', right: true },
      { title: 'ERRORS' },
      { title: 'TAPEALERT' },
    ],
    loads.slice(0, LOADS_SHOWN).map((load) => {
      const unloaded = load.time('unloaded_at')
      return [
        load.text('volume_tag') ?? shown(load.text('serial')),
        whenInBrief(load.time('loaded_at'), now),
        unloaded === null ? 'loaded' : whenInBrief(unloaded, now),
        bytes(load.number('written_bytes')),
        bytes(load.number('read_bytes')),
        shown(load.number('rewrites')),
        loadErrors(load),
        load.numbers('tape_alerts').join(' '),
      ]
    }),
  )
}

function loadErrors(load: Answer): Span {
  const writes = load.number('unrecovered_write_errors')
  const reads = load.number('unrecovered_read_errors')
  if (writes === null && reads === null) return UNKNOWN
  const text = [...(writes ? [`${writes} write`] : []), ...(reads ? [`${reads} read`] : [])].join(
    ', ',
  )
  return text === '' ? 'none' : { text, style: 'bad' }
}

function retries(health: Answer | null): string {
  const mount = health?.object('mount') ?? null
  const rate = (name: string) => {
    const value = mount?.number(name) ?? null
    return value === null ? UNKNOWN : value.toFixed(1)
  }
  return `${rate('rewrites_per_gigabyte')} written, ${rate('rereads_per_gigabyte')} read`
}

function compression(health: Answer | null): string {
  const ratio = (name: string) => {
    const value = health?.number(name) ?? null
    return value === null ? UNKNOWN : `${value.toFixed(2)}:1`
  }
  return `${ratio('write_compression_ratio')} written, ${ratio('read_compression_ratio')} read`
}

function temperature(health: Answer | null): string {
  const told = health?.object('temperature') ?? null
  const celsius = told?.number('celsius') ?? null
  const limit = told?.number('limit_celsius') ?? null
  if (celsius === null) return UNKNOWN
  return limit === null ? `${celsius} °C` : `${celsius} °C of at most ${limit} °C`
}

function hours(lifetime: Answer | null): string {
  const on = lifetime?.number('power_on_hours') ?? null
  const moving = lifetime?.number('motion_hours') ?? null
  return `${shown(on)} under power, ${shown(moving)} moving tape`
}

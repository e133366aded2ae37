import type { Answer } from './answer.ts'
import { EXIT_DONE, parseWords, remoteOptions, REMOTE_USAGE, type Command } from './command.ts'
import { fetchHardware, kindOf, modelOf, noteListing } from './hardware.ts'
import { connected } from './remote.ts'
import { printTable } from './table.ts'
import type { Span, Terminal } from './terminal.ts'
import { shown, UNKNOWN } from './words.ts'

/** Lists tape drives. */
export const drives: Command = {
  name: 'drives',
  usage: `usage: storwarden drives [options]

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, remoteOptions)
    const listing = await fetchHardware(connected(values.url, around), 'drives')
    if (values.json) around.terminal.json(listing)
    else print(around.terminal, listing, around.now())
    return EXIT_DONE
  },
}

function print(terminal: Terminal, listing: Answer, now: Date): void {
  printTable(
    terminal,
    [
      { title: 'ID', whole: true },
      { title: 'MODEL' },
      { title: 'KIND' },
      { title: 'PLACE' },
      { title: 'CARTRIDGE' },
      { title: 'ACTIVITY' },
      { title: 'NODE' },
      { title: 'REMARKS' },
    ],
    listing
      .objects('items')
      .map((drive) => [
        shown(drive.text('id')),
        modelOf(drive),
        kindOf(drive),
        placeOf(drive),
        cartridgeOf(drive),
        shown(drive.object('status')?.text('activity') ?? null),
        drive.text('tape_node') ?? 'none',
        remarksOf(drive),
      ]),
  )
  noteListing(terminal, 'drives', listing, now)
}

function placeOf(drive: Answer): string {
  const library = drive.object('library')
  if (library === null) return UNKNOWN
  return `${shown(library.text('serial'))} drive ${shown(library.number('element'))}`
}

function cartridgeOf(drive: Answer): Span {
  const tag = drive.text('volume_tag')
  if (tag !== null) return tag
  const present = drive.object('status')?.flag('medium_present') ?? null
  if (present === null) return UNKNOWN
  return present ? 'loaded, barcode unknown' : { text: 'empty', style: 'faint' }
}

/** What somebody has to look at. */
function remarksOf(drive: Answer): Span {
  const status = drive.object('status')
  const error = drive.text('error')
  const bad = [
    ...(drive.flag('reachable') === false ? ['not reachable'] : []),
    ...(status?.flag('recovery_requested') ? ['recovery requested'] : []),
  ]
  const other = [
    ...(error === null ? [] : [error]),
    ...(status?.flag('cleaning_required') ? ['cleaning required'] : []),
    ...(status?.flag('cleaning_requested') ? ['cleaning requested'] : []),
    ...(status?.flag('tape_alert_changed') ? ['new tape alert'] : []),
    ...(status?.flag('write_protected') ? ['write-protected'] : []),
  ]
  const text = [...bad, ...other].join(', ')
  if (text === '') return text
  return { text, style: bad.length > 0 ? 'bad' : 'warning' }
}

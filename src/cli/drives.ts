import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import { errorsOf, remarksOf, sinceCleaning } from './drive-cells.ts'
import { printDrive } from './drive.ts'
import { printMatrices } from './drive-errors.ts'
import { askedOwn, fetchHardware, kindOf, modelOf, noteListing, ownItems } from './hardware.ts'
import { connected, meant } from './remote.ts'
import { printTable } from './table.ts'
import type { Span, Terminal } from './terminal.ts'
import { shown, UNKNOWN } from './words.ts'

const options = { ...remoteOptions, errors: { type: 'boolean' } } as const

/** Lists tape drives, or shows one of them, or what their errors follow. */
export const drives: Command = {
  name: 'drives',
  watches: true,
  usage: `usage: storwarden drives [ID] [options]

ID is that of a drive, or as much of its begin as tells it from the others.

  --errors         which cartridges had errors in which drives, and what follows from it
${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, options, { named: ['ID'], optional: true })
    const { terminal } = around
    const client = connected(values.url, around)
    const listing = await fetchHardware(client, 'drives')
    const json = values.json === true
    const items = ownItems(listing)
    const [wanted] = positionals
    const one = (drive: Answer) =>
      client.get(
        `/api/v1/hardware/drives/${encodeURIComponent(shown(drive.text('id')))}`,
        askedOwn(listing),
      )

    if (wanted !== undefined) {
      const named = (drive: Answer) => [drive.text('id')].filter((name) => name !== null)
      const drive = await one(meant('drive', wanted, items, named))
      if (json) terminal.json(drive)
      else if (values.errors === true) printMatrices(terminal, [drive])
      else printDrive(terminal, drive, around.now())
    } else if (values.errors === true) {
      const all = await Promise.all(items.map(one))
      const told = all.filter((drive) => drive.object('verdict') !== null)
      if (json) terminal.json(told)
      else printMatrices(terminal, told)
    } else if (json) terminal.json(listing)
    else print(terminal, listing, around.now())
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
      { title: 'ERRORS/DAY' },
      { title: 'SINCE CLEANING' },
      { title: 'LIFE LEFT' },
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
        errorsOf(drive, now),
        sinceCleaning(drive),
        lifeLeft(drive),
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
  const present = drive.flag('loaded')
  if (present === null) return UNKNOWN
  if (!present) return { text: 'empty', style: 'faint' }
  return drive.object('health')?.object('cartridge')?.text('barcode') ?? 'loaded, barcode unknown'
}

/** Of the cartridge that is in the drive; nothing without one. */
function lifeLeft(drive: Answer): Span {
  const cartridge = drive.object('health')?.object('cartridge') ?? null
  if (cartridge === null) return ''
  const percent = cartridge.number('life_remaining_percent')
  return percent === null ? UNKNOWN : `${percent} %`
}

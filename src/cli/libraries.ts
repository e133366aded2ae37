import type { Answer } from './answer.ts'
import { EXIT_DONE, REMOTE_USAGE, type Command, WATCH_USAGE } from './command.ts'
import { askListing, kindOf, modelOf, noteListing, ownItems } from './hardware.ts'
import { meant } from './remote.ts'
import { printFacts, printTable } from './table.ts'
import type { Span, Terminal } from './terminal.ts'
import { when, whenInBrief } from './times.ts'
import { ofTotal, shown, UNKNOWN } from './words.ts'

const kinds: Readonly<Record<string, string>> = {
  'data-transfer': 'drive',
  storage: 'slot',
  'import-export': 'import/export',
}

/** Lists tape libraries, or shows the elements of one. */
export const libraries: Command = {
  name: 'libraries',
  watches: true,
  usage: `usage: storwarden libraries [ID] [options]

ID is that of a library, or as much of its begin as tells it from the others.

${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { listing, wanted, json } = await askListing(argv, around, 'libraries')
    const { terminal } = around
    if (wanted === undefined) {
      if (json) terminal.json(listing)
      else printList(terminal, listing, around.now())
      return EXIT_DONE
    }
    const library = meant('library', wanted, ownItems(listing), (one) =>
      [one.text('id')].filter((name) => name !== null),
    )
    if (json) terminal.json(library)
    else printLibrary(terminal, library, around.now())
    return EXIT_DONE
  },
}

function printList(terminal: Terminal, listing: Answer, now: Date): void {
  printTable(
    terminal,
    [
      { title: 'ID', whole: true },
      { title: 'MODEL' },
      { title: 'KIND' },
      { title: 'STATE' },
      { title: 'DRIVES LOADED' },
      { title: 'SLOTS FULL' },
      { title: 'IMPORT/EXPORT FULL' },
      { title: 'READ', whole: true },
    ],
    listing
      .objects('items')
      .map((library) => [
        shown(library.text('id')),
        modelOf(library),
        kindOf(library),
        stateSpan(library),
        fullOf(library, 'data-transfer'),
        fullOf(library, 'storage'),
        fullOf(library, 'import-export'),
        whenInBrief(library.time('read_at'), now),
      ]),
  )
  noteListing(terminal, 'libraries', listing, now)
}

function printLibrary(terminal: Terminal, library: Answer, now: Date): void {
  const error = library.text('error')
  const failedSince = library.time('failed_since')
  printFacts(terminal, [
    ['library', shown(library.text('id'))],
    ['model', [modelOf(library), library.text('revision') ?? ''].join(' ').trim()],
    ['kind', kindOf(library)],
    ['state', stateSpan(library)],
    ...(error === null ? [] : [['error', { text: error, style: 'bad' }] as const]),
    ...(failedSince === null ? [] : [['since', when(failedSince, now)] as const]),
    ['device', shown(library.text('device'))],
    ['read', when(library.time('read_at'), now)],
  ])
  const inventory = library.object('inventory')
  terminal.line()
  if (inventory === null) {
    terminal.line('elements: unknown')
    return
  }
  const order = Object.keys(kinds)
  const elements = inventory
    .objects('elements')
    .sort((one, other) => order.indexOf(typeOf(one)) - order.indexOf(typeOf(other)))
  printTable(
    terminal,
    [
      { title: 'ELEMENT' },
      { title: 'NUMBER', right: true },
      { title: 'CARTRIDGE', whole: true },
      { title: 'REMARKS' },
    ],
    elements.map((element) => [
      kinds[typeOf(element)] ?? typeOf(element),
      shown(element.number('number')),
      cartridge(element),
      remarks(element),
    ]),
  )
}

function typeOf(element: Answer): string {
  return element.text('type') ?? ''
}

/** The barcode of the cartridge in an element, or why there is none. */
function cartridge(element: Answer): Span {
  const full = element.flag('full')
  if (full === null) return shown(null)
  if (!full) return { text: 'empty', style: 'faint' }
  return element.text('volume_tag') ?? 'full, barcode unknown'
}

function remarks(element: Answer): Span {
  const serial = element.text('drive_serial')
  const source = element.number('source_element')
  const exception = element.number('exception')
  const text = [
    ...(serial === null ? [] : [`drive ${serial}`]),
    ...(source === null ? [] : [`from slot ${source}`]),
    ...(exception === null ? [] : [`exception ${hex(exception >> 8)}/${hex(exception & 0xff)}`]),
  ].join(', ')
  return exception === null ? text : { text, style: 'bad' }
}

function hex(byte: number): string {
  return `${byte.toString(16).toUpperCase().padStart(2, '0')}h`
}

function stateSpan(library: Answer): Span {
  const state = shown(library.text('state'))
  if (state === 'online') return state
  return { text: state, style: state === UNKNOWN ? 'warning' : 'bad' }
}

/** How many elements of a type are full; unknown when the library was never read. */
function fullOf(library: Answer, type: string): string {
  const inventory = library.object('inventory')
  if (inventory === null) return shown(null)
  const elements = inventory.objects('elements').filter((element) => typeOf(element) === type)
  return ofTotal(
    elements.filter((element) => element.flag('full') === true).length,
    elements.length,
  )
}

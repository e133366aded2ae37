import t from 'tap'
import {
  cartridgeId,
  countOf,
  found,
  foundIn,
  shadeOf,
  stateOf,
  type Element,
} from '../../dashboard/tape/elements.ts'
import { columnsIn, rowsSeen, scrolledTo, stepFrom } from '../../dashboard/tape/grid-layout.ts'
import type { Cartridge, Library } from '../../dashboard/wire/types.ts'

function elementOf(more: Partial<Element>): Element {
  return {
    ...{ type: 'storage', number: 1, address: 1000, full: true, volume_tag: 'E01001L8' },
    ...{ source_element: null, exception: null, exception_text: null, accessible: true },
    ...{ medium_type: null, drive_serial: null },
    ...more,
  }
}

function libraryOf(id: string, elements: Element[] | null): Library {
  const inventory = elements && { taken_at: null, source: 'scsi', elements }
  return { id, inventory } as unknown as Library
}

function cartridgeOf(health: object | null, more: Partial<Cartridge> = {}): Cartridge {
  return { errors_follow: null, health, ...more } as unknown as Cartridge
}

t.test('an element is as the worst that is true of it', (t) => {
  const states: [Partial<Element>, string][] = [
    [{}, 'full'],
    [{ full: false, volume_tag: null }, 'empty'],
    [{ volume_tag: null }, 'unlabelled'],
    [{ medium_type: 'cleaning' }, 'cleaning'],
    [{ volume_tag: 'CLN001CU' }, 'cleaning'],
    [{ accessible: false }, 'unreachable'],
    [{ accessible: false, full: false }, 'unreachable'],
    // A drive holds its cartridge fast.
    [{ accessible: false, type: 'data-transfer' }, 'full'],
    [{ accessible: null }, 'full'],
    [{ accessible: false, exception: 0x3b0d }, 'exception'],
    // The label was not scanned, which the library works with.
    [{ exception: 0x8300, volume_tag: null }, 'unlabelled'],
  ]
  for (const [given, state] of states) {
    t.equal(stateOf(elementOf(given)), state, JSON.stringify(given))
  }
  t.end()
})

t.test('what no drive has told of has the colour of the unknown', (t) => {
  const element = elementOf({})
  const none = { unrecovered_write_errors: 0, unrecovered_read_errors: null }
  t.equal(shadeOf('errors', element, undefined), 'untold')
  t.equal(shadeOf('errors', element, cartridgeOf(null)), 'untold')
  t.equal(shadeOf('errors', element, cartridgeOf(none)), 'none')
  t.equal(shadeOf('errors', element, cartridgeOf({ ...none, unrecovered_read_errors: 2 })), 'had')
  t.equal(shadeOf('errors', element, cartridgeOf(none, { errors_follow: 'tape' })), 'tape')
  t.equal(shadeOf('errors', elementOf({ full: false }), undefined), 'empty')
  const lives = [null, 0, 4.9, 5, 19, 20, 49, 50, 100].map((life_remaining_percent) =>
    shadeOf('life', element, cartridgeOf({ life_remaining_percent })),
  )
  t.strictSame(lives, 'untold end end low low half half fresh fresh'.split(' '))
  const spaces = [null, 0, 5, 10, 89, 90, 100].map((remaining_bytes) =>
    shadeOf('space', element, cartridgeOf({ remaining_bytes, capacity_bytes: 100 })),
  )
  t.strictSame(spaces, 'untold filled filled partly partly free free'.split(' '))
  t.equal(
    shadeOf('space', element, cartridgeOf({ remaining_bytes: 1, capacity_bytes: 0 })),
    'untold',
  )
  t.end()
})

t.test('a barcode is found by any part of it, in drives and in other libraries', (t) => {
  const drive = elementOf({ type: 'data-transfer', number: 0, volume_tag: 'ABC001L8' })
  const slot = elementOf({ number: 2, volume_tag: 'ABC002L8' })
  const other = elementOf({ number: 3, volume_tag: null })
  const libraries = [libraryOf('A', [drive, other]), libraryOf('B', [slot]), libraryOf('C', null)]
  t.strictSame(found([drive, slot, other], ' abc0 '), [drive, slot])
  t.strictSame(found([drive, slot, other], '  '), [])
  t.strictSame(
    foundIn(libraries, 'abc').map(({ library, element }) => [library.id, element.number]),
    [
      ['A', 0],
      ['B', 2],
    ],
  )
  t.end()
})

t.test('a cartridge is known by its barcode where no other has it', (t) => {
  const one = elementOf({ number: 1, volume_tag: 'X' })
  const twin = elementOf({ number: 2, volume_tag: 'Y' })
  const library = libraryOf('A', [one, twin])
  const all = [library, libraryOf('B', [twin])]
  t.equal(cartridgeId(all, library, one), 'X')
  t.equal(cartridgeId(all, library, twin), 'A/storage/2')
  t.equal(cartridgeId(all, library, elementOf({ number: 3, volume_tag: null })), 'A/storage/3')
  t.strictSame(countOf(library, 'storage'), { all: 2, full: 2 })
  t.equal(countOf(libraryOf('C', null), 'storage'), null, 'unknown is not none')
  t.end()
})

const cell = { width: 100, height: 36, gap: 4 }

t.test('of many rows only those are drawn that are seen, and some around', (t) => {
  t.equal(columnsIn(1036, cell), 10)
  t.equal(columnsIn(20, cell), 1, 'one at least')
  t.strictSame(rowsSeen(0, 600, 2000, cell), { from: 0, to: 21 })
  t.strictSame(rowsSeen(40_000, 600, 2000, cell), { from: 994, to: 1021 })
  t.strictSame(rowsSeen(79_400, 600, 2000, cell), { from: 1979, to: 2000 })
  t.equal(scrolledTo(5, 0, 600, cell), 0, 'what is seen stays')
  t.equal(scrolledTo(100, 0, 600, cell), 101 * 40 - 600)
  t.equal(scrolledTo(3, 600, 600, cell), 120)
  t.end()
})

t.test('the keyboard goes from cell to cell and not over the edge', (t) => {
  const grid = { columns: 10, cells: 25, page: 2 }
  const from = (at: number, key: string) => stepFrom(at, key, grid)
  t.strictSame(
    [
      ...[from(0, 'ArrowRight'), from(0, 'ArrowLeft'), from(24, 'ArrowRight')],
      ...[from(3, 'ArrowDown'), from(3, 'ArrowUp'), from(17, 'ArrowDown'), from(14, 'ArrowDown')],
      ...[from(9, 'Home'), from(9, 'End'), from(1, 'PageDown'), from(12, 'PageDown')],
      from(12, 'x'),
    ],
    [1, 0, 24, 13, 3, 17, 24, 0, 24, 21, 24, null],
  )
  t.end()
})

import fc from 'fast-check'
import t from 'tap'
import type { Changer, Element } from '../../src/collectors/changers.ts'
import { changers } from '../../src/collectors/changers.ts'
import { libraryHappenings } from '../../src/happenings/libraries.ts'
import { collected } from '../support/collected.ts'
import { openRecording } from '../support/recording.ts'
import { recorded } from '../support/recorded.ts'

const AT = new Date('2026-11-20T21:00:00Z')

/** Where mtx says that each cartridge is: `XYZZY_A E01001L8` to `drive 0` or `slot 7`. */
function placesPrinted(name: string): Map<string, string> {
  const evidence = recorded(name)
  const places = new Map<string, string>()
  for (const [generic, library] of [
    ['/dev/sg11', 'IBMLIB0030'],
    ['/dev/sg12', 'XYZZY_A'],
    ['/dev/sg14', 'DEC30050AB'],
  ]) {
    const text = evidence.succeeded(`mtx -f ${generic} status`) ?? ''
    const drives = text.matchAll(/^Data Transfer Element (\d+):Full.*?:VolumeTag ?= ?(\S+)/gm)
    for (const [, number, tag] of drives) places.set(`${library} ${tag}`, `drive ${number}`)
    const slots = text.matchAll(/Storage Element (\d+)( IMPORT\/EXPORT)?:Full ?:VolumeTag=(\S+)/g)
    for (const [, number, station, tag] of slots) {
      places.set(`${library} ${tag}`, `${station ? 'import/export slot' : 'slot'} ${number}`)
    }
  }
  return places
}

t.test('between two recordings just those cartridges moved that mtx has elsewhere', async (t) => {
  const before = placesPrinted('01-steady')
  const after = placesPrinted('03-tape-moves')
  t.ok(before.size > 60)
  const expected = [...before]
    .filter(([cartridge, place]) => after.has(cartridge) && after.get(cartridge) !== place)
    .map(([cartridge, place]) => `${cartridge}: ${place} to ${after.get(cartridge)}`)
  t.ok(expected.length > 5)

  const told = libraryHappenings(await read('01-steady'), await read('03-tape-moves'))
  t.strictSame(
    told
      .filter(({ event }) => event === 'cartridge_moved')
      .map(({ data, message }) => {
        const [, way] = / moved from (.*) of /.exec(message) ?? []
        return `${String(data.library)} ${String(data.volume_tag)}: ${way}`
      })
      .sort(),
    expected.sort(),
  )
  t.strictSame(libraryHappenings(await read('01-steady'), await read('01-steady')), [])
})

t.test('a library that goes offline has moved nothing', async (t) => {
  const before = await read('01-steady')
  const after = changers.accumulate?.(before, await read('05a-library-offline'), 30, AT) ?? []
  const told = libraryHappenings(before, after).filter(({ data }) => data.library === 'IBMLIB0030')
  t.strictSame(
    told.map(({ event, level, message }) => [event, level, message]),
    [
      [
        ...['library_offline', 'warning'],
        'Library IBM 03584L32 (IBMLIB0030) is offline, it was online.',
      ],
    ],
  )
})

const slot = (number: number, volumeTag: string | null, full = volumeTag !== null): Element => ({
  ...{ type: 'storage', number, address: 1000 + number, full, volumeTag },
  ...{
    sourceElement: null,
    exception: null,
    exceptionText: null,
    accessible: null,
    mediumType: null,
    driveSerial: null,
  },
})

function library(elements: readonly Element[]): Changer {
  return {
    ...{ id: 'A', serial: 'A', wwn: null, vendor: 'STK', product: 'L700', revision: '1' },
    ...{ device: '/dev/sg1', paths: ['/dev/sg1'], hctl: '1:0:0:0', hctls: ['1:0:0:0'] },
    ...{ virtual: false, exportedAs: [], state: 'online', error: null },
    inventory: { takenAt: AT, source: 'scsi', elements },
  }
}

t.test('what cannot be told apart has not moved', (t) => {
  const told = (before: Element[], after: Element[]) =>
    libraryHappenings([library(before)], [library(after)]).map(({ message }) => message)
  t.strictSame(told([slot(1, 'A'), slot(2, null)], [slot(1, null), slot(2, 'A')]), [
    'Cartridge A moved from slot 1 to slot 2 of STK L700 (A).',
  ])
  t.strictSame(told([slot(1, 'A'), slot(2, 'A')], [slot(2, 'A'), slot(3, 'A')]), [], 'twice')
  t.strictSame(
    told([slot(1, null, true), slot(2, null)], [slot(1, null), slot(2, null, true)]),
    [],
    'no barcode',
  )
  t.strictSame(told([slot(1, 'A')], [slot(1, 'B')]), [
    'Cartridge A left STK L700 (A) from slot 1.',
    'Cartridge B came into slot 1 of STK L700 (A).',
  ])
  t.end()
})

t.test(
  'a cartridge that is where it was is never said to have moved, and none is told twice',
  (t) => {
    const inventory = fc
      .array(fc.option(fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'), { nil: null }), {
        maxLength: 9,
      })
      .map((tags) => tags.map((tag, index) => slot(index, tag)))
    const at = (elements: readonly Element[], tag: string) =>
      elements.flatMap(({ number, volumeTag }) => (volumeTag === tag ? [number] : [])).join()
    fc.assert(
      fc.property(inventory, inventory, (before, after) => {
        const told = libraryHappenings([library(before)], [library(after)])
        const tags = told.map(({ data }) => String(data.volume_tag))
        return (
          new Set(tags).size === tags.length &&
          tags.every((tag) => at(before, tag) !== at(after, tag))
        )
      }),
    )
    t.end()
  },
)

async function read(name: string): Promise<readonly Changer[]> {
  return (await collected(changers, openRecording(name))).value
}

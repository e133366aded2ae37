import fc from 'fast-check'
import { readdirSync } from 'node:fs'
import t from 'tap'
import {
  deviceConfFaults,
  parseDeviceConf,
  renderDeviceConf,
  withDevices,
} from '../../src/vtl/device-conf.ts'
import {
  emptySlots,
  libraryContentsFaults,
  newLibraryContents,
  parseLibraryContents,
  placeOf,
  renderLibraryContents,
  withState,
  withTags,
} from '../../src/vtl/library-contents.ts'
import { newMedia, readBarcode } from '../../src/vtl/media.ts'
import { LIBRARY_MODELS, planLibrary, type NewLibrary } from '../../src/vtl/new-library.ts'
import { forbiddenContents, forbiddenDeviceConf } from '../../src/vtl/permitted.ts'
import { recorded } from '../support/recorded.ts'

const RECORDINGS = readdirSync(new URL('../../fixtures/recordings', import.meta.url))
const CONF = recorded('01-steady').file('/etc/mhvtl/device.conf') ?? ''
const CONTENTS = recorded('01-steady').file('/etc/mhvtl/library_contents.30') ?? ''
const STATE = recorded('01-steady').file('/etc/mhvtl/library_contents.10.persist') ?? ''

const WANTED: NewLibrary = {
  ...{ model: 'IBM 03584L32' as const, number: null, drives: 2, generation: 9 as const },
  ...{ machine: 'X1Z', homeDirectory: '/opt/mhvtl/New' },
}

t.test('files that were recorded are read and written to the byte, and have no fault', (t) => {
  for (const name of RECORDINGS) {
    const recording = recorded(name)
    const conf = recording.file('/etc/mhvtl/device.conf') ?? ''
    t.equal(renderDeviceConf(parseDeviceConf(conf)), conf, name)
    t.strictSame(deviceConfFaults(parseDeviceConf(conf)), [], name)
    for (const library of [10, 30, 50]) {
      for (const kind of ['', '.persist']) {
        const text = recording.file(`/etc/mhvtl/library_contents.${library}${kind}`)
        if (text === null) continue
        const contents = parseLibraryContents(text)
        t.equal(renderLibraryContents(contents), text, `${name} ${library}${kind}`)
        t.strictSame(libraryContentsFaults(contents), [], `${name} ${library}${kind}`)
      }
    }
  }
  t.end()
})

t.test('comments stay where they are', (t) => {
  const commented = CONF.replace('\nDrive: 11', '\n# of the cellar\nDrive: 11').replace(
    ' Backoff: 400\n',
    ' Backoff: 400\n# fifo: /var/tmp/mhvtl\n',
  )
  const { conf } = planLibrary(parseDeviceConf(commented), WANTED)
  const text = renderDeviceConf(conf)
  t.ok(text.startsWith(commented.trimEnd()))
  const slots = 'VERSION: 2\n\nDrive 1:\n\n# Slot N: [barcode]\nSlot 1: A00001L8\nSlot 2:\n'
  const changed = withTags(parseLibraryContents(slots), [
    { kind: 'slot', number: 1, tag: null },
    { kind: 'slot', number: 2, tag: 'B00001L9' },
  ])
  t.equal(
    renderLibraryContents(changed),
    'VERSION: 2\n\nDrive 1:\n\n# Slot N: [barcode]\nSlot 1:\nSlot 2: B00001L9\n',
  )
  t.end()
})

t.test('a new library has numbers, addresses and names of its own', (t) => {
  const planned = planLibrary(parseDeviceConf(CONF), WANTED)
  t.match(planned, { number: 20, serial: 'SWX1Z0020', drives: [21, 22] })
  t.equal(
    renderDeviceConf(planned.conf).slice(CONF.trimEnd().length + 1),
    `
Library: 20 CHANNEL: 00 TARGET: 05 LUN: 00
 Vendor identification: IBM
 Product identification: 03584L32
 Product revision level: 1060
 Unit serial number: SWX1Z0020
 NAA: 00:20:33:44:ab:00:05:00
 Home directory: /opt/mhvtl/New
 PERSIST: True
 Backoff: 400

Drive: 21 CHANNEL: 00 TARGET: 06 LUN: 00
 Library ID: 20 Slot: 01
 Vendor identification: IBM
 Product identification: ULT3580-TD9
 Product revision level: 2160
 Unit serial number: SWX1Z0021
 NAA: 00:20:33:44:ab:00:06:00
 Compression: factor 1 enabled 1
 Compression type: lzo
 Backoff: 400

Drive: 22 CHANNEL: 00 TARGET: 07 LUN: 00
 Library ID: 20 Slot: 02
 Vendor identification: IBM
 Product identification: ULT3580-TD9
 Product revision level: 2160
 Unit serial number: SWX1Z0022
 NAA: 00:20:33:44:ab:00:07:00
 Compression: factor 1 enabled 1
 Compression type: lzo
 Backoff: 400
`,
  )
  t.throws(() => planLibrary(parseDeviceConf(CONF), { ...WANTED, number: 9 }), /not all free/)
  t.end()
})

t.test('libraries that are added one after the other never share anything', (t) => {
  const model = fc.constantFrom(...(Object.keys(LIBRARY_MODELS) as (keyof typeof LIBRARY_MODELS)[]))
  const library = fc.record({ model, drives: fc.integer({ min: 1, max: 8 }) })
  fc.assert(
    fc.property(fc.array(library, { maxLength: 6 }), (libraries) => {
      let conf = parseDeviceConf(CONF)
      for (const [index, { model, drives }] of libraries.entries()) {
        const homeDirectory = `/opt/mhvtl/L${index}`
        const before = renderDeviceConf(conf)
        conf = planLibrary(conf, { ...WANTED, model, drives, homeDirectory }).conf
        const after = renderDeviceConf(conf)
        if (forbiddenDeviceConf(after, before, '/opt/mhvtl') !== null) return false
      }
      return deviceConfFaults(conf).length === 0
    }),
    { numRuns: 40 },
  )
  t.end()
})

t.test('what makes no sense is refused, in words', (t) => {
  const faultsOf = (from: string, to: string) =>
    deviceConfFaults(parseDeviceConf(CONF.replace(from, to)))
  t.strictSame(faultsOf('Drive: 11 ', 'Drive: 12 '), ['devices 12 and 12 have the same number, 12'])
  t.strictSame(faultsOf('XYZZY_A01', 'XYZZY_A02'), [
    'devices 11 and 12 have the same serial number, XYZZY_A02',
  ])
  t.strictSame(faultsOf('NAA: 10:22:33:44:ab:00:01:00', 'NAA: 10:22'), [
    'device 11: its NAA is none',
  ])
  t.strictSame(faultsOf('XYZZY_A01', 'XYZZY_A0123'), [
    'device 11: unit serial number is longer than 10',
  ])
  t.match(faultsOf('Library ID: 10 Slot: 01', 'Library ID: 60 Slot: 01'), [
    'drive 11: there is no library 60',
  ])
  t.throws(() => parseDeviceConf(''), { message: 'device.conf: no VERSION line' })
  t.throws(() => parseDeviceConf('VERSION: 5\nrubbish'), {
    message: 'device.conf: line 2 is nothing known',
  })
  t.throws(() => parseLibraryContents(''), /no elements/)
  t.throws(() => parseLibraryContents('Slot 1 A'), /line 1 is nothing known/)
  const twice = parseLibraryContents('Slot 1: A00001L8\nSlot 2: A00001L8\nSlot 2:\n')
  t.strictSame(libraryContentsFaults(twice), [
    'A00001L8 is in slot 1 and in slot 2',
    'slot 2 is there twice',
  ])
  t.throws(() => withTags(parseLibraryContents(CONTENTS), [{ kind: 'slot', number: 99, tag: 'A' }]))
  t.throws(
    () =>
      withDevices(parseDeviceConf(CONF), [
        {
          ...{ kind: 'drive', number: 11, channel: 0, target: 15, lun: 0, place: null, fields: [] },
        },
      ]),
    /same number/,
  )
  t.end()
})

t.test('what a daemon wrote when it ended is what the library holds', (t) => {
  const contents = parseLibraryContents(
    recorded('01-steady').file('/etc/mhvtl/library_contents.10') ?? '',
  )
  const now = withState(contents, parseLibraryContents(STATE))
  const state = parseLibraryContents(STATE)
  for (const { tag } of state.elements) {
    if (tag === null) continue
    const [here, there] = [placeOf(now, tag), placeOf(state, tag)]
    t.strictSame([here?.kind, here?.number], [there?.kind, there?.number], tag)
  }
  const moved = withState(
    parseLibraryContents('Slot 1: A\nSlot 2:\nSlot 3: B\n# kept\n'),
    parseLibraryContents('Slot 1: B               \nSlot 2: A\nSlot 3: \n'),
  )
  t.equal(renderLibraryContents(moved), 'Slot 1: B\nSlot 2: A\nSlot 3:\n# kept\n')
  t.end()
})

t.test('barcodes say what a medium is', (t) => {
  t.strictSame(readBarcode('E01001L8'), { type: 'data', generation: 8 })
  t.strictSame(readBarcode('CLN001L9'), { type: 'clean', generation: 9 })
  t.strictSame(readBarcode('W00001LY'), { type: 'WORM', generation: 8 })
  for (const none of ['E01001L4', 'e01001L8', 'E0101L8', 'E010011L8', 'NOBAR1', 'E01001LA', '']) {
    t.equal(readBarcode(none), null, none)
  }
  const series = { type: 'data', generation: 8, prefix: null, count: 2 } as const
  t.strictSame(
    newMedia(series, new Set(['V80001L8'])).map(({ barcode }) => barcode),
    ['V80002L8', 'V80003L8'],
  )
  t.throws(() => newMedia({ ...series, prefix: 'ABCDE', count: 10 }, new Set()), RangeError)
  const contents = parseLibraryContents(
    newLibraryContents({ drives: 1, importExport: 1, slots: 3, tags: ['V80001L8'] }),
  )
  t.strictSame(emptySlots(contents), [2, 3])
  t.end()
})

t.test('only devices of harmless lines are added to device.conf', (t) => {
  const added = renderDeviceConf(planLibrary(parseDeviceConf(CONF), WANTED).conf)
  const why = (text: string) => forbiddenDeviceConf(text, CONF, '/opt/mhvtl')
  t.equal(why(added), null)
  const refused: [string, RegExp][] = [
    [
      added.replace(' Backoff: 400\n\nDrive: 21', ' movecommand: /tmp/evil\n\nDrive: 21'),
      /movecommand may not be said/,
    ],
    [
      added.replace('Home directory: /opt/mhvtl/New', 'Home directory: /etc'),
      /its home directory is none/,
    ],
    [added.replace('/opt/mhvtl/New', '/opt/mhvtl/New/../../x'), /may not be said/],
    [
      added.replace(
        ' PERSIST: True\n Backoff: 400\n\nDrive: 21',
        ' fifo: /etc/shadow\n\nDrive: 21',
      ),
      /fifo may not/,
    ],
    [CONF.replace('/opt/mhvtl/STK_L700', '/opt/mhvtl/other'), /changes what is there/],
    [`${CONF.trimEnd()}\n movecommand: /tmp/evil\n`, /adds lines/],
    [`${CONF}# a comment\n`, /adds lines/],
    [added.replace('SWX1Z0022', 'SWX1Z0021'), /same serial number/],
    [`${added}x`, /nothing known/],
    [`${added}\r`, /none of a text/],
    [`${added}# ${'x'.repeat(300)}\n`, /too long/],
  ]
  for (const [text, reason] of refused) t.match(why(text), reason)
  t.equal(forbiddenContents(CONTENTS, 30, CONF), null)
  t.match(forbiddenContents(CONTENTS, 31, CONF), /has no library 31/)
  t.match(forbiddenContents(CONTENTS.replace('G03002L9', 'G03001L9'), 30, CONF), /G03001L9 is in/)
  t.match(
    forbiddenContents(CONTENTS.replace('G03002L9', '../x'), 30, CONF),
    /none that mhvtl takes/,
  )
  t.match(forbiddenContents('rubbish', 30, CONF), /nothing known/)
  t.end()
})

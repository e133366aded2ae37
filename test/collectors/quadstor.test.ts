import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import t from 'tap'
import { kinds } from '../../src/api/hardware/kinds.ts'
import { listingOf } from '../../src/api/hardware/listing.ts'
import { virtualLibrarySchema } from '../../src/api/hardware/virtual-libraries.ts'
import { toJson } from '../../src/api/json.ts'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { quadstor } from '../../src/collectors/quadstor.ts'
import {
  parseVcconfig,
  parseVtconfig,
  parseVtconfigLibrary,
} from '../../src/collectors/quadstor-text.ts'
import { TimeoutError, type Host } from '../../src/host/host.ts'
import { collected } from '../support/collected.ts'
import { machineOf } from '../support/machine.ts'
import { absent, read, snapshotOf } from '../support/readings.ts'

// Both as monitoring plugins of others quote them (docs/vtl.md); nobody has run this against a QUADStor.
const LIST = `Name                           DevType  Type
BV00002                        VTL      IBM IBM System Storage TS3100
`
const CARTRIDGES = `Pool    Label    Element Address Vtype       WORM Size  Used% Status
Default 701862L2 Unknown 0       LTO 2 200GB No   200   99    Vaulted
Default 701899L2 Slot    1180    LTO 2 200GB No   200   0     Active
Default 701900L2 Drive   256     LTO 2 200GB Yes  200   12    Active
Default 701901L2 IEPort  768     LTO 2 200GB No   200   0     Active
`
/** The names of the values are those of its pages; nothing quotes the text itself. */
const LIBRARY = `VTL Type: IBM System Storage TS3100
VTL Name: BV00002
Serial Number: 6C3A6D0A61
Slots: 20
I/E Ports: 4

VDrive Information
Name        DType                  Serial Number VCartridge
BV00002_01  IBM 3580 Ultrium5      6C3A6D0A62    701900L2
BV00002_02  IBM 3580 Ultrium5      6C3A6D0A63

VCartridge Information
${CARTRIDGES}`

const VTCONFIG = '/quadstorvtl/bin/vtconfig'
const VCCONFIG = '/quadstorvtl/bin/vcconfig'

function machine(told: { list?: string; library?: string; cartridges?: string } = {}) {
  const { list = LIST, library = LIBRARY, cartridges = CARTRIDGES } = told
  return machineOf({
    files: { [VTCONFIG]: '' },
    commands: {
      [`${VTCONFIG} -l`]: { stdout: list },
      [`${VTCONFIG} -l -v BV00002`]: { stdout: library },
      [`${VCCONFIG} -l -v BV00002`]: { stdout: cartridges },
    },
  })
}

const cartridge = { pool: 'Default', mediumType: 'LTO 2 200GB', worm: false, status: 'Active' }
const capacityBytes = 200 * 1024 ** 3

t.test('libraries, drives and cartridges are those of the tools', async (t) => {
  const { value, problems, coverage } = await collected(quadstor, machine())
  t.strictSame([problems, coverage], [[], 'all'])
  t.strictSame(value.libraries, [
    {
      ...{ id: 'BV00002', type: 'IBM IBM System Storage TS3100', serial: '6C3A6D0A61' },
      ...{ slots: 20, importExportSlots: 4 },
      drives: [
        {
          ...{ name: 'BV00002_01', type: 'IBM 3580 Ultrium5', serial: '6C3A6D0A62' },
          volumeTag: '701900L2',
        },
        {
          ...{ name: 'BV00002_02', type: 'IBM 3580 Ultrium5', serial: '6C3A6D0A63' },
          volumeTag: null,
        },
      ],
      cartridges: [
        {
          ...{ ...cartridge, volumeTag: '701862L2', type: null, address: null },
          ...{ capacityBytes, usedPercent: 99, status: 'Vaulted' },
        },
        {
          ...{ ...cartridge, volumeTag: '701899L2', type: 'storage', address: 1180 },
          ...{ capacityBytes, usedPercent: 0 },
        },
        {
          ...{ ...cartridge, volumeTag: '701900L2', type: 'data-transfer', address: 256 },
          ...{ capacityBytes, usedPercent: 12, worm: true },
        },
        {
          ...{ ...cartridge, volumeTag: '701901L2', type: 'import-export', address: 768 },
          ...{ capacityBytes, usedPercent: 0 },
        },
      ],
    },
  ])
})

t.test('they are listed with those of mhvtl, and as the interface says', async (t) => {
  const kind = kinds.find(({ name }) => name === 'virtual-libraries')
  if (kind === undefined) throw new Error('no virtual libraries')
  const { value } = await collected(quadstor, machine())
  const whole = listingOf(kind, snapshotOf({ mhvtl: absent(), quadstor: read(value) }))
  t.strictSame([whole.state, whole.items.map(({ id }) => id)], ['read', ['BV00002']])
  const [shown] = whole.items.map(({ object }) => toJson(object))
  const validate = new Ajv2020({ strict: false }).compile({
    ...virtualLibrarySchema,
    additionalProperties: false,
  })
  t.ok(validate(shown), JSON.stringify(validate.errors))
  t.match(shown, { kind: 'quadstor', contents: { slots: 20 }, daemon: null, media_on_disk: null })
})

t.test('what is cut short, or in other words, is unknown and says why', async (t) => {
  const [half] = CARTRIDGES.split('L2 Slot')
  const cut = await collected(quadstor, machine({ cartridges: half ?? '' }))
  t.match(cut.value.libraries, [{ slots: 20, cartridges: null }])
  t.strictSame(cut.problems, [
    {
      ...{ labels: { library: 'BV00002' } },
      error: 'BV00002: vcconfig -l -v: is cut short',
    },
  ])
  const other = await collected(quadstor, machine({ library: 'VTL: BV00002\n', cartridges: '\n' }))
  t.match(other.value.libraries, [{ serial: null, slots: null, drives: null, cartridges: null }])
  t.strictSame(
    other.problems.map(({ error }) => error),
    ['BV00002: vtconfig -l -v: says nothing of slots', 'BV00002: vcconfig -l -v: says nothing'],
  )
  const drives = await collected(
    quadstor,
    machine({ library: LIBRARY.replace('DType ', 'Sort  ') }),
  )
  t.match(drives.value.libraries, [{ slots: 20, drives: null, cartridges: { length: 4 } }])
  t.strictSame(
    drives.problems.map(({ error }) => error),
    ['BV00002: vtconfig -l -v: no list of drives that is known'],
  )
  await t.rejects(collected(quadstor, machine({ list: 'cannot connect to the daemon\n' })), {
    message: 'vtconfig -l: no heading that is known',
  })
  const [heading = ''] = LIST.split('\n')
  const none = await collected(quadstor, machine({ list: `${heading}\n` }))
  t.strictSame([none.value, none.coverage], [{ libraries: [] }, 'all'], 'none is none')
})

t.test('without its tools there is none, and one that hangs is asked once', async (t) => {
  t.equal(await quadstor.collect(machineOf({}), defaultSettings), ABSENT)
  const asked: string[] = []
  const hung = {
    exists: () => Promise.resolve(true),
    run: (argv: readonly string[]) => {
      asked.push(argv.slice(1).join(' '))
      const list = `${LIST}BV00003                        VTL      IBM IBM System Storage TS3100\n`
      if (argv.length === 2) return Promise.resolve({ exitCode: 0, stdout: list, stderr: '' })
      return Promise.reject(new TimeoutError(argv.join(' '), 10_000))
    },
  } as unknown as Host
  const { value, problems } = await collected(quadstor, hung)
  t.strictSame(asked, ['-l', '-l -v BV00002'])
  t.match(value.libraries, [
    { id: 'BV00002', slots: null, drives: null, cartridges: null },
    { id: 'BV00003', slots: null, drives: null, cartridges: null },
  ])
  t.match(problems, [
    { error: /^BV00002: .* no answer within 10000 ms$/ },
    { error: 'BV00003: not asked, as QUADStor did not answer' },
  ])
})

t.test('any text is parsed or refused', (t) => {
  const line = fc.oneof(fc.constantFrom(...`${LIBRARY}${LIST}`.split('\n')), fc.string())
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), (lines, end) => {
      for (const parse of [parseVtconfig, parseVtconfigLibrary, parseVcconfig]) {
        try {
          parse(lines.join(end))
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'ERR_PARSE') throw error
        }
      }
    }),
  )
  t.throws(() => parseVtconfig(LIST.replace('BV00002', '-x     ')), { code: 'ERR_PARSE' })
  t.throws(() => parseVcconfig(CARTRIDGES.replace('701862L2', '701862L23456')), {
    code: 'ERR_PARSE',
  })
  t.end()
})

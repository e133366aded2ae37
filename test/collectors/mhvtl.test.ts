import fc from 'fast-check'
import t from 'tap'
import { ABSENT, defaultSettings, type Collected } from '../../src/collectors/collector.ts'
import {
  parseDeviceConf,
  parseHomePath,
  parseLibraryContents,
} from '../../src/collectors/mhvtl-config.ts'
import { mhvtl, parseUnits, type Mhvtl } from '../../src/collectors/mhvtl.ts'
import type { Host } from '../../src/host/host.ts'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { said } from '../support/said.ts'
import { openRecording, RECORDINGS } from '../support/recording.ts'

async function read(host: Host): Promise<Collected<Mhvtl>> {
  const collected = await mhvtl.collect(host, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  return collected
}

/** Numbers that follow a word at the start of a line. */
function numbered(text: string, word: string): number[] {
  return text.split('\n').flatMap((line) => {
    return line.startsWith(`${word} `) ? [Number.parseInt(line.slice(word.length + 1), 10)] : []
  })
}

for (const name of RECORDINGS) {
  t.test(`${name}: libraries, media and daemons are those of the evidence`, async (t) => {
    const host = openRecording(name)
    const { value } = await read(host)
    const configuration = await host.readText('/etc/mhvtl/device.conf')
    t.strictSame(
      value.libraries.map(({ number }) => number),
      numbered(configuration, 'Library:'),
    )
    t.strictSame(
      value.drives.map(({ number }) => number),
      numbered(configuration, 'Drive:'),
    )
    t.equal(value.moduleLoaded, await host.exists('/sys/module/mhvtl'))

    for (const { number, contents, homeDirectory, mediaOnDisk } of value.libraries) {
      const text = await host.readText(`/etc/mhvtl/library_contents.${number}`)
      t.strictSame(Object.keys(contents?.slots ?? {}).map(Number), numbered(text, 'Slot'))
      t.strictSame(Object.keys(contents?.importExport ?? {}).map(Number), numbered(text, 'MAP'))
      t.strictSame(Object.keys(contents?.drives ?? {}).map(Number), numbered(text, 'Drive'))
      t.strictSame(
        Object.values(contents?.slots ?? {}).flatMap((tag) => tag ?? []),
        text.match(/(?<=^Slot \d+: )\S+/gm),
      )
      t.strictSame(mediaOnDisk, (await host.list(homeDirectory)).sort())
    }

    const units = await said(
      host,
      'systemctl',
      'list-units',
      '--type=service',
      '--all',
      '--output=json',
    )
    for (const daemon of [...value.libraries, ...value.drives].map((each) => each.daemon)) {
      if (units === null) {
        t.equal(daemon, null)
        continue
      }
      const unit = daemon?.unit ?? ''
      const running = units.includes(
        `"unit":"${unit}","load":"loaded","active":"active","sub":"running"`,
      )
      t.equal(daemon?.running, running, unit)
    }
  })
}

t.test('a library, whole', async (t) => {
  const { value, problems, coverage } = await read(openRecording('01-steady'))
  const { contents, mediaOnDisk, bytesByMedium = {}, ...library } = value.libraries[2] ?? {}
  t.strictSame(
    [library, problems, coverage],
    [
      {
        id: 'DEC30050AB',
        number: 50,
        vendor: 'HP',
        product: 'MSL G3 Series',
        serial: 'DEC30050AB',
        homeDirectory: '/opt/mhvtl/HP_MSL',
        mediaBytes: 17 * 3 * 4096, // 17 empty media: mam, meta and mhvtl_data have a block each
        daemon: { unit: 'vtllibrary@50.service', running: true, detail: 'active (running)' },
      },
      [],
      'all',
    ],
  )
  t.strictSame(
    [contents?.slots[1], contents?.slots[24], mediaOnDisk?.length],
    ['K05001L6', null, 17],
  )
  t.strictSame(Object.keys(bytesByMedium).sort(), mediaOnDisk)
  t.strictSame(new Set(Object.values(bytesByMedium)), new Set([3 * 4096]))
  t.equal(value.version, '0.18.42')
  t.strictSame(value.drives[9], {
    id: 'DEC3005002',
    number: 52,
    vendor: 'HP',
    product: 'Ultrium 6-SCSI',
    serial: 'DEC3005002',
    library: 50,
    slot: 2,
    daemon: { unit: 'vtltape@52.service', running: true, detail: 'active (running)' },
  })
})

t.test('daemons that were killed', async (t) => {
  const { value } = await read(openRecording('05b-drive-daemon-killed'))
  const daemons = [...value.libraries, ...value.drives].flatMap(({ daemon }) => daemon ?? [])
  t.strictSame(
    daemons.filter(({ running }) => !running),
    [
      { unit: 'vtllibrary@50.service', running: false, detail: 'failed (failed)' },
      { unit: 'vtltape@13.service', running: false, detail: 'failed (failed)' },
    ],
  )
})

t.test('configured libraries without the module are not absent', async (t) => {
  const { value, coverage } = await read(openRecording('09-no-tape'))
  t.strictSame([coverage, value.moduleLoaded, value.version], ['all', false, null])
  t.match(value.libraries, [
    { id: 'XYZZY_A', daemon: { running: false, detail: 'not loaded' } },
    { id: 'IBMLIB0030' },
    { id: 'DEC30050AB' },
  ])
})

t.test('a large library is not looked into', async (t) => {
  const { value } = await read(openRecording('11-big-library'))
  t.match(value.libraries, [{ mediaOnDisk: { length: 1883 }, mediaBytes: null, bytesByMedium: {} }])
})

const emptyRecording = { 'commands.jsonl': '', 'manifest.json': '{"format":1,"name":"x"}' }

t.test('an appliance without mhvtl', async (t) => {
  const path = t.testdir({ ...emptyRecording, 'files.jsonl': '' })
  t.equal(await mhvtl.collect(new ReplayHost(readRecording(path)), defaultSettings), ABSENT)
})

t.test('what cannot be read of a library is named, and the rest is read', async (t) => {
  const conf =
    'VERSION: 5\n\nLibrary: 10 CHANNEL: 00 TARGET: 00 LUN: 00\n Unit serial number: LIB1\n\n' +
    'Library: 20 CHANNEL: 00 TARGET: 01 LUN: 00\n Home directory: /srv/vtl\n'
  const files = [
    { path: '/etc/mhvtl/device.conf', content: conf },
    { path: '/etc/mhvtl/mhvtl.conf', content: 'MHVTL_HOME_PATH="/var/vtl"\n' },
    { path: '/etc/mhvtl/library_contents.20', content: 'VERSION: 2\nSlot 1: A00001L8\nSlot 2:\n' },
    { path: '/srv/vtl', dir: ['A00001L8', 'OLD001L4', 'lost+found', 'notes.txt'] },
    { path: '/srv/vtl/A00001L8', dir: ['data.0', 'mam'] },
    { path: '/srv/vtl/A00001L8/data.0', content: '' },
    { path: '/srv/vtl/OLD001L4', dir: ['data', 'indx', 'meta'] },
    { path: '/srv/vtl/lost+found', dir: [] },
    { path: '/srv/vtl/notes.txt', content: 'not a medium\n' },
  ]
  const path = t.testdir({
    ...emptyRecording,
    'files.jsonl': files.map((line) => JSON.stringify(line)).join('\n'),
  })
  const { value, problems, coverage } = await read(new ReplayHost(readRecording(path)))

  t.match(value.libraries, [
    {
      id: 'LIB1',
      homeDirectory: '/var/vtl/10',
      contents: null,
      mediaOnDisk: null,
      mediaBytes: null,
    },
    {
      id: '20',
      contents: { slots: { 1: 'A00001L8', 2: null }, importExport: {}, drives: {} },
      mediaOnDisk: ['A00001L8', 'OLD001L4'],
      mediaBytes: null,
      daemon: null,
    },
  ])
  t.equal(coverage, 'some')
  t.strictSame(
    problems.map(({ labels, error }) => [labels, error]),
    [
      [{ library: 'LIB1' }, 'LIB1: /etc/mhvtl/library_contents.10: not found'],
      [{ library: 'LIB1' }, 'LIB1: /var/vtl/10: not found'],
      [
        {},
        'the recording x does not hold "systemctl list-units --type=service --all --output=json"',
      ],
    ],
  )
})

t.test('device.conf', (t) => {
  const library = 'Library: 10 CHANNEL: 00 TARGET: 00 LUN: 00'
  const drive = 'Drive: 11 CHANNEL: 00 TARGET: 01 LUN: 00'
  t.strictSame(
    parseDeviceConf(
      `# by hand\r\nVERSION: 5\r\n\r\n${library}\r\n Vendor identification: STK\r\n` +
        ` Product identification: L700\r\n Unit serial number: A\r\n NAA: 10:22:33\r\n fifo: /x\r\n\r\n` +
        `${drive}\r\n Library ID: 10 Slot: 01\r\n Unit serial number:\r\n`,
    ),
    {
      libraries: [{ number: 10, vendor: 'STK', product: 'L700', serial: 'A', homeDirectory: null }],
      drives: [{ number: 11, vendor: '', product: '', serial: '', library: 10, slot: 1 }],
    },
  )
  const refusals: [string, string][] = [
    ['', 'no VERSION line'],
    [`${library}\n`, 'no VERSION line'],
    [`VERSION: 5\n${library}\n${library}\n`, 'device 10 defined twice'],
    ['VERSION: 5\n Vendor identification: STK\n', '"Vendor identification: STK"'],
    [`VERSION: 5\n${library}\nsomething else\n`, '"something else"'],
    [`VERSION: 5\n${drive}\n`, 'drive 11 without a library'],
  ]
  for (const [text, problem] of refusals) {
    t.throws(() => parseDeviceConf(text), { code: 'ERR_PARSE', message: `device.conf: ${problem}` })
  }
  t.end()
})

t.test('library_contents', (t) => {
  const text =
    'VERSION: 2\n# robot\nDrive 1: A1\nPicker 1:\nMAP 1: B1  \nSlot 1: C1 # new\nSlot 2:\n'
  t.strictSame(parseLibraryContents(text), {
    slots: { 1: 'C1', 2: null },
    importExport: { 1: 'B1' },
    drives: { 1: 'A1' },
  })
  t.strictSame(
    parseLibraryContents('Drive 1: XYZZY_A1\nSlot 1: C1\n').drives,
    { 1: null },
    'before version 2 a drive is followed by its serial number',
  )
  const refusals: [string, string][] = [
    ['', 'no elements'],
    ['Slot 1: A\nSlot 1: B\n', 'Slot 1 defined twice'],
    ['Slot one: A\n', '"Slot one: A"'],
  ]
  for (const [broken, problem] of refusals) {
    t.throws(() => parseLibraryContents(broken), { message: `library_contents: ${problem}` })
  }
  t.end()
})

t.test('mhvtl.conf and the list of units', (t) => {
  t.equal(parseHomePath('# x\nCAPACITY=500\nMHVTL_HOME_PATH=/opt/mhvtl\n'), '/opt/mhvtl')
  t.equal(parseHomePath("MHVTL_HOME_PATH='/opt/v t l'\n"), '/opt/v t l')
  t.equal(parseHomePath('#MHVTL_HOME_PATH=/opt\n'), null)
  for (const [text, problem] of [
    ['', 'not a JSON array'],
    ['{}', 'not a JSON array'],
    ['[null]', 'a unit without name or state'],
    ['[{"unit":"a.service","active":"active"}]', 'a unit without name or state'],
  ]) {
    t.throws(() => parseUnits(text ?? ''), {
      code: 'ERR_PARSE',
      message: `systemctl list-units: ${problem}`,
    })
  }
  t.end()
})

t.test('any text is parsed or refused', (t) => {
  const line = fc.oneof(
    fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    fc.constantFrom(
      'VERSION: 5',
      'Library: 1 CHANNEL: 0 TARGET: 0 LUN: 0',
      'Drive: 2 CHANNEL: 0 TARGET: 1 LUN: 0',
      ' Library ID: 1 Slot: 1',
      'Slot 1: A',
      'Drive 1:',
      'MAP 99999999999999999999: x',
      'Slot __proto__: x',
    ),
    fc.json(),
  )
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n', ''),
      (lines, end) => {
        const text = lines.join(end)
        parseHomePath(text)
        for (const parse of [parseDeviceConf, parseLibraryContents, parseUnits]) {
          try {
            parse(text)
          } catch (error) {
            if ((error as { code?: unknown }).code !== 'ERR_PARSE') throw error
          }
        }
      },
    ),
  )
  t.throws(() => parseDeviceConf('VERSION: 5\n' + 'a '.repeat(100_000)), { code: 'ERR_PARSE' })
  t.end()
})

import t from 'tap'
import { changers, type Changer, type Element } from '../../src/collectors/changers.ts'
import { ABSENT, defaultSettings, type Collected } from '../../src/collectors/collector.ts'
import { parseMtxStatus } from '../../src/collectors/mtx-status.ts'
import type { Host } from '../../src/host/host.ts'
import { commandKey } from '../../src/host/recording-lines.ts'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { asListed, listedDevices, said } from '../support/said.ts'
import { openRecording, recordingDirectory, RECORDINGS } from '../support/recording.ts'

async function read(host: Host): Promise<Collected<readonly Changer[]>> {
  const collected = await changers.collect(host, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  return collected
}

for (const name of RECORDINGS) {
  t.test(`${name}: raw SCSI tells the same story as lsscsi, sg_inq and mtx`, async (t) => {
    const host = openRecording(name)
    const collected = await changers.collect(host, defaultSettings)
    const found = collected === ABSENT ? [] : collected.value
    const expected = await listedDevices(host, 'mediumx')
    if (expected !== null) t.strictSame(found.map(asListed).sort(), expected)

    for (const { device, serial, inventory } of found) {
      const inquiry = await said(host, 'sg_inq', '-p', 'sn', device)
      const told = inquiry?.split('Unit serial number: ')[1]?.trim()
      if (told !== undefined) t.equal(serial, told, `${device}: serial number`)

      const text = await said(host, 'mtx', '-f', device, 'status')
      if (inventory === null || text === null || text === '') continue

      const lines = text.split('\n').filter((line) => line.includes(' Element '))
      t.equal(inventory.elements.length, lines.length, `${device}: elements`)
      t.strictSame(
        inventory.elements.flatMap(({ full, volumeTag }) => (full ? [volumeTag] : [])),
        lines
          .filter((line) => line.includes(':Full'))
          .map((line) => line.split(/VolumeTag ?= ?/)[1]?.trim() ?? null),
        `${device}: volume tags, in order`,
      )

      const byMtx = parseMtxStatus(text)
      const asMtx = inventory.elements.map((element, index) => ({
        ...element,
        address: null,
        ...{ exception: null, exceptionText: null, accessible: null, mediumType: null },
        driveSerial: null,
        sourceElement: byMtx[index]?.sourceElement === null ? null : element.sourceElement,
      }))
      t.strictSame(asMtx, byMtx, `${device}: all that mtx knows`)
    }
  })
}

const NO_ELEMENTS = 'Storage Changer /dev/sg11:0 Drives, 0 Slots ( 0 Import/Export )\n'

t.test('a library after a series of moves', async (t) => {
  const { value, problems, coverage } = await read(openRecording('03-tape-moves'))
  const library = value.find(({ id }) => id === 'XYZZY_A')

  t.strictSame([problems, coverage], [[], 'all'])
  t.strictSame(
    { ...library, inventory: null },
    {
      id: 'XYZZY_A',
      serial: 'XYZZY_A',
      wwn: null,
      vendor: 'STK',
      product: 'L700',
      revision: '0107',
      device: '/dev/sg12',
      paths: ['/dev/sg12'],
      hctl: '13:0:0:0',
      hctls: ['13:0:0:0'],
      virtual: true,
      state: 'online',
      error: null,
      inventory: null,
      exportedAs: null,
    },
  )
  const { source, elements = [] } = library?.inventory ?? {}
  t.equal(source, 'scsi')
  const empty = {
    ...{ full: false, volumeTag: null, sourceElement: null, exception: null },
    ...{ exceptionText: null, accessible: true, mediumType: null },
  }
  t.strictSame(
    elements.filter(({ type }) => type === 'data-transfer'),
    [
      {
        type: 'data-transfer',
        number: 0,
        address: 500,
        full: true,
        volumeTag: 'E01001L8',
        sourceElement: 1, // slot 1 is occupied again, and mtx makes it slot 5
        ...{ exception: null, exceptionText: null, accessible: false, mediumType: 'data' },
        driveSerial: 'XYZZY_A01',
      },
      {
        type: 'data-transfer',
        number: 1,
        address: 501,
        full: true,
        volumeTag: 'E01007L8',
        sourceElement: 7,
        ...{ exception: null, exceptionText: null, accessible: false, mediumType: 'data' },
        driveSerial: 'XYZZY_A02',
      },
      { ...empty, type: 'data-transfer', number: 2, address: 502, driveSerial: 'XYZZY_A03' },
      {
        type: 'data-transfer',
        number: 3,
        address: 503,
        full: true,
        volumeTag: 'F01002L6',
        sourceElement: 22,
        ...{ exception: null, exceptionText: null, accessible: false, mediumType: 'data' },
        driveSerial: 'XYZZY_A04',
      },
    ],
  )
  t.strictSame(
    elements.flatMap(({ type, number, full }) =>
      type === 'import-export' && full ? [number] : [],
    ),
    [40, 42],
  )
})

t.test('a library of two thousand slots', async (t) => {
  const { value } = await read(openRecording('11-big-library'))
  const elements = value[0]?.inventory?.elements ?? []
  const count = (test: (element: Element) => boolean) => elements.filter(test).length
  t.strictSame(
    [
      count(({ type }) => type === 'data-transfer'),
      count(({ type }) => type === 'storage'),
      count(({ type }) => type === 'import-export'),
      count(({ type, full }) => type === 'data-transfer' && full),
    ],
    [24, 2000, 32, 16],
  )
})

t.test('a library that is offline says so and keeps its last known inventory', async (t) => {
  const before = await read(openRecording('04-tapealert'))
  const now = await read(openRecording('05a-library-offline'))

  t.equal(now.coverage, 'some')
  t.strictSame(now.problems, [
    {
      labels: { library: 'IBMLIB0030' },
      error: 'IBMLIB0030: logical unit not ready, offline (02/04/12)',
    },
  ])
  const first = new Date('2026-11-20T21:00:00Z')
  const second = new Date('2026-11-20T21:00:30Z')
  const known = changers.accumulate?.(undefined, before.value, 0, first) ?? []
  const current = changers.accumulate?.(known, now.value, 30, second) ?? []

  const inventories = (value: readonly Changer[]) =>
    new Map(value.map(({ id, inventory }) => [id, inventory]))
  t.strictSame(
    current.map(({ id, state, error, inventory }) => [id, state, error, inventory?.takenAt]),
    [
      ['IBMLIB0030', 'offline', 'logical unit not ready, offline (02/04/12)', first],
      ['XYZZY_A', 'online', null, second],
      ['DEC30050AB', 'online', null, second],
    ],
  )
  t.equal(
    inventories(current).get('IBMLIB0030')?.elements,
    inventories(before.value).get('IBMLIB0030')?.elements,
  )

  const third = new Date('2026-11-20T21:01:00Z')
  const later = changers.accumulate?.(current, now.value, 30, third) ?? []
  t.strictSame(inventories(later).get('IBMLIB0030')?.takenAt, first, 'and does not get younger')
})

t.test('mtx says that a library is offline in the same words', async (t) => {
  const recording = { ...readRecording(recordingDirectory('05a-library-offline')), scsi: null }
  const { value, coverage } = await read(new ReplayHost(recording))
  t.equal(coverage, 'some')
  t.match(value, [
    { id: 'IBMLIB0030', state: 'offline', error: 'logical unit not ready, offline (02/04/12)' },
    { id: 'XYZZY_A', state: 'online', inventory: { source: 'mtx' } },
    { id: 'DEC30050AB', state: 'online', inventory: { source: 'mtx' } },
  ])
})

t.test('an exit code of 0 is no answer where the text says that none came', async (t) => {
  const { recording } = openRecording('01-steady')
  const key = commandKey(['mtx', '-f', '/dev/sg11', 'status'])
  const good = recording.commands?.get(key)
  if (good === undefined) throw new Error('mtx was not recorded')
  const lies = [
    {
      said: { stderr: 'transport error: Host_status=0x03 [DID_TIME_OUT]\n' },
      error: /DID_TIME_OUT/,
    },
    { said: { stdout: NO_ELEMENTS }, error: /a library without elements/ },
  ]
  for (const { said, error } of lies) {
    const commands = new Map(recording.commands).set(key, { ...good, exitCode: 0, ...said })
    const { value } = await read(new ReplayHost({ ...recording, scsi: null, commands }))
    const silent = value.filter(({ device }) => device === '/dev/sg11')
    t.match(silent, [{ state: 'unreachable', inventory: null, error }])
    t.equal(value.filter(({ state }) => state === 'online').length, value.length - 1)
  }
})

t.test('libraries behind a hanging adapter are unreachable', async (t) => {
  const now = await read(openRecording('05b-drive-daemon-killed'))
  t.equal(now.coverage, 'none')
  const hangs = /^mtx -f \/dev\/sg\d+ status: no answer within 30000 ms, .* \(state D\)$/
  t.match(
    now.value.map(({ id, state, error }) => ({ id, state, error })),
    [
      { id: 'IBMLIB0030', state: 'unreachable', error: hangs },
      { id: 'XYZZY_A', state: 'unreachable', error: hangs },
      { id: '13:1:0:0', state: 'unreachable', error: hangs },
    ],
  )
  t.strictSame(
    now.problems.map(({ labels }) => labels),
    [{ library: 'IBMLIB0030' }, { library: 'XYZZY_A' }, {}],
    'a library that could not be asked for its serial number may be any',
  )

  const before = await read(openRecording('04-tapealert'))
  const current = changers.accumulate?.(before.value, now.value, 30, new Date(0)) ?? []
  t.strictSame(
    current.map(({ id, serial }) => [id, serial]),
    [
      ['IBMLIB0030', 'IBMLIB0030'],
      ['XYZZY_A', 'XYZZY_A'],
      ['DEC30050AB', 'DEC30050AB'],
    ],
    'it is the one that was known in its place',
  )
})

t.test(
  'a library that tells all but its serial number is the one that was known there',
  async (t) => {
    const { value: known } = await read(openRecording('01-steady'))
    const nameless = known.map((changer) =>
      changer.id === 'DEC30050AB' ? { ...changer, id: changer.hctl, serial: null } : changer,
    )
    const ids = (value: readonly Changer[] | undefined) =>
      value?.map(({ id, serial }) => [id, serial])

    t.strictSame(ids(changers.accumulate?.(known, nameless, 30, new Date(0))), ids(known))
    t.strictSame(
      ids(changers.accumulate?.(known, [...known, ...nameless.slice(2)], 30, new Date(0))),
      [...(ids(known) ?? []), ['13:1:0:0', null]],
      'unless that is there under its own name',
    )
    t.strictSame(ids(changers.accumulate?.([], nameless, 30, new Date(0))), ids(nameless))
  },
)

t.test('an appliance without changers', async (t) => {
  for (const name of ['09-no-tape', '12-large-scst']) {
    t.equal(await changers.collect(openRecording(name), defaultSettings), ABSENT)
  }
})

t.test('a library that nobody could ask is not one that does not answer', async (t) => {
  const recording = readRecording(recordingDirectory('01-steady'))
  const host = new ReplayHost({ ...recording, commands: new Map(), scsi: null })
  const collected = await read(host)
  t.strictSame(
    collected.value.map(({ state, inventory }) => [state, inventory]),
    Array(3).fill(['unknown', null]),
  )
  t.equal(collected.coverage, 'none')
  t.match(collected.problems[0]?.error, /does not hold "mtx -f \/dev\/sg11 status"/)
})

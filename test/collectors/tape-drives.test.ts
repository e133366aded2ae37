import t from 'tap'
import { changers, type Changer } from '../../src/collectors/changers.ts'
import { ABSENT, defaultSettings, type Collected } from '../../src/collectors/collector.ts'
import { driveStatus, readDriveStatus } from '../../src/collectors/drive-status.ts'
import { placeDrives } from '../../src/collectors/place-drives.ts'
import { tapeDrives, type TapeDrive } from '../../src/collectors/tape-drives.ts'
import {
  BreakerOpenError,
  BusyError,
  TimeoutError,
  type Host,
  type ScsiAnswer,
} from '../../src/host/host.ts'
import { asListed, listedDevices, said } from '../support/said.ts'
import { openRecording, RECORDINGS } from '../support/recording.ts'

async function read(host: Host): Promise<Collected<readonly TapeDrive[]>> {
  const collected = await tapeDrives.collect(host, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  return collected
}

for (const name of RECORDINGS) {
  t.test(`${name}: drives are those that lsscsi lists, with the counters of st`, async (t) => {
    const host = openRecording(name)
    const collected = await tapeDrives.collect(host, defaultSettings)
    const found = collected === ABSENT ? [] : collected.value
    const expected = await listedDevices(host, 'tape')
    if (expected !== null) t.strictSame(found.map(asListed).sort(), expected)

    const lines = (await said(host, 'lsscsi', '-g'))?.split('\n') ?? []
    for (const { hctl, tapeNode, statistics } of found) {
      const line = lines.find((each) => each.startsWith(`[${hctl}]`))
      if (line !== undefined) t.ok(line.includes(`/dev/${tapeNode} `), `${hctl} is ${tapeNode}`)
      const bytes = await host.readText(`/sys/class/scsi_tape/${tapeNode}/stats/write_byte_cnt`)
      t.equal(statistics?.writtenBytes, Number(bytes))
    }
  })
}

t.test('the device status is what sg_logs makes of it', async (t) => {
  const host = openRecording('01-steady')
  let compared = 0
  for (const { device, status } of (await read(host)).value) {
    const text = await said(host, 'sg_logs', '-p', '0x11', device)
    const bit = (name: string) => new RegExp(`\\b${name}=(\\d)`).exec(text ?? '')?.[1] === '1'
    if (text === null) {
      t.equal(status, null, `${device} does not have the page`)
      continue
    }
    compared += 1
    t.match(status, {
      activity: text.includes('No DT device activity') ? 'no-activity' : '',
      mediumPresent: bit('MPRSNT'),
      mounted: bit('MOUNTED'),
      writeProtected: bit('WRTP'),
      cleaningRequested: bit('CRQST'),
      cleaningRequired: bit('CRQRD'),
      hostInitiatedUnload: bit('HUI'),
      recoveryRequested: bit('RRQST'),
      inTransition: bit('INXTN'),
    })
  }
  t.equal(compared, 8)
})

t.test('drives that ask for something', async (t) => {
  const { value } = await read(openRecording('04-tapealert'))
  const those = (key: 'cleaningRequired' | 'cleaningRequested' | 'tapeAlertChanged') =>
    value.filter(({ status }) => status?.[key]).map(({ id }) => id)

  t.strictSame(those('cleaningRequired'), ['XYZZY_A01'])
  t.strictSame(those('cleaningRequested'), ['IBMLIB0001'])
  t.strictSame(those('tapeAlertChanged'), ['XYZZY_A01', 'XYZZY_A02', 'XYZZY_A04', 'IBMLIB0001'])
})

t.test('a drive, whole', async (t) => {
  const { value } = await read(openRecording('02a-io-running'))
  t.strictSame(value[1], {
    id: 'XYZZY_A02',
    serial: 'XYZZY_A02',
    wwn: '0x50223344ab000200',
    vendor: 'IBM',
    product: 'ULT3580-TD8',
    revision: '2160',
    device: '/dev/sg15',
    paths: ['/dev/sg15'],
    tapeNode: 'st1',
    hctl: '13:0:2:0',
    hctls: ['13:0:2:0'],
    virtual: true,
    reachable: true,
    error: null,
    library: null,
    volumeTag: null,
    exportedAs: null,
    place: 'serial XYZZY_A02 = /dev/sg15 = st1',
    status: {
      activity: 'writing',
      mediumPresent: true,
      mounted: true,
      writeProtected: false,
      cleaningRequested: false,
      cleaningRequired: false,
      hostInitiatedUnload: false,
      recoveryRequested: false,
      tapeAlertChanged: false,
      inTransition: false,
    },
    recovery: null,
    statistics: {
      inFlight: 1,
      readBytes: 0,
      writtenBytes: 1_037_041_664,
      reads: 0,
      writes: 3956,
      others: 44,
      ioSeconds: 26.257867,
      readSeconds: 0,
      writeSeconds: 25.436418,
      residuals: 0,
    },
    active: true,
  })
})

t.test('a drive works when its status or its counters say so', async (t) => {
  const first = await read(openRecording('02a-io-running'))
  const second = await read(openRecording('02b-io-running'))
  const at = new Date(0)
  const activity = (drives: readonly TapeDrive[] = []) =>
    Object.fromEntries(drives.map(({ id, active }) => [id, active]))

  t.match(activity(first.value), {
    XYZZY_A01: false,
    XYZZY_A02: true,
    IBMLIB0001: true,
    IBMLIB0003: null,
  })

  const idle = first.value.map((drive) => ({ ...drive, active: false, status: null }))
  const silent = second.value.map((drive) => ({ ...drive, active: null, status: null }))
  t.strictSame(
    activity(tapeDrives.accumulate?.(idle, silent, 180, at)),
    Object.fromEntries(
      second.value.map(({ id }) => [id, ['XYZZY_A02', 'IBMLIB0001'].includes(id)]),
    ),
    'the counters alone show who wrote; being asked for its status is no work',
  )
  t.match(activity(tapeDrives.accumulate?.(undefined, silent, 0, at)), { XYZZY_A01: null })
})

t.test('where pass-through is not possible the status is unknown, and said to be', async (t) => {
  const { value, problems, coverage } = await read(openRecording('07-raid-degraded-and-full'))
  t.equal(coverage, 'some')
  t.match(value[0], { id: 'XYZZY_A01', reachable: null, status: null, statistics: { reads: 0 } })
  t.strictSame(
    problems.map(({ labels }) => labels),
    value.map(({ id }) => ({ serial: id })),
  )
})

t.test('an appliance without drives', async (t) => {
  for (const name of ['09-no-tape', '12-large-scst']) {
    t.equal(await tapeDrives.collect(openRecording(name), defaultSettings), ABSENT)
  }
})

t.test('what a drive answers', async (t) => {
  const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
  const answer = { status: 0, hostStatus: 0, driverStatus: 0, sense: bytes(''), data: bytes('') }
  const asked: string[] = []
  /** A drive that answers LOG SENSE by page. */
  const drive = (pages: Record<string, Partial<ScsiAnswer> | Error>): Host =>
    Object.assign(openRecording('09-no-tape'), {
      async scsi(_device: string, cdb: Uint8Array): Promise<ScsiAnswer> {
        const page = Buffer.from(cdb).toString('hex', 2, 3)
        asked.push(page)
        const told = pages[page] ?? new Error(`page ${page} was asked for`)
        if (told instanceof Error) throw told
        return { ...answer, ...told }
      },
    })
  const status = (pages: Record<string, Partial<ScsiAnswer> | Error>) =>
    readDriveStatus(drive(pages), '/dev/sg1')

  t.strictSame(
    await status({ '40': { data: bytes('00000003000c2e') } }),
    { reachable: true, error: null, status: null },
    'a drive without page 11h is not asked for it',
  )
  t.strictSame(asked, ['40'])

  t.strictSame(
    await status({ '40': { hostStatus: 3, data: bytes('00000003001100') } }),
    { reachable: false, error: 'timed out (DID_TIME_OUT)', status: null },
    'stale bytes are not decoded',
  )
  t.strictSame(
    await status({ '40': { status: 2, sense: bytes('7000020000000006000000000412') } }),
    { reachable: true, error: 'logical unit not ready, offline (02/04/12)', status: null },
    'a drive that refuses has answered',
  )
  t.strictSame(await status({ '40': { data: bytes('000000020011') }, '51': { status: 0x18 } }), {
    reachable: true,
    error: 'reservation conflict',
    status: null,
  })
  t.strictSame(
    await status({ '40': { data: bytes('2e000000') } }),
    { reachable: true, error: 'log page 00h: the answer is page 2eh', status: null },
    'and so has one that cannot be understood',
  )
  for (const [error, reachable] of [
    [new TimeoutError('/dev/sg1', 10_000), false],
    [new BreakerOpenError('/dev/sg1', new Date(0)), false],
    [new BusyError('/dev/sg1', 60_000), null],
  ] as const) {
    t.strictSame(await status({ '40': error }), {
      reachable,
      error: error.message,
      status: null,
    })
  }
  t.notOk(asked.includes('6e'), 'page 2Eh is never read')
  await t.rejects(status({}), { message: 'page 40 was asked for' }, 'mistakes are not hidden')

  t.match(driveStatus(bytes('1100000800000304c1a01206')), {
    activity: 'unknown',
    hostInitiatedUnload: true,
    recoveryRequested: true,
    inTransition: true,
  })
  t.equal(driveStatus(bytes('1100000800000304c0a01206')), null, 'until it is initialized')
  const listed = { '40': { data: bytes('000000020011') } }
  const statusPage = (vhf: string) => ({ '51': { data: bytes(`1100000800000304${vhf}`) } })
  t.strictSame(await status({ ...listed, ...statusPage('c0a01206') }), {
    reachable: true,
    error: 'log page 11h: the drive is not initialized',
    status: null,
  })
  t.strictSame(await status({ ...listed, ...statusPage('ffffffff') }), {
    reachable: true,
    error: 'log page 11h: parameter 0000h is all FFh',
    status: null,
  })
})

t.test('drives are placed by the serial numbers that libraries tell', async (t) => {
  const host = openRecording('03-tape-moves')
  const { value: drives } = await read(host)
  const collected = await changers.collect(host, defaultSettings)
  const libraries = collected === ABSENT ? [] : collected.value
  const among = (these: readonly Changer[]) =>
    placeDrives(drives, { changers: these, scst: null, automation: new Map() })
  const places = (all: readonly TapeDrive[]) =>
    all.map(({ id, library, volumeTag }) => [id, library?.serial, library?.element, volumeTag])

  t.strictSame(places(among(libraries)), [
    ['XYZZY_A01', 'XYZZY_A', 0, 'E01001L8'],
    ['XYZZY_A02', 'XYZZY_A', 1, 'E01007L8'],
    ['XYZZY_A03', 'XYZZY_A', 2, null],
    ['XYZZY_A04', 'XYZZY_A', 3, 'F01002L6'],
    ['IBMLIB0001', 'IBMLIB0030', 0, 'G03002L9'],
    ['IBMLIB0002', 'IBMLIB0030', 1, 'G03003L9'],
    ['IBMLIB0003', 'IBMLIB0030', 2, 'H03001L8'],
    ['IBMLIB0004', 'IBMLIB0030', 3, 'J03001L7'],
    ['DEC3005001', 'DEC30050AB', 0, null],
    ['DEC3005002', 'DEC30050AB', 1, 'K05002L6'],
  ])

  const offline = libraries.map((library) => ({ ...library, state: 'offline' as const }))
  t.strictSame(
    places(among(offline))[0],
    ['XYZZY_A01', 'XYZZY_A', 0, null],
    'what was in it when its library was last heard of is not said again',
  )
  t.strictSame(places(among([]))[0], ['XYZZY_A01', undefined, undefined, null])
})

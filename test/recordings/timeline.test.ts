import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openReplay } from '../../src/host/replay-timeline.ts'
import { alertText, watchAppliance, watchRecordings, type Watched } from '../support/appliance.ts'

const demo = fileURLToPath(new URL('../../fixtures/demo', import.meta.url))

/** What came and went with a recording, after those before it. */
interface Step {
  recording: string
  came: string[]
  went: string[]
  /** Of what fires then, what follows from something graver. */
  muted: string[]
}

const MUTED = / \(muted\)$/

async function playDemo(): Promise<{ steps: Step[]; seen: Watched[] }> {
  const replay = await openReplay(demo)
  const appliance = watchAppliance(replay.host)
  const steps: Step[] = []
  const seen: Watched[] = []
  let before: string[] = []
  do {
    const watched = await appliance.watch()
    const texts = watched.alerts.map(alertText).sort()
    const alerts = texts.map((text) => text.replace(MUTED, ''))
    steps.push({
      recording: replay.current(),
      came: alerts.filter((alert) => !before.includes(alert)),
      went: before.filter((alert) => !alerts.includes(alert)),
      muted: texts
        .filter((text) => text.endsWith(' (muted)'))
        .map((text) => text.replace(MUTED, '')),
    })
    seen.push(watched)
    before = alerts
  } while (await replay.advance())
  return { steps, seen }
}

const initiator = (name: string) =>
  `driver=iscsi target=iqn.2026-01.org.example:disk1 initiator=${name}`
const esxLost = `ScstSessionLost ${initiator('iqn.1998-01.com.vmware:esx01')}`
const mediaLost = `ScstSessionLost ${initiator('iqn.1993-08.org.debian:01:media01')}`
const repoB = 'StorageCapacityWarning mountpoint=/srv/repo-b'
const fullOfHp = 'ChangerImportExportFull library=DEC30050AB (pending)'
const occupied = [
  'ChangerImportExportOccupied library=DEC30050AB',
  'ChangerImportExportOccupied library=IBMLIB0030',
  'ChangerImportExportOccupied library=XYZZY_A',
]
const unreachable = [
  'ChangerUnreachable library=DEC30050AB',
  'ChangerUnreachable library=IBMLIB0030',
  'ChangerUnreachable library=XYZZY_A',
]
const daemonsDown = ['VtlDaemonDown library=DEC30050AB', 'VtlDaemonDown serial=XYZZY_A03']
const scstTrouble = [
  'ScstConfigurationDiffers',
  'ScstDeviceFileMissing device=esx_ds0',
  'ScstDeviceFileMissing device=thin_lun',
  'ScstDeviceInactive device=backup_lun0',
  'ScstDeviceInactive device=lv_thin',
]
const targetDisabled = 'ScstTargetDisabled driver=iscsi target=iqn.2026-01.org.example:vtl1'
const driveFlags = (drive: string, ...flags: number[]) =>
  flags.map((flag) => `TapeDriveTapeAlert serial=${drive} flag=${flag}`)
const lostStatistics = [...driveFlags('XYZZY_A01', 50), ...driveFlags('XYZZY_A02', 50)]

const played = playDemo()

t.test('alerts come and go with the trouble, one minute a step', async (t) => {
  const { steps } = await played

  const none: string[] = []
  const ofLibrary = (library: string) => `ChangerImportExportOccupied library=${library}`

  const unread = [
    ...driveFlags('XYZZY_A01', 3, 50),
    ...driveFlags('XYZZY_A02', 50, 7),
    ...driveFlags('XYZZY_A03', 11, 12),
    ...driveFlags('XYZZY_A04', 30),
  ]

  t.strictSame(steps, [
    { recording: '01-steady', came: [repoB, ...lostStatistics], went: [], muted: none },
    // The drives do not say so any more, which tells nothing: the flags were read.
    { recording: '02a-io-running', came: [], went: [], muted: none },
    { recording: '02b-io-running', came: [], went: [], muted: none },
    {
      recording: '03-tape-moves',
      came: [fullOfHp, ...occupied, `${esxLost} (pending)`, ...driveFlags('XYZZY_A03', 11, 12)],
      went: [],
      muted: none,
    },
    {
      recording: '04-tapealert',
      came: [
        esxLost,
        'TapeDriveCleaningRequested serial=IBMLIB0001',
        'TapeDriveCleaningRequired serial=XYZZY_A01',
        ...driveFlags('IBMLIB0001', 21),
        ...driveFlags('XYZZY_A01', 20, 3),
        ...driveFlags('XYZZY_A02', 7),
        ...driveFlags('XYZZY_A04', 30),
      ],
      went: [`${esxLost} (pending)`],
      muted: none,
    },
    {
      recording: '05a-library-offline',
      came: ['ChangerOffline library=IBMLIB0030'],
      went: ['TapeDriveCleaningRequired serial=XYZZY_A01', ...driveFlags('XYZZY_A01', 20)],
      muted: [
        ofLibrary('IBMLIB0030'),
        'TapeDriveCleaningRequested serial=IBMLIB0001',
        ...driveFlags('IBMLIB0001', 21),
      ],
    },
    {
      recording: '05b-drive-daemon-killed',
      came: [...unreachable, ...daemonsDown],
      went: ['ChangerOffline library=IBMLIB0030'],
      muted: [
        ...occupied,
        'ChangerUnreachable library=DEC30050AB',
        'TapeDriveCleaningRequested serial=IBMLIB0001',
        ...driveFlags('IBMLIB0001', 21),
        ...unread,
      ],
    },
    {
      recording: '06-scst-degraded',
      came: [...scstTrouble, `${mediaLost} (pending)`, targetDisabled],
      went: [...unreachable, ...daemonsDown],
      muted: none,
    },
    {
      recording: '07-raid-degraded-and-full',
      came: [
        'ArrayDegraded array=md0',
        'StorageCapacityCritical mountpoint=/srv/repo-b',
        'StorageCapacityWarning mountpoint=/',
      ],
      went: [...scstTrouble, `${mediaLost} (pending)`, targetDisabled],
      muted: [repoB],
    },
    {
      recording: '08-no-scst',
      came: ['ScstNotRunning'],
      went: [
        'ArrayDegraded array=md0',
        fullOfHp,
        ...occupied,
        'StorageCapacityCritical mountpoint=/srv/repo-b',
        'StorageCapacityWarning mountpoint=/',
      ],
      muted: [esxLost],
    },
    {
      recording: '01-steady',
      came: [],
      went: [
        'ScstNotRunning',
        'TapeDriveCleaningRequested serial=IBMLIB0001',
        ...driveFlags('IBMLIB0001', 21),
        // A cartridge is in that drive again.
        ...driveFlags('XYZZY_A03', 11, 12),
      ],
      muted: none,
    },
  ])
})

t.test('in the end it is as in the beginning, but for what nobody has seen to', async (t) => {
  const { seen } = await played
  const [first, last] = [seen.at(0), seen.at(-1)].map((each) => each?.alerts.map(alertText).sort())

  const flags = [
    ...driveFlags('XYZZY_A01', 3),
    ...driveFlags('XYZZY_A02', 7),
    ...driveFlags('XYZZY_A04', 30),
  ]
  t.strictSame(last, [...(first ?? []), esxLost, ...flags].sort())
})

t.test(
  'hardware is never missed: it was always there, though it did not always answer',
  async (t) => {
    const { seen } = await played
    const missing = seen.flatMap((each) => each.missing)

    t.strictSame(
      [...new Set(missing)],
      [
        'session iscsi/iqn.2026-01.org.example:disk1/iqn.1998-01.com.vmware:esx01',
        'session iscsi/iqn.2026-01.org.example:disk1/iqn.1993-08.org.debian:01:media01',
      ],
    )
  },
)

t.test('what libraries held is shown with the time they last said so', async (t) => {
  const { seen } = await played
  const changers = seen.map(({ snapshot }) => {
    const reading = snapshot.readings.changers
    if (reading?.state !== 'read') return null
    return reading.value
      .map(({ id, state, inventory }) => {
        const age = snapshot.takenAt.getTime() - (inventory?.takenAt?.getTime() ?? 0)
        return `${id} ${state} ${age / 1000} s`
      })
      .sort()
  })
  const online = ['DEC30050AB online 0 s', 'IBMLIB0030 online 0 s', 'XYZZY_A online 0 s']

  t.strictSame(changers, [
    ...Array.from({ length: 5 }, () => online),
    ['DEC30050AB online 0 s', 'IBMLIB0030 offline 60 s', 'XYZZY_A online 0 s'],
    ['DEC30050AB unreachable 60 s', 'IBMLIB0030 unreachable 120 s', 'XYZZY_A unreachable 60 s'],
    ...Array.from({ length: 4 }, () => online),
  ])
})

t.test(
  'a library without serial number at the first look is not missed when it has one',
  async (t) => {
    const seen = await watchRecordings([
      '05b-drive-daemon-killed',
      '06-scst-degraded',
      '05b-drive-daemon-killed',
    ])

    t.strictSame(
      seen.map(({ missing }) => missing.filter((each) => !each.startsWith('session'))),
      [[], [], []],
    )
  },
)

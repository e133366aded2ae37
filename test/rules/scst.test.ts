import t from 'tap'
import type { Scst, ScstDevice, ScstGroup, ScstTarget } from '../../src/collectors/scst.ts'
import type { Finding } from '../../src/rules/rule.ts'
import {
  scstConfigurationDiffers,
  scstNotRunning,
  scstSuspended,
  scstTargetDriverDown,
} from '../../src/rules/scst.ts'
import {
  scstDeviceBlocked,
  scstDeviceFileMissing,
  scstDeviceInactive,
} from '../../src/rules/scst-devices.ts'
import {
  scstBlackHole,
  scstLunZeroMissing,
  scstTargetDisabled,
} from '../../src/rules/scst-targets.ts'

const IQN = 'iqn.2026-01.org.example:disk1'

const target = (given: Partial<ScstTarget> = {}): ScstTarget => ({
  id: `iscsi/${IQN}`,
  driver: 'iscsi',
  name: IQN,
  enabled: true,
  relativeTargetId: 1,
  comment: null,
  blackHole: 0,
  luns: luns(0, 1),
  groups: [],
  sessions: 0,
  ...given,
})
const group = (name: string, given: Partial<ScstGroup> = {}): ScstGroup => ({
  name,
  initiators: [],
  luns: luns(0),
  blackHole: 0,
  ...given,
})
const luns = (...numbers: number[]) =>
  numbers.map((lun) => ({ lun, device: `disk${lun}`, readOnly: false }))

const scst = (given: Partial<Scst> = {}): Scst => ({
  running: true,
  version: '3.10.0',
  setupId: '0x0',
  suspendCount: 0,
  handlers: ['vdisk_fileio'],
  devices: [],
  targets: [target()],
  drivers: [{ name: 'iscsi', enabled: true, openState: 'open' }],
  deviceGroups: [],
  config: {
    path: '/etc/scst.conf',
    targets: [{ driver: 'iscsi', name: IQN, enabled: true }],
    digest: null,
    differences: [],
  },
  ...given,
})
const device = (given: Partial<ScstDevice> = {}): ScstDevice => ({
  id: 'esx_ds0',
  name: 'esx_ds0',
  handler: 'vdisk_fileio',
  type: 0,
  filename: '/srv/luns/esx_ds0.img',
  fileExists: true,
  sizeBytes: 1024,
  blockSizeBytes: 512,
  active: true,
  readOnly: false,
  thinProvisioned: false,
  nvCache: false,
  writeThrough: false,
  blockCount: 0,
  usn: 'abc',
  exports: 2,
  ...given,
})

const told = (findings: Finding[]) => findings.map(({ labels, message }) => [labels, message])

const all = [
  scstNotRunning,
  scstSuspended,
  scstConfigurationDiffers,
  scstTargetDriverDown,
  scstTargetDisabled,
  scstLunZeroMissing,
  scstBlackHole,
  scstDeviceInactive,
  scstDeviceFileMissing,
  scstDeviceBlocked,
]

t.test('SCST as it should be raises nothing', (t) => {
  for (const rule of all) t.strictSame(rule.check(scst({ devices: [device()] })), [], rule.alert)
  t.end()
})

t.test('without SCST one alert says so and not one a target', (t) => {
  const differences = [
    {
      kind: 'missing',
      object: 'device',
      path: 'device esx_ds0',
      configured: 'x',
      running: null,
    } as const,
  ]
  const stopped = scst({
    running: false,
    targets: [],
    drivers: [],
    config: { ...scst().config, differences },
  })

  t.strictSame(
    all.map((rule) => [rule.alert, told(rule.check(stopped))]).filter(([, each]) => each?.length),
    [['ScstNotRunning', [[{}, 'SCST is not running although /etc/scst.conf configures it.']]]],
  )
  t.end()
})

t.test('a target is disabled only where the file enables it', (t) => {
  const off = target({ enabled: false })
  const spare = target({ enabled: false, name: 'spare', id: 'iscsi/spare' })
  const local = target({
    enabled: null,
    driver: 'scst_local',
    name: 'local',
    id: 'scst_local/local',
  })

  t.strictSame(told(scstTargetDisabled.check(scst({ targets: [off, spare, local] }))), [
    [
      { driver: 'iscsi', target: IQN },
      `The target ${IQN} (iscsi) is disabled although /etc/scst.conf enables it.`,
    ],
  ])
  const config = { ...scst().config, targets: null }
  t.strictSame(scstTargetDisabled.check(scst({ targets: [off], config })), [], 'without a file')
  t.end()
})

t.test('LUN 0 is missed in every set that has LUNs', (t) => {
  const targets = [
    target({
      luns: luns(1, 2),
      groups: [group('esx'), group('media', { luns: luns(5) }), group('empty', { luns: [] })],
    }),
    target({ name: 'new', id: 'iscsi/new', luns: [] }),
  ]

  t.strictSame(told(scstLunZeroMissing.check(scst({ targets }))), [
    [
      { driver: 'iscsi', target: IQN },
      `The default set of the target ${IQN} has 2 LUNs but no LUN 0: initiators find nothing.`,
    ],
    [
      { driver: 'iscsi', target: IQN, group: 'media' },
      `The group media of the target ${IQN} has 1 LUN but no LUN 0: initiators find nothing.`,
    ],
  ])
  t.end()
})

t.test('a black hole is told of the target and of each group', (t) => {
  const targets = [
    target({ blackHole: 2, groups: [group('esx', { blackHole: 1 }), group('media')] }),
  ]

  t.strictSame(
    scstBlackHole.check(scst({ targets })).map(({ labels }) => labels),
    [
      { driver: 'iscsi', target: IQN },
      { driver: 'iscsi', target: IQN, group: 'esx' },
    ],
  )
  t.end()
})

t.test('a driver is down when it is off or its daemon is gone, and targets need it', (t) => {
  const down = (given: Partial<Scst>) => told(scstTargetDriverDown.check(scst(given)))
  const iscsi = (enabled: boolean | null, openState: string | null) => [
    { name: 'iscsi', enabled, openState },
  ]

  t.strictSame(down({ drivers: iscsi(false, 'open') }), [
    [{ driver: 'iscsi' }, 'The target driver iscsi of 1 target is disabled.'],
  ])
  t.strictSame(down({ drivers: iscsi(true, 'closed') }), [
    [{ driver: 'iscsi' }, 'The target driver iscsi of 1 target has no daemon connected (closed).'],
  ])
  t.strictSame(down({ drivers: iscsi(null, null) }), [])
  t.strictSame(
    down({ drivers: iscsi(false, null), config: { ...scst().config, targets: [] } }),
    [],
    'nothing is configured to need it',
  )
  t.end()
})

t.test('differences from the file are one alert that lists them', (t) => {
  const differences = [
    {
      kind: 'missing',
      object: 'lun',
      path: `iscsi/${IQN}/LUN 3`,
      configured: 'null0',
      running: null,
    },
    {
      kind: 'extra',
      object: 'lun',
      path: `iscsi/${IQN}/LUN 9`,
      configured: null,
      running: 'null0',
    },
    {
      kind: 'changed',
      object: 'attribute',
      path: 'iscsi/vtl1 enabled',
      configured: '1',
      running: '0',
    },
  ] as const
  const config = { ...scst().config, differences }

  t.strictSame(scstConfigurationDiffers.check(scst({ config })), [
    {
      labels: {},
      message:
        `SCST differs from /etc/scst.conf in 3 places: iscsi/${IQN}/LUN 3 is missing, ` +
        `iscsi/${IQN}/LUN 9 is not in the file, iscsi/vtl1 enabled is 0, not 1.`,
      evidence: {
        config: '/etc/scst.conf',
        differences,
        source: '/sys/kernel/scst_tgt, /etc/scst.conf',
      },
    },
  ])
  t.end()
})

t.test('a device is told when it is inactive, blocked, or its file is gone', (t) => {
  const devices = [
    device({ name: 'sda', handler: null, filename: null, fileExists: null, active: null }),
    device({ name: 'off', active: false }),
    device({ name: 'lost', fileExists: false, exports: 0 }),
    device({ name: 'stuck', blockCount: 1 }),
  ]
  const findings = [scstDeviceInactive, scstDeviceFileMissing, scstDeviceBlocked].map((rule) =>
    told(rule.check(scst({ devices }))),
  )

  t.strictSame(findings, [
    [[{ device: 'off' }, 'The device off, exported as 2 LUNs, is inactive.']],
    [
      [
        { device: 'lost' },
        'The backing file /srv/luns/esx_ds0.img of the device lost, not exported, is gone.',
      ],
    ],
    [[{ device: 'stuck' }, 'The I/O of the device stuck, exported as 2 LUNs, is frozen.']],
  ])
  t.equal(scstDeviceBlocked.forSeconds, 120)
  t.end()
})

t.test('SCST that is suspended freezes everything, once it lasts', (t) => {
  t.strictSame(told(scstSuspended.check(scst({ suspendCount: 1 }))), [
    [{}, 'SCST is suspended: the I/O of all initiators is frozen.'],
  ])
  t.strictSame(scstSuspended.check(scst({ suspendCount: null })), [])
  t.equal(scstSuspended.forSeconds, 120)
  t.end()
})

import t from 'tap'
import type { Mhvtl, VirtualDrive, VirtualLibrary } from '../../src/collectors/mhvtl.ts'
import type { DriveStatus, TapeDrive } from '../../src/collectors/tape-drives.ts'
import type { MissingObject, ObjectKind } from '../../src/inventory/inventory.ts'
import {
  arrayMissing,
  driveMissing,
  libraryMissing,
  scstSessionLost,
  targetMissing,
} from '../../src/rules/inventory.ts'
import { vtlDaemonDown, vtlMediumMissing, vtlNotRunning } from '../../src/rules/mhvtl.ts'
import type { Finding } from '../../src/rules/rule.ts'
import {
  tapeDriveCleaningRequested,
  tapeDriveCleaningRequired,
  tapeDriveRecoveryRequested,
  tapeDriveUnreachable,
} from '../../src/rules/tape-drives.ts'

const takenAt = new Date('2026-11-20T21:00:00Z')

const told = (findings: Finding[]) => findings.map(({ labels, message }) => [labels, message])

const drive = (status: Partial<DriveStatus> | null, given: Partial<TapeDrive> = {}): TapeDrive => ({
  id: 'XYZZY_A1',
  serial: 'XYZZY_A1',
  wwn: null,
  vendor: 'IBM',
  product: 'ULT3580-TD8',
  revision: '2160',
  device: '/dev/sg13',
  paths: ['/dev/sg13'],
  tapeNode: 'st0',
  hctl: '13:0:1:0',
  hctls: ['13:0:1:0'],
  virtual: true,
  reachable: true,
  error: null,
  library: { serial: 'XYZZY_A', element: 0 },
  volumeTag: 'E01001L8',
  exportedAs: [],
  place: 'drive 0 of library XYZZY_A = serial XYZZY_A1 = /dev/sg13 = st0',
  status: status && {
    activity: 'no-activity',
    mediumPresent: true,
    mounted: true,
    writeProtected: false,
    cleaningRequested: false,
    cleaningRequired: false,
    hostInitiatedUnload: false,
    recoveryRequested: false,
    tapeAlertChanged: false,
    inTransition: false,
    ...status,
  },
  recovery: null,
  statistics: null,
  active: false,
  ...given,
})

const driveRules = [
  tapeDriveUnreachable,
  tapeDriveCleaningRequired,
  tapeDriveCleaningRequested,
  tapeDriveRecoveryRequested,
]

t.test('a drive says what it wants by the flags of page 11h', (t) => {
  const where =
    'IBM ULT3580-TD8, drive 0 of library XYZZY_A = serial XYZZY_A1 = /dev/sg13 = st0, with E01001L8 loaded,'
  const cases = [
    [
      tapeDriveCleaningRequired,
      'cleaningRequired',
      `${where} must be cleaned now (CRQRD of log page 11h).`,
    ],
    [
      tapeDriveCleaningRequested,
      'cleaningRequested',
      `${where} asks to be cleaned (CRQST of log page 11h).`,
    ],
    [
      tapeDriveRecoveryRequested,
      'recoveryRequested',
      `${where} asks for recovery (RRQST of log page 11h).`,
    ],
  ] as const
  for (const [rule, flag, message] of cases) {
    t.strictSame(rule.check([drive({ [flag]: true })]), [
      {
        labels: { serial: 'XYZZY_A1' },
        partOf: { library: 'XYZZY_A' },
        message,
        source: 'vtl',
        evidence: {
          activity: 'no-activity',
          volume_tag: 'E01001L8',
          source: 'log page 11h of /dev/sg13',
          device: '/dev/sg13',
          hctl: '13:0:1:0',
          tape_node: 'st0',
          library: 'XYZZY_A',
        },
      },
    ])
  }
  t.equal(tapeDriveCleaningRequired.inhibits, tapeDriveCleaningRequested.alert)
  t.end()
})

t.test('a drive that asks for recovery names what it asks for', (t) => {
  const message = (recovery: readonly string[] | null) =>
    tapeDriveRecoveryRequested.check([drive({ recoveryRequested: true }, { recovery })])[0]?.message
  t.match(
    message(['unload-and-reinsert-volume', 'power-cycle']),
    /loaded, asks for recovery: unload and reinsert volume, else power cycle \(RRQST of log page 11h\)\.$/,
  )
  t.match(message([]), /asks for recovery \(RRQST of log page 11h\)\.$/)
  t.match(message(null), /asks for recovery \(RRQST of log page 11h\)\.$/)
  t.end()
})

t.test('a drive is unreachable only when it was asked and did not answer', (t) => {
  const plain = { library: null, volumeTag: null, virtual: false, place: 'serial S2 = /dev/sg13' }
  const all = [
    drive(null, { ...plain, reachable: null, error: 'no pass-through' }),
    drive(null, { ...plain, id: 'S2', reachable: false, error: 'no answer within 5000 ms' }),
  ]

  t.strictSame(told(tapeDriveUnreachable.check(all)), [
    [
      { serial: 'S2' },
      'IBM ULT3580-TD8, serial S2 = /dev/sg13 does not answer: no answer within 5000 ms.',
    ],
  ])
  t.end()
})

t.test('a drive that is well, or of which nothing is known, raises nothing', (t) => {
  for (const rule of driveRules) {
    t.strictSame(rule.check([drive({}), drive(null, { reachable: null })]), [], rule.alert)
  }
  t.end()
})

const running = (unit: string) => ({ unit, running: true, detail: 'active (running)' })
const library = (given: Partial<VirtualLibrary> = {}): VirtualLibrary => ({
  id: 'XYZZY_A',
  number: 10,
  vendor: 'STK',
  product: 'L700',
  serial: 'XYZZY_A',
  homeDirectory: '/opt/mhvtl/10',
  contents: {
    slots: { 1: 'E01001L8', 2: null, 3: 'E01003L8' },
    importExport: { 1: 'E01004L8' },
    drives: { 1: null },
  },
  mediaOnDisk: ['E01001L8', 'E01003L8', 'E01004L8', 'ORPHAN'],
  mediaBytes: 0,
  bytesByMedium: {},
  daemon: running('vtllibrary@10.service'),
  ...given,
})
const virtualDrive = (given: Partial<VirtualDrive> = {}): VirtualDrive => ({
  id: 'XYZZY_A1',
  number: 11,
  library: 10,
  slot: 1,
  vendor: 'IBM',
  product: 'ULT3580-TD8',
  serial: 'XYZZY_A1',
  daemon: running('vtltape@11.service'),
  ...given,
})
const mhvtl = (given: Partial<Mhvtl> = {}): Mhvtl => ({
  moduleLoaded: true,
  version: '1.8',
  libraries: [library()],
  drives: [virtualDrive()],
  ...given,
})

t.test('a VTL that runs raises nothing', (t) => {
  for (const rule of [vtlNotRunning, vtlDaemonDown, vtlMediumMissing]) {
    t.strictSame(rule.check(mhvtl()), [], rule.alert)
  }
  t.strictSame(vtlNotRunning.check(mhvtl({ moduleLoaded: false, libraries: [], drives: [] })), [])
  t.end()
})

t.test('without the module one alert says so and not one a daemon', (t) => {
  const dead = { unit: 'vtllibrary@10.service', running: false, detail: 'inactive (dead)' }
  const down = mhvtl({ moduleLoaded: false, libraries: [library({ daemon: dead })] })

  t.strictSame(told(vtlNotRunning.check(down)), [
    [{}, 'mhvtl is not running although 1 library and 1 drive are configured.'],
  ])
  t.strictSame(vtlDaemonDown.check(down), [])
  t.end()
})

t.test('a daemon that is down is told with its unit, one that is unknown is not', (t) => {
  const failed = (unit: string) => ({ unit, running: false, detail: 'failed (failed)' })
  const value = mhvtl({
    libraries: [library({ daemon: failed('vtllibrary@10.service') }), library({ daemon: null })],
    drives: [
      virtualDrive({ daemon: failed('vtltape@11.service') }),
      virtualDrive({ daemon: null }),
    ],
  })

  t.strictSame(told(vtlDaemonDown.check(value)), [
    [
      { library: 'XYZZY_A' },
      'The daemon vtllibrary@10.service of the virtual library STK L700 (XYZZY_A) does not run: failed (failed).',
    ],
    [
      { serial: 'XYZZY_A1' },
      'The daemon vtltape@11.service of the virtual drive IBM ULT3580-TD8 (XYZZY_A1) does not run: failed (failed).',
    ],
  ])
  t.end()
})

t.test('a medium is missing where the file has it and the disk has not', (t) => {
  const lost = library({ mediaOnDisk: ['E01001L8'] })
  const unknown = [library({ mediaOnDisk: null }), library({ contents: null })]

  t.strictSame(told(vtlMediumMissing.check(mhvtl({ libraries: [lost, ...unknown] }))), [
    [
      { library: 'XYZZY_A', volume_tag: 'E01003L8' },
      'The cartridge E01003L8 in slot 3 of STK L700 (XYZZY_A) has no directory below /opt/mhvtl/10.',
    ],
    [
      { library: 'XYZZY_A', volume_tag: 'E01004L8' },
      'The cartridge E01004L8 in import/export slot 1 of STK L700 (XYZZY_A) has no directory below /opt/mhvtl/10.',
    ],
  ])
  t.end()
})

t.test('what was there and is gone is missed under the labels of its subject', (t) => {
  const object = (kind: ObjectKind, virtual = false): MissingObject => ({
    kind,
    id: `${kind} id`,
    name: `${kind} name`,
    labels: { [kind]: 'x' },
    partOf: {},
    virtual,
    lastSeen: takenAt,
  })
  const missing = [
    object('library', true),
    object('drive'),
    object('target'),
    object('array'),
    object('session'),
  ]
  const rules = [libraryMissing, driveMissing, targetMissing, arrayMissing, scstSessionLost]

  t.strictSame(
    rules.map((rule) => {
      const [finding] = rule.check({ missing })
      return [rule.alert, finding?.labels, finding?.source ?? rule.source, finding?.message]
    }),
    [
      [
        'LibraryMissing',
        { library: 'x' },
        'vtl',
        'The library library name is gone; it was last seen at 2026-11-20T21:00:00.000Z.',
      ],
      [
        'DriveMissing',
        { drive: 'x' },
        'tape',
        'The tape drive drive name is gone; it was last seen at 2026-11-20T21:00:00.000Z.',
      ],
      [
        'TargetMissing',
        { target: 'x' },
        'scst',
        'The target target name is gone; it was last seen at 2026-11-20T21:00:00.000Z.',
      ],
      [
        'ArrayMissing',
        { array: 'x' },
        'storage',
        'The array array name is gone; it was last seen at 2026-11-20T21:00:00.000Z.',
      ],
      [
        'ScstSessionLost',
        { session: 'x' },
        'scst',
        'The session of session name is gone; it was last seen at 2026-11-20T21:00:00.000Z.',
      ],
    ],
  )
  for (const rule of rules) t.strictSame(rule.check({ missing: [] }), [])
  t.end()
})

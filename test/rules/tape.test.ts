import t from 'tap'
import type { Changer, Element } from '../../src/collectors/changers.ts'
import type { Mhvtl, VirtualDrive, VirtualLibrary } from '../../src/collectors/mhvtl.ts'
import type { DriveStatus, TapeDrive } from '../../src/collectors/tape-drives.ts'
import type { MissingObject, ObjectKind } from '../../src/inventory/inventory.ts'
import {
  elementException,
  importExportFull,
  importExportOccupied,
  noEmptySlot,
  volumeTagDuplicated,
} from '../../src/rules/changer-elements.ts'
import { changerOffline, changerUnreachable } from '../../src/rules/changers.ts'
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
  tapeDriveTapeAlertPending,
  tapeDriveUnreachable,
} from '../../src/rules/tape-drives.ts'

const takenAt = new Date('2026-11-20T21:00:00Z')

const element = (
  type: Element['type'],
  number: number,
  volumeTag: string | null,
  given: Partial<Element> = {},
): Element => ({
  type,
  number,
  address: null,
  full: volumeTag !== null,
  volumeTag,
  sourceElement: null,
  exception: null,
  driveSerial: null,
  ...given,
})
const slot = (number: number, tag: string | null, given: Partial<Element> = {}) =>
  element('storage', number, tag, given)
const station = (number: number, tag: string | null) => element('import-export', number, tag)
const transfer = (number: number, tag: string | null) => element('data-transfer', number, tag)

const changer = (elements: Element[], given: Partial<Changer> = {}): Changer => ({
  id: 'XYZZY_A',
  serial: 'XYZZY_A',
  vendor: 'STK',
  product: 'L700',
  revision: '0106',
  device: '/dev/sg12',
  paths: ['/dev/sg12'],
  hctl: '13:0:0:0',
  virtual: false,
  state: 'online',
  error: null,
  inventory: { takenAt, source: 'scsi', elements },
  ...given,
})

const told = (findings: Finding[]) => findings.map(({ labels, message }) => [labels, message])

t.test('a library that does not answer and one that is offline are two things', (t) => {
  const all = [
    changer([]),
    changer([], { id: 'B', state: 'offline', error: 'Not Ready 04h/12h' }),
    changer([], { id: 'C', state: 'unreachable', error: null, virtual: true, inventory: null }),
  ]

  t.strictSame(
    changerOffline.check(all).map(({ source, ...finding }) => [source, ...told([finding])[0]!]),
    [['tape', { library: 'B' }, 'STK L700 (B) is offline: Not Ready 04h/12h.']],
  )
  t.strictSame(
    changerUnreachable.check(all).map(({ source, ...finding }) => [source, ...told([finding])[0]!]),
    [['vtl', { library: 'C' }, 'STK L700 (C) does not answer.']],
  )
  t.strictSame(changerOffline.check(all)[0]?.evidence, {
    state: 'offline',
    error: 'Not Ready 04h/12h',
    device: '/dev/sg12',
    hctl: '13:0:0:0',
    inventory_taken_at: '2026-11-20T21:00:00.000Z',
  })
  t.end()
})

t.test('the station is occupied by its first cartridge and full by its last', (t) => {
  const empty = changer([slot(1, 'E1'), station(2, null)])
  const occupied = changer([station(40, 'E1'), station(41, null)], { id: 'B' })
  const full = changer([station(40, 'E1'), station(41, 'E2')], { id: 'C' })
  const single = changer([station(25, 'G1')], { id: 'D' })
  const none = changer([slot(1, 'E1')], { id: 'E' })
  const all = [empty, occupied, full, single, none]

  t.strictSame(told(importExportFull.check(all)), [
    [
      { library: 'C' },
      'The import/export station of STK L700 (C) is full: all 2 elements hold cartridges.',
    ],
    [
      { library: 'D' },
      'The import/export station of STK L700 (D) is full: its only element holds a cartridge.',
    ],
  ])
  t.equal(importExportFull.forSeconds, 900)
  t.equal(importExportFull.inhibits, importExportOccupied.alert)
  t.strictSame(told(importExportOccupied.check(all.slice(0, 2))), [
    [
      { library: 'B' },
      'The import/export station of STK L700 (B) holds E1 in import-export element 40.',
    ],
  ])
  t.strictSame(
    importExportOccupied.check(all).map(({ labels }) => labels.library),
    ['B', 'C', 'D'],
  )
  t.end()
})

t.test('a library without an empty slot says what waits in its drives', (t) => {
  const all = [
    changer([slot(1, 'E1'), slot(2, null)]),
    changer([slot(1, 'E1'), transfer(0, 'E2')], { id: 'B' }),
    changer([transfer(0, null)], { id: 'without slots' }),
  ]

  t.strictSame(told(noEmptySlot.check(all)), [
    [
      { library: 'B' },
      'STK L700 (B) has no empty slot: 1 of 1 are full, and 1 cartridge is in its drives.',
    ],
  ])
  t.end()
})

t.test('a volume tag is duplicated among real or among virtual cartridges, not across', (t) => {
  const real = changer([slot(1, 'E1'), slot(2, 'E2'), station(9, 'E2')])
  const other = changer([slot(3, 'E3'), transfer(0, 'E1')], { id: 'B' })
  const virtual = changer([slot(1, 'E3'), slot(2, null), slot(3, null)], { id: 'V', virtual: true })

  t.strictSame(told(volumeTagDuplicated.check([real, other, virtual])), [
    [
      { volume_tag: 'E1' },
      'E1 is in storage element 1 of STK L700 (XYZZY_A) and in data-transfer element 0 of STK L700 (B).',
    ],
    [
      { volume_tag: 'E2' },
      'E2 is in storage element 2 of STK L700 (XYZZY_A) and in import-export element 9 of STK L700 (XYZZY_A).',
    ],
  ])
  const twins = [changer([slot(1, 'E1'), slot(2, 'E1')], { id: 'V', virtual: true })]
  t.strictSame(
    volumeTagDuplicated.check(twins).map(({ source }) => source),
    ['vtl'],
  )
  t.end()
})

t.test('abnormal elements are one alert a library, labels that were not read are none', (t) => {
  const all = [
    changer([slot(1, null, { exception: 0x8300 })]),
    changer([slot(1, null, { exception: 0x3b0d }), slot(2, 'E1', { exception: 0x0400 })], {
      id: 'B',
    }),
  ]

  t.strictSame(told(elementException.check(all)), [
    [
      { library: 'B' },
      'STK L700 (B) reports 2 abnormal elements: storage element 1 (3Bh/0Dh), storage element 2 (04h/00h).',
    ],
  ])
  t.end()
})

t.test('what a silent library held when it last answered is no news', (t) => {
  const silent = changer([station(1, 'E1'), slot(2, 'E1', { exception: 0x3b0d })], {
    state: 'unreachable',
  })
  const rules = [
    importExportFull,
    importExportOccupied,
    noEmptySlot,
    volumeTagDuplicated,
    elementException,
  ]

  for (const rule of rules) t.strictSame(rule.check([silent]), [], rule.alert)
  t.end()
})

const drive = (status: Partial<DriveStatus> | null, given: Partial<TapeDrive> = {}): TapeDrive => ({
  id: 'XYZZY_A1',
  serial: 'XYZZY_A1',
  vendor: 'IBM',
  product: 'ULT3580-TD8',
  revision: '2160',
  device: '/dev/sg13',
  paths: ['/dev/sg13'],
  tapeNode: 'st0',
  hctl: '13:0:1:0',
  virtual: true,
  reachable: true,
  error: null,
  library: { serial: 'XYZZY_A', element: 0 },
  volumeTag: 'E01001L8',
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
  statistics: null,
  active: false,
  ...given,
})

const driveRules = [
  tapeDriveUnreachable,
  tapeDriveCleaningRequired,
  tapeDriveCleaningRequested,
  tapeDriveRecoveryRequested,
  tapeDriveTapeAlertPending,
]

t.test('a drive says what it wants by the flags of page 11h', (t) => {
  const where = 'IBM ULT3580-TD8 (XYZZY_A1), drive 0 of library XYZZY_A, with E01001L8 loaded'
  const cases = [
    [tapeDriveCleaningRequired, 'cleaningRequired', `${where} must be cleaned now.`],
    [tapeDriveCleaningRequested, 'cleaningRequested', `${where} asks to be cleaned.`],
    [tapeDriveRecoveryRequested, 'recoveryRequested', `${where} asks for recovery.`],
    [tapeDriveTapeAlertPending, 'tapeAlertChanged', `${where} has an unread TapeAlert.`],
  ] as const
  for (const [rule, flag, message] of cases) {
    t.strictSame(rule.check([drive({ [flag]: true })]), [
      {
        labels: { serial: 'XYZZY_A1' },
        message,
        source: 'vtl',
        evidence: {
          activity: 'no-activity',
          volume_tag: 'E01001L8',
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

t.test('a drive is unreachable only when it was asked and did not answer', (t) => {
  const plain = { library: null, volumeTag: null, virtual: false }
  const all = [
    drive(null, { ...plain, reachable: null, error: 'no pass-through' }),
    drive(null, { ...plain, id: 'S2', reachable: false, error: 'no answer within 5000 ms' }),
  ]

  t.strictSame(told(tapeDriveUnreachable.check(all)), [
    [{ serial: 'S2' }, 'IBM ULT3580-TD8 (S2) does not answer: no answer within 5000 ms.'],
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

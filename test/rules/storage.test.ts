import t from 'tap'
import type { FileSystem, FileSystemUsage } from '../../src/collectors/filesystems.ts'
import type { MdArray } from '../../src/collectors/md-arrays.ts'
import type { SmartReport } from '../../src/collectors/smart.ts'
import type {
  LogicalVolume,
  VolumeGroup,
  VolumeGroups,
} from '../../src/collectors/volume-groups.ts'
import {
  fileSystemInodesLow,
  fileSystemReadOnly,
  storageCapacityCritical,
  storageCapacityWarning,
} from '../../src/rules/filesystems.ts'
import { arrayDegraded, arrayInactive } from '../../src/rules/md-arrays.ts'
import { smartFailing } from '../../src/rules/smart.ts'
import {
  thinPoolDataFull,
  thinPoolDataFullCritical,
  thinPoolMetadataFull,
  thinPoolMetadataFullCritical,
  volumeGroupMissingDevice,
  volumeGroupNearlyFull,
} from '../../src/rules/volume-groups.ts'

const GIB = 2 ** 30

/** A file system of 100 GiB, so many percent full. */
const fileSystem = (
  mountPoint: string,
  usedPercent: number,
  given: Partial<FileSystem> & { usageGiven?: Partial<FileSystemUsage> } = {},
): FileSystem => {
  const { usageGiven, ...rest } = given
  return {
    id: mountPoint,
    mountPoint,
    device: '/dev/mapper/vg-repo',
    type: 'xfs',
    readOnly: false,
    remountedReadOnly: false,
    usage: {
      totalBytes: 100 * GIB,
      usedBytes: usedPercent * GIB,
      availableBytes: (100 - usedPercent) * GIB,
      usedPercent,
      files: 1000,
      filesFree: 900,
      ...usageGiven,
    },
    ...rest,
  }
}

const messages = (findings: { message: string }[]) => findings.map(({ message }) => message)

t.test('a file system over its limit says how full it is and what is left', (t) => {
  t.strictSame(storageCapacityWarning(80).check([fileSystem('/srv/repo-b', 86.5)]), [
    {
      labels: { mountpoint: '/srv/repo-b' },
      message: '/srv/repo-b is 86.5 % full: 13.5 GiB of 100.0 GiB are left.',
      evidence: {
        device: '/dev/mapper/vg-repo',
        type: 'xfs',
        used_percent: 86.5,
        threshold_percent: 80,
        used_bytes: 86.5 * GIB,
        available_bytes: 13.5 * GIB,
        total_bytes: 100 * GIB,
        source: 'statfs /srv/repo-b',
      },
    },
  ])
  t.end()
})

t.test('the limits are over 80 and over 95 percent, the root file system included', (t) => {
  const all = [80, 80.1, 95, 95.1].map((percent) => fileSystem(`/${percent}`, percent))
  const places = (findings: { labels: Readonly<Record<string, string>> }[]) =>
    findings.map(({ labels }) => labels.mountpoint)

  t.strictSame(places(storageCapacityWarning(80).check(all)), ['/80.1', '/95', '/95.1'])
  t.strictSame(places(storageCapacityCritical(95).check(all)), ['/95.1'])
  t.strictSame(places(storageCapacityWarning(90).check(all)), ['/95', '/95.1'])
  t.strictSame(places(storageCapacityWarning(80).check([fileSystem('/', 89)])), ['/'])
  t.equal(storageCapacityCritical(95).inhibits, storageCapacityWarning(80).alert)
  t.end()
})

t.test('what moves around its threshold is over one percent on the other side', (t) => {
  const lingering = (rule: Pick<ReturnType<typeof storageCapacityWarning>, 'lingers'>) =>
    rule
      .lingers?.([79, 79.1, 80, 81].map((percent) => fileSystem(`/${percent}`, percent)))
      .map(({ labels }) => labels.mountpoint)

  t.strictSame(lingering(storageCapacityWarning(80)), ['/79.1', '/80', '/81'])
  t.strictSame(lingering(storageCapacityWarning(80, 0.5)), ['/80', '/81'])
  t.strictSame(lingering(storageCapacityCritical(80)), ['/79.1', '/80', '/81'])
  t.strictSame(lingering(storageCapacityWarning(80, 0)), ['/81'])
  const free = (filesFree: number) => fileSystem(`/${filesFree}`, 10, { usageGiven: { filesFree } })
  t.strictSame(messages(fileSystemInodesLow(5).lingers?.([free(59), free(60)]) ?? []), [
    '/59 has 59 of 1000 inodes left (5.9 %).',
  ])
  t.end()
})

t.test('a file system that cannot be written, or of which nothing is known, is not full', (t) => {
  const quiet = [
    fileSystem('/media/cdrom', 100, { type: 'iso9660', readOnly: true }),
    fileSystem('/snap/core', 100, { type: 'squashfs' }),
    fileSystem('/mnt/archive', 100, { readOnly: true }),
    fileSystem('/srv/dead-nfs', 100, { usage: null }),
  ]
  const full = fileSystem('/srv/a', 99, { readOnly: true, remountedReadOnly: true })

  t.strictSame(storageCapacityWarning(80).check(quiet), [])
  t.strictSame(fileSystemInodesLow(5).check(quiet), [])
  t.equal(storageCapacityWarning(80).check([full]).length, 1)
  t.end()
})

t.test('a file system that the kernel made read-only is told', (t) => {
  const all = [
    fileSystem('/srv/a', 10),
    fileSystem('/srv/b', 10, { readOnly: true }),
    fileSystem('/srv/c', 10, { readOnly: true, remountedReadOnly: true }),
  ]

  t.strictSame(messages(fileSystemReadOnly.check(all)), [
    '/srv/c (/dev/mapper/vg-repo) is configured read-write and is read-only now.',
  ])
  t.end()
})

t.test('inodes run out below 5 percent, where there is a fixed number of them', (t) => {
  const inodes = (mountPoint: string, files: number | null, filesFree: number | null) =>
    fileSystem(mountPoint, 10, { usageGiven: { files, filesFree } })
  const all = [
    inodes('/enough', 1000, 50),
    inodes('/few', 1000, 49),
    inodes('/btrfs', 0, 0),
    inodes('/unknown', null, null),
  ]

  t.strictSame(messages(fileSystemInodesLow(5).check(all)), [
    '/few has 49 of 1000 inodes left (4.9 %).',
  ])
  t.end()
})

const array = (given: Partial<MdArray>): MdArray => ({
  id: '3aaa0122:29827cfa:5331ad66:ca767371',
  name: 'md0',
  level: 'raid1',
  state: 'clean',
  sizeBytes: GIB,
  raidDisks: 2,
  degraded: 0,
  members: [
    { device: 'sdb', states: ['in_sync'], slot: 0, errors: 0 },
    { device: 'sdc', states: ['in_sync'], slot: 1, errors: 0 },
  ],
  syncAction: 'idle',
  syncProgress: null,
  syncBytesPerSecond: null,
  mismatchSectors: 0,
  ...given,
})

t.test('an array that lacks members names them, and how far its rebuild is', (t) => {
  const faulty = { device: 'sdc', states: ['faulty'], slot: null, errors: 3 }
  const all = [
    array({}),
    array({ name: 'md1', level: 'raid0', degraded: null }),
    array({ name: 'md2', degraded: 1, members: [faulty] }),
    array({ name: 'md3', degraded: 2, raidDisks: 6, syncAction: 'recover', syncProgress: 0.257 }),
  ]

  t.strictSame(messages(arrayDegraded.check(all)), [
    'The raid1 array md2 lacks 1 member of 2. Failed: sdc.',
    'The raid1 array md3 lacks 2 members of 6. It is being rebuilt: 25.7 % done.',
  ])
  t.strictSame(arrayDegraded.check(all)[0]?.labels, { array: 'md2' })
  t.end()
})

t.test('an array that was not started is told', (t) => {
  t.strictSame(messages(arrayInactive.check([array({}), array({ state: 'inactive' })])), [
    'The array md0 is there but not started; 2 members found.',
  ])
  t.strictSame(arrayInactive.check([array({ state: 'read-auto' }), array({ state: 'clear' })]), [])
  t.end()
})

const group = (name: string, freeGib: number, given: Partial<VolumeGroup> = {}): VolumeGroup => ({
  id: name,
  name,
  sizeBytes: 100 * GIB,
  freeBytes: freeGib * GIB,
  ...{ attributes: 'wz--n-', extentBytes: 4 * 1024 ** 2, freeExtents: freeGib * 256 },
  physicalVolumes: 2,
  logicalVolumes: 3,
  missingPhysicalVolumes: 0,
  ...given,
})
const volume = (name: string, given: Partial<LogicalVolume> = {}): LogicalVolume => ({
  id: `vg/${name}`,
  name,
  group: 'vg',
  sizeBytes: GIB,
  attributes: '-wi-ao----',
  segmentType: 'linear',
  pool: null,
  dataPercent: null,
  metadataPercent: null,
  health: null,
  ...given,
})
const lvm = (groups: VolumeGroup[], logicalVolumes: LogicalVolume[] = []): VolumeGroups => ({
  groups,
  logicalVolumes,
  physicalVolumes: [],
})

t.test('a volume group that misses a disk is told', (t) => {
  const groups = [group('well', 0), group('ill', 0, { missingPhysicalVolumes: 1 })]

  t.strictSame(messages(volumeGroupMissingDevice.check(lvm(groups))), [
    'The volume group ill misses 1 of 2 physical volumes.',
  ])
  t.end()
})

t.test('a volume group is nearly full only where something in it can grow', (t) => {
  const rule = volumeGroupNearlyFull(95)
  const pool = volume('pool0', { segmentType: 'thin-pool', attributes: 'twi-aotz--' })
  const snapshot = volume('snap', { attributes: 'swi-a-s---' })

  t.strictSame(rule.check(lvm([group('vg', 0)], [volume('root')])), [])
  t.strictSame(rule.check(lvm([group('vg', 5)], [pool])), [])
  t.strictSame(rule.check(lvm([group('other', 0)], [pool])), [])
  t.strictSame(messages(rule.check(lvm([group('vg', 4)], [pool, snapshot, volume('root')]))), [
    'The volume group vg is 96.0 % allocated: 4.0 GiB are left for pool0, snap to grow.',
  ])
  t.end()
})

t.test('a thin pool warns of its data and its metadata, each with two limits', (t) => {
  const pools = lvm(
    [],
    [
      volume('data', { segmentType: 'thin-pool', dataPercent: 96, metadataPercent: 80 }),
      volume('metadata', { segmentType: 'thin-pool', dataPercent: 80, metadataPercent: 95.5 }),
      volume('thin', { segmentType: 'thin', dataPercent: 100 }),
      volume('new', { segmentType: 'thin-pool' }),
    ],
  )
  const rules = [
    thinPoolDataFull(80),
    thinPoolDataFullCritical(95),
    thinPoolMetadataFull(80),
    thinPoolMetadataFullCritical(95),
  ]

  t.strictSame(
    rules.map((rule) => [rule.alert, rule.severity, rule.inhibits, messages(rule.check(pools))]),
    [
      [
        'ThinPoolDataFull',
        'warning',
        undefined,
        ['The data of the thin pool vg/data is 96.0 % full.'],
      ],
      [
        'ThinPoolDataFullCritical',
        'critical',
        'ThinPoolDataFull',
        ['The data of the thin pool vg/data is 96.0 % full.'],
      ],
      [
        'ThinPoolMetadataFull',
        'warning',
        undefined,
        ['The metadata of the thin pool vg/metadata is 95.5 % full.'],
      ],
      [
        'ThinPoolMetadataFullCritical',
        'critical',
        'ThinPoolMetadataFull',
        ['The metadata of the thin pool vg/metadata is 95.5 % full.'],
      ],
    ],
  )
  t.strictSame(thinPoolDataFull(80).check(pools)[0]?.labels, {
    volume_group: 'vg',
    logical_volume: 'data',
  })
  t.end()
})

t.test('a disk that predicts its end is told, one that sleeps or cannot tell is not', (t) => {
  const report = (id: string, state: SmartReport['state']): SmartReport => ({
    id,
    device: '/dev/sda',
    type: 'scsi',
    model: 'ST4000NM',
    serial: id,
    state,
    temperatureCelsius: 40,
    powerOnHours: 1000,
    reallocated: 12,
    pending: 0,
    uncorrectable: 0,
    lifeUsedPercent: null,
    remarks: state === 'failing' ? ['disk failing'] : [],
  })
  const all = (['passed', 'failing', 'asleep', 'unsupported', 'unknown'] as const).map(
    (state, index) => report(`S${index}`, state),
  )

  t.strictSame(
    smartFailing.check(all).map(({ labels, message }) => [labels, message]),
    [[{ serial: 'S1' }, 'The disk ST4000NM (S1, /dev/sda) says that it is failing: disk failing.']],
  )
  t.end()
})

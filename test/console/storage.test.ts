import t from 'tap'
import {
  groupOf,
  inodesUsed,
  mountOf,
  refOf,
  secondsLeft,
  slotOf,
  usesOf,
  volumeState,
  type Storage,
} from '../../dashboard/pages/storage/relations.ts'

const slot = { name: '4', slot: 4, status: 'OK', fault: false, locate: false, disk: 'sdb' }
const member = (device: string) => ({ device, states: ['in_sync'], slot: 0, errors: 0 })
const physical = (device: string) => ({
  ...{ device, group: 'vg-data', size_bytes: 1, free_bytes: 0, missing: false },
})

const storage: Storage = {
  disks: [
    { id: 'S1', name: 'sda' },
    { id: 'S2', name: 'sdb' },
    { id: 'N1', name: 'nvme0n1' },
    { id: 'N11', name: 'nvme0n11' },
  ],
  arrays: [{ id: 'uuid', name: 'md0', members: [member('sda1'), member('nvme0n1p2')] }],
  groups: [
    { id: 'vg-data', name: 'vg-data', physical_volume_list: [physical('/dev/sdb')] },
    { id: 'vg', name: 'vg', physical_volume_list: [] },
  ],
  filesystems: [
    { id: '/boot', mount_point: '/boot', device: '/dev/sda2' },
    { id: '/srv', mount_point: '/srv', device: '/dev/md0' },
    { id: '/repo', mount_point: '/repo', device: '/dev/mapper/vg--data-repo--a' },
  ],
  enclosures: [{ id: 'E1', slots: [slot] }],
}

t.test('a disk is part of what its partitions are part of', (t) => {
  const uses = (name: string) => usesOf(name, storage).map(({ view, name: of }) => [view, of])
  t.same(['sda', 'sdb', 'nvme0n1', 'nvme0n11', 'md0', 'sd'].map(uses), [
    [
      ['arrays', 'md0'],
      ['filesystems', '/boot'],
    ],
    [['volume-groups', 'vg-data']],
    [['arrays', 'md0']],
    [],
    [['filesystems', '/srv']],
    [],
  ])
  t.end()
})

t.test('a block device is a disk or an array, or a partition of it', (t) => {
  t.same(
    ['/dev/sda', 'sda1', 'nvme0n1p2', '/dev/md0p1', '/dev/mapper/x', 'sdz'].map(
      (device) => refOf(device, storage)?.id ?? null,
    ),
    ['S1', 'S1', 'N1', 'uuid', null, null],
  )
  t.end()
})

t.test('a disk is in a slot of an enclosure, or in none that is known', (t) => {
  t.same(slotOf('sdb', storage), { enclosure: 'E1', slot: '4' })
  t.equal(slotOf('sda', storage), null)
  t.end()
})

t.test('a dash in the name of a group or a volume is doubled below /dev/mapper', (t) => {
  t.equal(mountOf('vg-data', 'repo-a', storage.filesystems)?.id, '/repo')
  t.equal(mountOf('vg', 'data-repo-a', storage.filesystems), null)
  t.equal(groupOf('/dev/mapper/vg--data-repo--a', storage.groups)?.id, 'vg-data')
  t.equal(groupOf('/dev/vg/lun', storage.groups)?.id, 'vg')
  t.equal(groupOf('/dev/mapper/vg--other-x', storage.groups), null)
  t.end()
})

t.test('a rebuild ends when its member is done at the speed of now', (t) => {
  const array = { raid_disks: 4, size_bytes: 3000, sync_progress: 0.5, sync_bytes_per_second: 10 }
  const left = (level: string, parts: Partial<Parameters<typeof secondsLeft>[0]> = {}) =>
    secondsLeft({ level, ...array, ...parts })
  t.same(
    ['raid1', 'raid4', 'raid5', 'raid6', 'raid10', 'raid0'].map((level) => left(level)),
    [150, 50, 50, 75, null, null],
  )
  t.equal(left('raid5', { sync_progress: null }), null, 'how far it is is not known')
  t.equal(left('raid5', { sync_bytes_per_second: null }), null)
  t.equal(left('raid5', { sync_bytes_per_second: 0 }), null, 'it stands still')
  t.end()
})

t.test('what is not counted has no share', (t) => {
  t.equal(inodesUsed({ files: 100, files_free: 25 }), 75)
  t.equal(inodesUsed({ files: null, files_free: null }), null)
  t.equal(inodesUsed({ files: 0, files_free: 0 }), null)
  t.end()
})

t.test('the state of a volume is the fifth letter of its attributes', (t) => {
  t.equal(volumeState('-wi-ao----'), 'a')
  t.equal(volumeState('twi'), null)
  t.end()
})

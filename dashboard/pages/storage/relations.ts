import type { Disk, DiskArray, Enclosure, Filesystem, VolumeGroup } from '../../wire/types.ts'

/** What storage is made of. */
export interface Storage {
  disks: readonly Pick<Disk, 'id' | 'name'>[]
  arrays: readonly Pick<DiskArray, 'id' | 'name' | 'members'>[]
  groups: readonly Pick<VolumeGroup, 'id' | 'name' | 'physical_volume_list'>[]
  filesystems: readonly Pick<Filesystem, 'id' | 'mount_point' | 'device'>[]
  enclosures: readonly Pick<Enclosure, 'id' | 'slots'>[]
}

/** Something of storage, by the view and the name that tell of it. */
export interface Ref {
  view: 'disks' | 'arrays' | 'volume-groups' | 'filesystems' | 'enclosures'
  id: string
  name: string
}

/** What a block device is part of: arrays, volume groups and file systems on it or on a partition of it. */
export function usesOf(device: string, storage: Storage): readonly Ref[] {
  const isOn = (path: string | null) => path !== null && isOf(path.replace(/^\/dev\//, ''), device)
  return [
    ...storage.arrays
      .filter(({ members }) => members.some((member) => isOn(member.device)))
      .map(({ id, name }): Ref => ({ view: 'arrays', id, name })),
    ...storage.groups
      .filter(({ physical_volume_list: volumes }) => volumes.some((one) => isOn(one.device)))
      .map(({ id, name }): Ref => ({ view: 'volume-groups', id, name })),
    ...storage.filesystems
      .filter((one) => isOn(one.device))
      .map(({ id, mount_point: name }): Ref => ({ view: 'filesystems', id, name })),
  ]
}

/** The enclosure and slot that a disk is in. */
export function slotOf(
  disk: string,
  { enclosures }: Storage,
): { enclosure: string; slot: string } | null {
  for (const { id, slots } of enclosures) {
    const slot = slots.find((one) => one.disk === disk)
    if (slot !== undefined) return { enclosure: id, slot: slot.name }
  }
  return null
}

/** The disk or array that a block device is, or is a partition of; null where it is neither. */
export function refOf(device: string, { disks, arrays }: Storage): Ref | null {
  const name = device.replace(/^\/dev\//, '')
  const array = arrays.find((one) => isOf(name, one.name))
  if (array) return { view: 'arrays', id: array.id, name: array.name }
  const disk = disks.find((one) => isOf(name, one.name))
  return disk ? { view: 'disks', id: disk.id, name: disk.name } : null
}

/** The file system on a logical volume. */
export function mountOf<F extends { device: string }>(
  group: string,
  volume: string,
  filesystems: readonly F[],
): F | null {
  return filesystems.find(({ device }) => isVolume(device, group, volume)) ?? null
}

/** Whether a path is that of a logical volume; a dash in a name is doubled below /dev/mapper. */
export function isVolume(path: string, group: string, volume: string): boolean {
  const mapped = [group, volume].map((name) => name.replaceAll('-', '--')).join('-')
  return path === `/dev/${group}/${volume}` || path === `/dev/mapper/${mapped}`
}

/** The volume group that a file system's device is a volume of. */
export function groupOf(device: string, groups: Storage['groups']): Ref | null {
  const group = groups.find(
    ({ name }) =>
      device.startsWith(`/dev/${name}/`) ||
      new RegExp(`^/dev/mapper/${escaped(name.replaceAll('-', '--'))}-(?!-)`).test(device),
  )
  return group ? { view: 'volume-groups', id: group.id, name: group.name } : null
}

function escaped(text: string): string {
  return text.replace(/[.+*?^$()[\]{}|\\]/g, '\\$&')
}

/** The disk itself or a partition of it: sda1, nvme0n1p2, md0p1. */
function isOf(name: string, disk: string): boolean {
  const digits = /\d$/.test(disk)
  return name === disk || new RegExp(`^${escaped(disk)}${digits ? 'p' : ''}\\d+$`).test(name)
}

/** How many members of an array hold data of their own; null where that depends on more than its level. */
function dataMembers(level: string, members: number): number | null {
  switch (level) {
    case 'raid1':
      return 1
    case 'raid4':
    case 'raid5':
      return members - 1
    case 'raid6':
      return members - 2
    default:
      return null
  }
}

/** Seconds until a rebuild or check is done at its speed now; null when that cannot be told. */
export function secondsLeft(
  array: Pick<DiskArray, 'level' | 'raid_disks' | 'size_bytes'> &
    Pick<DiskArray, 'sync_progress' | 'sync_bytes_per_second'>,
): number | null {
  const { level, raid_disks: members, size_bytes: size } = array
  const { sync_progress: progress, sync_bytes_per_second: speed } = array
  const data = dataMembers(level, members)
  if (progress === null || speed === null || speed <= 0 || data === null || data < 1) return null
  // The speed is that of one member, which holds so much of the whole.
  return ((1 - progress) * size) / data / speed
}

/** What lv_attr says of the state of a volume, its fifth letter; null when it is shorter than that. */
export function volumeState(attributes: string): string | null {
  return attributes[4] ?? null
}

/** Share of inodes in use, of 100; null where they are not counted. */
export function inodesUsed(usage: {
  files: number | null
  files_free: number | null
}): number | null {
  const { files, files_free: free } = usage
  return files === null || free === null || files === 0 ? null : ((files - free) / files) * 100
}

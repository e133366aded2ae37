import type {
  Device,
  Disk,
  DiskArray,
  Drive,
  Filesystem,
  Library,
  VolumeGroup,
} from '../../wire/types.ts'

/** What may be behind a device. */
export interface Behind {
  drives: readonly Pick<Drive, 'id' | 'hctls'>[]
  libraries: readonly Pick<Library, 'id' | 'hctls'>[]
  disks: readonly Pick<Disk, 'id' | 'name' | 'hctl'>[]
  arrays: readonly Pick<DiskArray, 'id' | 'name'>[]
  groups: readonly Pick<VolumeGroup, 'id' | 'name'>[]
  filesystems: readonly Pick<Filesystem, 'id' | 'mount_point'>[]
}

/** What is behind a device, and the page that tells of it. */
export interface Backing {
  kind:
    'file' | 'block' | 'none' | 'drive' | 'changer' | 'disk' | 'passThrough' | 'volume' | 'array'
  /** Path of a file or block device, address of a SCSI device; null where there is none. */
  name: string | null
  /** Page and the parts behind it; null when there is none. */
  page: readonly [page: string, ...rest: string[]] | null
  /** What that page is about, where it is not the thing itself: the file system of a file. */
  on: string | null
}

const TAPE = 1
const CHANGER = 8

/** What is behind a device, by what is known of the machine. */
export function backingOf(device: Device, behind: Behind | null): Backing {
  const { filename, handler, name } = device
  if (filename !== null) {
    return handler === 'vdisk_blockio' || filename.startsWith('/dev/')
      ? blockOf(filename, behind)
      : fileOf(filename, behind)
  }
  return isAddress(name)
    ? scsiOf(device, behind)
    : { kind: 'none', name: null, page: null, on: null }
}

/** Devices that are passed through are called by their address. */
function isAddress(name: string): boolean {
  return /^\d+:\d+:\d+:\d+$/.test(name)
}

function scsiOf({ name, type }: Device, behind: Behind | null): Backing {
  const rest = { name, on: null }
  if (type === TAPE) {
    const drive = behind?.drives.find(({ hctls }) => hctls.includes(name))
    return { ...rest, kind: 'drive', page: drive ? ['drives', drive.id] : null }
  }
  if (type === CHANGER) {
    const library = behind?.libraries.find(({ hctls }) => hctls.includes(name))
    return { ...rest, kind: 'changer', page: library ? ['libraries', library.id] : null }
  }
  const disk = behind?.disks.find(({ hctl }) => hctl === name)
  return disk
    ? { ...rest, kind: 'disk', page: ['storage', 'disks', disk.id] }
    : { ...rest, kind: 'passThrough', page: null }
}

function fileOf(path: string, behind: Behind | null): Backing {
  const mount = (behind?.filesystems ?? [])
    .filter(({ mount_point: at }) => path.startsWith(at === '/' ? at : `${at}/`))
    .sort((one, other) => other.mount_point.length - one.mount_point.length)[0]
  return {
    ...{ kind: 'file', name: path },
    page: mount ? ['storage', 'filesystems', mount.id] : null,
    on: mount?.mount_point ?? null,
  }
}

function blockOf(path: string, behind: Behind | null): Backing {
  const name = path.replace(/^\/dev\//, '')
  const plain = { name: path, on: null }
  const group = behind?.groups.find((one) => groupOf(name) === one.name)
  if (group) return { ...plain, kind: 'volume', page: ['storage', 'volume-groups', group.id] }
  const array = behind?.arrays.find((one) => name === one.name || name === `md/${one.name}`)
  if (array) return { ...plain, kind: 'array', page: ['storage', 'arrays', array.id] }
  const disk = behind?.disks.find((one) => isOf(name, one.name))
  if (disk) return { ...plain, kind: 'disk', page: ['storage', 'disks', disk.id] }
  return { ...plain, kind: 'block', page: null }
}

/** `vg_data/lun` and `mapper/vg_data-lun`; a dash in a name is doubled there. */
function groupOf(name: string): string | null {
  const mapped = /^mapper\/((?:[^-]|--)+)-(?!-)/.exec(name)?.[1]
  if (mapped !== undefined) return mapped.replaceAll('--', '-')
  return /^([^/]+)\/[^/]+$/.exec(name)?.[1] ?? null
}

/** The disk itself or a partition of it: sda1, nvme0n1p2. */
function isOf(name: string, disk: string): boolean {
  return name === disk || new RegExp(`^${disk}p?\\d+$`).test(name)
}

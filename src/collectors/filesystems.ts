import { HostError, NotFoundError, PermissionError, type Host } from '../host/host.ts'
import type { FileSystemStat } from '../host/host.ts'
import { ABSENT, type Collector, type Problem } from './collector.ts'
import { ifFound } from './failures.ts'
import { parseFstab, parseMountinfo, type FstabEntry, type Mount } from './mountinfo.ts'

/** A mounted file system that stores something: no pseudo file systems, one entry per device and mount point. */
export interface FileSystem {
  /** The mount point. */
  id: string
  mountPoint: string
  device: string
  type: string
  readOnly: boolean
  /** Mounted read-write by /etc/fstab and read-only now: the kernel remounted it after an error. */
  remountedReadOnly: boolean
  /** Null where statfs did not answer; the reason is among the reading's problems. */
  usage: FileSystemUsage | null
}

/** Space and inodes, from statfs(2). */
export interface FileSystemUsage {
  totalBytes: number
  usedBytes: number
  availableBytes: number
  /** used / (used + available), what df calls Use%; 0..100. */
  usedPercent: number
  /** Null where the file system has no fixed number of inodes. */
  files: number | null
  filesFree: number | null
}

// File systems that store something though the kernel gives them no block device number.
const WITHOUT_BLOCK_DEVICE =
  /^(?:btrfs|zfs|bcachefs|nfs4?|cifs|smb3|ceph|lustre|beegfs|gpfs|9p|virtiofs|fuse\.(?:glusterfs|ceph|mergerfs))$/

// Images that are full by nature.
const IMAGES = ['squashfs', 'erofs', 'cramfs']

// Media that cannot be written: the kernel mounts them read-only whatever fstab says.
const READ_ONLY_MEDIA = ['iso9660', 'udf']

// What ext4 says since Linux 6.15 where it does not become read-only any more after an error.
const STOPPED_BY_ERROR = ['emergency_ro', 'shutdown']

/** Mounted file systems and their use. */
export const filesystems: Collector<readonly FileSystem[]> & { name: 'filesystems' } = {
  name: 'filesystems',
  intervalSeconds: 10,
  timeoutMs: 10_000,

  async collect(host) {
    const [mountinfo, fstab] = await Promise.all([readMountinfo(host), readFstab(host)])
    const mounts = storageMounts(parseMountinfo(mountinfo))
    if (mounts.length === 0) return ABSENT

    const problems: Problem[] = []
    const value = await Promise.all(
      mounts.map(async (mount): Promise<FileSystem> => {
        const { mountPoint } = mount
        let usage: FileSystemUsage | null = null
        try {
          usage = usageOf(await host.statfs(mountPoint, { timeoutMs: 5_000 }))
        } catch (error) {
          if (!(error instanceof HostError)) throw error
          problems.push({ labels: { mountpoint: mountPoint }, error: error.message })
        }
        return { ...describe(mount, fstab), usage }
      }),
    )
    return { value, problems, coverage: coverageOf(problems.length, mounts.length) }
  },
}

function coverageOf(problems: number, places: number): 'all' | 'some' | 'none' {
  if (problems === 0) return 'all'
  return problems < places ? 'some' : 'none'
}

/** Of the init process: the daemon itself may run in a namespace where its service unit made mounts read-only. */
/** What the first process of the machine has mounted, or this one has. Rejects as Host.readText. */
export async function readMountinfo(host: Pick<Host, 'readText'>): Promise<string> {
  try {
    return await host.readText('/proc/1/mountinfo')
  } catch (error) {
    if (!(error instanceof NotFoundError || error instanceof PermissionError)) throw error
    return await host.readText('/proc/self/mountinfo')
  }
}

async function readFstab(host: Host): Promise<FstabEntry[]> {
  return parseFstab((await ifFound(host.readText('/etc/fstab'))) ?? '')
}

/**
 * The mounts that are listed: what stores something, the topmost at its mount point, and a file
 * system that is mounted in several places (bind mounts, subvolumes) once, its whole before a part of it.
 */
export function storageMounts(mounts: readonly Mount[]): Mount[] {
  const topmost = new Map<string, Mount>()
  for (const mount of mounts) {
    topmost.delete(mount.mountPoint)
    topmost.set(mount.mountPoint, mount)
  }
  const chosen = new Map<string, Mount>()
  for (const mount of topmost.values()) {
    if (!stores(mount)) continue
    const key = `${mount.deviceNumber} ${mount.source}`
    const known = chosen.get(key)
    if (known === undefined || (known.root !== '/' && mount.root === '/')) chosen.set(key, mount)
  }
  return [...chosen.values()]
}

function stores({ deviceNumber, type, mountPoint }: Mount): boolean {
  if (IMAGES.includes(type)) return false
  // A container's root.
  if (type === 'overlay') return mountPoint === '/'
  return !deviceNumber.startsWith('0:') || WITHOUT_BLOCK_DEVICE.test(type)
}

function describe(mount: Mount, fstab: readonly FstabEntry[]): Omit<FileSystem, 'usage'> {
  const { mountPoint, source, type, options, superOptions } = mount
  const stopped = superOptions.some((option) => STOPPED_BY_ERROR.includes(option))
  const readOnly = stopped || options.includes('ro') || superOptions.includes('ro')
  const configured = fstab.find((entry) => entry.mountPoint === mountPoint)
  const meantWritable =
    configured !== undefined &&
    !configured.options.includes('ro') &&
    !READ_ONLY_MEDIA.includes(type)
  return {
    id: mountPoint,
    mountPoint,
    device: source,
    type,
    readOnly,
    remountedReadOnly: stopped || (readOnly && meantWritable),
  }
}

/** What df(1) makes of statfs(2); null for a file system that has no size. */
export function usageOf(stat: FileSystemStat): FileSystemUsage | null {
  const { totalBytes, freeBytes, availableBytes, files, filesFree } = stat
  if (totalBytes <= 0) return null
  const usedBytes = totalBytes - freeBytes
  const usable = usedBytes + availableBytes
  return {
    totalBytes,
    usedBytes,
    availableBytes,
    usedPercent: usable > 0 ? (usedBytes / usable) * 100 : 100,
    // Btrfs has none; XFS and ZFS tell how many there could be in the space that is left.
    files: files > 0 ? files : null,
    filesFree: files > 0 ? filesFree : null,
  }
}

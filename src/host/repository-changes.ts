import { assertNoTapeNode } from './guard.ts'

/** A logical volume, by its group. */
export interface VolumeName {
  group: string
  volume: string
}

/** File systems of repositories. */
export const REPOSITORY_FILESYSTEMS = ['xfs', 'ext4'] as const
/** One of them. */
export type RepositoryFilesystem = (typeof REPOSITORY_FILESYSTEMS)[number]

/** A step towards a repository. None of them removes or overwrites anything. */
export type RepositoryChange =
  /** A linear volume in free extents; nothing of what was there before is wiped. */
  | ({ change: 'create_volume'; extents: number } & VolumeName)
  /** On a volume that was created so, that has none yet, and no signature. */
  | ({ change: 'make_filesystem'; filesystem: RepositoryFilesystem } & VolumeName)
  /** Of a volume with a file system that was made so. */
  | ({
      change: 'write_mount_unit'
      filesystem: RepositoryFilesystem
      mount_point: string
    } & VolumeName)
  /** Has systemd read its mount unit, enable and start it. */
  | { change: 'mount'; mount_point: string }
  /** To so many extents, and never to fewer. */
  | ({ change: 'extend_volume'; extents: number; mount_point: string } & VolumeName)
  /** To all of its volume. */
  | ({
      change: 'grow_filesystem'
      filesystem: RepositoryFilesystem
      mount_point: string
    } & VolumeName)

/** What is asked before, and changes nothing. */
export type RepositoryQuestion =
  | { question: 'place'; mount_point: string }
  | ({ question: 'volume' } & VolumeName)
  | ({
      question: 'filesystem'
      filesystem: RepositoryFilesystem
      mount_point: string
    } & VolumeName)

/** What is at a path that is to be a mount point. */
export interface Place {
  state: 'absent' | 'empty' | 'not_empty' | 'link' | 'no_directory'
  /** Where on the way that is. */
  at: string
}

/** What is on a volume. */
export interface VolumeContent {
  /** What blkid(8) finds: xfs, LVM2_member, gpt … ; null where it finds nothing. */
  signature: string | null
  /** Of those that this program sets. */
  tags: readonly string[]
}

/** A file system as it says itself. */
export interface FilesystemFacts {
  /** Of its blocks, those of its own data included. */
  sizeBytes: number
  /** Why it is not to be trusted; null when nothing is known against it. */
  fault: string | null
}

/** What changes repositories: this process where it is root, else the privileged program. */
export interface RepositoryChanges {
  /** Rejects with RefusedError for what is not permitted, CommandError for what has failed, or as Host.run. */
  change(change: RepositoryChange): Promise<void>
  place(mountPoint: string): Promise<Place>
  volume(name: VolumeName): Promise<VolumeContent>
  filesystem(
    of: VolumeName & { filesystem: RepositoryFilesystem; mount_point: string },
  ): Promise<FilesystemFacts>
}

/** On a volume that was created, and has no file system yet. */
export const TAG_NEW = 'storwarden.new'
/** On one with a file system that was made by this program. */
export const TAG_MADE = 'storwarden.repository'

/** Where mount units of the administrator are (systemd.unit(5)). */
export const UNIT_DIRECTORY = '/etc/systemd/system'

/** lvm(8), "VALID NAMES": what begins with a hyphen would be an option. */
export const LVM_NAME = /^(?!\.\.?$)[A-Za-z0-9_.+][A-Za-z0-9_.+-]{0,99}$/
const RESERVED_BEGIN = /^(?:snapshot|pvmove)/
const RESERVED_PART =
  /_(?:cdata|cmeta|corig|cpool|cvol|wcorig|iorig|imeta|mlog|mimage|pmspare|rimage|rmeta|tdata|tmeta|vdata|vorigin)/
/** DM_NAME_LEN of the kernel's dm-ioctl.h, without the byte at its end. */
const MOST_MAPPER_NAME = 127

/** Characters that neither a unit nor a shell reads otherwise; no blanks, and no part that begins with a hyphen. */
export const MOUNT_POINT = /^(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9_.][A-Za-z0-9_.-]*)+$/
/** Longer ones have no unit of that name. */
export const MOST_MOUNT_POINT = 150
/** As many as LVM's format has (UINT32_MAX, lib/metadata/metadata.h). */
export const MOST_EXTENTS = 0xffff_ffff

/** Nothing is mounted there or below. */
const SYSTEM = [
  ...['/bin', '/boot', '/dev', '/efi', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/proc'],
  ...['/lost+found', '/root', '/run', '/sbin', '/sys', '/tmp', '/usr'],
  ...['/var/cache', '/var/lock', '/var/log', '/var/run', '/var/tmp'],
  ...['apt', 'dbus', 'dpkg', 'postgresql', 'pgsql', 'rpm', 'storwarden', 'systemd'].map(
    (name) => `/var/lib/${name}`,
  ),
]
/** Nothing is mounted just there; below it may be. */
const HIERARCHY = new Set([
  ...['/', '/home', '/media', '/mnt', '/opt', '/srv'],
  ...['/var', '/var/lib', '/var/opt', '/var/spool'],
])

/** Why nobody may have a volume of that name; null when one may. */
export function faultOfVolumeName(name: string): string | null {
  if (!LVM_NAME.test(name)) {
    return 'a name in LVM is of letters, digits and _ . + -, begins with no hyphen, and has 100 characters at most'
  }
  if (RESERVED_BEGIN.test(name) || RESERVED_PART.test(name))
    return 'LVM keeps names like it for itself'
  return null
}

/** Why nothing is mounted there; null where something may be. */
export function faultOfMountPoint(path: string): string | null {
  if (!path.startsWith('/')) return 'it is no absolute path'
  if (!MOUNT_POINT.test(path)) {
    return path === '/'
      ? 'it is a path of the system'
      : 'a mount point is of letters, digits and _ . - between single slashes, with no . or .. and no slash at its end'
  }
  if (path.length > MOST_MOUNT_POINT) return `it has more than ${MOST_MOUNT_POINT} characters`
  if (isLikeTape(path)) return 'it would read like the node of a tape drive'
  const system = SYSTEM.find((one) => path === one || path.startsWith(`${one}/`))
  if (system !== undefined) return `${system} belongs to the system`
  return HIERARCHY.has(path) ? 'it is a path of the system: a folder below it will do' : null
}

/** Why a volume has no node that commands are given; null when it has. Nothing that reads like a tape node is opened. */
export function faultOfNode(name: VolumeName): string | null {
  if (mapperNode(name).length - '/dev/mapper/'.length > MOST_MAPPER_NAME) {
    return 'the names of group and volume are too long together'
  }
  return isLikeTape(volumeNode(name)) ? 'its node would read like that of a tape drive' : null
}

function isLikeTape(path: string): boolean {
  try {
    assertNoTapeNode([path])
    return false
  } catch {
    return true
  }
}

/** The node of a volume as lvm(8) names it. */
export function volumeNode({ group, volume }: VolumeName): string {
  return `/dev/${group}/${volume}`
}

/** The node of a volume as device-mapper names it: that is what the kernel says is mounted. */
export function mapperNode({ group, volume }: VolumeName): string {
  const doubled = (name: string) => name.replaceAll('-', '--')
  return `/dev/mapper/${doubled(group)}-${doubled(volume)}`
}

/** The unit of a mount point: systemd.unit(5), "String escaping for inclusion in unit names". */
export function mountUnitName(mountPoint: string): string {
  const parts = mountPoint.split('/').filter((part) => part !== '')
  if (parts.length === 0) return '-.mount'
  const escaped = parts.map((part, index) =>
    [...Buffer.from(part)]
      .map((byte, at) => {
        const character = String.fromCharCode(byte)
        const isPlain = /[A-Za-z0-9:_.]/.test(character)
        const isFirstDot = character === '.' && index === 0 && at === 0
        if (isPlain && !isFirstDot) return character
        return `\\x${byte.toString(16).padStart(2, '0')}`
      })
      .join(''),
  )
  return `${escaped.join('-')}.mount`
}

/** Why it is not done, as far as its words tell; null when it may be. */
export function faultOfChange(change: RepositoryChange): string | null {
  if ('group' in change) {
    const { group, volume } = change
    if (!LVM_NAME.test(group)) return 'it is no name of a volume group'
    const fault = faultOfVolumeName(volume)
    if (fault !== null && change.change === 'create_volume') return fault
    if (!LVM_NAME.test(volume)) return 'it is no name of a volume'
    const node = faultOfNode(change)
    if (node !== null) return node
  }
  return 'mount_point' in change ? faultOfMountPoint(change.mount_point) : null
}

/** The mount unit of a repository, all of it. */
export function mountUnitText(
  of: VolumeName & { filesystem: string; mount_point: string },
): string {
  const { filesystem, mount_point: mountPoint } = of
  return `# Written by storwarden. What is changed here stays; daemon-reload has systemd read it.
[Unit]
Description=Repository ${mountPoint}
Documentation=man:storwardend(8)

[Mount]
What=${volumeNode(of)}
Where=${mountPoint}
Type=${filesystem}
Options=nodev,nosuid

[Install]
# Not required: without a repository the machine still has to start.
WantedBy=local-fs.target
`
}

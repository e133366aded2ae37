import type { FileSystem } from '../collectors/filesystems.ts'

const REPOSITORY_TYPES = ['xfs', 'ext4', 'btrfs', 'zfs']
const SYSTEM_MOUNTS = /^\/(?:usr|var|home|tmp|run|boot.*)?$/

/**
 * Whether a file system holds backups or VTL media: one that is named, or by
 * default every XFS, ext4, Btrfs or ZFS that is not part of the system itself.
 */
export function isRepository(
  { mountPoint, type }: Pick<FileSystem, 'mountPoint' | 'type'>,
  named: readonly string[],
): boolean {
  if (named.length > 0) return named.includes(mountPoint)
  return REPOSITORY_TYPES.includes(type) && !SYSTEM_MOUNTS.test(mountPoint)
}

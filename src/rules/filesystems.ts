import type { FileSystem } from '../collectors/filesystems.ts'
import type { Finding, Rule, Severity } from './rule.ts'
import { bytesText, percentText } from './words.ts'

/** Written once and full from then on: an installation image is no shortage. */
const READ_ONLY_TYPES = ['iso9660', 'udf', 'squashfs', 'erofs', 'cramfs', 'romfs']

/** What moves up and down around its threshold is one alert: it is over when it is by so much on the other side. */
export const CLEAR_MARGIN_PERCENT = 1

/** Backups go on until the space runs out, so the warning comes while there is time to make room. */
export function storageCapacityWarning(
  overPercent: number,
  clearMarginPercent: number = CLEAR_MARGIN_PERCENT,
): Rule<'filesystems'> {
  return capacity({
    alert: 'StorageCapacityWarning',
    name: 'Storage Capacity Warning',
    severity: 'warning',
    overPercent,
    clearMarginPercent,
    description: 'When a file system is full, backups and writes to LUNs that lie on it fail.',
    action:
      'Expire or move old backups with the software that made them, or enlarge the file system, before it is full. ' +
      'Do not delete backups, virtual media or files of LUNs by hand.',
  })
}

/** The next backup, or the next write of an initiator to a thin LUN, is likely to fail. */
export function storageCapacityCritical(
  overPercent: number,
  clearMarginPercent: number = CLEAR_MARGIN_PERCENT,
): Rule<'filesystems'> {
  return {
    ...capacity({
      alert: 'StorageCapacityCritical',
      name: 'Storage Capacity Critical',
      severity: 'critical',
      overPercent,
      clearMarginPercent,
      description:
        'Hardly any space is left: the next backup, or the next write of an initiator to a thin LUN, is likely to fail.',
      action:
        'Postpone jobs that write there. Then expire or move old backups with the software that made them, or enlarge ' +
        'the file system. Do not delete backups, virtual media or files of LUNs by hand.',
    }),
    inhibits: 'StorageCapacityWarning',
  }
}

function capacity(given: {
  alert: string
  name: string
  severity: Severity
  overPercent: number
  clearMarginPercent: number
  description: string
  action: string
}): Rule<'filesystems'> {
  const { overPercent, clearMarginPercent, ...names } = given
  const above = (percent: number) => (fileSystems: readonly FileSystem[]) =>
    fileSystems.flatMap((fileSystem) => fullerThan(percent, fileSystem, overPercent))
  return {
    ...names,
    subject: 'filesystems',
    source: 'storage',
    forSeconds: 0,

    check: above(overPercent),
    lingers: above(overPercent - clearMarginPercent),
  }
}

function fullerThan(percent: number, fileSystem: FileSystem, thresholdPercent: number): Finding[] {
  const { mountPoint, usage } = fileSystem
  if (usage === null || isReadOnlyByNature(fileSystem)) return []
  if (usage.usedPercent <= percent) return []
  return [
    {
      labels: { mountpoint: mountPoint },
      message:
        `${mountPoint} is ${percentText(usage.usedPercent)} full: ` +
        `${bytesText(usage.availableBytes)} of ${bytesText(usage.totalBytes)} are left.`,
      evidence: {
        device: fileSystem.device,
        type: fileSystem.type,
        used_percent: usage.usedPercent,
        threshold_percent: thresholdPercent,
        used_bytes: usage.usedBytes,
        available_bytes: usage.availableBytes,
        total_bytes: usage.totalBytes,
        source: `statfs ${mountPoint}`,
      },
    },
  ]
}

function isReadOnlyByNature(fileSystem: FileSystem): boolean {
  if (READ_ONLY_TYPES.includes(fileSystem.type)) return true
  return fileSystem.readOnly && !fileSystem.remountedReadOnly
}

/** After an I/O or metadata error the kernel takes write access away; everything on it fails from then on. */
export const fileSystemReadOnly: Rule<'filesystems'> = {
  alert: 'FileSystemReadOnly',
  name: 'File system became read-only',
  subject: 'filesystems',
  severity: 'critical',
  source: 'storage',
  forSeconds: 0,
  description:
    'The kernel takes write access away after an error, to save what is on the file system: ' +
    'every write to it fails until it is repaired.',
  action:
    'Read the kernel log for the cause and check the disks below. Then stop what uses the file system, unmount it ' +
    'and check it with fsck before it is mounted read-write again; do not just remount it.',

  check(fileSystems) {
    return fileSystems
      .filter(({ remountedReadOnly }) => remountedReadOnly)
      .map(({ mountPoint, device, type }) => ({
        labels: { mountpoint: mountPoint },
        message: `${mountPoint} (${device}) is configured read-write and is read-only now.`,
        evidence: { device, type, source: '/proc/self/mountinfo, /etc/fstab' },
      }))
  },
}

/** Without inodes no file can be created, whatever space is left. */
export function fileSystemInodesLow(
  underPercent: number,
  clearMarginPercent: number = CLEAR_MARGIN_PERCENT,
): Rule<'filesystems'> {
  const below = (percent: number) => (fileSystems: readonly FileSystem[]) =>
    fileSystems.flatMap((fileSystem) => scarcerThan(percent, fileSystem, underPercent))
  return {
    alert: 'FileSystemInodesLow',
    name: 'File system is running out of inodes',
    subject: 'filesystems',
    severity: 'warning',
    source: 'storage',
    forSeconds: 0,
    description:
      'No file can be created once all inodes are used, whatever space is left: ' +
      'backups fail as if the file system were full.',
    action:
      'Find what has so many files (`du --inodes -x` counts them by directory) and have whatever made them remove ' +
      'those that are not needed, or move data to a file system with more inodes.',

    check: below(underPercent),
    lingers: below(underPercent + clearMarginPercent),
  }
}

function scarcerThan(percent: number, fileSystem: FileSystem, thresholdPercent: number): Finding[] {
  const { mountPoint, usage } = fileSystem
  if (usage === null || isReadOnlyByNature(fileSystem)) return []
  const { files, filesFree } = usage
  if (files === null || filesFree === null || files === 0) return []
  const freePercent = (filesFree / files) * 100
  if (freePercent >= percent) return []
  return [
    {
      labels: { mountpoint: mountPoint },
      message: `${mountPoint} has ${filesFree} of ${files} inodes left (${percentText(freePercent)}).`,
      evidence: {
        inode_count: files,
        free_inode_count: filesFree,
        free_percent: freePercent,
        threshold_percent: thresholdPercent,
        source: `statfs ${mountPoint}`,
      },
    },
  ]
}

import type { FileSystem } from '../collectors/filesystems.ts'
import type { Finding, Rule, Severity } from './rule.ts'
import { bytesText, percentText } from './words.ts'

/** Written once and full from then on: an installation image is no shortage. */
const READ_ONLY_TYPES = ['iso9660', 'udf', 'squashfs', 'erofs', 'cramfs', 'romfs']

/** Backups go on until the space runs out, so the warning comes while there is time to make room. */
export function storageCapacityWarning(overPercent: number): Rule<'filesystems'> {
  return capacity({
    alert: 'StorageCapacityWarning',
    name: 'Storage Capacity Warning',
    severity: 'warning',
    overPercent,
  })
}

/** The next backup, or the next write of an initiator to a thin LUN, is likely to fail. */
export function storageCapacityCritical(overPercent: number): Rule<'filesystems'> {
  return {
    ...capacity({
      alert: 'StorageCapacityCritical',
      name: 'Storage Capacity Critical',
      severity: 'critical',
      overPercent,
    }),
    inhibits: 'StorageCapacityWarning',
  }
}

function capacity(given: {
  alert: string
  name: string
  severity: Severity
  overPercent: number
}): Rule<'filesystems'> {
  const { overPercent, ...names } = given
  return {
    ...names,
    subject: 'filesystems',
    source: 'storage',
    forSeconds: 0,
    description:
      'When a file system is full, backups and writes to LUNs that lie on it fail. ' +
      'Expire or move old backups, or enlarge the file system.',

    check(fileSystems) {
      const findings: Finding[] = []
      for (const fileSystem of fileSystems) {
        const { mountPoint, usage } = fileSystem
        if (usage === null || isReadOnlyByNature(fileSystem)) continue
        if (usage.usedPercent <= overPercent) continue
        findings.push({
          labels: { mountpoint: mountPoint },
          message:
            `${mountPoint} is ${percentText(usage.usedPercent)} full: ` +
            `${bytesText(usage.availableBytes)} of ${bytesText(usage.totalBytes)} are left.`,
          evidence: {
            device: fileSystem.device,
            type: fileSystem.type,
            used_percent: usage.usedPercent,
            threshold_percent: overPercent,
            used_bytes: usage.usedBytes,
            available_bytes: usage.availableBytes,
            total_bytes: usage.totalBytes,
          },
        })
      }
      return findings
    },
  }
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
    'The kernel remounts a file system read-only after an error, to save what is on it. ' +
    'Look at the kernel log for the cause, check the disks below, unmount and run fsck.',

  check(fileSystems) {
    return fileSystems
      .filter(({ remountedReadOnly }) => remountedReadOnly)
      .map(({ mountPoint, device, type }) => ({
        labels: { mountpoint: mountPoint },
        message: `${mountPoint} (${device}) is configured read-write and is read-only now.`,
        evidence: { device, type },
      }))
  },
}

/** Without inodes no file can be created, whatever space is left. */
export function fileSystemInodesLow(underPercent: number): Rule<'filesystems'> {
  return {
    alert: 'FileSystemInodesLow',
    name: 'File system is running out of inodes',
    subject: 'filesystems',
    severity: 'warning',
    source: 'storage',
    forSeconds: 0,
    description:
      'No file can be created once all inodes are used, though there is space. ' +
      'Remove small files, or make the file system anew with more inodes.',

    check(fileSystems) {
      const findings: Finding[] = []
      for (const fileSystem of fileSystems) {
        const { mountPoint, usage } = fileSystem
        if (usage === null || isReadOnlyByNature(fileSystem)) continue
        const { files, filesFree } = usage
        if (files === null || filesFree === null || files === 0) continue
        const freePercent = (filesFree / files) * 100
        if (freePercent >= underPercent) continue
        findings.push({
          labels: { mountpoint: mountPoint },
          message: `${mountPoint} has ${filesFree} of ${files} inodes left (${percentText(freePercent)}).`,
          evidence: { inodes: files, inodes_free: filesFree, free_percent: freePercent },
        })
      }
      return findings
    },
  }
}

import type { DiskIo } from '../collectors/disks.ts'
import type { FileSystemUsage } from '../collectors/filesystems.ts'
import { familiesOf, NONE, type Column, type Family } from './family.ts'

/** A family of the counters of a disk; no sample where the kernel keeps none. */
function io(help: string, of: (io: DiskIo) => number): Column<{ io: DiskIo | null }> {
  return ['counter', help, (disk) => (disk.io === null ? null : of(disk.io))]
}

/** A family of the usage of a file system; no sample where statfs did not answer. */
function usage(
  help: string,
  of: (usage: FileSystemUsage) => number | null,
): Column<{ usage: FileSystemUsage | null }> {
  return ['gauge', help, (fileSystem) => (fileSystem.usage === null ? null : of(fileSystem.usage))]
}

/** Disks, arrays, LVM and file systems. */
export const storageFamilies: Family[] = [
  ...familiesOf(
    {
      subject: 'disks',
      prefix: 'storwarden_disk',
      items: (disks) => disks,
      labels: ({ id, name }) => ({ serial: id, device: name }),
    },
    {
      size_bytes: ['gauge', 'Size of the disk.', ({ sizeBytes }) => sizeBytes],
      read_only: ['gauge', 'Whether the disk cannot be written.', ({ readOnly }) => readOnly],
      reads_total: io('Reads completed.', ({ reads }) => reads),
      read_bytes_total: io('Bytes read.', ({ readBytes }) => readBytes),
      read_seconds_total: io(
        'Time spent reading, all requests together.',
        ({ readSeconds }) => readSeconds,
      ),
      writes_total: io('Writes completed.', ({ writes }) => writes),
      written_bytes_total: io('Bytes written.', ({ writtenBytes }) => writtenBytes),
      write_seconds_total: io(
        'Time spent writing, all requests together.',
        ({ writeSeconds }) => writeSeconds,
      ),
      io_seconds_total: io(
        'Time in which some request was under way.',
        ({ ioSeconds }) => ioSeconds,
      ),
      in_flight: ['gauge', 'Requests under way.', ({ io }) => io?.inFlight],
    },
  ),
  ...familiesOf(
    {
      subject: 'smart',
      prefix: 'storwarden_disk_smart',
      items: (reports) => reports,
      labels: ({ id, device }) => ({ serial: id, device }),
    },
    {
      passed: [
        'gauge',
        'Whether the disk calls itself healthy; no sample where it does not say.',
        ({ state }) => {
          if (state === 'unsupported') return NONE
          return state === 'passed' || state === 'failing' ? state === 'passed' : null
        },
      ],
      temperature_celsius: [
        'gauge',
        'Temperature.',
        ({ temperatureCelsius }) => temperatureCelsius,
      ],
      power_on_seconds: [
        'gauge',
        'Time the disk has been powered.',
        ({ powerOnHours }) => (powerOnHours === null ? null : powerOnHours * 3600),
      ],
      reallocated_sectors: [
        'gauge',
        'Sectors or blocks that were replaced by spare ones.',
        ({ reallocated }) => reallocated,
      ],
      pending_sectors: [
        'gauge',
        'Sectors that could not be read and wait to be rewritten.',
        ({ pending }) => pending,
      ],
      uncorrectable_errors: [
        'gauge',
        'Errors that could not be corrected.',
        ({ uncorrectable }) => uncorrectable,
      ],
      life_used_ratio: [
        'gauge',
        'Share of the rated life that is used; can exceed 1.',
        ({ lifeUsedPercent }) => (lifeUsedPercent === null ? null : lifeUsedPercent / 100),
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'md_arrays',
      prefix: 'storwarden_array',
      items: (arrays) => arrays,
      labels: ({ name, level, id }) => ({ array: name, level, uuid: id }),
    },
    {
      size_bytes: ['gauge', 'Usable size of the array.', ({ sizeBytes }) => sizeBytes],
      disks: ['gauge', 'Members the array should have.', ({ raidDisks }) => raidDisks],
      degraded: [
        'gauge',
        'Members that are missing; no sample for levels without redundancy.',
        ({ degraded }) => degraded,
      ],
      sync_progress_ratio: [
        'gauge',
        'How far resync, recovery or check have come, 0 to 1; no sample when idle.',
        ({ syncProgress }) => syncProgress ?? NONE,
      ],
      sync_bytes_per_second: [
        'gauge',
        'Speed of resync, recovery or check; no sample when idle.',
        ({ syncProgress, syncBytesPerSecond }) =>
          syncProgress === null ? NONE : syncBytesPerSecond,
      ],
      mismatch_sectors: [
        'gauge',
        'Sectors that the last check found to differ.',
        ({ mismatchSectors }) => mismatchSectors,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'volume_groups',
      prefix: 'storwarden_volume_group',
      items: ({ groups }) => groups,
      labels: ({ name }) => ({ volume_group: name }),
    },
    {
      size_bytes: ['gauge', 'Size of the volume group.', ({ sizeBytes }) => sizeBytes],
      free_bytes: [
        'gauge',
        'Space of the volume group that no logical volume has.',
        ({ freeBytes }) => freeBytes,
      ],
      missing_physical_volumes: [
        'gauge',
        'Physical volumes that cannot be found.',
        ({ missingPhysicalVolumes }) => missingPhysicalVolumes,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'volume_groups',
      prefix: 'storwarden_logical_volume',
      items: ({ logicalVolumes }) => logicalVolumes,
      labels: ({ group, name, segmentType }) => ({
        volume_group: group,
        logical_volume: name,
        type: segmentType,
      }),
    },
    {
      size_bytes: ['gauge', 'Size of the logical volume.', ({ sizeBytes }) => sizeBytes],
      data_used_ratio: [
        'gauge',
        'Share of a thin pool, thin volume or snapshot that is in use, 0 to 1.',
        ({ dataPercent }) => (dataPercent === null ? null : dataPercent / 100),
      ],
      metadata_used_ratio: [
        'gauge',
        "Share of a thin pool's metadata that is in use, 0 to 1.",
        ({ metadataPercent }) => (metadataPercent === null ? null : metadataPercent / 100),
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'filesystems',
      prefix: 'storwarden_filesystem',
      items: (fileSystems) => fileSystems,
      labels: ({ mountPoint, device, type }) => ({ mountpoint: mountPoint, device, type }),
    },
    {
      size_bytes: usage('Size of the file system.', ({ totalBytes }) => totalBytes),
      used_bytes: usage('Space in use.', ({ usedBytes }) => usedBytes),
      available_bytes: usage(
        'Space available to users other than root.',
        ({ availableBytes }) => availableBytes,
      ),
      used_ratio: usage(
        'used / (used + available), as df computes Use%, 0 to 1.',
        ({ usedPercent }) => usedPercent / 100,
      ),
      files: usage('Inodes; no sample where their number is not fixed.', ({ files }) => files),
      files_free: usage('Free inodes.', ({ filesFree }) => filesFree),
      read_only: ['gauge', 'Whether it is mounted read-only.', ({ readOnly }) => readOnly],
    },
  ),
]

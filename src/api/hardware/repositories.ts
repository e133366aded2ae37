import { Type } from 'typebox'
import type { FileSystem } from '../../collectors/filesystems.ts'
import type { Repositories } from '../../collectors/repositories.ts'
import type { VolumeGroups } from '../../collectors/volume-groups.ts'
import { isRepository } from '../../repositories/is-repository.ts'
import { wantedRepositories } from '../../repositories/wanted.ts'
import { volumeOf } from '../../repositories/volumes.ts'
import type { Reading, Snapshot } from '../../snapshot.ts'
import { flag, integer, nullable, number, oneOf, text, time } from '../schemas.ts'
import type { Item } from './listing.ts'

/** A disk repository: a file system that holds backups or VTL media, or is configured to. */
export const repositorySchema = Type.Object({
  id: text,
  mount_point: text,
  /** `missing`: it is configured, and not mounted. */
  state: oneOf(['mounted', 'missing', 'unknown']),
  mounted: nullable(flag),
  /** What says that it is there: the kernel, or who has configured it. */
  source: oneOf(['mountinfo', 'unit', 'fstab', 'configuration']),
  device: nullable(text),
  type: nullable(text),
  read_only: nullable(flag),
  usage: nullable(
    Type.Object({
      size_bytes: integer,
      used_bytes: integer,
      available_bytes: integer,
      used_percent: number,
    }),
  ),
  /** Null where it is on none, and where that is not known. */
  logical_volume: nullable(
    Type.Object({ id: text, name: text, size_bytes: integer, segment_type: text }),
  ),
  volume_group: nullable(
    Type.Object({
      name: text,
      free_bytes: integer,
      extent_bytes: nullable(integer),
      free_extents: nullable(integer),
      missing_physical_volumes: integer,
    }),
  ),
  /** When LVM was asked; less often than the file system. */
  volumes_read_at: nullable(time),
  /** That systemd mounts it by; null where neither a unit nor fstab has it. */
  mount_unit: nullable(text),
  configured_by: nullable(oneOf(['unit', 'fstab'])),
})

/** Those that are mounted. */
export function mountedRepositories(mounts: readonly FileSystem[], snapshot: Snapshot): Item[] {
  const known = latest(snapshot.readings.repositories)?.value ?? { named: [], configured: [] }
  return mounts
    .filter((mount) => isRepository(mount, known.named))
    .map(({ mountPoint, device, type, readOnly, usage }) => {
      const configured = known.configured.find((one) => one.mountPoint === mountPoint)
      const object = {
        ...{ id: mountPoint, mountPoint, state: 'mounted', mounted: true, source: 'mountinfo' },
        ...{ device, type, readOnly },
        usage: usage && {
          ...{ sizeBytes: usage.totalBytes, usedBytes: usage.usedBytes },
          ...{ availableBytes: usage.availableBytes, usedPercent: usage.usedPercent },
        },
        ...volumeFacts(device, snapshot),
        mountUnit: configured?.unit ?? null,
        configuredBy: configured?.by ?? null,
      }
      return { id: mountPoint, object, labels: { mountpoint: mountPoint } }
    })
}

/** Those that are configured and not mounted; `unknown` where what is mounted is not known. */
export function missingRepositories(
  { named, configured }: Repositories,
  snapshot: Snapshot,
): Item[] {
  const { filesystems } = snapshot.readings
  const mounted = new Set(latest(filesystems)?.value.map(({ mountPoint }) => mountPoint))
  const isKnown = filesystems?.state === 'read' || filesystems?.state === 'absent'
  const [state, isMounted] = isKnown ? (['missing', false] as const) : (['unknown', null] as const)
  return [...wantedRepositories(named, configured)]
    .filter(([mountPoint]) => !mounted.has(mountPoint))
    .map(([mountPoint, one]) => {
      const object = {
        ...{ id: mountPoint, mountPoint, state, mounted: isMounted },
        ...{ source: one?.by ?? 'configuration', device: one?.device ?? null },
        ...{ type: one?.type ?? null, readOnly: null, usage: null },
        ...volumeFacts(one?.device ?? null, snapshot),
        ...{ mountUnit: one?.unit ?? null, configuredBy: one?.by ?? null },
      }
      return { id: mountPoint, object, labels: { mountpoint: mountPoint } }
    })
}

function volumeFacts(device: string | null, { readings }: Snapshot) {
  const found = latest<VolumeGroups>(readings.volume_groups)
  const volume = volumeOf(device, found?.value.logicalVolumes ?? [])
  const group = found?.value.groups.find(({ name }) => name === volume?.group)
  return {
    logicalVolume: volume && {
      ...{ id: volume.id, name: volume.name, sizeBytes: volume.sizeBytes },
      segmentType: volume.segmentType,
    },
    volumeGroup:
      group === undefined
        ? null
        : {
            ...{ name: group.name, freeBytes: group.freeBytes, extentBytes: group.extentBytes },
            freeExtents: group.freeExtents,
            missingPhysicalVolumes: group.missingPhysicalVolumes,
          },
    volumesReadAt: volume === null ? null : (found?.takenAt ?? null),
  }
}

/** What was read last, also when that was a while ago. */
function latest<T>(reading: Reading<T> | undefined): { value: T; takenAt: Date } | null {
  if (reading?.state === 'read') return { value: reading.value, takenAt: reading.takenAt }
  return reading?.state === 'failed' ? reading.last : null
}

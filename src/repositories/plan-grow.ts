import type { LogicalVolume } from '../collectors/volume-groups.ts'
import type { FilesystemFacts, RepositoryFilesystem } from '../host/repository-changes.ts'
import { shortage, type Facts, type Planned } from './plan.ts'
import { sizeText } from './sizes.ts'
import { faultOfGroup, faultOfVolume, volumeOf } from './volumes.ts'

/** A repository that is to be larger: to so much, or by so much. */
export interface GrowWish {
  mount_point: string
  size_bytes?: number
  add_bytes?: number
}

/** A repository that could be grown, as far as it is mounted on what can be. */
export interface Growable {
  volume: LogicalVolume
  filesystem: RepositoryFilesystem
}

/** How a repository is grown. */
export interface GrowPlan extends Growable {
  /** Of the volume afterwards; null where the volume is large enough, and only its file system is not. */
  extents: number | null
  extentBytes: number
  /** Of the volume now, and afterwards. */
  fromBytes: number
  toBytes: number
  /** Of the file system now. */
  filesystemBytes: number
}

/** Finds what is mounted at a mount point, and decides whether it is what can be grown. Pure. */
export function findGrowable(mountPoint: string, facts: Facts): Planned<Growable> {
  const mount = facts.mounts.filter((one) => one.mountPoint === mountPoint).at(-1)
  const refuse = (reason: string) => ({ reasons: [reason] })
  if (mount === undefined) return refuse(`nothing is mounted at ${mountPoint}`)
  const { type, source, options, superOptions } = mount
  if (type !== 'xfs' && type !== 'ext4') {
    return refuse(`${mountPoint} is ${type}: xfs and ext4 are grown`)
  }
  if (mount.root !== '/')
    return refuse(`${mountPoint} is a folder of a file system that is mounted elsewhere`)
  if (
    [...options, ...superOptions].some((one) => ['ro', 'emergency_ro', 'shutdown'].includes(one))
  ) {
    return refuse(`${mountPoint} is read-only: the kernel makes it that after an error`)
  }
  const volume = volumeOf(source, facts.volumes)
  if (volume === null)
    return refuse(`${mountPoint} is on ${source}, which is no logical volume that is known`)
  const fault = faultOfVolume(volume, facts.volumes)
  return fault === null ? { plan: { volume, filesystem: type } } : refuse(fault)
}

/**
 * Decides how a repository is grown. Where its file system is smaller than its volume, as when nobody came to the second
 * half, it counts from the file system: what is there of the volume is used first. Pure.
 */
export function planGrow(
  wish: GrowWish,
  { volume, filesystem }: Growable,
  { facts, found }: { facts: Facts; found: FilesystemFacts | null },
): Planned<GrowPlan> {
  const refuse = (reason: string) => ({ reasons: [reason] })
  const path = wish.mount_point
  if (found === null) return refuse(`how large the file system at ${path} is is not known`)
  if (found.fault !== null) {
    return refuse(`the file system at ${path} has errors: ${found.fault}; check it first`)
  }
  const group = facts.groups.find(({ name }) => name === volume.group)
  const fault =
    group === undefined ? `volume group ${volume.group} is not known` : faultOfGroup(group)
  const extentBytes = group?.extentBytes ?? null
  if (fault !== null || extentBytes === null)
    return refuse(fault ?? `extents of ${volume.group}: not known`)
  const isBehind = volume.sizeBytes - found.sizeBytes >= extentBytes
  const fromBytes = isBehind ? found.sizeBytes : volume.sizeBytes
  const wanted = wish.size_bytes ?? fromBytes + (wish.add_bytes ?? 0)
  const extents = Math.ceil(wanted / extentBytes)
  const around = { volume, filesystem, extentBytes, filesystemBytes: found.sizeBytes }
  const now = volume.sizeBytes
  if (wanted <= fromBytes) {
    return refuse(
      `${path} is of ${sizeText(fromBytes)} already, and nothing is ever made smaller: ${sizeText(wanted)} were asked for`,
    )
  }
  if (extents * extentBytes <= now) {
    return { plan: { ...around, extents: null, fromBytes: now, toBytes: now } }
  }
  // A thin volume takes nothing of its group until it is written to.
  const more = extents - Math.floor(now / extentBytes)
  const short = volume.segmentType === 'thin' ? null : shortage(group, more)
  if (short !== null) return refuse(short)
  return { plan: { ...around, extents, fromBytes: now, toBytes: extents * extentBytes } }
}

import type { Mount } from '../collectors/mountinfo.ts'
import type { LogicalVolume, VolumeGroup } from '../collectors/volume-groups.ts'
import {
  faultOfMountPoint,
  faultOfNode,
  faultOfVolumeName,
  mapperNode,
  mountUnitName,
  volumeNode,
  type Place,
  type RepositoryFilesystem,
} from '../host/repository-changes.ts'
import { sizeText } from './sizes.ts'
import { faultOfGroup } from './volumes.ts'

/** What is known of the machine when a repository is planned, all of it read just now. */
export interface Facts {
  groups: readonly VolumeGroup[]
  volumes: readonly LogicalVolume[]
  mounts: readonly Mount[]
  /** Mount points of fstab and of mount units, and who has them. */
  configured: readonly { mountPoint: string; by: string }[]
}

/** A repository that is wanted. */
export interface CreateWish {
  volume_group: string
  name: string
  size_bytes: number
  filesystem: RepositoryFilesystem
  mount_point: string
}

/** A repository that can be made. */
export interface CreatePlan {
  extents: number
  extentBytes: number
  /** Of all extents: not less than was asked for. */
  sizeBytes: number
  unit: string
}

/** What can be done, or why it cannot: each reason that there is. */
export type Planned<Plan> = { plan: Plan } | { reasons: readonly string[] }

/** Below this mkfs makes none, or one that nobody can use: mkfs.xfs(8) refuses less than 300 MB. */
const LEAST_BYTES: Readonly<Record<RepositoryFilesystem, number>> = {
  xfs: 512 * 1024 * 1024,
  ext4: 64 * 1024 * 1024,
}

/** Decides whether a repository can be made, and with how many extents. Pure. */
export function planCreate(
  wish: CreateWish,
  facts: Facts,
  place: Place | null,
): Planned<CreatePlan> {
  const reasons = [
    ...faultsOfName(wish, facts),
    ...faultsOfMountPoint(wish.mount_point, facts, place),
  ]
  const least = LEAST_BYTES[wish.filesystem]
  if (wish.size_bytes < least) {
    reasons.push(
      `${sizeText(wish.size_bytes)} are too few for ${wish.filesystem}: ${sizeText(least)} at least`,
    )
  }
  const group = facts.groups.find(({ name }) => name === wish.volume_group)
  const fault =
    group === undefined ? `there is no volume group ${wish.volume_group}` : faultOfGroup(group)
  if (fault !== null) return { reasons: [fault, ...reasons] }
  const extentBytes = group?.extentBytes ?? 0
  const extents = Math.ceil(wish.size_bytes / extentBytes)
  const short = shortage(group, extents)
  if (short !== null) reasons.push(short)
  if (reasons.length > 0) return { reasons }
  const unit = mountUnitName(wish.mount_point)
  return { plan: { extents, extentBytes, sizeBytes: extents * extentBytes, unit } }
}

/** Why a group has not so many extents; null when it has. */
export function shortage(group: VolumeGroup | undefined, extents: number): string | null {
  const { name, freeExtents, extentBytes } = group ?? {}
  if (freeExtents == null || extentBytes == null)
    return `what ${name ?? 'it'} has free is not known`
  if (extents <= freeExtents) return null
  const free = `${freeExtents} of ${sizeText(extentBytes)} are free (${sizeText(freeExtents * extentBytes)})`
  return `volume group ${name ?? ''} has not enough free extents: ${extents} are needed, and ${free}`
}

function faultsOfName({ volume_group: group, name }: CreateWish, { volumes }: Facts): string[] {
  const fault = faultOfVolumeName(name) ?? faultOfNode({ group, volume: name })
  if (fault !== null) return [`${name}: ${fault}`]
  if (volumes.some((one) => one.group === group && one.name === name)) {
    return [
      `logical volume ${group}/${name} is there already; where an earlier task has left it, look at it before anything else`,
    ]
  }
  return []
}

function faultsOfMountPoint(path: string, facts: Facts, place: Place | null): string[] {
  const fault = faultOfMountPoint(path)
  if (fault !== null) return [`${path}: ${fault}`]
  const reasons: string[] = []
  const over = facts.mounts.find(({ mountPoint }) => isAtOrBelow(mountPoint, path))
  if (over !== undefined) {
    reasons.push(
      over.mountPoint === path
        ? `${path}: ${over.source} is mounted there already`
        : `${path}: ${over.mountPoint} is mounted below it, and would be hidden`,
    )
  }
  const taken = facts.configured.find(({ mountPoint }) => mountPoint === path)
  if (taken !== undefined) reasons.push(`${path}: ${taken.by} has something mounted there`)
  if (over?.mountPoint === path) return reasons
  if (place === null) return [...reasons, `${path}: what is there is not known`]
  const words = wordsOfPlace(place)
  return words === null ? reasons : [...reasons, words]
}

function wordsOfPlace({ state, at }: Place): string | null {
  switch (state) {
    case 'absent':
    case 'empty':
      return null
    case 'link':
      return `${at} is a symbolic link: systemd mounts nothing over one`
    case 'no_directory':
      return `${at} is there, and is no folder`
    case 'not_empty':
      return `${at} is not empty: what is in it would be hidden`
  }
}

function isAtOrBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`)
}

/** How the volume of a plan is named, in words. */
export function nodeText({ volume_group: group, name: volume }: CreateWish): string {
  return `${volumeNode({ group, volume })} (${mapperNode({ group, volume })})`
}

import type { LogicalVolume, VolumeGroup } from '../collectors/volume-groups.ts'
import { mapperNode, volumeNode } from '../host/repository-changes.ts'

/** The logical volume that a device is, by either of its names; null where it is none of these. */
export function volumeOf(
  device: string | null,
  volumes: readonly LogicalVolume[],
): LogicalVolume | null {
  if (device === null) return null
  const found = volumes.find(({ group, name }) => {
    const named = { group, volume: name }
    return device === mapperNode(named) || device === volumeNode(named)
  })
  return found ?? null
}

/** Why no space of a group can be given away; null when it can. What is not known is no yes. */
export function faultOfGroup(group: VolumeGroup): string | null {
  const { attributes, missingPhysicalVolumes: missing, name } = group
  const of = `volume group ${name}`
  if (missing > 0) return `${of} is incomplete: ${missing} of its physical volumes are missing`
  if (attributes === null || group.extentBytes === null || group.freeExtents === null) {
    return `${of}: what it has free is not known`
  }
  // vg_attr of vgs(8): writeable, resizeable, exported, partial, allocation policy, clustered or shared.
  if (attributes[2] === 'x') return `${of} is exported`
  if (attributes[3] === 'p') return `${of} is incomplete: physical volumes are missing`
  if (attributes[5] === 'c' || attributes[5] === 's') return `${of} is shared with other machines`
  if (!attributes.startsWith('w')) return `${of} is read-only`
  return attributes[1] === 'z' ? null : `${of} is not resizeable`
}

/** Thin pools that are fuller than this are not promised more of. */
const THIN_POOL_PERCENT = 80

/** Why a mounted volume is not made larger; null when it can be. */
export function faultOfVolume(
  volume: LogicalVolume,
  volumes: readonly LogicalVolume[],
): string | null {
  const { id, attributes, segmentType, health, pool } = volume
  const of = `logical volume ${id}`
  // lv_attr of lvs(8): type, permissions, allocation policy, fixed minor, state, open, target, zeroed, health.
  const [type = '', permission, policy = '', , state] = attributes
  if ('oO'.includes(type)) return `${of} is the origin of a snapshot`
  if ('sS'.includes(type)) return `${of} is a snapshot`
  if (!['linear', 'striped', 'thin'].includes(segmentType)) {
    return `${of} is of type ${segmentType}: linear, striped and thin volumes are grown, others by hand`
  }
  if (permission !== 'w') return `${of} is read-only`
  if (/[A-Z]/.test(policy)) return `${of} is locked: something moves it`
  if (state !== 'a') return `${of} is not active`
  if (health !== null) return `${of} is not well: ${health}`
  if (segmentType !== 'thin') return null
  const found = volumes.find(({ name, group }) => name === pool && group === volume.group)
  const used = [found?.dataPercent ?? null, found?.metadataPercent ?? null]
  if (used.includes(null)) return `how full the thin pool of ${of} is is not known`
  const most = Math.max(...used.map((percent) => percent ?? 100))
  if (most < THIN_POOL_PERCENT) return null
  return `thin pool ${volume.group}/${pool ?? ''} is full to ${most} %: below ${THIN_POOL_PERCENT} % its volumes are grown`
}

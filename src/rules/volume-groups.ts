import type { LogicalVolume, VolumeGroups } from '../collectors/volume-groups.ts'
import { CLEAR_MARGIN_PERCENT } from './filesystems.ts'
import type { Finding, Rule, Severity } from './rule.ts'
import { bytesText, countText, percentText } from './words.ts'

/** Volumes with an extent on the missing disk are gone or run without redundancy. */
export const volumeGroupMissingDevice: Rule<'volume_groups'> = {
  alert: 'VolumeGroupMissingDevice',
  name: 'Volume group misses a device',
  subject: 'volume_groups',
  severity: 'critical',
  source: 'storage',
  forSeconds: 0,
  description:
    'A physical volume of the group is not found: logical volumes with an extent on it are gone or run without ' +
    'redundancy.',
  action:
    'See what is missing with `pvs` and `lvs -a -o +devices,lv_health_status`, and look for the disk, its cable or ' +
    'its array. Do not run `vgreduce --removemissing` before: it removes the volumes that lay on it.',

  check({ groups }) {
    return groups
      .filter(({ missingPhysicalVolumes }) => missingPhysicalVolumes > 0)
      .map(({ name, missingPhysicalVolumes, physicalVolumes }) => ({
        labels: { volume_group: name },
        message:
          `The volume group ${name} misses ${missingPhysicalVolumes} of ` +
          `${countText(physicalVolumes, 'physical volume')}.`,
        evidence: {
          physical_volume_count: physicalVolumes,
          missing_physical_volume_count: missingPhysicalVolumes,
          source: 'vgs -o +vg_missing_pv_count',
        },
      }))
  },
}

/**
 * A group whose space is all given to plain volumes is as it should be. One with a
 * thin pool or a snapshot is not: these grow, and what they grow from is the free space.
 */
export function volumeGroupNearlyFull(
  overPercent: number,
  clearMarginPercent: number = CLEAR_MARGIN_PERCENT,
): Rule<'volume_groups'> {
  const above = (percent: number) => (value: VolumeGroups) =>
    fullGroups(percent, overPercent, value)
  return {
    alert: 'VolumeGroupNearlyFull',
    name: 'Volume group nearly full',
    subject: 'volume_groups',
    severity: 'warning',
    source: 'storage',
    forSeconds: 0,
    description:
      'Thin pools and snapshots of the group cannot be extended once it is full: writes to volumes of a full pool ' +
      'fail, and a full snapshot is lost.',
    action: 'Add a physical volume with `vgextend`, or remove volumes that nobody needs any more.',

    check: above(overPercent),
    lingers: above(overPercent - clearMarginPercent),
  }
}

function fullGroups(
  percent: number,
  thresholdPercent: number,
  { groups, logicalVolumes }: VolumeGroups,
): Finding[] {
  const findings: Finding[] = []
  for (const { name, sizeBytes, freeBytes } of groups) {
    const growing = logicalVolumes.filter((volume) => volume.group === name && grows(volume))
    if (sizeBytes === 0 || growing.length === 0) continue
    const usedPercent = ((sizeBytes - freeBytes) / sizeBytes) * 100
    if (usedPercent <= percent) continue
    findings.push({
      labels: { volume_group: name },
      message:
        `The volume group ${name} is ${percentText(usedPercent)} allocated: ` +
        `${bytesText(freeBytes)} are left for ${growing.map((volume) => volume.name).join(', ')} to grow.`,
      evidence: {
        used_percent: usedPercent,
        threshold_percent: thresholdPercent,
        free_bytes: freeBytes,
        size_bytes: sizeBytes,
        source: 'vgs',
      },
    })
  }
  return findings
}

/** lvs(8): the first attribute is s or S for a snapshot. */
function grows({ segmentType, attributes }: LogicalVolume): boolean {
  return segmentType === 'thin-pool' || /^[sS]/.test(attributes)
}

/** A thin pool that runs full makes every volume in it fail, however much of it the volume itself uses. */
export function thinPoolDataFull(
  overPercent: number,
  clearMarginPercent: number = CLEAR_MARGIN_PERCENT,
): Rule<'volume_groups'> {
  return thinPool({ part: 'data', severity: 'warning', overPercent, clearMarginPercent })
}

/** The same, with hardly any time left. */
export function thinPoolDataFullCritical(
  overPercent: number,
  clearMarginPercent: number = CLEAR_MARGIN_PERCENT,
): Rule<'volume_groups'> {
  return thinPool({ part: 'data', severity: 'critical', overPercent, clearMarginPercent })
}

/** A full metadata volume takes the pool off line as well, and repairing it is worse. */
export function thinPoolMetadataFull(
  overPercent: number,
  clearMarginPercent: number = CLEAR_MARGIN_PERCENT,
): Rule<'volume_groups'> {
  return thinPool({ part: 'metadata', severity: 'warning', overPercent, clearMarginPercent })
}

/** The same, with hardly any time left. */
export function thinPoolMetadataFullCritical(
  overPercent: number,
  clearMarginPercent: number = CLEAR_MARGIN_PERCENT,
): Rule<'volume_groups'> {
  return thinPool({ part: 'metadata', severity: 'critical', overPercent, clearMarginPercent })
}

function thinPoolAction(part: 'data' | 'metadata', critical: boolean): string {
  const first = critical ? 'Stop what writes to its volumes, if you can. ' : ''
  return part === 'data'
    ? `${first}Extend the pool with \`lvextend -L +SIZE\`, or free space in its volumes and discard it (\`fstrim\`).`
    : `${first}Extend the metadata with \`lvextend --poolmetadatasize +SIZE\`, or remove snapshots that nobody needs.`
}

function thinPool(given: {
  part: 'data' | 'metadata'
  severity: Severity
  overPercent: number
  clearMarginPercent: number
}): Rule<'volume_groups'> {
  const { part, severity, overPercent, clearMarginPercent } = given
  const above = (percent: number) => (value: VolumeGroups) =>
    fullPools(part, percent, overPercent, value)
  const alert = part === 'data' ? 'ThinPoolDataFull' : 'ThinPoolMetadataFull'
  const critical = severity === 'critical'
  return {
    alert: critical ? `${alert}Critical` : alert,
    name: `Thin pool ${part} ${critical ? 'almost exhausted' : 'filling up'}`,
    subject: 'volume_groups',
    severity,
    source: 'storage',
    forSeconds: 0,
    description:
      part === 'data'
        ? 'When the data of a thin pool is full, writes to all its volumes fail, however much the volume itself uses.'
        : 'When the metadata of a thin pool is full, writes to all its volumes fail, and the pool has to be repaired.',
    action: thinPoolAction(part, critical),
    ...(critical ? { inhibits: alert } : {}),

    check: above(overPercent),
    lingers: above(overPercent - clearMarginPercent),
  }
}

function fullPools(
  part: 'data' | 'metadata',
  percent: number,
  thresholdPercent: number,
  { logicalVolumes }: VolumeGroups,
): Finding[] {
  const findings: Finding[] = []
  for (const { group, name, segmentType, ...volume } of logicalVolumes) {
    const used = part === 'data' ? volume.dataPercent : volume.metadataPercent
    if (segmentType !== 'thin-pool' || used === null || used <= percent) continue
    findings.push({
      labels: { volume_group: group, logical_volume: name },
      message: `The ${part} of the thin pool ${group}/${name} is ${percentText(used)} full.`,
      evidence: {
        used_percent: used,
        threshold_percent: thresholdPercent,
        size_bytes: volume.sizeBytes,
        source: `lvs -o +${part}_percent`,
      },
    })
  }
  return findings
}

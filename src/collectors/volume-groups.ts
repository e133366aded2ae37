/** LVM, from the JSON reports of vgs, lvs and pvs. */
export interface VolumeGroups {
  groups: readonly VolumeGroup[]
  logicalVolumes: readonly LogicalVolume[]
  physicalVolumes: readonly PhysicalVolume[]
}

export interface VolumeGroup {
  /** The group's name: unique on a host. */
  id: string
  name: string
  sizeBytes: number
  freeBytes: number
  physicalVolumes: number
  logicalVolumes: number
  missingPhysicalVolumes: number
}

export interface LogicalVolume {
  /** group/name. */
  id: string
  name: string
  group: string
  sizeBytes: number
  /** lv_attr as lvs prints it, see lvs(8). */
  attributes: string
  /** linear, thin, thin-pool, raid1 … */
  segmentType: string
  pool: string | null
  /** Thin pools, thin volumes and snapshots. */
  dataPercent: number | null
  /** Thin pools. */
  metadataPercent: number | null
  /** lv_health_status, e.g. partial, refresh needed, out of data; null when well. */
  health: string | null
}

export interface PhysicalVolume {
  device: string
  group: string | null
  sizeBytes: number
  freeBytes: number
  missing: boolean
}

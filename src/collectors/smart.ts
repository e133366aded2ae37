/** What a disk says of its own health, asked through smartctl without waking it up. */
export interface SmartReport {
  /** Serial number, the device's name where there is none. */
  id: string
  device: string
  /** How smartctl reaches it: scsi, sat, nvme, megaraid,0 … */
  type: string
  model: string | null
  serial: string | null
  /** `unsupported` when the device has no SMART, `asleep` when it was left in standby. */
  state: 'passed' | 'failing' | 'unsupported' | 'asleep' | 'unknown'
  temperatureCelsius: number | null
  powerOnHours: number | null
  /** Sectors or blocks: reallocated (ATA 5), grown defects (SCSI). */
  reallocated: number | null
  pending: number | null
  uncorrectable: number | null
  /** NVMe: share of the rated life used; can exceed 100. */
  lifeUsedPercent: number | null
  /** Bits of smartctl's exit status that speak of the disk, in words. */
  remarks: readonly string[]
}

/** A whole block device with hardware behind it: no loop, ram, device-mapper or md device. */
export interface Disk {
  /** Serial number or WWN, the kernel's name where the disk has neither. */
  id: string
  /** Kernel name, e.g. sda: changes at reboot. */
  name: string
  vendor: string | null
  model: string | null
  serial: string | null
  wwn: string | null
  sizeBytes: number
  rotational: boolean
  readOnly: boolean
  /** `running`, `offline`, `blocked` … of the SCSI layer, `live` of NVMe; null where it is not told. */
  state: string | null
  /** H:C:I:L of a SCSI disk. */
  hctl: string | null
  io: DiskIo | null
}

/** Counters since boot, from /proc/diskstats (Documentation/admin-guide/iostats.rst). */
export interface DiskIo {
  reads: number
  readBytes: number
  readSeconds: number
  writes: number
  writtenBytes: number
  writeSeconds: number
  inFlight: number
  ioSeconds: number
  /** Share of the time since the last reading in which the disk was busy; null at the first. */
  busyPercent: number | null
}

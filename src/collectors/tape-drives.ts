/** A tape drive, known by its serial number, asked only through /dev/sg* and sysfs: never /dev/st*. */
export interface TapeDrive {
  /** Unit serial number (VPD 80h), H:C:I:L where it has none. */
  id: string
  serial: string | null
  vendor: string
  product: string
  revision: string
  /** Generic node, e.g. /dev/sg3; changes at reboot. A drive that is reached by several paths has several. */
  device: string
  paths: readonly string[]
  /** Tape node, e.g. st0, for people who look for it; never opened. */
  tapeNode: string | null
  hctl: string
  virtual: boolean
  /** Whether it answers; null where it could not be asked (no pass-through). */
  reachable: boolean | null
  error: string | null
  /** Library and data transfer element it sits in, matched by serial number; null when it is not known. */
  library: { serial: string; element: number } | null
  /** Volume tag of the cartridge in it, as its library says; null when it is empty or not known. */
  volumeTag: string | null
  /** DT device status, log page 11h; null where the drive has none or could not be asked. */
  status: DriveStatus | null
  /** Of the st driver; null without it. I/O that does not pass through st (SCST, LTFS) is not in it. */
  statistics: TapeStatistics | null
  /** Whether it did work since the last reading, by its status or its counters; null when not known. */
  active: boolean | null
}

/** Very high frequency data of the DT device status log page (ADC-3 6.1.2.2, SSC-5 8.2.8). */
export interface DriveStatus {
  /** no-activity, cleaning, loading, unloading, other-medium, reading, writing, locating, rewinding, erasing … */
  activity: string
  mediumPresent: boolean
  mounted: boolean
  writeProtected: boolean
  cleaningRequested: boolean
  cleaningRequired: boolean
  hostInitiatedUnload: boolean
  /** Recovery requested: page 13h says which. */
  recoveryRequested: boolean
  /** A TapeAlert flag has changed; which one is not read here, because reading clears it for everybody. */
  tapeAlertChanged: boolean
  /** Other bits are not to be relied on while the drive is in transition. */
  inTransition: boolean
}

/** /sys/class/scsi_tape/stN/stats (Documentation/ABI/testing/sysfs-class-scsi_tape), since the driver was loaded. */
export interface TapeStatistics {
  inFlight: number
  readBytes: number
  writtenBytes: number
  reads: number
  writes: number
  others: number
  ioSeconds: number
  readSeconds: number
  writeSeconds: number
  /** Requests whose residual was not zero. */
  residuals: number
}

/** A Fibre Channel port, from /sys/class/fc_host. */
export interface FcHost {
  /** WWPN, e.g. 21:00:00:24:ff:7f:0a:11. */
  id: string
  /** Kernel name, e.g. host7. */
  name: string
  portName: string
  nodeName: string | null
  /** Online, Linkdown, Offline, Blocked, Bypassed … (drivers/scsi/scsi_transport_fc.c). */
  state: string
  portType: string | null
  /** Bits per second; null when it is not negotiated. */
  speedBitsPerSecond: number | null
  fabricName: string | null
  /** Counters that the driver implements, by the name of their file. */
  statistics: Readonly<Record<string, number>>
}

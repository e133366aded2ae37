/** A network interface, from /sys/class/net. */
export interface NetworkInterface {
  /** The name, which udev keeps stable. */
  id: string
  name: string
  macAddress: string | null
  /** operstate: up, down, unknown, dormant, lowerlayerdown … */
  state: string
  /** Null when there is no link or the driver does not tell. */
  speedBitsPerSecond: number | null
  mtuBytes: number
  physical: boolean
  carrierChanges: number | null
  receivedBytes: number
  receivedPackets: number
  receiveErrors: number
  receiveDropped: number
  transmittedBytes: number
  transmittedPackets: number
  transmitErrors: number
  transmitDropped: number
  /** Bond that it belongs to; null otherwise. */
  bond: string | null
  /** For a bond: its mode and members that are down. */
  bondMode: string | null
  bondMembersDown: readonly string[]
}

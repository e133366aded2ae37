/** A disk enclosure, from /sys/class/enclosure (drivers/misc/enclosure.c). */
export interface Enclosure {
  /** The enclosure's logical id, its H:C:I:L where it has none. */
  id: string
  hctl: string
  vendor: string | null
  model: string | null
  slots: readonly EnclosureSlot[]
}

export interface EnclosureSlot {
  name: string
  slot: number | null
  /** unsupported, OK, critical, non-critical, unrecoverable, not installed, unknown, unavailable. */
  status: string
  fault: boolean
  locate: boolean
  /** Kernel name of the disk in the slot. */
  disk: string | null
}

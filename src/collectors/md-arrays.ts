/** A Linux software RAID array, from /sys/block/md*. */
export interface MdArray {
  /** UUID where it is known, the kernel's name otherwise. */
  id: string
  /** Kernel name, e.g. md0. */
  name: string
  level: string
  /** array_state: clear, inactive, readonly, read-auto, clean, active, write-pending, active-idle. */
  state: string
  sizeBytes: number
  raidDisks: number
  /** Members missing; null for levels without redundancy, which have no such file. */
  degraded: number | null
  members: readonly MdMember[]
  /** sync_action: idle, resync, recover, check, repair, reshape, frozen; null without redundancy. */
  syncAction: string | null
  /** 0..1; null when nothing is being synchronised. */
  syncProgress: number | null
  syncBytesPerSecond: number | null
  mismatchSectors: number | null
}

export interface MdMember {
  device: string
  /** in_sync, spare, faulty, write_mostly, blocked … */
  states: readonly string[]
  slot: number | null
  errors: number | null
}

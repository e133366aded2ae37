import { logValues } from './page.ts'
import { capacity } from './values.ts'

/** Number of the tape capacity page of LTO drives (IBM LTO SCSI Reference 6.4.20). */
export const TAPE_CAPACITY = 0x31

/**
 * Native capacity of the partitions in the drive. IBM counts in units of 2^20 bytes, mhvtl as its
 * media were made; without a medium mhvtl says 0 everywhere. Null is a partition not told of.
 */
export interface TapeCapacity {
  /** 01h */
  mainRemainingMegabytes: number | null
  /** 02h */
  alternateRemainingMegabytes: number | null
  /** 03h */
  mainMaximumMegabytes: number | null
  /** 04h */
  alternateMaximumMegabytes: number | null
}

/** Decodes page 31h. DecodeError when it is another. */
export function decodeTapeCapacity(data: Uint8Array): TapeCapacity {
  const values = logValues(data, TAPE_CAPACITY)
  return {
    mainRemainingMegabytes: capacity(values.get(0x0001)),
    alternateRemainingMegabytes: capacity(values.get(0x0002)),
    mainMaximumMegabytes: capacity(values.get(0x0003)),
    alternateMaximumMegabytes: capacity(values.get(0x0004)),
  }
}

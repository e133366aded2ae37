import { logValues } from './page.ts'
import { capacity } from './values.ts'

/** Number of the tape capacity page of LTO drives (IBM LTO SCSI Reference 6.4.20). */
export const TAPE_CAPACITY = 0x31

/**
 * Native capacity of a partition of the medium in the drive. A megabyte is 2^20 bytes with HP and
 * IBM; mhvtl counts as its media were made, and says 0 without one. A partition that is not there
 * has 0 of 0.
 */
export interface PartitionSpace {
  partition: number
  remainingMegabytes: number | null
  maximumMegabytes: number | null
}

/** Decodes page 31h: the partitions that it tells of. DecodeError when it is another page. */
export function decodeTapeCapacity(data: Uint8Array): PartitionSpace[] {
  const values = logValues(data, TAPE_CAPACITY)
  return CODES.filter((codes) => codes.some((code) => values.has(code))).map(
    ([remaining, maximum]) => ({
      partition: CODES.findIndex((codes) => codes[0] === remaining),
      remainingMegabytes: capacity(values.get(remaining)),
      maximumMegabytes: capacity(values.get(maximum)),
    }),
  )
}

/** Parameter codes of remaining and maximum capacity, by partition; LTO-6 added the last two. */
const CODES: readonly (readonly [number, number])[] = [
  [0x0001, 0x0003],
  [0x0002, 0x0004],
  [0x0005, 0x0007],
  [0x0006, 0x0008],
]

import { numberAt } from './bytes.ts'

/** How large a disk is (SBC-3 5.15, 5.16). */
export interface DiskCapacity {
  blocks: number
  blockBytes: number
  /** LBPME: blocks are provided when they are written, and can be given back; null in the short answer. */
  thin: boolean | null
}

/**
 * Decodes the answer to READ CAPACITY(10); null when the disk is larger than it can say: READ CAPACITY(16)
 * tells then.
 */
export function decodeCapacity10(data: Uint8Array): DiskCapacity | null {
  const last = numberAt(data, 0, 4, 'READ CAPACITY(10)')
  const blockBytes = numberAt(data, 4, 4, 'READ CAPACITY(10)')
  return last === 0xffffffff ? null : { blocks: last + 1, blockBytes, thin: null }
}

/** Decodes the answer to READ CAPACITY(16). Above 2^53 blocks the last digits are rounded. */
export function decodeCapacity16(data: Uint8Array): DiskCapacity {
  const last = numberAt(data, 0, 8, 'READ CAPACITY(16)')
  const blockBytes = numberAt(data, 8, 4, 'READ CAPACITY(16)')
  const flags = numberAt(data, 14, 1, 'READ CAPACITY(16)')
  return { blocks: last + 1, blockBytes, thin: (flags & 0x80) !== 0 }
}

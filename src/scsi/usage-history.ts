import { numberIn } from './log/values.ts'

/** How a cartridge, or a partition of it, was used (SPC-4 7.4.2.2); null is unknown. */
export interface UsageHistory {
  /** Since it was loaded, or while it was last. */
  current: Usage
  /** While it was loaded before. */
  previous: Usage
  /** In its life. */
  total: Usage
  loads: number | null
  partitionChanges: number | null
  partitionInitializations: number | null
}

/** What was written and read, in mebibytes, and how often it had to be tried again. */
export interface Usage {
  writtenMebibytes: number | null
  writeRetries: number | null
  readMebibytes: number | null
  readRetries: number | null
}

/** Medium usage history, attribute 0340h: numbers of six bytes. Null when it is left out. */
export function mediumUsage(value: Uint8Array | undefined): UsageHistory | null {
  return value === undefined ? null : history(value, 6)
}

/** Partition usage history, attribute 0341h: the same in numbers of four bytes. Null when it is left out. */
export function partitionUsage(value: Uint8Array | undefined): UsageHistory | null {
  return value === undefined ? null : history(value, 4)
}

function history(value: Uint8Array, width: number): UsageHistory {
  const at = (index: number) => numberIn(value, index * width, width)
  const usage = (index: number): Usage => ({
    writtenMebibytes: at(index),
    writeRetries: at(index + 1),
    readMebibytes: at(index + 2),
    readRetries: at(index + 3),
  })
  return {
    current: usage(0),
    previous: usage(4),
    total: usage(8),
    loads: at(12),
    partitionChanges: at(13),
    partitionInitializations: at(14),
  }
}

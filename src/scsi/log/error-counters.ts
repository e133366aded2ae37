import { DecodeError, hexByte } from '../bytes.ts'
import { logPageHeader, logValues } from './page.ts'
import { counter } from './values.ts'

/** Numbers of the pages of write and of read errors (SPC-3 7.2.4). */
export const WRITE_ERROR_COUNTERS = 0x02
export const READ_ERROR_COUNTERS = 0x03

/**
 * Errors in writing or reading (SPC-3 7.2.4). Whether they count since the medium was
 * loaded, since power on or for ever is for the drive to choose: only differences mean something.
 * Null is what the drive does not count.
 */
export interface ErrorCounters {
  direction: 'write' | 'read'
  /** 0000h: errors corrected without substantial delay. */
  correctedWithoutDelay: number | null
  /** 0001h: errors corrected with possible delays. */
  correctedWithDelay: number | null
  /** 0002h: rewrites, or rereads. Set against bytes, the rate of soft errors. */
  retries: number | null
  /** 0003h: errors corrected. */
  corrected: number | null
  /** 0004h: how often the correction algorithm ran. */
  correctionRuns: number | null
  /** 0005h: bytes written or read; LTO drives of HP and Quantum up to LTO-4 count data sets here. */
  processedBytes: number | null
  /** 0006h: errors that were not corrected: data was lost, or not written. */
  uncorrected: number | null
}

/** Decodes page 02h or 03h. DecodeError when it is another. */
export function decodeErrorCounters(data: Uint8Array): ErrorCounters {
  const { page } = logPageHeader(data)
  if (page !== WRITE_ERROR_COUNTERS && page !== READ_ERROR_COUNTERS) {
    throw new DecodeError('log page 02h or 03h', `the answer is page ${hexByte(page)}h`)
  }
  const values = logValues(data, page)
  return {
    direction: page === WRITE_ERROR_COUNTERS ? 'write' : 'read',
    correctedWithoutDelay: counter(values.get(0x0000)),
    correctedWithDelay: counter(values.get(0x0001)),
    retries: counter(values.get(0x0002)),
    corrected: counter(values.get(0x0003)),
    correctionRuns: counter(values.get(0x0004)),
    processedBytes: counter(values.get(0x0005)),
    uncorrected: counter(values.get(0x0006)),
  }
}

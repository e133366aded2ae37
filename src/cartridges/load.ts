import type { Work } from '../collectors/drive-health.ts'
import type { Counted } from '../collectors/drive-work.ts'

/** A cartridge that was in a drive, from the time it was seen there to the time it was seen gone. */
export interface CartridgeLoad {
  id: string
  /** As among the tape drives: its serial number, where it has one. */
  drive: string
  /** Serial number of the medium, which its memory tells; null while it is not known. */
  serial: string | null
  /** Barcode, as the library or else the memory of the cartridge tells it. */
  volumeTag: string | null
  library: string | null
  virtual: boolean
  loadedAt: Date
  /** Null while it is there. */
  unloadedAt: Date | null
  /** As far as the drive told it meanwhile. */
  work: Work
  /** TapeAlert flags of the drive that were raised with it, ascending. */
  tapeAlerts: readonly number[]
  /** What the drive counted when it was read last; of the load before until this one is. */
  counted: Counted | null
  /** When that was, of this load. */
  countedAt: Date | null
}

/** What is shown of a load. */
export type ShownLoad = Omit<CartridgeLoad, 'id' | 'counted' | 'countedAt'>

/** Where the line is between a load that went well and one that did not. */
export interface LoadLimits {
  retriesPerGigabyte: number
}

/** TapeAlert flags of errors in writing and reading: hard error, media, read failure, write failure (SSC-5 annex A). */
export const ERROR_FLAGS: readonly number[] = [3, 4, 5, 6]

/** Less than this says nothing good of anybody, bytes. */
export const ENOUGH_BYTES = 1_000_000_000
/** Less than this says nothing bad by its retries alone. */
export const ENOUGH_BYTES_FOR_RATES = 10_000_000_000

/** How a load went: with errors, well, or so little was done, or told, that nobody knows. */
export function outcomeOf(
  { work, tapeAlerts }: Pick<CartridgeLoad, 'work' | 'tapeAlerts'>,
  { retriesPerGigabyte }: LoadLimits,
): 'bad' | 'good' | 'unknown' {
  const errors = (work.unrecoveredWriteErrors ?? 0) + (work.unrecoveredReadErrors ?? 0)
  if (errors > 0 || tapeAlerts.some((flag) => ERROR_FLAGS.includes(flag))) return 'bad'
  const tries = [
    [work.rewrites, work.writtenBytes],
    [work.rereads, work.readBytes],
  ] as const
  for (const [retries, bytes] of tries) {
    if (retries === null || bytes === null || bytes < ENOUGH_BYTES_FOR_RATES) continue
    if (retries / (bytes / 1e9) > retriesPerGigabyte) return 'bad'
  }
  const counted = work.unrecoveredWriteErrors !== null && work.unrecoveredReadErrors !== null
  const bytes = (work.writtenBytes ?? 0) + (work.readBytes ?? 0)
  return counted && bytes >= ENOUGH_BYTES ? 'good' : 'unknown'
}

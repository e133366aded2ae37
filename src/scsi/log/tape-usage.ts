import { logValues } from './page.ts'
import { counter } from './values.ts'

/** Number of the tape usage page of LTO-5 and LTO-6 drives (IBM LTO SCSI Reference 6.4.19). */
export const TAPE_USAGE = 0x30

/**
 * What a cartridge went through in its life, as its memory says. Page 17h tells the same where
 * there is one.
 */
export interface TapeUsage {
  /** 01h: times that it was threaded. */
  threads: number | null
  /** 02h */
  dataSetsWritten: number | null
  /** 03h */
  writeRetries: number | null
  /** 04h */
  unrecoveredWriteErrors: number | null
  /** 05h */
  suspendedWrites: number | null
  /** 06h */
  fatalSuspendedWrites: number | null
  /** 07h */
  dataSetsRead: number | null
  /** 08h */
  readRetries: number | null
  /** 09h */
  unrecoveredReadErrors: number | null
  /** 0Ah */
  suspendedReads: number | null
  /** 0Bh */
  fatalSuspendedReads: number | null
}

/** Decodes page 30h. DecodeError when it is another. */
export function decodeTapeUsage(data: Uint8Array): TapeUsage {
  const values = logValues(data, TAPE_USAGE)
  return {
    threads: counter(values.get(0x0001)),
    dataSetsWritten: counter(values.get(0x0002)),
    writeRetries: counter(values.get(0x0003)),
    unrecoveredWriteErrors: counter(values.get(0x0004)),
    suspendedWrites: counter(values.get(0x0005)),
    fatalSuspendedWrites: counter(values.get(0x0006)),
    dataSetsRead: counter(values.get(0x0007)),
    readRetries: counter(values.get(0x0008)),
    unrecoveredReadErrors: counter(values.get(0x0009)),
    suspendedReads: counter(values.get(0x000a)),
    fatalSuspendedReads: counter(values.get(0x000b)),
  }
}

import { logValues, type LogParameter } from './page.ts'
import { capacity, counter, flag } from './values.ts'

/** Number of the sequential-access device page (SSC-3 8.2.2). */
export const SEQUENTIAL_ACCESS = 0x0c

/**
 * The sequential-access device page (SSC-3 8.2.2). Bytes and capacities are those of the mount or
 * of the drive's life, as the drive chooses. Whether a megabyte is 10^6 bytes or 2^20 the standard
 * does not say.
 */
export interface SequentialAccess {
  /** 0000h: bytes that initiators sent to be written, before compression. */
  receivedBytes: number | null
  /** 0001h: bytes written to the medium, after compression; with overhead, so it can be the larger. */
  writtenBytes: number | null
  /** 0002h: bytes read from the medium, before decompression. */
  readBytes: number | null
  /** 0003h: bytes sent to initiators, after decompression. */
  sentBytes: number | null
  /** 0004h: native capacity from the beginning of the partition to end of data. */
  endOfDataMegabytes: number | null
  /** 0005h: native capacity from the beginning of the partition to early warning. */
  earlyWarningMegabytes: number | null
  /** 0006h: native capacity from early warning to the end of the partition, at the least. */
  behindEarlyWarningMegabytes: number | null
  /** 0007h: native capacity from the beginning of the partition to where the medium is. */
  positionMegabytes: number | null
  /** 0008h: what the object buffer may hold at the most. */
  bufferMegabytes: number | null
  /**
   * 0100h: cleaning is required or goes on. Null also for the eight bytes in which mhvtl keeps all
   * its TapeAlert flags, when one is set: page 11h says whether it is one of cleaning.
   */
  cleaningRequired: boolean | null
  /** 8000h and above: see decodeLifetimeCounters. */
  vendorSpecific: readonly LogParameter[]
}

/** Decodes page 0Ch. DecodeError when it is another. */
export function decodeSequentialAccess(data: Uint8Array): SequentialAccess {
  const values = logValues(data, SEQUENTIAL_ACCESS)
  const cleaning = values.get(0x0100)
  return {
    receivedBytes: counter(values.get(0x0000)),
    writtenBytes: counter(values.get(0x0001)),
    readBytes: counter(values.get(0x0002)),
    sentBytes: counter(values.get(0x0003)),
    endOfDataMegabytes: capacity(values.get(0x0004)),
    earlyWarningMegabytes: capacity(values.get(0x0005)),
    behindEarlyWarningMegabytes: capacity(values.get(0x0006)),
    positionMegabytes: capacity(values.get(0x0007)),
    bufferMegabytes: capacity(values.get(0x0008)),
    cleaningRequired: cleaning?.length === 8 && flag(cleaning) === true ? null : flag(cleaning),
    vendorSpecific: [...values]
      .filter(([code]) => code >= 0x8000)
      .map(([code, value]) => ({ code, value })),
  }
}

/** What some drives count on page 0Ch besides the standard. */
export interface LifetimeCounters {
  /** 8000h: megabytes to and from the medium since it was last cleaned. */
  megabytesSinceCleaning: number | null
  /** 8001h: loads in the life of the drive. */
  loads: number | null
  /** 8002h: cleanings in the life of the drive. */
  cleanings: number | null
  /** 8003h: power-on time of its life; mhvtl does not have it. */
  powerOnSeconds: number | null
}

/**
 * The vendor-specific parameters of page 0Ch as HP's LTO drives have them, and mhvtl after such
 * (its include/mhvtl_log.h). The page does not tell whose it is: only for INQUIRY data of HP or
 * HPE, or where the drive is known to be mhvtl's.
 */
export function decodeLifetimeCounters(page: SequentialAccess): LifetimeCounters {
  const values = new Map(page.vendorSpecific.map(({ code, value }) => [code, value]))
  return {
    megabytesSinceCleaning: counter(values.get(0x8000)),
    loads: counter(values.get(0x8001)),
    cleanings: counter(values.get(0x8002)),
    powerOnSeconds: counter(values.get(0x8003)),
  }
}

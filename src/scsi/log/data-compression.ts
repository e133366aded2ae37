import { DecodeError, hexByte } from '../bytes.ts'
import { logPageHeader, logValues, type LogValues } from './page.ts'
import { counter, flag } from './values.ts'

/** Numbers of the data compression page: of the standard (SSC-4), and of LTO-5 drives before it. */
export const DATA_COMPRESSION = 0x1b
export const DATA_COMPRESSION_LTO5 = 0x32

/**
 * Compression (SSC-4; IBM LTO SCSI Reference 6.4.17 and 6.4.21). An amount is told as whole megabytes and
 * the bytes that are left; whether a megabyte is 10^6 bytes or 2^20 is not said, so they are not
 * added: page 0Ch counts bytes.
 */
export interface DataCompression {
  /** 0000h: bytes read by initiators for a byte on the medium; null also where nothing was read. */
  readRatio: number | null
  /** 0001h: the same of writing. */
  writeRatio: number | null
  /** 0002h and 0003h */
  sentToServer: MegabytesAndBytes
  /** 0004h and 0005h */
  readFromTape: MegabytesAndBytes
  /** 0006h and 0007h */
  receivedFromServer: MegabytesAndBytes
  /** 0008h and 0009h */
  writtenToTape: MegabytesAndBytes
  /** 0100h */
  enabled: boolean | null
}

/**
 * An amount: megabytes, rounded to the nearest by some drives, and the difference in bytes, which is then
 * negative half of the time.
 */
export interface MegabytesAndBytes {
  megabytes: number | null
  bytes: number | null
}

/** Decodes page 1Bh or 32h. DecodeError when it is another. */
export function decodeDataCompression(data: Uint8Array): DataCompression {
  const { page } = logPageHeader(data)
  if (page !== DATA_COMPRESSION && page !== DATA_COMPRESSION_LTO5) {
    throw new DecodeError('log page 1bh or 32h', `the answer is page ${hexByte(page)}h`)
  }
  const values = logValues(data, page)
  return {
    readRatio: ratio(values.get(0x0000)),
    writeRatio: ratio(values.get(0x0001)),
    sentToServer: amount(values, 0x0002),
    readFromTape: amount(values, 0x0004),
    receivedFromServer: amount(values, 0x0006),
    writtenToTape: amount(values, 0x0008),
    enabled: flag(values.get(0x0100)),
  }
}

/** A ratio is told times 100; 0 is no ratio, but that of nothing. */
export function ratio(value: Uint8Array | undefined): number | null {
  const hundredths = counter(value)
  return hundredths === null || hundredths === 0 ? null : hundredths / 100
}

function amount(values: LogValues, code: number): MegabytesAndBytes {
  return { megabytes: counter(values.get(code)), bytes: difference(values.get(code + 1)) }
}

/** Two's complement in the width of the standard: a difference is always less than 2^31. */
function difference(value: Uint8Array | undefined): number | null {
  const bytes = counter(value)
  return bytes !== null && value?.length === 4 && bytes >= 2 ** 31 ? bytes - 2 ** 32 : bytes
}

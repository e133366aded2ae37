import { byteAt, DecodeError, hexByte, numberAt } from './bytes.ts'
import { SENSE_CODES } from './sense-codes.ts'
import { senseDetails, type SenseDetails } from './sense-details.ts'

/** Why a command was refused, in the three numbers that decide what is done next. */
export interface SenseCode {
  /** The error belongs to an earlier command (response codes 71h and 73h). */
  deferred: boolean
  /** Sense key, SPC-4 table 48. */
  key: number
  /** Additional sense code and qualifier, 0 when the device sent none. */
  asc: number
  ascq: number
}

/** Sense data (SPC-4 4.5): of a command that was refused, or the answer to REQUEST SENSE. */
export interface Sense extends SenseCode {
  details: SenseDetails
}

/** Sense keys that decide what is done next (SPC-4 table 48). */
export const NO_SENSE = 0x0
export const RECOVERED_ERROR = 0x1
export const ILLEGAL_REQUEST = 0x5
export const UNIT_ATTENTION = 0x6

/**
 * Decodes fixed (70h, 71h) and descriptor (72h, 73h) sense data; an answer to REQUEST SENSE is the same.
 * What lies behind the end of shortened sense data, and behind the end that it tells itself, counts as
 * absent. DecodeError on other formats and on less than the sense key.
 */
export function decodeSense(data: Uint8Array): Sense {
  const format = byteAt(data, 0, 'sense data') & 0x7f
  const deferred = format === 0x71 || format === 0x73
  // Additional sense length, the same byte in both formats (SPC-4 4.5.2.1, 4.5.3).
  const sense = data.length < 8 ? data : data.subarray(0, 8 + numberAt(data, 7, 1, 'sense data'))
  if (format === 0x70 || format === 0x71) {
    const key = byteAt(sense, 2, 'sense data') & 0x0f
    const details = senseDetails('fixed', sense, key)
    return { deferred, key, asc: sense[12] ?? 0, ascq: sense[13] ?? 0, details }
  }
  if (format === 0x72 || format === 0x73) {
    const key = byteAt(sense, 1, 'sense data') & 0x0f
    const details = senseDetails('descriptor', sense, key)
    return { deferred, key, asc: sense[2] ?? 0, ascq: sense[3] ?? 0, details }
  }
  throw new DecodeError('sense data', `response code ${hexByte(format)}h`)
}

/** Sense in words, with the numbers behind: `logical unit not ready, offline (02/04/12)`. */
export function describeSense({ key, asc, ascq }: SenseCode): string {
  const words = senseCodeName(asc, ascq) ?? KEYS[key] ?? /* four bits, sixteen names */ 'reserved'
  return `${words} (${hexByte(key)}/${hexByte(asc)}/${hexByte(ascq)})`
}

/**
 * What an additional sense code and its qualifier mean; null when they say nothing (00h/00h) or belong to
 * the maker of the device.
 */
export function senseCodeName(asc: number, ascq: number): string | null {
  const code = asc * 256 + ascq
  if (code === 0) return null
  const name = SENSE_CODES.get(code)
  if (name !== undefined) return name
  const family = FAMILIES.find((one) => one.asc === asc && ascq >= one.from)
  return family === undefined ? null : `${family.name} ${hexByte(ascq)}h`
}

/** Codes whose qualifier is a number (SPC-4 annex F.2: 40h NNh and so on); the older ones of them besides. */
const FAMILIES: readonly { asc: number; from: number; name: string }[] = [
  { asc: 0x40, from: 0x80, name: 'diagnostic failure on component' },
  { asc: 0x40, from: 0x00, name: 'RAM failure' },
  { asc: 0x41, from: 0x00, name: 'data path failure' },
  { asc: 0x42, from: 0x00, name: 'power-on or self-test failure' },
  { asc: 0x4d, from: 0x00, name: 'tagged overlapped commands, task tag' },
  { asc: 0x70, from: 0x00, name: 'decompression exception, short algorithm id' },
]

/** The name of a sense key in SPC-4 table 48, lower case. */
export const KEYS: readonly string[] = [
  'no sense',
  'recovered error',
  'not ready',
  'medium error',
  'hardware error',
  'illegal request',
  'unit attention',
  'data protect',
  'blank check',
  'vendor specific',
  'copy aborted',
  'aborted command',
  'reserved',
  'volume overflow',
  'miscompare',
  'completed',
]

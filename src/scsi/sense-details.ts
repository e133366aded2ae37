import { numberAt } from './bytes.ts'

/** What sense data tells besides the key and the additional sense code (SPC-4 4.5.2, 4.5.3). */
export interface SenseDetails {
  /**
   * INFORMATION, when it is valid: of a disk the block, of a tape how many bytes or blocks were not
   * transferred, in two's complement. Above 2^53 the last digits are rounded.
   */
  information: number | null
  /** COMMAND-SPECIFIC INFORMATION; null also when it is 0, which means nothing. */
  commandSpecific: number | null
  /** FIELD REPLACEABLE UNIT CODE: the part that failed, by a number of its maker; null when it is 0. */
  replaceableUnit: number | null
  /** Sequential access: a filemark was met. */
  filemark: boolean
  /** EOM: the end of the medium or partition, or early warning. */
  endOfMedium: boolean
  /** ILI: the block had another length than was asked for. */
  incorrectLength: boolean
  /** SENSE KEY SPECIFIC; null when it is not valid, or the sense key gives it no meaning. */
  specific: SenseKeySpecific | null
  /** How much is done of another operation that goes on, from 0 to less than 1. */
  otherProgress: number | null
}

/** Sense key specific information (SPC-4 4.5.2.4), by the meaning that the sense key gives it. */
export type SenseKeySpecific =
  /** How much of the operation is done, from 0 to less than 1. */
  | { kind: 'progress'; fraction: number }
  /** The field of the CDB, or of the parameters sent, that was refused; bit null when it was a whole byte. */
  | { kind: 'field'; inCdb: boolean; byte: number; bit: number | null }
  /** How often it was tried. */
  | { kind: 'retries'; count: number }
  /** The segment descriptor of a copy, and the byte of it or of the list of parameters. */
  | { kind: 'segment'; inSegment: boolean; byte: number; bit: number | null }
  /** Unit attentions were lost, for there were too many. */
  | { kind: 'queue-overflow'; overflow: boolean }

const SOURCE = 'sense data'

/** Details of sense data that ends where it says; what is missing is null or false. */
export function senseDetails(
  format: 'fixed' | 'descriptor',
  data: Uint8Array,
  key: number,
): SenseDetails {
  return format === 'fixed' ? fixedDetails(data, key) : descriptorDetails(data, key)
}

/** Fixed format, SPC-4 4.5.3. */
function fixedDetails(data: Uint8Array, key: number): SenseDetails {
  const flags = data[2] ?? 0
  const valid = ((data[0] ?? 0) & 0x80) !== 0
  return {
    information: valid ? wholeNumber(data, 3, 4) : null,
    commandSpecific: nonZero(wholeNumber(data, 8, 4)),
    replaceableUnit: nonZero(data[14]),
    ...streamBits(flags),
    specific: specificOf(data.subarray(15, 18), key),
    otherProgress: null,
  }
}

/** Descriptor format, SPC-4 4.5.2. */
function descriptorDetails(data: Uint8Array, key: number): SenseDetails {
  let details = NOTHING
  for (const { type, bytes } of descriptorsOf(data)) {
    details = { ...details, ...DESCRIPTORS[type]?.(bytes, key) }
  }
  return details
}

const NOTHING: SenseDetails = {
  information: null,
  commandSpecific: null,
  replaceableUnit: null,
  filemark: false,
  endOfMedium: false,
  incorrectLength: false,
  specific: null,
  otherProgress: null,
}

/** What descriptors tell, by their type; the bytes include the header of two, and may be cut short. */
const DESCRIPTORS: Readonly<
  Record<number, (bytes: Uint8Array, key: number) => Partial<SenseDetails>>
> = {
  // information
  0x00: (bytes) => ({ information: isValid(bytes) ? wholeNumber(bytes, 4, 8) : null }),
  // command specific information
  0x01: (bytes) => ({ commandSpecific: nonZero(wholeNumber(bytes, 4, 8)) }),
  // sense key specific
  0x02: (bytes, key) => ({ specific: specificOf(bytes.subarray(4, 7), key) }),
  // field replaceable unit
  0x03: (bytes) => ({ replaceableUnit: nonZero(bytes[3]) }),
  // stream commands, SSC-4
  0x04: (bytes) => streamBits(bytes[3] ?? 0),
  // block commands, SBC-3
  0x05: (bytes) => ({ incorrectLength: ((bytes[3] ?? 0) & 0x20) !== 0 }),
  // another progress indication
  0x0a: (bytes) => ({ otherProgress: fractionOf(wholeNumber(bytes, 6, 2)) }),
  // direct access block device, SBC-4: what 00h to 03h and 05h tell, in one
  0x0d: (bytes, key) => ({
    information: isValid(bytes) ? wholeNumber(bytes, 8, 8) : null,
    commandSpecific: nonZero(wholeNumber(bytes, 16, 8)),
    specific: specificOf(bytes.subarray(4, 7), key),
    replaceableUnit: nonZero(bytes[7]),
    incorrectLength: ((bytes[2] ?? 0) & 0x20) !== 0,
  }),
}

function isValid(descriptor: Uint8Array): boolean {
  return ((descriptor[2] ?? 0) & 0x80) !== 0
}

interface Descriptor {
  type: number
  bytes: Uint8Array
}

/** Descriptors from byte 8 on, the last one perhaps cut short. */
function descriptorsOf(data: Uint8Array): Descriptor[] {
  const descriptors: Descriptor[] = []
  for (let offset = 8; offset + 1 < data.length;) {
    const end = offset + 2 + (data[offset + 1] ?? 0)
    descriptors.push({ type: data[offset] ?? 0, bytes: data.subarray(offset, end) })
    offset = end
  }
  return descriptors
}

function streamBits(flags: number) {
  return {
    filemark: (flags & 0x80) !== 0,
    endOfMedium: (flags & 0x40) !== 0,
    incorrectLength: (flags & 0x20) !== 0,
  }
}

/** SPC-4 4.5.2.4; three bytes, of which the first says by SKSV whether they are valid. */
function specificOf(bytes: Uint8Array, key: number): SenseKeySpecific | null {
  const [flags, high, low] = bytes
  if (flags === undefined || high === undefined || low === undefined) return null
  if ((flags & 0x80) === 0) return null
  const number = high * 256 + low
  const bit = (flags & 0x08) === 0 ? null : flags & 0x07
  switch (key) {
    case 0x0: // no sense
    case 0x2: // not ready
      return { kind: 'progress', fraction: number / 65536 }
    case 0x1: // recovered error
    case 0x3: // medium error
    case 0x4: // hardware error
      return { kind: 'retries', count: number }
    case 0x5: // illegal request
      return { kind: 'field', inCdb: (flags & 0x40) !== 0, byte: number, bit }
    case 0x6: // unit attention
      return { kind: 'queue-overflow', overflow: (flags & 0x01) !== 0 }
    case 0xa: // copy aborted
      return { kind: 'segment', inSegment: (flags & 0x20) !== 0, byte: number, bit }
    default:
      return null
  }
}

/** Where 0 says that there is nothing to tell. */
function nonZero(number: number | null | undefined): number | null {
  return number === undefined || number === 0 ? null : number
}

/** Progress is told in parts of 65,536. */
function fractionOf(progress: number | null): number | null {
  return progress === null ? null : progress / 65536
}

/** A number, null when the data ends before it does. */
function wholeNumber(data: Uint8Array, offset: number, length: number): number | null {
  return offset + length > data.length ? null : numberAt(data, offset, length, SOURCE)
}

import { byteAt, DecodeError, hexByte, numberAt } from './bytes.ts'

/** Where a tape stands (SSC-4 7.7); null is what the form does not tell, or the drive does not know. */
export interface TapePosition {
  /** BOP: at the begin of the partition. */
  atBegin: boolean
  /** EOP: between early warning and the end of the partition. */
  nearEnd: boolean
  /** BPEW: beyond programmable early warning. */
  beyondEarlyWarning: boolean
  partition: number | null
  /** Logical object (block or filemark) that the next command begins with. */
  object: number | null
  /** The next one that goes from the buffer to the medium: the same as `object` when the buffer is empty. */
  lastObject: number | null
  /** Logical file identifier: filemarks before this position. */
  file: number | null
  /** What is in the buffer of the drive and not on the medium yet. */
  bufferedObjects: number | null
  bufferedBytes: number | null
}

const SOURCE = 'READ POSITION'

/**
 * Decodes the short form, service action 00h. LOLU and PERR: the position is not known,
 * or does not fit into the fields.
 */
export function decodeShortPosition(data: Uint8Array): TapePosition {
  byteAt(data, 19, SOURCE)
  const { flags, bits } = flagsOf(data)
  const known = (flags & (LOCATION_UNKNOWN | POSITION_ERROR)) === 0
  return {
    ...bits,
    partition: known ? byteAt(data, 1, SOURCE) : null,
    object: known ? numberAt(data, 4, 4, SOURCE) : null,
    lastObject: known ? numberAt(data, 8, 4, SOURCE) : null,
    file: null,
    bufferedObjects: (flags & OBJECTS_UNKNOWN) === 0 ? numberAt(data, 13, 3, SOURCE) : null,
    bufferedBytes: (flags & BYTES_UNKNOWN) === 0 ? numberAt(data, 16, 4, SOURCE) : null,
  }
}

/** Decodes the long form, service action 06h. LONU, MPU: the object, or the file, is not known. */
export function decodeLongPosition(data: Uint8Array): TapePosition {
  byteAt(data, 31, SOURCE)
  const { flags, bits } = flagsOf(data)
  const known = (flags & LOCATION_UNKNOWN) === 0
  const MARK_POSITION_UNKNOWN = 0x08
  return {
    ...bits,
    partition: known ? numberAt(data, 4, 4, SOURCE) : null,
    object: known ? numberAt(data, 8, 8, SOURCE) : null,
    lastObject: null,
    file: (flags & MARK_POSITION_UNKNOWN) === 0 ? numberAt(data, 16, 8, SOURCE) : null,
    bufferedObjects: null,
    bufferedBytes: null,
  }
}

/**
 * Decodes the extended form, service action 08h: as the short form, in wider fields.
 * DecodeError when its length is not that of the form.
 */
export function decodeExtendedPosition(data: Uint8Array): TapePosition {
  byteAt(data, 31, SOURCE)
  const length = numberAt(data, 2, 2, SOURCE)
  const EXTENDED_FORM = 0x1c
  if (length !== EXTENDED_FORM) {
    throw new DecodeError(SOURCE, `additional length ${hexByte(length)}h, 1ch expected`)
  }
  const { flags, bits } = flagsOf(data)
  const known = (flags & (LOCATION_UNKNOWN | POSITION_ERROR)) === 0
  return {
    ...bits,
    partition: known ? byteAt(data, 1, SOURCE) : null,
    object: known ? numberAt(data, 8, 8, SOURCE) : null,
    lastObject: known ? numberAt(data, 16, 8, SOURCE) : null,
    file: null,
    bufferedObjects: (flags & OBJECTS_UNKNOWN) === 0 ? numberAt(data, 5, 3, SOURCE) : null,
    bufferedBytes: (flags & BYTES_UNKNOWN) === 0 ? numberAt(data, 24, 8, SOURCE) : null,
  }
}

// Byte 0 of all forms; older standards call LOCU, BYCU and LOLU or LONU BCU, BYCU and BPU.
const BEGIN = 0x80
const END = 0x40
const OBJECTS_UNKNOWN = 0x20
const BYTES_UNKNOWN = 0x10
const LOCATION_UNKNOWN = 0x04
const POSITION_ERROR = 0x02
const EARLY_WARNING = 0x01

function flagsOf(data: Uint8Array) {
  const flags = byteAt(data, 0, SOURCE)
  const bits = {
    atBegin: (flags & BEGIN) !== 0,
    nearEnd: (flags & END) !== 0,
    beyondEarlyWarning: (flags & EARLY_WARNING) !== 0,
  }
  return { flags, bits }
}

import { byteAt, DecodeError, numberAt } from './bytes.ts'
import { hexOf } from './log/values.ts'

/** Keys that initiators registered with a device (SPC-4 6.15.2). */
export interface RegisteredKeys {
  /** Grows with every change. */
  generation: number
  /** 16 hex digits each; an initiator that registered through several ports is there several times. */
  keys: readonly string[]
  /** The allocation length cut the answer: keys are missing. */
  truncated: boolean
}

/** Who holds a device (SPC-4 6.15.3); null when nobody does. */
export interface Reservation {
  generation: number
  held: HeldReservation | null
}

/** A persistent reservation. */
export interface HeldReservation {
  /** Of the holder, 16 hex digits; all zeros when everybody registered holds it. */
  key: string
  type: ReservationType | null
}

/** Persistent reservation types (SPC-4 6.15.3). */
export type ReservationType =
  | 'write-exclusive'
  | 'exclusive-access'
  | 'write-exclusive-registrants-only'
  | 'exclusive-access-registrants-only'
  | 'write-exclusive-all-registrants'
  | 'exclusive-access-all-registrants'

const TYPES: Readonly<Record<number, ReservationType>> = {
  1: 'write-exclusive',
  3: 'exclusive-access',
  5: 'write-exclusive-registrants-only',
  6: 'exclusive-access-registrants-only',
  7: 'write-exclusive-all-registrants',
  8: 'exclusive-access-all-registrants',
}

const SOURCE = 'PERSISTENT RESERVE IN'
const KEY_BYTES = 8

/** Decodes the answer to READ KEYS. DecodeError when it ends before its length, or within a key without being cut. */
export function decodeRegisteredKeys(data: Uint8Array): RegisteredKeys {
  const generation = numberAt(data, 0, 4, SOURCE)
  const length = numberAt(data, 4, 4, SOURCE)
  if (length % KEY_BYTES !== 0) throw new DecodeError(SOURCE, `keys of ${length} bytes`)
  const body = data.subarray(8, 8 + length)
  const keys: string[] = []
  for (let offset = 0; offset + KEY_BYTES <= body.length; offset += KEY_BYTES) {
    keys.push(hexOf(body.subarray(offset, offset + KEY_BYTES)))
  }
  return { generation, keys, truncated: body.length < length }
}

/** Decodes the answer to READ RESERVATION. DecodeError when it ends before its length, or the reservation it tells of. */
export function decodeReservation(data: Uint8Array): Reservation {
  const generation = numberAt(data, 0, 4, SOURCE)
  const length = numberAt(data, 4, 4, SOURCE)
  if (length === 0) return { generation, held: null }
  const type = TYPES[byteAt(data, 21, SOURCE) & 0x0f] ?? null
  return { generation, held: { key: hexOf(data.subarray(8, 16)), type } }
}

import { asciiField } from '../bytes.ts'

/**
 * An unsigned counter of any width from 1 to 8 bytes: devices do not keep to the widths of the
 * standards. Null when it is left out, wider, or all FFh, which the standards use for unknown.
 * Above 2^53 the last digits are rounded.
 */
export function counter(value: Uint8Array | undefined): number | null {
  if (value === undefined || value.length === 0 || value.length > 8 || allFFh(value)) return null
  let number = 0
  for (const byte of value) number = number * 256 + byte
  return number
}

/**
 * A capacity in megabytes: a counter, and null also for FF..FEh. mhvtl says so without a medium,
 * and in the width of the standard it is more than any volume holds.
 */
export function capacity(value: Uint8Array | undefined): number | null {
  return value !== undefined && endsInFEh(value) ? null : counter(value)
}

/** A number that is either zero or not; null where counter() is. */
export function flag(value: Uint8Array | undefined): boolean | null {
  const number = counter(value)
  return number === null ? null : number !== 0
}

/** A text, which SSC calls string data; null when it is left out, empty or does not print. */
export function text(value: Uint8Array | undefined): string | null {
  return value === undefined ? null : asciiField(value)
}

/** A byte of a list; null when it is left out or FFh. */
export function byteOf(value: Uint8Array, offset: number): number | null {
  const byte = value[offset]
  return byte === undefined || byte === 0xff ? null : byte
}

/** A number within a value; null when the value ends before, or it is all FFh. */
export function numberIn(value: Uint8Array, offset: number, length: number): number | null {
  return offset + length > value.length ? null : counter(value.subarray(offset, offset + length))
}

/** Whether every byte is FFh. */
export function allFFh(value: Uint8Array): boolean {
  return value.length > 0 && value.every((byte) => byte === 0xff)
}

/** Whether every byte is FFh but the last, which is FEh. One byte alone is a number. */
export function endsInFEh(value: Uint8Array): boolean {
  const last = value.length - 1
  return last > 0 && value[last] === 0xfe && allFFh(value.subarray(0, last))
}

/** Bytes as hex digits without blanks. */
export function hexOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
}

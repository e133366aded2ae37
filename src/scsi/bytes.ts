/** The bytes do not say what the standard says they do. */
export class DecodeError extends Error {
  readonly code = 'ERR_DECODE'

  constructor(source: string, problem: string) {
    super(`${source}: ${problem}`)
    this.name = 'DecodeError'
  }
}

/** The byte at an offset; DecodeError when the data ends before it. */
export function byteAt(data: Uint8Array, offset: number, source: string): number {
  const byte = data[offset]
  if (byte === undefined) {
    throw new DecodeError(source, `${data.length} bytes, at least ${offset + 1} expected`)
  }
  return byte
}

/**
 * An unsigned big-endian number, as all numbers of the T10 standards are. Of more than 6 bytes its last
 * digits are rounded above 2^53.
 */
export function numberAt(data: Uint8Array, offset: number, length: number, source: string): number {
  let high = 0
  let low = 0
  for (let i = 0; i < length; i++) {
    const byte = byteAt(data, offset + i, source)
    if (i < length - 4) high = high * 256 + byte
    else low = low * 256 + byte
  }
  // Both parts are exact, so that it is rounded once.
  return high * 2 ** 32 + low
}

/**
 * An ASCII field (SPC-4 4.4.1: left-aligned, padded with blanks), the bytes from `begin` up to `end`; null
 * when it is empty, all FFh or holds anything that does not print. Ends at the first NUL, which many
 * devices pad with against the standard.
 */
export function asciiField(data: Uint8Array, begin = 0, end = data.length): string | null {
  let first = -1
  let last = -1
  for (let at = begin; at < end; at++) {
    const byte = data[at]
    if (byte === undefined || byte === 0) break
    if (byte < 0x20 || byte > 0x7e) return null
    if (byte === BLANK) continue
    if (first === -1) first = at
    last = at
  }
  if (first === -1) return null
  let text = ''
  for (let at = first; at <= last; at++) text += String.fromCharCode(data[at] ?? BLANK)
  return text
}

const BLANK = 0x20

/** Two hex digits, lower case, as sense codes are written. */
export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

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

/** An unsigned big-endian number of 1 to 6 bytes, as all numbers of the T10 standards are. */
export function numberAt(data: Uint8Array, offset: number, length: number, source: string): number {
  let value = 0
  for (let i = 0; i < length; i++) value = value * 256 + byteAt(data, offset + i, source)
  return value
}

/**
 * An ASCII field (SPC-4 4.4.1: left-aligned, padded with blanks); null when it is
 * empty, all FFh or holds anything that does not print. Ends at the first NUL,
 * which many devices pad with against the standard.
 */
export function asciiField(data: Uint8Array): string | null {
  const end = data.indexOf(0)
  const bytes = end === -1 ? data : data.subarray(0, end)
  let text = ''
  for (const byte of bytes) {
    if (byte < 0x20 || byte > 0x7e) return null
    text += String.fromCharCode(byte)
  }
  text = text.trim()
  return text === '' ? null : text
}

/** Two hex digits, lower case, as sense codes are written. */
export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

import { hexByte } from '../scsi/bytes.ts'

const HEADER_BYTES = 4

/**
 * The header of a log page and one parameter of it in hex, as evidence: `2e 00 01 40 … 00 14 c0 01 01`.
 * Without the parameter when the page does not have it.
 */
export function excerptOf(page: Uint8Array, parameter: number): string {
  const header = hexText(page.subarray(0, HEADER_BYTES))
  for (let at = HEADER_BYTES; at + 4 <= page.length;) {
    const end = at + 4 + (page[at + 3] ?? 0)
    const code = (page[at] ?? 0) * 256 + (page[at + 1] ?? 0)
    if (code === parameter) return `${header} … ${hexText(page.subarray(at, end))}`
    at = end
  }
  return header
}

/** Bytes in hex, blanks between them. */
export function hexText(bytes: Uint8Array): string {
  return [...bytes].map(hexByte).join(' ')
}

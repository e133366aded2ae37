import { byteAt, DecodeError, hexByte, numberAt } from '../bytes.ts'

/** A log page as it came: its parameters are decoded by the function of the page. */
export interface LogPage {
  page: number
  subpage: number
  parameters: readonly LogParameter[]
  /** The allocation length cut the page: parameters behind the last one are missing. */
  truncated: boolean
}

/** A parameter of a log page (SPC-4 7.3.2.2), its value not decoded. */
export interface LogParameter {
  code: number
  value: Uint8Array
}

/** Splits a log page into its parameters (SPC-4 7.3.2). */
export function decodeLogPage(data: Uint8Array): LogPage {
  const { page, subpage, body, truncated } = logPageHeader(data)
  const parameters: LogParameter[] = []
  for (let offset = 0; offset < body.length;) {
    const end = offset + 4 + (body[offset + 3] ?? 0)
    if (offset + 4 > body.length || end > body.length) {
      if (truncated) break
      throw new DecodeError(`log page ${hexByte(page)}h`, 'a parameter ends behind the page')
    }
    const code = numberAt(body, offset, 2, `log page ${hexByte(page)}h`)
    parameters.push({ code, value: body.subarray(offset + 4, end) })
    offset = end
  }
  return { page, subpage, parameters, truncated }
}

/**
 * The values of one log page by parameter code. A drive may leave out any parameter; one without
 * bytes counts as left out, because mhvtl pads its page 17h with zeros, which read as such.
 * DecodeError when the answer is another page, or what decodeLogPage refuses.
 */
export function logValues(data: Uint8Array, page: number, subpage = 0): LogValues {
  const answer = decodeLogPage(data)
  if (answer.page !== page || answer.subpage !== subpage) {
    const source = `log page ${nameOf(page, subpage)}`
    throw new DecodeError(source, `the answer is page ${nameOf(answer.page, answer.subpage)}`)
  }
  const values = new Map<number, Uint8Array>()
  for (const { code, value } of answer.parameters) {
    if (value.length > 0 && !values.has(code)) values.set(code, value)
  }
  return values
}

/** Values by parameter code, in the order of the page; none is empty. */
export type LogValues = ReadonlyMap<number, Uint8Array>

/** The header of a log page (SPC-4 7.3.2), and what follows as far as it came. */
export function logPageHeader(data: Uint8Array) {
  const first = byteAt(data, 0, 'log page')
  const length = numberAt(data, 2, 2, 'log page')
  return {
    page: first & 0x3f,
    // Without SPF the byte is reserved, and some drives leave it undefined.
    subpage: (first & 0x40) !== 0 ? byteAt(data, 1, 'log page') : 0,
    body: data.subarray(4, 4 + length),
    truncated: 4 + length > data.length,
  }
}

function nameOf(page: number, subpage: number): string {
  return subpage === 0 ? `${hexByte(page)}h` : `${hexByte(page)}h/${hexByte(subpage)}h`
}

/** A record of a CSV file, with the line that it begins in, from 1. */
export interface CsvRecord {
  line: number
  fields: readonly string[]
}

/** Something that no CSV file has, and where. */
export interface CsvFault {
  line: number
  message: string
}

/** What programs put between fields; the first line says which it is. */
export const separators = [',', ';', '\t'] as const
export type Separator = (typeof separators)[number]

/**
 * Reads records (RFC 4180): fields may be quoted, and then hold separators, line ends and doubled quotes. Empty lines
 * are passed over. A quote where none may be ends the reading with a fault: what comes after it would be guessed.
 */
export function readCsv(
  text: string,
  separator: Separator,
  firstLine = 1,
): { records: CsvRecord[]; fault: CsvFault | null } {
  const records: CsvRecord[] = []
  let line = firstLine
  let at = 0
  while (at < text.length) {
    const start = line
    const fields: string[] = []
    let isStray = false
    for (;;) {
      const field = text[at] === '"' ? quoted(text, at) : plain(text, at, separator)
      if (field === null) {
        const message = 'a quoted field has no end'
        return { records, fault: { line: start, message } }
      }
      line += lineEnds(text.slice(at, field.end))
      isStray ||= field.value === null
      fields.push(field.value ?? '')
      at = field.end
      if (text[at] !== separator) break
      at += 1
    }
    const end = /^(?:\r\n|\n|\r|$)/.exec(text.slice(at, at + 2))
    if (end === null || isStray) {
      const message = 'a quote inside a field has to be doubled, and the field quoted'
      return { records, fault: { line, message } }
    }
    at += end[0].length
    line += 1
    if (fields.length > 1 || fields[0] !== '') records.push({ line: start, fields })
  }
  return { records, fault: null }
}

/** A field without quotes around it; one with a quote inside has no value. */
function plain(text: string, at: number, separator: Separator) {
  let end = at
  let isStray = false
  for (; end < text.length; end++) {
    const letter = text[end]
    if (letter === separator || letter === '\n' || letter === '\r') break
    if (letter === '"') isStray = true
  }
  return { value: isStray ? null : text.slice(at, end), end }
}

function quoted(text: string, at: number): { value: string; end: number } | null {
  let value = ''
  let from = at + 1
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote === -1) return null
    value += text.slice(from, quote)
    if (text[quote + 1] !== '"') return { value, end: quote + 1 }
    value += '"'
    from = quote + 2
  }
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0
}

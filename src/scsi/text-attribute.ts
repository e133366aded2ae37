import { asciiField } from './bytes.ts'

/**
 * The text of an attribute of format 10b in the alphabet that attribute 0805h names (SPC-4 7.4.2.4);
 * without one, and in one that is reserved, ASCII or UTF-8. Null when it is left out, empty, or does not
 * read as text. Ends at the first NUL.
 */
export function textAttribute(
  value: Uint8Array | undefined,
  localization: number | null,
): string | null {
  if (value === undefined) return null
  const label = ALPHABETS.get(localization ?? 0) ?? 'utf-8'
  if (label === 'utf-8') {
    const ascii = asciiField(value)
    if (ascii !== null) return ascii
  }
  const decoded = decode(label, value)
  if (decoded === null) return null
  const [first = ''] = decoded.split('\0', 1)
  const text = first.trim()
  return text === '' || /\p{Cc}/u.test(text) ? null : text
}

/** Text localization identifiers (SPC-4 7.4.2.4), by the names of the Encoding Standard. */
const ALPHABETS: ReadonlyMap<number, string> = new Map([
  [0x01, 'iso-8859-1'],
  [0x02, 'iso-8859-2'],
  [0x03, 'iso-8859-3'],
  [0x04, 'iso-8859-4'],
  [0x05, 'iso-8859-5'],
  [0x06, 'iso-8859-6'],
  [0x07, 'iso-8859-7'],
  [0x08, 'iso-8859-8'],
  [0x09, 'iso-8859-9'],
  [0x0a, 'iso-8859-10'],
  [0x80, 'utf-16be'],
  [0x81, 'utf-8'],
])

function decode(label: string, value: Uint8Array): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(value)
  } catch (error) {
    // TypeError: the bytes are not text in this alphabet.
    if (error instanceof TypeError) return null
    throw error
  }
}

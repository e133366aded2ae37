import { storable } from '../db/json.ts'

/**
 * What would end a line or a header, move a cursor, or turn the direction of writing: control characters,
 * separators of lines, marks of bidirectional text, and what is not to be seen at all.
 */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g

/** On one line, with nothing in it but what can be seen: barcodes and serial numbers are what a device says they are. */
export function oneLine(text: string): string {
  return storable(text).replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim()
}

/** The same, and not longer than somebody reads. */
export function readable(text: string, most = 2000): string {
  return shortened(oneLine(text), most)
}

const ELLIPSIS = '…'

/** At most so many UTF-16 units; what was cut ends in an ellipsis, and no character is cut in two. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  return storable(text.slice(0, most - 1)).replace(/\ufffd$/, '') + ELLIPSIS
}

/** The same in bytes of UTF-8. */
export function shortenedBytes(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= mostBytes) return text
  let end = Math.max(mostBytes - Buffer.byteLength(ELLIPSIS), 0)
  // 10xxxxxx goes on with a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return mostBytes < Buffer.byteLength(ELLIPSIS) ? '' : bytes.toString('utf8', 0, end) + ELLIPSIS
}

/** Texts that are together no longer than so many bytes of UTF-8: the longest are shortened, to the same length. */
export function fitted(texts: readonly string[], bytes: number): string[] {
  let left = bytes
  let level = Infinity
  const lengths = texts.map((text) => Buffer.byteLength(text)).sort((one, other) => one - other)
  for (const [index, length] of lengths.entries()) {
    const share = Math.floor(left / (lengths.length - index))
    if (length > share) {
      level = share
      break
    }
    left -= length
  }
  return texts.map((text) => shortenedBytes(text, level))
}

/**
 * What the other side said, to be told in an error: a line, not too long, and not at all when it holds a secret,
 * as it is or as it is written in headers and addresses.
 */
export function quoted(said: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [
    ...[secret, encodeURIComponent(storable(secret)), JSON.stringify(secret).slice(1, -1)],
    ...[base64(secret), Buffer.from(secret).toString('hex')],
  ])
  if (forms.some((form) => form !== '' && said.includes(form)))
    return 'not quoted, it holds a secret'
  return shortened(oneLine(said), 200)
}

/** Without what depends on the bytes that follow. */
function base64(secret: string): string {
  return Buffer.from(secret).toString('base64').replace(/.?=+$/, '')
}

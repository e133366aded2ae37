import { printable } from '../printable.ts'

/** The value as indented JSON, which a terminal can be shown too. */
export function printableJson(value: unknown): string {
  // JSON.stringify has escaped what stands inside of strings below U+0020; what is left of those are its own line ends.
  return JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => printable(line))
    .join('\n')
}

/** Columns of a terminal that a printable text takes. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += widthOfCharacter(character)
  return width
}

/** The text, cut with an ellipsis where it is wider. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    used += widthOfCharacter(character)
    if (used > width - 1) break
    kept += character
  }
  return width > 0 ? `${kept}…` : ''
}

// East Asian wide and full-width characters (UAX #11) and pictures take two columns, combining marks none.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u

function widthOfCharacter(character: string): number {
  if (/^[\u0020-\u007e]$/.test(character)) return 1
  if (/^\p{Mark}$/u.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

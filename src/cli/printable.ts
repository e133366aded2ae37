/**
 * What a terminal would obey instead of show: C0 and C1 control characters, line separators, and what
 * changes the direction of text or has no width (Unicode 15, bidirectional algorithm UAX #9).
 */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu

/** The text with everything that is not to be obeyed written out, e.g. ESC as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped)
}

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

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

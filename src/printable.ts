/**
 * What a terminal would obey instead of show: control characters, line and paragraph separators, format characters
 * (what changes the direction of text, UAX #9, or has no width, tags among them), lone surrogates, and letters
 * that are blank (the fillers of Hangul).
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/gu

/** The text with everything that is not to be obeyed written out, e.g. ESC as `\u001b`, as JSON writes it. */
export function printable(text: string): string {
  // Nearly all there is, and told in one pass without a copy.
  return /^[\u0020-\u007e]*$/.test(text) ? text : text.replace(UNPRINTABLE, escaped)
}

/** UTF-16 code unit by code unit, so that JSON stays JSON. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('')
}

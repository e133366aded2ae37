/** A word, unquoted, or a brace. */
export type Piece = { kind: 'word'; text: string } | { kind: 'open' } | { kind: 'close' }

const BLANKS = /[ \t\r\f\v]+/y
const QUOTED = /"([^"\\]*(?:\\.[^"\\]*)*)"/y
const BARE = /[^ \t\r\f\v{}"][^ \t\r\f\v{}]*/y

/** Far beyond any name or path; a file that is no configuration may be one line. */
const LONGEST_LINE = 65_536

/**
 * The words and braces of a line of scst.conf, or what is wrong with it.
 *
 * As scstadmin does: a line that begins with # is a comment; elsewhere a # without a backslash begins one; then
 * backslashes are dropped. Refused is what scstadmin reads as something else than it looks like: it takes the
 * character before a # for part of the comment, knows no quotes when it looks for # and braces, and reads an
 * unclosed quote as part of the word.
 */
export function splitLine(line: string): Piece[] | string {
  if (line.startsWith('#')) return []
  if (line.length > LONGEST_LINE) return `longer than ${LONGEST_LINE} characters`
  const comment = line.search(/[^\\]#/)
  if (comment !== -1 && !/[ \t]/.test(line.charAt(comment))) {
    return 'a # in a word begins a comment: write \\#'
  }
  const text = (comment === -1 ? line : line.slice(0, comment)).replace(/\\(.)/g, '$1')

  const pieces: Piece[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  while (at < text.length) {
    if (take(BLANKS) !== null) continue
    const next = text.charAt(at)
    if (next === '{' || next === '}') {
      pieces.push({ kind: next === '{' ? 'open' : 'close' })
      at += 1
      continue
    }
    const quoted = next === '"' ? take(QUOTED) : null
    if (quoted !== null) {
      const value = quoted[1] ?? ''
      if (/[{}]/.test(value)) return 'a brace in quotes: scstadmin takes it for a section'
      if (at < text.length && !/[ \t\r\f\v{}]/.test(text.charAt(at))) {
        return 'a word goes on after its closing quote'
      }
      pieces.push({ kind: 'word', text: value })
      continue
    }
    const bare = take(BARE)
    if (bare === null) return 'a quote is not closed'
    pieces.push({ kind: 'word', text: bare[0] })
  }
  return pieces
}

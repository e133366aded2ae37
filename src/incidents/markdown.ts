/** Signs that mean something in Markdown wherever they are, and what begins HTML. */
const SIGNS = /[\\`*_[\]#|~<&]/g
const HTML: Readonly<Record<string, string>> = { '<': '&lt;', '&': '&amp;' }
/** What makes a list, a quotation, a rule or a heading of a line that begins with it. */
const BEGIN = /^(?:[-+>=]|\d{1,9}(?=[.)]))/
/** What becomes a link by itself. */
const LINKS = /:(?=\/\/)|@|(?<=www)\./gi
/** Everything that ends a line, or is not to be seen: control characters, and those that turn writing around. */
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g

/**
 * A text as part of a line of Markdown: it shows what it says, whatever is in it, and does not end the line, the cell
 * of a table or the paragraph. Longer texts are cut to `most` characters. Pure.
 */
export function inline(text: string, most = 1000): string {
  const line = text.replace(UNSEEN, ' ').trim()
  return cut(line, most)
    .replace(SIGNS, (sign) => HTML[sign] ?? `\\${sign}`)
    .replace(BEGIN, (begin) => (/\d/.test(begin) ? `${begin}\\` : `\\${begin}`))
    .replace(LINKS, (sign) => `\\${sign}`)
}

/** A text of several lines as paragraphs that show what it says. Pure. */
export function paragraphs(text: string, most = 20_000): string {
  return cut(text, most)
    .split(/\r\n|\n|\r|\u2028|\u2029/)
    .map((line) => inline(line, most))
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** A table. Cells are Markdown already, without line ends. Pure. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Never in the middle of a character. */
function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…` : text
}

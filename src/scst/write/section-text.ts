import type { WantedSection } from './wanted-section.ts'

/** What cannot be said in scst.conf. */
export class UnwritableError extends Error {
  readonly code = 'ERR_SCST_CONFIG_TEXT'
}

/** The lines of a section, as scstadmin writes them (scstadmin.sysfs: serializeKeyAttr, escapeMeta). */
export function sectionLines(section: WantedSection, depth: number): string[] {
  const tab = '\t'.repeat(depth)
  const head = `${tab}${[section.keyword, ...section.words.map(wordText)].join(' ')}`
  const inner = innerLines(section, depth + 1)
  return inner.length === 0 ? [head] : [`${head} {`, ...inner, `${tab}}`]
}

/** What stands between the braces. */
export function innerLines({ attributes, children }: WantedSection, depth: number): string[] {
  return [
    ...attributes.map((attribute) => attributeLine(attribute, '\t'.repeat(depth))),
    ...children.flatMap((child) => [
      ...(child.children.length > 0 ? [''] : []),
      ...sectionLines(child, depth),
    ]),
  ]
}

/** `name value`, or `name` by itself. */
export function attributeLine(
  { name, value }: { name: string; value: string },
  indent: string,
): string {
  return value === '' ? `${indent}${name}` : `${indent}${name} ${wordText(value)}`
}

/** A word, quoted where it has blanks. Throws UnwritableError for what scstadmin would read as something else. */
function wordText(word: string): string {
  // scstadmin knows no quotes when it looks for braces; in a comment or an error a value could be half a password.
  if (/[{}"]|\p{Cc}/u.test(word)) {
    throw new UnwritableError('a brace, a quote or a line end cannot be written to scst.conf')
  }
  const escaped = word.replace(/[\\#]/g, '\\$&')
  return escaped === '' || /\s/.test(escaped) ? `"${escaped}"` : escaped
}

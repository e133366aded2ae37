import type { Fact, Link, Passage, Words, WordTable } from './words.ts'

/** What is said, without the subject: a block of lines a passage, blank lines between them. */
export function plainText({ passages, omitted, links }: Words): string {
  const blocks = [
    ...passages.map(passageText),
    ...(omitted === 0 ? [] : [`and ${omitted} more`]),
    links.map(linkText).join('\n'),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function passageText(passage: Passage): string {
  const { heading, text, facts, links, lines = [], tables = [] } = passage
  return [
    ...[heading ?? '', text, ...lines, ...tables.map(tableText)],
    ...[...facts.map(factText), ...links.map(linkText)],
  ]
    .filter((line) => line !== '')
    .join('\n')
}

/** A line a row: mail is read in letters of any width. */
function tableText({ title, columns, rows, omitted }: WordTable): string {
  const cellText = (cell: string, index: number) =>
    index === 0 ? cell : `${columns[index] ?? ''}: ${cell}`
  return [
    ...(title === null ? [] : [`${title}:`]),
    ...rows.map(
      (row) =>
        `- ${row
          .map((cell, index) => (cell === '' ? '' : cellText(cell, index)))
          .filter(Boolean)
          .join('; ')}`,
    ),
    ...(omitted === 0 ? [] : [`and ${omitted} more`]),
  ].join('\n')
}

function factText({ name, value }: Fact): string {
  if (typeof value === 'string') return `${name}: ${value}`
  return [`${name}:`, ...value.map((line) => `  ${line}`)].join('\n')
}

function linkText({ text, url }: Link): string {
  return `${text}: ${url}`
}

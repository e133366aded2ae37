import type { Fact, Link, Passage, Words } from './words.ts'

/** What is said, without the subject: a block of lines a passage, blank lines between them. */
export function plainText({ passages, omitted, links }: Words): string {
  const blocks = [
    ...passages.map(passageText),
    ...(omitted === 0 ? [] : [`and ${omitted} more`]),
    links.map(linkText).join('\n'),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function passageText({ heading, text, facts, links }: Passage): string {
  const lines = [heading ?? '', text, ...facts.map(factText), ...links.map(linkText)]
  return lines.filter((line) => line !== '').join('\n')
}

function factText({ name, value }: Fact): string {
  if (typeof value === 'string') return `${name}: ${value}`
  return [`${name}:`, ...value.map((line) => `  ${line}`)].join('\n')
}

function linkText({ text, url }: Link): string {
  return `${text}: ${url}`
}

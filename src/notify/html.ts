import type { Fact, Link, Passage, Words, WordTable } from './words.ts'

/** What is said as a page for mail: no scripts, no pictures, nothing that is loaded from elsewhere. */
export function htmlText({ subject, passages, omitted, links }: Words): string {
  const body = [
    ...passages.map(passageHtml),
    ...(omitted === 0 ? [] : [`<p>and ${omitted} more</p>`]),
    `<p>${links.map(linkHtml).join(' · ')}</p>`,
  ]
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>`,
    '<body style="font-family:sans-serif;font-size:14px;line-height:1.4">',
    ...body,
    '</body></html>\n',
  ].join('\n')
}

/** For a place between tags or in an attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const COLOURS = { critical: '#b3261e', warning: '#b26a00', info: '#1f5fa8' } as const
const NO_COLOUR = '#4b7f3a'

function passageHtml(passage: Passage): string {
  const { heading, severity, text, facts, links, lines = [], tables = [] } = passage
  const colour = severity === null ? NO_COLOUR : COLOURS[severity]
  return [
    `<div style="border-left:4px solid ${colour};margin:0 0 16px;padding:0 0 0 12px">`,
    ...(heading === null ? [] : [`<p style="margin:0"><strong>${escaped(heading)}</strong></p>`]),
    ...(text === '' ? [] : [`<p style="margin:0 0 8px">${escaped(text)}</p>`]),
    ...lines.map((line) => `<p style="margin:0 0 4px">${escaped(line)}</p>`),
    ...tables.map(tableHtml),
    ...(facts.length === 0 ? [] : [`<table>${facts.map(factHtml).join('')}</table>`]),
    ...(links.length === 0
      ? []
      : [`<p style="margin:8px 0 0">${links.map(linkHtml).join(' · ')}</p>`]),
    '</div>',
  ].join('\n')
}

const CELL = 'padding:3px 10px 3px 0;border-bottom:1px solid #ddd'
/** A time or a number is not torn apart. */
const SHORT = 28

function tableHtml({ title, columns, rows, omitted }: WordTable): string {
  const cells = (row: readonly string[], tag: string) =>
    row
      .map((cell) => {
        const whole = cell.length <= SHORT ? ';white-space:nowrap' : ''
        return `<${tag} style="${CELL}${whole}">${escaped(cell)}</${tag}>`
      })
      .join('')
  return [
    ...(title === null ? [] : [`<p style="margin:8px 0 2px"><em>${escaped(title)}</em></p>`]),
    '<table style="border-collapse:collapse;margin:0 0 8px;font-size:13px">',
    `<tr align="left" valign="top">${cells(columns, 'th')}</tr>`,
    ...rows.map((row) => `<tr valign="top">${cells(row, 'td')}</tr>`),
    '</table>',
    ...(omitted === 0 ? [] : [`<p style="margin:0 0 8px">and ${omitted} more</p>`]),
  ].join('\n')
}

function factHtml({ name, value }: Fact): string {
  const lines = typeof value === 'string' ? [value] : value
  return (
    `<tr><th align="left" valign="top" style="white-space:nowrap">${escaped(name)}</th>` +
    `<td>${lines.map(escaped).join('<br>')}</td></tr>`
  )
}

function linkHtml({ text, url }: Link): string {
  return `<a href="${escaped(url)}">${escaped(text)}</a>`
}

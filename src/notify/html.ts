import type { Fact, Link, Passage, Words } from './words.ts'

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

function passageHtml({ heading, severity, text, facts, links }: Passage): string {
  const colour = severity === null ? NO_COLOUR : COLOURS[severity]
  return [
    `<div style="border-left:4px solid ${colour};margin:0 0 16px;padding:0 0 0 12px">`,
    ...(heading === null ? [] : [`<p style="margin:0"><strong>${escaped(heading)}</strong></p>`]),
    `<p style="margin:0 0 8px">${escaped(text)}</p>`,
    ...(facts.length === 0 ? [] : [`<table>${facts.map(factHtml).join('')}</table>`]),
    ...(links.length === 0
      ? []
      : [`<p style="margin:8px 0 0">${links.map(linkHtml).join(' · ')}</p>`]),
    '</div>',
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

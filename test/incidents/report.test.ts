import { marked, type Token, type Tokens } from 'marked'
import fc from 'fast-check'
import t from 'tap'
import { inline, paragraphs } from '../../src/incidents/markdown.ts'
import { durationSeconds, reportOf, type ReportParts } from '../../src/incidents/report.ts'
import type { TimelineEntry } from '../../src/incidents/timeline-entry.ts'
import { incidentOf } from '../support/incidents.ts'
import { after, alertAt, over } from '../support/notices.ts'

const entry = (title: string, given: Partial<TimelineEntry> = {}): TimelineEntry => ({
  ...{ at: after(-60), kind: 'event', title, source: 'collectors/scst', id: '1', link: null },
  ...{ actor: null, level: 'info', details: {} },
  ...given,
})

/** A report in which every text is this. */
const saying = (text: string): ReportParts => ({
  incident: incidentOf({ title: text, description: text, rootCause: text, assignedTo: text }),
  alerts: [
    {
      ...{ attachedAt: after(0), attachedBy: text },
      alert: alertAt('x', {
        title: text,
        resource: text,
        message: text,
        evidence: { [text]: text },
      }),
    },
  ],
  alertsTotal: 1,
  causes: [{ kind: 'change', at: after(0), sentence: text, link: null, weight: 1 }],
  notes: [{ id: 1, at: after(0), author: text, text }],
  notesTotal: 1,
  timeline: [entry(text, { source: text }), entry(text)],
  timelineTotal: 2,
  eventsKeptSince: null,
  now: after(7200),
})

/** All tokens, those inside others too. */
function tokensOf(markdown: string): Token[] {
  const found: Token[] = []
  void marked.walkTokens(marked.lexer(markdown), (token) => void found.push(token))
  return found
}

/** What the report is made of: a text of a user can change none of it. */
function skeletonOf(markdown: string) {
  const tokens = tokensOf(markdown)
  const tables = tokens.filter((token): token is Tokens.Table => token.type === 'table')
  return {
    headings: tokens
      .filter((token): token is Tokens.Heading => token.type === 'heading')
      .map(({ depth, text }) => (depth === 1 ? '1' : `${depth} ${text}`)),
    tables: tables.map(({ header, rows }) => `${header.length} x ${rows.length}`),
    others: [...new Set(tokens.map(({ type }) => type))].filter((type) => !PLAIN.includes(type)),
  }
}

const PLAIN = [
  ...['heading', 'paragraph', 'table', 'text', 'escape', 'space', 'strong', 'list', 'list_item'],
]

const skeleton = {
  headings: [
    ...[
      '1',
      '2 Description',
      '2 Root cause',
      '2 Likely causes',
      '2 Alerts',
      '2 Notes',
      '2 Timeline',
    ],
  ],
  tables: ['2 x 10', '6 x 1', '5 x 2'],
  others: [],
}

t.test('no text of a user, a device or an attacker changes what the report is made of', (t) => {
  const texts = [
    'plain',
    'a | b || c',
    '# heading\n## another\n\n---\n===\n',
    '`code` ```\n```js\nx\n``` ~~gone~~ **bold** __bold__ *x*',
    '<script>alert(1)</script><!-- x --> <img src=x onerror=y> &lt;b&gt;',
    '[a](javascript:alert(1)) ![b](http://x/y.png) [c]: http://x <http://y>',
    'https://evil.example/?a=b www.evil.example mail@evil.example HTTP://X.Y',
    '- item\n+ item\n* item\n1. one\n2) two\n> quoted\n    code\n\tcode',
    '| a | b |\n|---|---|\n| c | d |',
    'ends with backslash \\',
    'ends with # #',
    '\r\nwindows\r\n\u2028line\u2029paragraph\u0000\u0007\u001b[31mred',
    '\u202eturned around\u202c \ud800 half',
  ]
  for (const [index, text] of texts.entries()) {
    t.strictSame(skeletonOf(reportOf(saying(text))), skeleton, `text ${index}`)
  }
  t.end()
})

t.test('so it is with any text', (t) => {
  const signs = fc.constantFrom(
    ...[
      ...Array.from('|#`*_[]()<>&~!\\-+=>:.@/ \n\r\t1a'),
      '\n\n',
      '```',
      '---',
      '://',
      'www.',
      '<b>',
      '</b>',
    ],
  )
  const hostile = fc
    .array(signs, { minLength: 1, maxLength: 30 })
    .map((parts) => `x${parts.join('')}`)
  fc.assert(
    fc.property(hostile, (text) => {
      t.strictSame(skeletonOf(reportOf(saying(text))), skeleton)
    }),
    { seed: 20_261_127, numRuns: 300 },
  )
  t.end()
})

t.test('a line shows the letters that it was made of', (t) => {
  const shown = (markdown: string) =>
    tokensOf(markdown)
      .filter(
        (token) => ['text', 'escape'].includes(token.type) && !('tokens' in token && token.tokens),
      )
      .map((token) => ('text' in token ? String(token.text) : ''))
      .join('')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&')
  for (const text of [
    'a_b *c* | d',
    '<b> & "x" \'y\'',
    'https://x.example/y',
    '1. one',
    '- x',
    'c:\\d',
  ]) {
    t.equal(shown(inline(text)), text)
  }
  t.equal(inline('abcdef', 3), 'abc…')
  t.equal(inline('ab\u{1f4fc}', 3), 'ab…', 'a character is not cut in two')
  t.equal(paragraphs('a\n\n\n\nb\n'), 'a\n\nb')
  t.end()
})

t.test('the report says what is known, and how much of it is shown', (t) => {
  const parts: ReportParts = {
    ...saying('x'),
    incident: incidentOf({ rootCause: null, description: '' }),
    alerts: [{ alert: over(alertAt('d1'), 600), attachedAt: after(0), attachedBy: null }],
    alertsTotal: 250,
    ...{ notes: [], notesTotal: 0, causes: [], timelineTotal: 4000, eventsKeptSince: after(0) },
  }
  const report = reportOf(parts)
  for (const line of [
    '# Incident: Backups fail',
    '| **Status** | resolved |',
    '| **Assigned to** | nobody |',
    '| **Began** | 2026-11-20 21:00:00 UTC |',
    '| **Duration** | 1 h |',
    '| **Alerts** | 250 |',
    'It was not said.',
    'Nothing is known that explains it.',
    '| 2026-11-20 21:00:00 UTC | 2026-11-20 21:10:00 UTC | warning | Something is broken: d1 | d1 is broken |  |',
    'These are 1 of 250 alerts.',
    'Events of before 2026-11-20 21:00:00 UTC are not kept any more.',
    'These are 2 of 4000 entries.',
  ]) {
    t.ok(report.split('\n').includes(line), line)
  }
  t.notMatch(report, /## (?:Description|Notes)/)
  t.equal(durationSeconds(incidentOf({ resolvedAt: null }), after(-5)), 0, 'a clock was set back')
  t.end()
})

import { severitySpan, stateWord } from './alert-words.ts'
import type { Answer } from './answer.ts'
import { printFacts, printTable } from './table.ts'
import type { Span, Terminal } from './terminal.ts'
import { when, whenInBrief } from './times.ts'
import { bytes, shown } from './words.ts'

/** Shows one alert: what is wrong since when, why it matters, what to do, what it is known by, and what went before. */
export function printAlert(
  terminal: Terminal,
  alert: Answer,
  { now, url }: { now: Date; url: string },
): void {
  terminal.line({ text: shown(alert.text('title')), style: 'strong' })
  terminal.line(shown(alert.text('message')))
  terminal.line()
  printFacts(terminal, [
    ['severity', severitySpan(alert.text('severity'))],
    ['state', stateWord(alert)],
    ['where', placeOf(alert)],
    ...fact('appliance', alert.text('appliance')),
    ['since', when(alert.time('started_at'), now)],
    ...fact('resolved', alert.time('resolved_at'), (at) => when(at, now)),
    ...fact('comment', alert.text('acknowledge_comment') ?? alert.text('resolve_comment')),
    ...fact('acknowledged until', alert.time('acknowledge_expires_at'), (at) => when(at, now)),
    ...(alert.flag('flapping') === true ? [['flapping', 'yes'] as const] : []),
    ...fact('muted by', alert.text('inhibited_by')),
    ...list('silenced by', alert.texts('silenced_by')),
    ['why it matters', shown(alert.text('description'))],
    ...fact('what to do', alert.text('action')),
    ...fact('runbook', alert.text('runbook_url'), (path) => url.replace(/\/+$/, '') + path),
    ['id', shown(alert.text('id'))],
  ])
  printEvidence(terminal, alert.object('evidence'))
  printHistory(terminal, alert, now)
  printChanges(terminal, alert, now)
}

type Fact = readonly [string, Span]

/** A line for what is there; none for what is not. */
function fact<T extends string | Date>(
  name: string,
  value: T | null,
  words: (value: T) => string = String,
): Fact[] {
  return value === null || value === '' ? [] : [[name, words(value)]]
}

function list(name: string, values: readonly string[]): Fact[] {
  return values.length === 0 ? [] : [[name, values.join(', ')]]
}

/** The labels, and what the place belongs to; an alert without either is about the whole. */
function placeOf(alert: Answer): string {
  const named = ['labels', 'part_of'].flatMap((part) =>
    membersOf(alert.object(part)).map(([name, value]) => `${name} ${String(value)}`),
  )
  return named.length === 0 ? shown(alert.text('resource')) : named.join(', ')
}

function printEvidence(terminal: Terminal, evidence: Answer | null): void {
  // The database sorts them by length; where they came from stands below what came from there.
  const members = membersOf(evidence).sort(([one], [other]) => rank(one) - rank(other))
  if (members.length === 0) return
  terminal.line()
  terminal.line({ text: 'EVIDENCE', style: 'strong' })
  printFacts(
    terminal,
    members.flatMap(([name, value]): Fact[] => {
      if (!Array.isArray(value)) return [[name, valueText(name, value)]]
      if (value.length === 0) return [[name, 'none']]
      return value.map((item, index) => [index === 0 ? name : '', valueText(name, item)])
    }),
  )
}

function rank(name: string): number {
  return name === 'source' ? 1 : 0
}

/** A value as people read it; a number of bytes besides in a unit that tells more. */
function valueText(name: string, value: unknown): string {
  if (value === null) return shown(null)
  if (typeof value === 'number' && name.endsWith('_bytes')) return `${value} (${bytes(value)})`
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function printHistory(terminal: Terminal, alert: Answer, now: Date): void {
  const steps = alert.objects('transitions')
  if (steps.length === 0) return
  terminal.line()
  printTable(
    terminal,
    [{ title: 'HISTORY', whole: true }, { title: 'STATE' }, { title: 'BY' }, { title: 'COMMENT' }],
    steps.map((step) => [
      whenInBrief(step.time('at'), now),
      shown(step.text('to')),
      step.text('by') ?? 'storwarden',
      step.text('comment') ?? '',
    ]),
  )
}

/** What people did and what happened in the hour before it began: as a rule the cause is among it. */
function printChanges(terminal: Terminal, alert: Answer, now: Date): void {
  terminal.line()
  const changes = alert.objects('changes')
  if (changes.length === 0) {
    terminal.line('nothing else is known to have changed in the hour before')
    return
  }
  printTable(
    terminal,
    [{ title: 'CHANGED IN THE HOUR BEFORE', whole: true }, { title: 'BY' }, { title: 'WHAT' }],
    changes.map((change) => [
      whenInBrief(change.time('at'), now),
      change.text('actor') ?? '',
      shown(change.text('message')),
    ]),
  )
  if (alert.flag('changes_truncated')) terminal.note(`only the last ${changes.length} are shown`)
}

function membersOf(object: Answer | null): [string, unknown][] {
  return object === null ? [] : Object.entries(object.toJSON() as Record<string, unknown>)
}

import type { Alert } from '../alerts/alert.ts'
import type { Cause } from './analysis.ts'
import type { AttachedAlert } from './attached-alerts.ts'
import type { IncidentNote } from './entries.ts'
import type { Incident } from './incident.ts'
import { inline, paragraphs, table } from './markdown.ts'
import type { TimelineEntry } from './timeline-entry.ts'

/** What a report is made of. Of what is too long the first are given, and how many there are in all. */
export interface ReportParts {
  incident: Incident
  alerts: readonly AttachedAlert[]
  alertsTotal: number
  causes: readonly Cause[]
  notes: readonly IncidentNote[]
  notesTotal: number
  timeline: readonly TimelineEntry[]
  timelineTotal: number
  /** Of what happened before, events are gone; null when all are there. */
  eventsKeptSince: Date | null
  now: Date
}

/** The same for all reports: longer ones are read by nobody. */
export const REPORT_LIMITS = { alerts: 200, notes: 200, timeline: 1000 } as const

/** How long an incident has lasted, or did, in seconds. Pure. */
export function durationSeconds(
  { startedAt, resolvedAt }: Pick<Incident, 'startedAt' | 'resolvedAt'>,
  now: Date,
): number {
  return Math.max(0, Math.round(((resolvedAt ?? now).getTime() - startedAt.getTime()) / 1000))
}

/** The report about an incident, as Markdown (CommonMark with tables). Pure. */
export function reportOf(parts: ReportParts): string {
  const { incident, causes, now } = parts
  const sections = [
    `# Incident: ${inline(incident.title)}`,
    summaryOf(incident, parts),
    ...titled('Description', paragraphs(incident.description)),
    ...titled('Root cause', incident.rootCause === null ? NONE : paragraphs(incident.rootCause)),
    ...titled('Likely causes', causesText(causes)),
    ...titled('Alerts', alertsText(parts)),
    ...titled('Notes', notesText(parts)),
    ...titled('Timeline', timelineText(parts)),
    `Written by storwarden at ${timeText(now)}.`,
  ]
  return `${sections.join('\n\n')}\n`
}

const NONE = 'It was not said.'

function titled(title: string, text: string): string[] {
  return text === '' ? [] : [`## ${title}`, text]
}

function summaryOf(incident: Incident, { alertsTotal, now }: ReportParts): string {
  const { startedAt, resolvedAt, closedAt, assignedTo, place } = incident
  const lasts = resolvedAt === null ? ' so far' : ''
  const facts: [string, string | null][] = [
    ['Id', incident.id],
    ['Status', incident.status],
    ['Severity', incident.severity],
    ['Assigned to', assignedTo === null ? 'nobody' : inline(assignedTo)],
    ['Opened by', inline(incident.createdBy)],
    ['Place', place === null ? null : inline(place)],
    ['Began', timeText(startedAt)],
    ['Opened', timeText(incident.createdAt)],
    ['Resolved', resolvedAt === null ? 'not yet' : timeText(resolvedAt)],
    ['Closed', closedAt === null ? null : timeText(closedAt)],
    ['Duration', `${spanText(durationSeconds(incident, now))}${lasts}`],
    ['Alerts', String(alertsTotal)],
  ]
  return table(
    ['', ''],
    facts.flatMap(([name, value]) => (value === null ? [] : [[`**${name}**`, value]])),
  )
}

function causesText(causes: readonly Cause[]): string {
  if (causes.length === 0) return 'Nothing is known that explains it.'
  const lines = causes.map(({ sentence }, index) => `${index + 1}. ${inline(sentence)}`)
  return ['Concluded from times and places alone, the likeliest first:', '', ...lines].join('\n')
}

function alertsText({ alerts, alertsTotal }: ReportParts): string {
  if (alertsTotal === 0) return 'None is attached.'
  const rows = alerts.map(({ alert }) => [
    timeText(alert.startedAt),
    alert.resolvedAt === null ? alert.state : timeText(alert.resolvedAt),
    alert.severity,
    inline(`${alert.title}: ${alert.resource}`, 300),
    inline(alert.message, 500),
    evidenceText(alert),
  ])
  return [
    table(['Began', 'Over', 'Severity', 'Alert', 'What was found', 'Evidence'], rows),
    ...moreText(alerts.length, alertsTotal, 'alerts'),
  ].join('\n\n')
}

/** Values behind an alert, without what holds many. */
function evidenceText({ evidence }: Alert): string {
  const facts = Object.entries(evidence).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return `${name}: ${text}`
  })
  return inline(facts.join(', '), 600)
}

function notesText({ notes, notesTotal }: ReportParts): string {
  if (notes.length === 0) return ''
  return [
    ...notes.flatMap(({ at, author, text }) => [
      `**${timeText(at)}, ${inline(author ?? 'storwarden')}**`,
      paragraphs(text, 5000),
    ]),
    ...moreText(notes.length, notesTotal, 'notes'),
  ].join('\n\n')
}

function timelineText({ timeline, timelineTotal, eventsKeptSince }: ReportParts): string {
  const rows = timeline.map(({ at, kind, title, level, source }) => [
    ...[timeText(at), kind, level, inline(title, 500), inline(source, 100)],
  ])
  const gone =
    eventsKeptSince === null
      ? []
      : [`Events of before ${timeText(eventsKeptSince)} are not kept any more.`]
  const whole = rows.length === 0 ? 'Nothing is known.' : table(COLUMNS, rows)
  return [...gone, whole, ...moreText(timeline.length, timelineTotal, 'entries')].join('\n\n')
}

const COLUMNS = ['When', 'What', 'Level', 'Said', 'By']

function moreText(shown: number, total: number, what: string): string[] {
  return shown >= total ? [] : [`These are ${shown} of ${total} ${what}.`]
}

/** `2026-11-20 21:00:00 UTC` */
function timeText(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

function spanText(seconds: number): string {
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  const parts = [
    ...(days > 0 ? [`${days} d`] : []),
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes > 0 ? [`${minutes} min`] : []),
  ]
  return parts.length === 0 ? `${seconds} s` : parts.join(' ')
}

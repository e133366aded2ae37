import type { Severity } from '../rules/rule.ts'
import type {
  AlertNews,
  AlertsContent,
  Content,
  DigestContent,
  EventContent,
  NewsEvent,
} from './notifier.ts'
import { alertFacts, evidenceFacts, timeText } from './alert-facts.ts'
import { oneLine, readable } from './printable.ts'
import { reportWords } from './report-words.ts'

/** Which appliance speaks. */
export interface Appliance {
  /** Its name. */
  host: string
  /** Where people reach the daemon, without a slash at the end. */
  publicUrl: string
}

/** What a message says to people. Every text in it is one line without control characters. */
export interface Words {
  subject: string
  /** The gravest of what it tells and is not over; null when nothing is. */
  severity: Severity | null
  passages: readonly Passage[]
  /** How many passages were left out. */
  omitted: number
  /** Where to read on. */
  links: readonly Link[]
}

/** What is said of one thing. */
export interface Passage {
  /** Null where it would be the subject again. */
  heading: string | null
  severity: Severity | null
  text: string
  facts: readonly Fact[]
  links: readonly Link[]
  /** Sentences after the text. */
  lines?: readonly string[]
  tables?: readonly WordTable[]
}

/** Rows of as many cells as there are columns, and how many more rows there would be. */
export interface WordTable {
  title: string | null
  columns: readonly string[]
  rows: readonly (readonly string[])[]
  omitted: number
}

/** A line, or several. */
export interface Fact {
  name: string
  value: string | readonly string[]
}

/** An address and what is there. */
export interface Link {
  text: string
  url: string
}

/** An alert as messages hold it. */
export type AlertJson = AlertNews['alert']

/** A message stays readable: what is not listed is on the web page. */
const MOST_ALERTS = 40

/** The words for what a message says. Pure. */
export function wordsOf(content: Content, appliance: Appliance): Words {
  switch (content.kind) {
    case 'alerts':
      return alertsWords(content, appliance)
    case 'event':
      return eventWords(content, appliance)
    case 'digest':
      return digestWords(content, appliance)
    case 'report':
      return reportWords(content, home(appliance))
    case 'test': {
      const facts = [{ name: 'Asked for by', value: readable(content.requested_by) }]
      return {
        ...{ subject: `[TEST] storwarden on ${hostName(appliance)}`, severity: null },
        passages: [{ ...noPassage, text: readable(content.message), facts }],
        ...{ omitted: 0, links: [home(appliance)] },
      }
    }
  }
}

/** `[CRITICAL] Tape drive does not answer: HU1234`: an alert in a line, and what became of it. */
export function headingOf({ event, alert }: AlertNews): string {
  const { title, resource } = alert
  const what = `${readable(title, 120)}: ${readable(resource, 120)}`
  return `[${tagOf(event, alert.severity)}] ${what}${SUFFIXES[event] ?? ''}`
}

/** The name of an appliance, as it goes into subjects and keys: Linux has none that are longer. */
export function hostName({ host }: Pick<Appliance, 'host'>): string {
  return readable(host, 64) || 'storwarden'
}

/** The page of an alert. */
export function alertUrl({ publicUrl }: Appliance, { id }: Pick<AlertJson, 'id'>): string {
  return `${publicUrl}/#/alerts/${encoded(id)}`
}

/** The page that says what to do about the alerts of a rule; null where there is none, as of rules that users wrote. */
export function runbookUrl(
  { publicUrl }: Appliance,
  { runbook_url: path }: Pick<AlertJson, 'runbook_url'>,
): string | null {
  return path === null ? null : `${publicUrl}${path}`
}

/** How grave an event of that level is. */
export function severityOfLevel(level: EventContent['event']['level']): Severity {
  if (level === 'critical' || level === 'error') return 'critical'
  return level === 'warning' ? 'warning' : 'info'
}

/** The gravest; null of none. */
export function gravest(severities: readonly Severity[]): Severity | null {
  return [...severities].sort((one, other) => RANKS[other] - RANKS[one])[0] ?? null
}

const RANKS: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 }

const SUFFIXES: Readonly<Partial<Record<NewsEvent, string>>> = {
  repeated: ' (still firing)',
  escalated: ' (not acknowledged)',
  flapping: ' (comes and goes)',
}

const noPassage = { heading: null, severity: null, facts: [], links: [] }

function tagOf(event: NewsEvent, severity: Severity): string {
  if (event === 'resolved' || event === 'acknowledged') return event.toUpperCase()
  return severity.toUpperCase()
}

function alertsWords({ group, alerts }: AlertsContent, appliance: Appliance): Words {
  const [first, ...others] = alerts
  if (first === undefined) throw new TypeError('a message about no alert')
  const open = alerts.filter(({ event }) => event !== 'resolved')
  const severity = gravest(open.map(({ alert }) => alert.severity))
  const links = [home(appliance)]
  if (others.length === 0) {
    const passage = { ...alertPassage(first, appliance, evidenceFacts), heading: null }
    return { subject: headingOf(first), severity, passages: [passage], omitted: 0, links }
  }
  const sorted = [...alerts].sort((one, other) => weight(other) - weight(one))
  return {
    subject: `[${groupTag(alerts)}] ${groupName(group, first.alert)}: ${groupCount(alerts)}`,
    severity,
    passages: sorted.slice(0, MOST_ALERTS).map((news) => alertPassage(news, appliance, () => [])),
    omitted: Math.max(alerts.length - MOST_ALERTS, 0),
    links,
  }
}

/** What fires before what somebody sees to before what is over, the gravest first. */
function weight({ event, alert }: AlertNews): number {
  const rank = RANKS[alert.severity]
  if (event === 'resolved') return rank
  return rank + (event === 'acknowledged' ? 10 : 20)
}

function groupTag(alerts: readonly AlertNews[]): string {
  const firing = alerts.filter(({ event }) => event !== 'resolved' && event !== 'acknowledged')
  const severity = gravest(firing.map(({ alert }) => alert.severity))
  if (severity !== null) return severity.toUpperCase()
  return alerts.every(({ event }) => event === 'resolved') ? 'RESOLVED' : 'ACKNOWLEDGED'
}

/** `Library XYZZY_A`; of a group of a rule what that is about. */
function groupName({ labels }: AlertsContent['group'], { title }: AlertJson): string {
  const [[name, value] = ['rule', '']] = Object.entries(labels)
  if (name === 'rule') return readable(title, 120)
  const word = readable(name, 40).replaceAll('_', ' ')
  return `${word.charAt(0).toUpperCase()}${word.slice(1)} ${readable(value, 120)}`
}

/** `8 alerts, 2 resolved`; `10 alerts` where all are told the same of. */
function groupCount(alerts: readonly AlertNews[]): string {
  const counts = (['acknowledged', 'resolved'] as const).map(
    (told) => [told, alerts.filter(({ event }) => event === told).length] as const,
  )
  const settled = counts.reduce((sum, [, count]) => sum + count, 0)
  if (counts.some(([, count]) => count === alerts.length)) return `${alerts.length} alerts`
  return [
    ...(settled < alerts.length ? [countOf(alerts.length - settled)] : []),
    ...counts.filter(([, count]) => count > 0).map(([told, count]) => `${count} ${told}`),
  ].join(', ')
}

function countOf(count: number): string {
  return `${count} ${count === 1 ? 'alert' : 'alerts'}`
}

function alertPassage(
  news: AlertNews,
  appliance: Appliance,
  more: (alert: AlertJson) => Fact[],
): Passage {
  const { alert } = news
  const runbook = runbookUrl(appliance, alert)
  return {
    heading: headingOf(news),
    severity: news.event === 'resolved' ? null : alert.severity,
    text: readable(alert.message),
    facts: [...alertFacts(alert), ...more(alert)],
    links: [
      { text: 'Alert', url: alertUrl(appliance, alert) },
      ...(runbook === null ? [] : [{ text: 'Runbook', url: runbook }]),
    ],
  }
}

function eventWords({ event }: EventContent, appliance: Appliance): Words {
  const severity = severityOfLevel(event.level)
  return {
    subject: `[${severity.toUpperCase()}] ${readable(event.message, 200)}`,
    severity,
    passages: [
      {
        ...noPassage,
        ...{ severity, text: readable(event.message) },
        facts: [{ name: 'From', value: `${readable(event.source)} (${event.type})` }],
      },
    ],
    ...{ omitted: 0, links: [home(appliance)] },
  }
}

function digestWords(content: DigestContent, appliance: Appliance): Words {
  const { firing, resolved, firing_not_listed, resolved_not_listed, since, until } = content
  const [fire, ended] = [firing.length + firing_not_listed, resolved.length + resolved_not_listed]
  const passages = [
    ...firing.map((alert) => digestPassage({ event: 'firing', fingerprint: '', alert }, appliance)),
    ...resolved.map((alert) =>
      digestPassage({ event: 'resolved', fingerprint: '', alert }, appliance),
    ),
  ]
  const counts = `${countOf(fire)} ${fire === 1 ? 'fires' : 'fire'}, ${ended} ended`
  return {
    subject: `[DIGEST] ${hostName(appliance)}: ${counts}`,
    severity: gravest(firing.map(({ severity }) => severity)),
    passages: [
      { ...noPassage, text: `${counts}, from ${timeText(since)} to ${timeText(until)}.` },
      ...passages.slice(0, MOST_ALERTS),
    ],
    omitted: Math.max(fire + ended - MOST_ALERTS, fire + ended - passages.length, 0),
    links: [home(appliance)],
  }
}

function digestPassage(news: AlertNews, appliance: Appliance): Passage {
  const { links, facts, ...passage } = alertPassage(news, appliance, () => [])
  return {
    ...passage,
    facts: facts.filter(({ name }) => ['Ended', 'Since', 'Acknowledged'].includes(name)),
    links: links.slice(0, 1),
  }
}

function home({ host, publicUrl }: Appliance): Link {
  return { text: `storwarden on ${hostName({ host })}`, url: publicUrl }
}

/** For an address, whatever is in it. */
function encoded(text: string): string {
  return encodeURIComponent(oneLine(text))
}

import type { Alert } from '../alerts/alert.ts'
import type { TimelineEntry } from './timeline-entry.ts'

/** What an incident is explained by. */
export interface Analysed {
  /** The alerts of the incident, in any order. */
  alerts: readonly Alert[]
  /** What happened in the hour before the first of them, the oldest first; more does no harm. */
  before: readonly TimelineEntry[]
  /** When the trouble began, where no alert says it. */
  startedAt: Date
}

/** Something that may be the cause, or where to look for it. */
export interface Cause {
  /**
   * `muting_alert`: others follow from it; `first_alert`: nothing was wrong before; `change`: what was done or
   * happened before; `common_place`: what the alerts have in common.
   */
  kind: 'muting_alert' | 'first_alert' | 'change' | 'common_place'
  /** Null of a place. */
  at: Date | null
  /** In a sentence; may hold whatever devices and users have said. */
  sentence: string
  /** Where more of it is to be had. */
  link: string | null
  /** How well it explains the incident: higher is better. Only to compare causes of one incident. */
  weight: number
}

const HOUR_MS = 3_600_000
/** More causes explain nothing. */
const MOST_CAUSES = 10
const MOST_CHANGES = 5

/** Labels that say what kind of thing something is, and not which. */
const KINDS_OF_THINGS: ReadonlySet<string> = new Set([
  ...['driver', 'collector', 'severity', 'type', 'state', 'kind', 'mode'],
])

/**
 * What probably caused an incident, the likeliest first: an alert from which others follow, what was changed or
 * happened in the hour before at the places that are concerned, the alert that came first, and what all of them
 * have in common. It concludes from times and places alone, so it may be wrong. Pure.
 */
export function analyseIncident({ alerts, before, startedAt }: Analysed): Cause[] {
  const sorted = [...alerts].sort(byBegin)
  const first = sorted[0]
  const begin = first?.startedAt ?? startedAt
  const causes = [
    ...mutingAlerts(sorted),
    ...(first === undefined ? [] : firstAlert(first, sorted)),
    ...changes(before, sorted, begin),
    ...commonPlaces(sorted),
  ]
  return causes
    .sort((one, other) => other.weight - one.weight || timeOf(one) - timeOf(other))
    .slice(0, MOST_CAUSES)
}

/** Alerts that mute others of the incident: these follow from them. */
function mutingAlerts(alerts: readonly Alert[]): Cause[] {
  const followers = new Map<string, number>()
  for (const { inhibitedBy } of alerts) {
    if (inhibitedBy !== null) followers.set(inhibitedBy, (followers.get(inhibitedBy) ?? 0) + 1)
  }
  return alerts.flatMap((alert): Cause[] => {
    const count = followers.get(alert.id)
    if (count === undefined) return []
    const others = count === 1 ? 'another alert follows' : `${count} other alerts follow`
    const sentence = `${nameOf(alert)}: ${others} from it.`
    return [{ ...ofAlert(alert), kind: 'muting_alert', sentence, weight: 100 + count }]
  })
}

function firstAlert(first: Alert, alerts: readonly Alert[]): Cause[] {
  const later = alerts.find(({ startedAt }) => startedAt > first.startedAt)
  const ahead = later === undefined ? '' : `, ${secondsBetween(first, later)} s before any other`
  const sentence = `${nameOf(first)} was the first alert${ahead}.`
  // Of those that came at once the first is first by chance.
  const alone = alerts[1]?.startedAt.getTime() !== first.startedAt.getTime()
  return [{ ...ofAlert(first), kind: 'first_alert', sentence, weight: alone ? 50 : 30 }]
}

/** How telling a change is by what it is: what somebody did, or set up otherwise, before what moved by itself. */
const weights: Readonly<Partial<Record<TimelineEntry['kind'], number>>> = {
  configuration: 40,
  task: 38,
  audit: 35,
  movement: 30,
  event: 20,
}

function changes(before: readonly TimelineEntry[], alerts: readonly Alert[], begin: Date): Cause[] {
  const places = placesOf(alerts)
  return before
    .filter(({ at }) => at <= begin && begin.getTime() - at.getTime() <= HOUR_MS)
    .flatMap((entry): Cause[] => {
      const weight = weights[entry.kind]
      if (weight === undefined || isNoCause(entry)) return []
      const shared = sharedPlace(entry, places)
      const isPlain = entry.kind === 'event' && entry.level === 'info'
      if (isPlain && shared === null) return []
      const apart = timeText(begin.getTime() - entry.at.getTime())
      const where = shared === null ? '' : ` It concerns ${shared}, as the alerts do.`
      return [
        {
          ...{ kind: 'change', at: entry.at, link: entry.link },
          sentence: `${apart} before: ${entry.title}${/[.!?]$/.test(entry.title) ? '' : '.'}${where}`,
          weight: weight + (shared === null ? 0 : 40) + (entry.level === 'info' ? 0 : 5),
        },
      ]
    })
    .sort((one, other) => other.weight - one.weight || timeOf(one) - timeOf(other))
    .slice(0, MOST_CHANGES)
}

/** Logins, and what became of other incidents. */
function isNoCause({ source, details: { action } }: TimelineEntry): boolean {
  return (
    source === 'incidents' || (typeof action === 'string' && /^(session|incident)\./.test(action))
  )
}

function timeText(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`
}

/** Places that two alerts or more are about, and at least half of them. */
function commonPlaces(alerts: readonly Alert[]): Cause[] {
  const counts = new Map<string, number>()
  for (const alert of alerts) {
    for (const [name, value] of Object.entries(placeLabels(alert))) {
      const place = `${name} ${value}`
      counts.set(place, (counts.get(place) ?? 0) + 1)
    }
  }
  return [...counts].flatMap(([place, count]): Cause[] => {
    if (count < 2 || count * 2 < alerts.length) return []
    const all = count === alerts.length ? `All ${count}` : `${count} of ${alerts.length}`
    const weight = 25 + (20 * count) / alerts.length
    const sentence = `${all} alerts are about ${place}.`
    return [{ kind: 'common_place', at: null, link: null, sentence, weight }]
  })
}

/** The places of alerts by their values: serial numbers, names of targets, mount points. */
function placesOf(alerts: readonly Alert[]): ReadonlyMap<string, string> {
  const places = new Map<string, string>()
  for (const alert of alerts) {
    for (const [name, value] of Object.entries(placeLabels(alert))) places.set(value, name)
  }
  return places
}

function placeLabels({ labels, partOf }: Alert): Record<string, string> {
  const named = Object.entries({ ...partOf, ...labels })
  return Object.fromEntries(named.filter(([name]) => !KINDS_OF_THINGS.has(name)))
}

/** Which place of the alerts an entry is about, too; null for none. */
function sharedPlace(
  { details }: TimelineEntry,
  places: ReadonlyMap<string, string>,
): string | null {
  for (const value of textsIn(details, 3)) {
    const name = places.get(value)
    if (name !== undefined) return `${name} ${value}`
  }
  return null
}

/** The texts of an object, and of those in it. */
function* textsIn(value: unknown, depth: number): Generator<string> {
  if (typeof value === 'string') yield value
  else if (depth > 0 && typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) yield* textsIn(part, depth - 1)
  }
}

function ofAlert({ id, startedAt }: Alert): Pick<Cause, 'at' | 'link'> {
  return { at: startedAt, link: `/api/v1/monitoring/alerts/${id}` }
}

function nameOf({ title, resource }: Alert): string {
  return `${title} (${resource})`
}

function secondsBetween(one: Alert, other: Alert): number {
  return Math.round((other.startedAt.getTime() - one.startedAt.getTime()) / 1000)
}

function timeOf({ at }: Cause): number {
  return at?.getTime() ?? Infinity
}

function byBegin(one: Alert, other: Alert): number {
  const apart = one.startedAt.getTime() - other.startedAt.getTime()
  return apart !== 0 ? apart : one.id < other.id ? -1 : 1
}

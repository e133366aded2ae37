/** An entry of the timeline, as far as it is drawn. */
export interface Entry {
  at: string
  kind:
    | ('event' | 'movement' | 'configuration' | 'task' | 'audit')
    | ('alert' | 'incident' | 'note' | 'notification')
  title: string
  level: string
  id: string
}

/** The lanes, what may be a cause first. */
export const lanes = ['changes', 'tasks', 'movements', 'events', 'alerts', 'incident'] as const
/** One of them. */
export type Lane = (typeof lanes)[number]

const laneByKind: Readonly<Record<Entry['kind'], Lane>> = {
  configuration: 'changes',
  audit: 'changes',
  task: 'tasks',
  movement: 'movements',
  event: 'events',
  alert: 'alerts',
  incident: 'incident',
  note: 'incident',
  notification: 'incident',
}

/** In which lane an entry is. */
export function laneOf({ kind }: Pick<Entry, 'kind'>): Lane {
  return laneByKind[kind]
}

/** How bad what an entry says is, in the words of the colours. */
export type Grade = 'critical' | 'warning' | 'quiet'

/** The grade of a level. */
export function gradeOf(level: string): Grade {
  if (level === 'error' || level === 'critical') return 'critical'
  return level === 'warning' ? 'warning' : 'quiet'
}

/** The same that happened several times in a row. */
export interface Run<E extends Entry> {
  first: E
  last: E
  count: number
}

/** Puts together what says the same, one after the other, on the same side of a time. */
export function runsOf<E extends Entry>(entries: readonly E[], divide: Date): Run<E>[] {
  const runs: Run<E>[] = []
  for (const entry of entries) {
    const run = runs.at(-1)
    if (run !== undefined && saysTheSame(run.last, entry, divide)) {
      run.count += 1
      run.last = entry
    } else {
      runs.push({ first: entry, last: entry, count: 1 })
    }
  }
  return runs
}

function saysTheSame(one: Entry, other: Entry, divide: Date): boolean {
  return (
    one.title === other.title &&
    one.kind === other.kind &&
    isBefore(one, divide) === isBefore(other, divide)
  )
}

/** Whether it happened before a time. */
export function isBefore({ at }: Pick<Entry, 'at'>, time: Date): boolean {
  return new Date(at) < time
}

/** The time that is drawn, and when in it the incident began. */
export interface Drawn {
  since: Date
  began: Date
  until: Date
}

/** What came before has as much of the width at least, however long the incident lasts. */
const LEAST_BEFORE = 0.4

/** How much of the width is before the incident, 0..1. */
export function shareBefore({ since, began, until }: Drawn): number {
  const [before, all] = [began.getTime() - since.getTime(), until.getTime() - since.getTime()]
  if (before <= 0 || all <= 0) return 0
  return Math.max(LEAST_BEFORE, Math.min(1, before / all))
}

/** Where a time is, 0..1; each side of the begin has a scale of its own. */
export function placeOf(at: Date, drawn: Drawn): number {
  const { since, began, until } = drawn
  const middle = shareBefore(drawn)
  const within = (from: Date, to: Date) =>
    to <= from ? 0 : Math.min(1, Math.max(0, (at.getTime() - from.getTime()) / (+to - +from)))
  return at < began ? within(since, began) * middle : middle + within(began, until) * (1 - middle)
}

/** A spot of a lane: entries that are too near to be told apart. */
export interface Spot {
  lane: Lane
  /** 0..1 */
  place: number
  count: number
  grade: Grade
  /** The first of them. */
  id: string
  title: string
}

/** The width has as many places. */
const PLACES = 160
const GRADES: readonly Grade[] = ['quiet', 'warning', 'critical']

/** The spots of all lanes; each as bad as its worst. */
export function spotsOf(entries: readonly Entry[], drawn: Drawn): Spot[] {
  const spots = new Map<string, Spot>()
  for (const entry of entries) {
    const place = Math.round(placeOf(new Date(entry.at), drawn) * PLACES) / PLACES
    const lane = laneOf(entry)
    const key = `${lane} ${place}`
    const grade = gradeOf(entry.level)
    const spot = spots.get(key)
    if (spot === undefined) {
      spots.set(key, { lane, place, count: 1, grade, id: entryKey(entry), title: entry.title })
    } else {
      spot.count += 1
      if (GRADES.indexOf(grade) > GRADES.indexOf(spot.grade)) {
        ;[spot.grade, spot.title, spot.id] = [grade, entry.title, entryKey(entry)]
      }
    }
  }
  return [...spots.values()]
}

/** Names an entry: an alert has several, one for each step. */
export function entryKey({ kind, id, at }: Entry): string {
  return `${kind} ${id} ${at}`
}

/** The page of the console for a link of the interface: which, and its id; null where there is none. */
export function pageOfLink(link: string | null): { page: string; id: string } | null {
  const [, kind, id] =
    /^\/api\/v1\/(?:monitoring\/)?(alerts|tasks|incidents)\/([^/?]+)$/.exec(link ?? '') ?? []
  return kind === undefined || id === undefined ? null : { page: kind, id }
}

import type { TSchema } from 'typebox'
import type { Queryable } from '../../db/database.ts'
import type { HardwareSubjects, Reading, ReadingState, Snapshot } from '../../snapshot.ts'
import { errorOf, stateOf } from '../../snapshot.ts'
import type { Problem } from '../../collectors/collector.ts'

/** A hardware object as its collector has it, and what identifies it. */
export interface Item {
  id: string
  object: object
  /** As alerts and problems name it. */
  labels: Readonly<Record<string, string>>
  /** Why it could not be read, as it says itself; null when it could. */
  error?: string | null
  /** When it was read last, where that is not when its collector ran; null when it never was. */
  readAt?: Date | null
}

/** A kind of objects: where in the snapshot they are. */
export interface Kind {
  /** The word in the path. */
  name: string
  sources: readonly Source[]
  /** What the inventory calls them, of those that are remembered. */
  remembered?: RememberedKind
  /** What is told of one alone, besides what a list tells of each. */
  detail?: Detail
}

/** What is told of one object alone, from the database; null for one of another appliance, of which that says nothing. */
export interface Detail {
  properties: Readonly<Record<string, TSchema>>
  of: (id: string, snapshot: Snapshot, database: Queryable | null) => Promise<object>
}

/** What the inventory remembers. */
export type RememberedKind = 'library' | 'drive' | 'target' | 'array' | 'session'

/** Where objects of a kind come from: a subject of the snapshot, and how its value lists them. */
export interface Source {
  subject: keyof HardwareSubjects
  items: (value: never, snapshot: Snapshot) => Item[]
}

/** A source whose items are drawn from the value of its subject. */
export function source<Subject extends keyof HardwareSubjects>(
  subject: Subject,
  items: (value: HardwareSubjects[Subject], snapshot: Snapshot) => Item[],
): Source {
  return { subject, items }
}

/** An object with when it was read and, if it could not be, why and since when. */
export interface Listed extends Item {
  readAt: Date | null
  error: string | null
  /** Of a whole collection that fails; what fails alone is told by ObjectFailures. */
  failedSince: Date | null
}

/** The objects of a kind, and what is known of how complete they are. */
export interface Listing {
  items: Listed[]
  /** `pending` until it was collected once. */
  state: ReadingState | 'pending'
  /** The oldest reading that is in it; null when there is none. */
  takenAt: Date | null
  error: string | null
}

/** Lists the objects of a kind. What could not be read is listed as it was known last. Pure. */
export function listingOf(kind: Kind, snapshot: Snapshot): Listing {
  return joined(kind.sources.map((from) => listingOfSource(from, snapshot)))
}

function listingOfSource({ subject, items }: Source, snapshot: Snapshot): Listing {
  const reading = snapshot.readings[subject] as Reading<unknown> | undefined
  if (!reading) return { items: [], state: 'pending', takenAt: null, error: null }
  const state = stateOf(reading)
  const error = errorOf(reading)
  if (reading.state === 'absent') return { items: [], state, takenAt: reading.takenAt, error }
  if (reading.state === 'read') {
    const { takenAt, problems } = reading
    const listed = items(reading.value as never, snapshot).map((item) => ({
      ...item,
      readAt: item.readAt === undefined ? takenAt : item.readAt,
      error: item.error ?? problemOf(item, problems),
      failedSince: null,
    }))
    return { items: listed, state, takenAt, error }
  }
  const { last, since } = reading
  const listed = (last ? items(last.value as never, snapshot) : []).map((item) => ({
    ...item,
    readAt: item.readAt === undefined ? (last?.takenAt ?? null) : item.readAt,
    error: item.error ?? reading.error,
    failedSince: since,
  }))
  return { items: listed, state, takenAt: last?.takenAt ?? null, error }
}

/** The problem that names this very object; one that names nothing is about the whole. */
function problemOf({ labels }: Item, problems: readonly Problem[]): string | null {
  const found = problems.find((problem) => {
    const named = Object.entries(problem.labels)
    return named.length > 0 && named.every(([key, value]) => labels[key] === value)
  })
  return found?.error ?? null
}

/** Several listings as one. */
export function joined(listings: readonly Listing[]): Listing {
  const [only] = listings
  if (listings.length === 1 && only) return only
  const there = listings.filter(({ state }) => state !== 'absent')
  const states = new Set(there.map(({ state }) => state))
  const times = listings.flatMap(({ takenAt }) => (takenAt === null ? [] : [takenAt.getTime()]))
  const errors = listings.flatMap(({ error }) => (error === null ? [] : [error]))
  return {
    items: listings.flatMap(({ items }) => items),
    state:
      there.length === 0 ? 'absent' : states.size === 1 ? ([...states][0] ?? 'absent') : 'partial',
    takenAt: times.length === 0 ? null : new Date(Math.min(...times)),
    error: errors.length === 0 ? null : errors.join('; '),
  }
}

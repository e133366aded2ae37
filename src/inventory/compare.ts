import type { MissingObject, ObjectKind } from './inventory.ts'
import type { Seen, Sighting } from './present.ts'

/** An object as it is remembered. */
export interface Remembered extends Seen {
  lastSeen: Date
  /** Since when it has been missing; null while it is there. */
  goneSince: Date | null
}

/** What a snapshot makes of what is remembered. */
export interface Comparison {
  /** There now: to be remembered as seen. */
  seen: readonly Seen[]
  /** Not there any more, and until now not known to be missing. */
  gone: readonly { kind: ObjectKind; id: string }[]
  /** Missing for so long that it is no news. */
  forgotten: readonly { kind: ObjectKind; id: string }[]
  missing: readonly MissingObject[]
}

/** Initiators come and go for good without anybody telling the target. */
const SESSION_REMEMBERED_MS = 24 * 60 * 60 * 1000

/**
 * Compares what is remembered with what is there. An object of which nothing can be said now
 * stays what it was, missing or not. Pure.
 */
export function compare(
  remembered: readonly Remembered[],
  sightings: readonly Sighting[],
  now: Date,
): Comparison {
  const byKind = new Map(sightings.map((sighting) => [sighting.kind, sighting]))
  const there = new Set(
    sightings.flatMap(({ kind, seen }) => seen.map(({ id }) => `${kind} ${id}`)),
  )
  const gone: { kind: ObjectKind; id: string }[] = []
  const forgotten: { kind: ObjectKind; id: string }[] = []
  const missing: MissingObject[] = []
  for (const object of remembered) {
    const { kind, id, name, labels, partOf, virtual, lastSeen, goneSince } = object
    if (there.has(`${kind} ${id}`)) continue
    if (kind === 'session' && now.getTime() - lastSeen.getTime() > SESSION_REMEMBERED_MS) {
      forgotten.push({ kind, id })
      continue
    }
    const isGone = byKind.get(kind)?.isGone(object) ?? goneSince !== null
    if (!isGone) continue
    if (goneSince === null) gone.push({ kind, id })
    missing.push({ kind, id, name, labels, partOf, virtual, lastSeen })
  }
  return { seen: sightings.flatMap(({ seen }) => seen), gone, forgotten, missing }
}

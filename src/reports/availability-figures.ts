import type { Queryable } from '../db/database.ts'
import type { Labels, Point } from '../history/metrics.ts'
import { steppedSeriesOf } from '../history/stepped.ts'
import { availabilityOf } from './availability.ts'
import type { ObjectAvailability, Period } from './facts.ts'

/** What tells of each kind whether it answers, and what names it there. */
const TOLD_BY = {
  library: { metric: 'storwarden_library_online', idOf: ({ library = '' }: Labels) => library },
  drive: { metric: 'storwarden_tape_drive_reachable', idOf: ({ serial = '' }: Labels) => serial },
  target: {
    metric: 'storwarden_scst_target_enabled',
    idOf: ({ driver = '', target = '' }: Labels) => `${driver}/${target}`,
  },
} as const

const KINDS = ['library', 'drive', 'target'] as const

/** Of steps that are looked at one by one, and of longer ones where that would be too many. */
const STEPS_MS = [300_000, 3_600_000]
const MOST_POINTS = 400_000

/** An object as the inventory has it. */
interface Known {
  kind: (typeof KINDS)[number]
  id: string
  name: string
  virtual: boolean
  firstSeen: Date
  goneSince: Date | null
}

/** For how much of the period libraries, drives and targets answered. Rejects as the database does. */
export async function availabilityFigures(
  database: Queryable,
  { since, until }: Period,
): Promise<ObjectAvailability[]> {
  const known = await knownObjects(database, { since, until })
  const told = new Map<string, Answers>()
  for (const kind of KINDS) told.set(kind, await answersOf(database, kind, { since, until }))
  return known.map(({ kind, id, name, virtual, firstSeen, goneSince }) => {
    const { stepMs, byId } = told.get(kind) ?? { stepMs: 0, byId: new Map<string, Point[]>() }
    const sinceMs = Math.max(since.getTime(), firstSeen.getTime())
    const untilMs = (goneSince ?? until).getTime()
    const span = { sinceMs, untilMs: Math.max(sinceMs, untilMs), stepMs }
    return { kind, name, virtual, goneSince, ...availabilityOf(byId.get(id) ?? [], span) }
  })
}

async function knownObjects(database: Queryable, { since, until }: Period): Promise<Known[]> {
  return await database.query<Known & Record<string, unknown>>(
    `select kind, id, name, virtual, first_seen as "firstSeen", gone_since as "goneSince"
     from inventory
     where kind = any($1) and first_seen <= $3 and (gone_since is null or gone_since > $2)
     order by kind, id`,
    [[...KINDS], since, until],
  )
}

interface Answers {
  stepMs: number
  byId: Map<string, Point[]>
}

async function answersOf(
  database: Queryable,
  kind: (typeof KINDS)[number],
  { since, until }: Period,
): Promise<Answers> {
  const { metric, idOf } = TOLD_BY[kind]
  const past = { sinceMs: since.getTime(), untilMs: until.getTime(), atMost: MOST_POINTS }
  for (const stepMs of STEPS_MS) {
    try {
      const series = await steppedSeriesOf(database, metric, past, { stepMs, aggregate: 'avg' })
      return { stepMs, byId: byIdOf(series, idOf) }
    } catch (error) {
      const isLast = stepMs === STEPS_MS.at(-1)
      if (isLast || (error as { code?: unknown }).code !== 'ERR_TOO_MANY_POINTS') throw error
    }
  }
  return { stepMs: 0, byId: new Map() }
}

/** A drive has another node after a restart, and then another series: they are one after the other. */
function byIdOf(
  series: readonly { labels: Labels; points: readonly Point[] }[],
  idOf: (labels: Labels) => string,
): Map<string, Point[]> {
  const byId = new Map<string, Map<number, Point>>()
  for (const { labels, points } of series) {
    const at = byId.get(idOf(labels)) ?? new Map<number, Point>()
    for (const point of points) at.set(point.atMs, point)
    byId.set(idOf(labels), at)
  }
  return new Map(
    [...byId].map(([id, points]) => [
      id,
      [...points.values()].sort((one, other) => one.atMs - other.atMs),
    ]),
  )
}

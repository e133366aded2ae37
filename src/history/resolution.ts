import { fiveMinutes, hours, resolutions, type Resolution } from './rollups.ts'

/** What is kept, in ms since 1970. */
export interface Kept {
  /** Since when values are kept as they were read, and their roll-ups; 0 while all are. */
  readSinceMs: number
  fiveMinutesSinceMs: number
  hoursSinceMs: number
  /** Until when everything is rolled up. */
  rolledUntilMs: number
}

/** A piece of time; the first ms is in it, the last is not. */
export interface Piece {
  fromMs: number
  toMs: number
}

/** Where the values of a time are read from. */
export interface Plan {
  /** What is answered: as it was asked, but for edges of which only roll-ups are kept, and what is kept no more. Both included. */
  sinceMs: number
  untilMs: number
  /** Null where no roll-up is used. */
  rolled: (Piece & { resolution: Resolution }) | null
  /** As they were read: what is not rolled up, and edges that are no whole roll-ups. */
  read: readonly Piece[]
  /** Of what was asked the begin is only kept in roll-ups, and steps would have to be multiples of this, seconds. */
  neededStepSeconds: number | null
}

/** Steps begin at multiples of their length since 1970. Null is every point as it was read. */
export function planOf(
  { sinceMs, untilMs, stepMs }: { sinceMs: number; untilMs: number; stepMs: number | null },
  kept: Kept,
): Plan {
  const fitting = [...resolutions]
    .reverse()
    .filter(({ bucketMs }) => stepMs !== null && stepMs % bucketMs === 0)
  // The coarsest that goes back far enough, or else the one that goes back furthest.
  const resolution =
    fitting.find((one) => keptSince(one, kept) <= sinceMs) ??
    fitting.reduce<Resolution | null>(
      (far, one) => (far && keptSince(far, kept) <= keptSince(one, kept) ? far : one),
      null,
    )
  const edgeMs = Math.min(
    kept.readSinceMs,
    resolution === null ? Infinity : keptSince(resolution, kept),
  )
  const neededStepSeconds = neededStep(sinceMs, edgeMs, stepMs, kept)
  const from = Math.max(sinceMs, edgeMs)
  const asRead = { sinceMs: from, untilMs, rolled: null, read: pieces([from, untilMs + 1]) }
  if (resolution === null) return { ...asRead, neededStepSeconds }

  const { bucketMs } = resolution
  const floor = (ms: number) => Math.floor(ms / bucketMs) * bucketMs
  const ceil = (ms: number) => Math.ceil(ms / bucketMs) * bucketMs
  const rolledFrom = from < kept.readSinceMs ? floor(from) : ceil(from)
  let rolledTo = floor(Math.min(untilMs + 1, kept.rolledUntilMs))
  // What would be read of the last piece is not kept.
  if (untilMs < kept.readSinceMs) rolledTo = ceil(untilMs + 1)
  if (rolledTo <= rolledFrom) return { ...asRead, neededStepSeconds }
  return {
    sinceMs: Math.min(from, rolledFrom),
    untilMs: Math.max(untilMs, rolledTo - 1),
    rolled: { resolution, fromMs: rolledFrom, toMs: rolledTo },
    read: [...pieces([from, rolledFrom]), ...pieces([rolledTo, untilMs + 1])],
    neededStepSeconds,
  }
}

function keptSince({ edge }: Resolution, kept: Kept): number {
  return edge === hours.edge ? kept.hoursSinceMs : kept.fiveMinutesSinceMs
}

function neededStep(
  sinceMs: number,
  edgeMs: number,
  stepMs: number | null,
  kept: Kept,
): number | null {
  if (stepMs === null || sinceMs >= edgeMs) return null
  const further = [fiveMinutes, hours].find((one) => keptSince(one, kept) < edgeMs)
  return further === undefined ? null : further.bucketMs / 1000
}

function pieces([fromMs, toMs]: readonly [number, number]): Piece[] {
  return fromMs < toMs ? [{ fromMs, toMs }] : []
}

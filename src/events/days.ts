const DAY_MS = 86_400_000

/** A day in UTC, `2026-11-20`. */
export type Day = string

/** The day of a moment, in UTC. */
export function dayOf(moment: Date): Day {
  return moment.toISOString().slice(0, -'THH:mm:ss.sssZ'.length)
}

/** The day `days` later. */
export function laterDay(day: Day, days: number): Day {
  return dayOf(new Date(startOf(day).getTime() + days * DAY_MS))
}

/** The moment at which a day begins. */
export function startOf(day: Day): Date {
  return new Date(`${day}T00:00:00.000Z`)
}

/**
 * The first day of which events are kept: that of the moment that lies `keptDays` back. All of that day is
 * kept until the last of it is old enough, so that whole days are dropped and none of them too early.
 */
export function firstKeptDay(now: Date, keptDays: number): Day {
  return dayOf(new Date(now.getTime() - keptDays * DAY_MS))
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Older events belong into an archive, and each day of them would be a table of its own. */
const MOST_DAYS = 30

/** The times of which events are taken that somebody hands in, both included. */
export interface AcceptedTimes {
  from: Date
  to: Date
}

/**
 * Events are taken as far back as they are kept, at most 30 days; and an hour ahead, for whose clock is wrong.
 * What is handed in can so make no more days than these.
 */
export function acceptedTimes(now: Date, keptDays: number): AcceptedTimes {
  return {
    from: new Date(now.getTime() - Math.min(keptDays, MOST_DAYS) * DAY_MS),
    to: new Date(now.getTime() + HOUR_MS),
  }
}

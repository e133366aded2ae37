const DAY_MS = 86_400_000

/** For how long what incidents are told with is kept. */
export interface IncidentKeeping {
  /** What was closed for longer is archived: it is kept, and listed only when asked for. */
  archiveAfterDays: number
  /** Events that are older are gone. */
  eventDays: number
}

/** What was closed before is archived. Pure. */
export function archivedBefore({ archiveAfterDays }: IncidentKeeping, now: Date): Date {
  return new Date(now.getTime() - archiveAfterDays * DAY_MS)
}

/** Of what happened before, events may be gone. Pure. */
export function eventsKeptSince({ eventDays }: IncidentKeeping, now: Date): Date {
  return new Date(now.getTime() - eventDays * DAY_MS)
}

import type { Queryable } from '../db/database.ts'
import { deleteEventsBefore } from './store.ts'

const DAY_MS = 86_400_000

/** Forgets the events that are older than they are kept; resolves with how many that were. */
export function forgetOldEvents(database: Queryable, keptDays: number, now: Date): Promise<number> {
  return deleteEventsBefore(database, new Date(now.getTime() - keptDays * DAY_MS))
}

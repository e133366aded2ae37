import type { Database } from '../db/database.ts'
import { firstKeptDay } from './days.ts'
import { dropPartitions, type PartitionChange } from './partitions.ts'

/**
 * Forgets the days of which every event is older than it is kept, in UTC; resolves with the days whose
 * partitions are gone, and those that are still in use and have to wait.
 */
export function forgetOldEvents(
  database: Database,
  keptDays: number,
  now: Date,
): Promise<PartitionChange> {
  return dropPartitions(database, firstKeptDay(now, keptDays))
}

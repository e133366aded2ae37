import type { CopyingDatabase, Queryable } from '../db/database.ts'
import { BLOCK_SERIES, numberOf } from './blocks.ts'
import { packSamples } from './compaction.ts'
import { dropPartitions, lockHistory } from './partitions.ts'
import { chunks, fiveMinutes, hours } from './rollups.ts'

const DAY_MS = 86_400_000

/** For how many days numbers are kept as they were read, and rolled up to 5 min and to hours. */
export interface KeptDays {
  read: number
  fiveMinutes: number
  hours: number
}

/**
 * Forgets the values that are older than they are kept, by whole partitions of which nothing is younger, and then
 * the series that have none left; resolves with how many values that were. What is still to be packed is packed
 * before, so that nothing is forgotten that was not rolled up.
 */
export async function forgetOldSamples(
  database: CopyingDatabase,
  kept: KeptDays,
  now: Date,
): Promise<number> {
  await packSamples(database, now.getTime())
  const before = (days: number) => now.getTime() - days * DAY_MS
  return await database.transaction(async (transaction) => {
    await lockHistory(transaction)
    const sinceMs = await dropPartitions(transaction, chunks, before(kept.read))
    await dropPartitions(transaction, fiveMinutes, before(kept.fiveMinutes))
    await dropPartitions(transaction, hours, before(kept.hours))
    await deleteTimes(transaction, sinceMs)
    await deleteDue(transaction, sinceMs)
    await deleteEmptySeries(transaction)
    return await deleteBeats(transaction, sinceMs)
  })
}

async function deleteTimes(transaction: Queryable, beforeMs: number): Promise<void> {
  await transaction.query('delete from metric_times where begins_at_ms < $1', [beforeMs])
}

async function deleteDue(transaction: Queryable, beforeMs: number): Promise<void> {
  await transaction.query('delete from metric_rollups_due where begins_at_ms < $1', [beforeMs])
}

async function deleteEmptySeries(transaction: Queryable): Promise<void> {
  await transaction.query(
    `delete from metric_series as series
     where not exists (select from metric_hours where series_id = series.id)
       and not exists (select from metric_five_minutes where series_id = series.id)
       and not exists (select from metric_chunks where series_id = series.id)
       and not exists (select from metric_samples where series_id = series.id)
       and not exists (
         select from metric_blocks as block
         where block.block = series.id / ${BLOCK_SERIES} and ${numberOf('series.id')} <> 'NaN'
       )`,
  )
}

async function deleteBeats(transaction: Queryable, beforeMs: number): Promise<number> {
  const [row] = await transaction.query<{ samples: number }>(
    `with gone as (delete from metric_beats where at_ms < $1 returning samples)
     select coalesce(sum(samples), 0) as samples from gone`,
    [beforeMs],
  )
  return row?.samples ?? 0
}

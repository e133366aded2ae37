import type { Database, Queryable } from '../db/database.ts'
import { quarterOf } from './compaction.ts'

const DAY_MS = 86_400_000

/**
 * Forgets the values that are older than they are kept, by whole quarters of a day, and then the series that
 * have none left; resolves with how many values that were.
 */
export async function forgetOldSamples(
  database: Database,
  keptDays: number,
  now: Date,
): Promise<number> {
  const beforeMs = quarterOf(now.getTime() - keptDays * DAY_MS)
  return await database.transaction(async (transaction) => {
    await deleteChunks(transaction, beforeMs)
    await deleteTimes(transaction, beforeMs)
    await deleteLoose(transaction, beforeMs)
    await deleteEmptySeries(transaction)
    return await deleteBeats(transaction, beforeMs)
  })
}

async function deleteChunks(transaction: Queryable, beforeMs: number): Promise<void> {
  await transaction.query('delete from metric_chunks where begins_at_ms < $1', [beforeMs])
}

async function deleteTimes(transaction: Queryable, beforeMs: number): Promise<void> {
  await transaction.query('delete from metric_times where begins_at_ms < $1', [beforeMs])
}

async function deleteLoose(transaction: Queryable, beforeMs: number): Promise<void> {
  await transaction.query('delete from metric_samples where at_ms < $1', [beforeMs])
}

async function deleteEmptySeries(transaction: Queryable): Promise<void> {
  await transaction.query(
    `delete from metric_series as series
     where not exists (select from metric_chunks where series_id = series.id)
       and id not in (select series_id from metric_samples)`,
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

import type { CopyingDatabase, Database, Queryable } from '../db/database.ts'
import { addToChunks, packedSeries } from './chunks.ts'
import { blocksIn, oldestLoose, takeLoose } from './loose.ts'
import { ensurePartition, lockHistory } from './partitions.ts'
import type { Points } from './points.ts'
import { chunks, insertRollups, quarterOf, resolutions } from './rollups.ts'

/** What is read slowly, every five minutes, or was held up, may still come after its quarter is over. */
const LATE_MS = 15 * 60_000

/** Series that are rolled up at a time, so that no statement takes long or much memory. */
const SERIES_AT_A_TIME = 200

/** The begin of the quarter of a day that is not packed yet at `nowMs`. */
export function openQuarter(nowMs: number): number {
  return quarterOf(nowMs - LATE_MS)
}

/**
 * Packs what is older than the current quarter of a day into chunks, and rolls it up. Each step is one transaction
 * that packs what it deletes, so that it can be killed at any point and goes on where it was; `isWanted` is asked
 * before each.
 */
export async function packSamples(
  database: CopyingDatabase,
  nowMs: number,
  isWanted: () => boolean = () => true,
): Promise<void> {
  const before = openQuarter(nowMs)
  for (;;) {
    const oldest = await oldestLoose(database)
    if (oldest === null || oldest >= before) return
    const beginsAtMs = quarterOf(oldest)
    for (const block of await blocksIn(database, beginsAtMs)) {
      if (!isWanted()) return
      await database.transaction(async (transaction) => {
        await lockHistory(transaction)
        await pack(transaction, beginsAtMs, await takeLoose(transaction, beginsAtMs, block))
      })
    }
  }
}

/**
 * Puts values of a quarter of a day among those that are packed, and rolls them up; one that is there already stays,
 * and what is older than what was dropped is dropped. Resolves with how many were added. The history has to be locked.
 */
export async function pack(
  transaction: Queryable,
  beginsAtMs: number,
  points: ReadonlyMap<number, Points>,
): Promise<number> {
  if (points.size === 0 || !(await isKept(transaction, beginsAtMs))) return 0
  for (const table of [chunks, ...resolutions]) {
    await ensurePartition(transaction, table, beginsAtMs)
  }
  const { series, count } = await addToChunks(transaction, beginsAtMs, points)
  if (series.length === 0) return 0
  for (const resolution of resolutions) {
    await insertRollups(transaction, resolution, beginsAtMs, series)
  }
  return count
}

/**
 * Makes the roll-ups of what was packed before there were any, the latest first. A quarter of a day of which not
 * all is done is done again; nothing of it is read before.
 */
export async function rollUpDue(
  database: Database,
  isWanted: () => boolean = () => true,
): Promise<void> {
  for (;;) {
    const beginsAtMs = await latestDue(database)
    if (beginsAtMs === null) return
    const all = await seriesInChunks(database, beginsAtMs)
    for (let first = 0; first < all.length; first += SERIES_AT_A_TIME) {
      if (!isWanted()) return
      await database.transaction(async (transaction) => {
        await lockHistory(transaction)
        const ids = all.slice(first, first + SERIES_AT_A_TIME)
        const series = await packedSeries(transaction, beginsAtMs, ids)
        for (const resolution of resolutions) {
          await ensurePartition(transaction, resolution, beginsAtMs)
          await insertRollups(transaction, resolution, beginsAtMs, series)
        }
      })
    }
    await endDue(database, beginsAtMs)
  }
}

/** What is older than what was dropped would be the only value of its time. */
async function isKept(transaction: Queryable, beginsAtMs: number): Promise<boolean> {
  const [row] = await transaction.query<{ kept: boolean }>(
    'select $1 >= chunks_since_ms as kept from metric_edges',
    [beginsAtMs],
  )
  return row?.kept !== false
}

async function latestDue(database: Queryable): Promise<number | null> {
  const [row] = await database.query<{ begins_at_ms: number | null }>(
    'select max(begins_at_ms) as begins_at_ms from metric_rollups_due',
  )
  return row?.begins_at_ms ?? null
}

async function endDue(database: Queryable, beginsAtMs: number): Promise<void> {
  await database.query('delete from metric_rollups_due where begins_at_ms = $1', [beginsAtMs])
}

/** The series that have a chunk of a quarter of a day, in the order of their ids. */
async function seriesInChunks(database: Queryable, beginsAtMs: number): Promise<number[]> {
  const rows = await database.query<{ id: number }>(
    'select series_id as id from metric_chunks where begins_at_ms = $1 order by series_id',
    [beginsAtMs],
  )
  return rows.map(({ id }) => id)
}

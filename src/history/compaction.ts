import type { Database, Queryable } from '../db/database.ts'
import { ensurePartition, lockHistory } from './partitions.ts'
import { CHUNK_MS, chunks, insertRollups, quarterOf, resolutions, type Part } from './rollups.ts'

/** What is read slowly, every five minutes, or was held up, may still come after its quarter is over. */
const LATE_MS = 15 * 60_000

/** Series, and values, that are packed at a time, so that no statement takes long or much memory. */
const SERIES_AT_A_TIME = 500
const VALUES_AT_A_TIME = 400_000

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
  database: Database,
  nowMs: number,
  isWanted: () => boolean = () => true,
): Promise<void> {
  const before = openQuarter(nowMs)
  for (;;) {
    const oldest = await oldestSample(database)
    if (oldest === null || oldest >= before) return
    const beginsAtMs = quarterOf(oldest)
    for (const seriesIds of partsOf(await seriesIn(database, beginsAtMs))) {
      if (!isWanted()) return
      await database.transaction((transaction) => packPart(transaction, { beginsAtMs, seriesIds }))
    }
  }
}

/** Packs the values of some series in a quarter of a day, late ones among those that are packed, and rolls it up. */
export async function packPart(transaction: Queryable, part: Part): Promise<void> {
  await lockHistory(transaction)
  if (await isKept(transaction, part.beginsAtMs)) {
    for (const table of [chunks, ...resolutions]) {
      await ensurePartition(transaction, table, part.beginsAtMs)
    }
    await movePart(transaction, part)
    for (const resolution of resolutions) await insertRollups(transaction, resolution, part)
  } else {
    await deleteSamples(transaction, part)
  }
}

/** A chunk that got more values has other times than before, of which nobody may be left. */
export async function forgetUnusedTimes(transaction: Queryable, beginsAtMs: number): Promise<void> {
  await transaction.query(
    `delete from metric_times
     where begins_at_ms = $1 and id not in (
       select times_id from metric_chunks where begins_at_ms = $1
     )`,
    [beginsAtMs],
  )
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
    const parts = partsOf(await seriesInChunks(database, beginsAtMs))
    for (const seriesIds of parts) {
      if (!isWanted()) return
      await database.transaction(async (transaction) => {
        await lockHistory(transaction)
        for (const resolution of resolutions) {
          await ensurePartition(transaction, resolution, beginsAtMs)
          await insertRollups(transaction, resolution, { beginsAtMs, seriesIds })
        }
      })
    }
    await endDue(database, beginsAtMs)
  }
}

/** Series and how many values they have, in parts that are not too large. */
function partsOf(series: readonly { id: number; count: number }[]): number[][] {
  const parts: number[][] = []
  let values = Infinity
  for (const { id, count } of series) {
    const last = parts.at(-1)
    if (last && last.length < SERIES_AT_A_TIME && values + count <= VALUES_AT_A_TIME) {
      last.push(id)
      values += count
    } else {
      parts.push([id])
      values = count
    }
  }
  return parts
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

async function oldestSample(database: Queryable): Promise<number | null> {
  const [row] = await database.query<{ at_ms: number | null }>(
    'select min(at_ms) as at_ms from metric_samples',
  )
  return row?.at_ms ?? null
}

/** The series that have loose values in a quarter of a day, in the order of their ids. */
function seriesIn(
  database: Queryable,
  beginsAtMs: number,
): Promise<{ id: number; count: number }[]> {
  return database.query(
    `select series_id as id, count(*) as count from metric_samples
     where at_ms >= $1::bigint and at_ms < $1::bigint + ${CHUNK_MS}
     group by series_id order by series_id`,
    [beginsAtMs],
  )
}

/** The same of what is packed. */
function seriesInChunks(
  database: Queryable,
  beginsAtMs: number,
): Promise<{ id: number; count: number }[]> {
  return database.query(
    `select series_id as id, cardinality(numbers) as count from metric_chunks
     where begins_at_ms = $1 order by series_id`,
    [beginsAtMs],
  )
}

/**
 * Where a chunk is already there what came late is put into it; a value that is there stays. One statement, so
 * that what comes meanwhile is neither packed nor deleted, but for another time.
 */
async function movePart(transaction: Queryable, part: Part): Promise<void> {
  await transaction.query(
    `with taken as (
       delete from metric_samples
       where at_ms >= $1::bigint and at_ms < $1::bigint + ${CHUNK_MS} and series_id = any($2::integer[])
       returning series_id, at_ms, value
     ), loose as materialized (
       select series_id, at_ms, value from taken join metric_series on metric_series.id = series_id
     ), added_to as (
       select series_id, chunk.begins_at_ms + read.offset_ms as at_ms, read.value
       from metric_chunks as chunk
       join metric_times as times on times.id = chunk.times_id
       cross join lateral unnest(times.offsets_ms, chunk.numbers) as read (offset_ms, value)
       where chunk.begins_at_ms = $1::bigint and series_id = any($2::integer[])
     ), together as (
       select series_id, at_ms, value from added_to
       union all
       select series_id, at_ms, value from loose
       where not exists (
         select from added_to where added_to.series_id = loose.series_id and added_to.at_ms = loose.at_ms
       )
     ), packed as materialized (
       select series_id, array_agg((at_ms - $1::bigint)::integer order by at_ms) as offsets_ms,
              array_agg(value order by at_ms) as numbers
       from together group by series_id
     ), known as (
       select id, offsets_ms from metric_times where begins_at_ms = $1::bigint
     ), added as (
       insert into metric_times (begins_at_ms, offsets_ms)
       select distinct $1::bigint, offsets_ms from packed
       where not exists (select from known where known.offsets_ms = packed.offsets_ms)
       returning id, offsets_ms
     ), times as (
       select min(id) as id, offsets_ms from (
         select id, offsets_ms from known union all select id, offsets_ms from added
       ) as every group by offsets_ms
     )
     insert into metric_chunks (series_id, times_id, begins_at_ms, numbers)
     select series_id, times.id, $1::bigint, numbers from packed join times using (offsets_ms)
     on conflict (series_id, begins_at_ms)
     do update set times_id = excluded.times_id, numbers = excluded.numbers`,
    [part.beginsAtMs, `{${part.seriesIds.join(',')}}`],
  )
}

/** Of series in a quarter of a day that is no longer kept. */
async function deleteSamples(transaction: Queryable, part: Part): Promise<void> {
  await transaction.query(
    `delete from metric_samples
     where at_ms >= $1::bigint and at_ms < $1::bigint + ${CHUNK_MS} and series_id = any($2::integer[])`,
    [part.beginsAtMs, `{${part.seriesIds.join(',')}}`],
  )
}

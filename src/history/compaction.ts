import type { Database, Queryable } from '../db/database.ts'

/** A chunk holds what was read in a quarter of a day, which begin at 0, 6, 12 and 18 h UTC. */
export const CHUNK_MS = 6 * 3_600_000

/** What is read slowly, every five minutes, or was held up, may still come after its quarter is over. */
const LATE_MS = 15 * 60_000

/** Series that are packed at a time, so that no statement takes long. */
const SERIES_AT_A_TIME = 500

/** The begin of the quarter of a day that is not packed yet at `nowMs`. */
export function openQuarter(nowMs: number): number {
  return quarterOf(nowMs - LATE_MS)
}

/** The begin of the quarter of a day of a moment. */
export function quarterOf(atMs: number): number {
  return Math.floor(atMs / CHUNK_MS) * CHUNK_MS
}

/**
 * Packs what is older than the current quarter of a day into chunks. Each step is one transaction that packs
 * what it deletes, so that it can be killed at any point and goes on where it was; `isWanted` is asked before each.
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
    const ids = await seriesIn(database, beginsAtMs)
    while (ids.length > 0) {
      if (!isWanted()) return
      const some = ids.splice(0, SERIES_AT_A_TIME)
      const [first = 0, last = first] = [some[0], some.at(-1)]
      await packQuarter(database, { beginsAtMs, first, last })
    }
  }
}

/** Some series, by their ids, in a quarter of a day. */
interface Part {
  beginsAtMs: number
  first: number
  last: number
}

async function packQuarter(database: Database, part: Part): Promise<void> {
  await database.transaction(async (transaction) => {
    // What comes in between is neither packed nor deleted, but for another time.
    await transaction.query('set transaction isolation level repeatable read')
    await insertChunks(transaction, part)
    await deleteSamples(transaction, part)
  })
}

async function oldestSample(database: Queryable): Promise<number | null> {
  const [row] = await database.query<{ at_ms: number | null }>(
    'select min(at_ms) as at_ms from metric_samples',
  )
  return row?.at_ms ?? null
}

/** The series that have loose values in a quarter of a day, in the order of their ids. */
async function seriesIn(database: Queryable, beginsAtMs: number): Promise<number[]> {
  const rows = await database.query<{ series_id: number }>(
    `select distinct series_id from metric_samples
     where at_ms >= $1::bigint and at_ms < $1::bigint + ${CHUNK_MS}
     order by series_id`,
    [beginsAtMs],
  )
  return rows.map(({ series_id }) => series_id)
}

/** Where a chunk is already there what came late is put into it. */
async function insertChunks(transaction: Queryable, part: Part): Promise<void> {
  await transaction.query(
    `with loose as materialized (
       select series_id, at_ms, value
       from metric_samples join metric_series on metric_series.id = series_id
       where at_ms >= $1::bigint and at_ms < $1::bigint + ${CHUNK_MS} and series_id between $2 and $3
     ), added_to as (
       select series_id, chunk.begins_at_ms + read.offset_ms as at_ms, read.value
       from metric_chunks as chunk
       join metric_times as times on times.id = chunk.times_id
       cross join lateral unnest(times.offsets_ms, chunk.numbers) as read (offset_ms, value)
       where chunk.begins_at_ms = $1::bigint and series_id in (select series_id from loose)
     ), together as (
       select series_id, at_ms, value from loose
       union all
       select series_id, at_ms, value from added_to
       where not exists (
         select from loose where loose.series_id = added_to.series_id and loose.at_ms = added_to.at_ms
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
    [part.beginsAtMs, part.first, part.last],
  )
}

async function deleteSamples(transaction: Queryable, part: Part): Promise<void> {
  await transaction.query(
    `delete from metric_samples
     where at_ms >= $1::bigint and at_ms < $1::bigint + ${CHUNK_MS} and series_id between $2 and $3`,
    [part.beginsAtMs, part.first, part.last],
  )
}

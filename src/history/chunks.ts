import {
  arrayOf,
  doublesOf,
  doublesParameter,
  integersOf,
  integersParameter,
} from '../db/binary-arrays.ts'
import type { Queryable } from '../db/database.ts'
import { merged, SharedOffsets, type Points } from './points.ts'
import type { StoredType } from './store.ts'

/** A series of which there are values. */
export interface PackedSeries extends Points {
  id: number
  type: StoredType
}

/**
 * Puts values of a quarter of a day into the chunks of their series; a value that is there already stays. Resolves with
 * those series as they are now, and how many values were added. Of a series that is gone nothing is kept. The history
 * has to be locked and the partition to be there.
 */
export async function addToChunks(
  transaction: Queryable,
  beginsAtMs: number,
  added: ReadonlyMap<number, Points>,
): Promise<{ series: PackedSeries[]; count: number }> {
  const types = await typesOf(transaction, [...added.keys()])
  const there = await readChunks(transaction, beginsAtMs, [...types.keys()])
  const series: PackedSeries[] = []
  let count = 0
  for (const [id, type] of types) {
    const [before, points] = [there.get(id), added.get(id)]
    if (points === undefined) continue
    const now = merged(before, points)
    count += now.offsets.length - (before?.offsets.length ?? 0)
    if (now !== before) series.push({ id, type, ...now })
  }
  if (series.length > 0) await writeChunks(transaction, beginsAtMs, series)
  return { series, count }
}

/** The chunks of series in a quarter of a day. */
export async function packedSeries(
  transaction: Queryable,
  beginsAtMs: number,
  ids: readonly number[],
): Promise<PackedSeries[]> {
  const types = await typesOf(transaction, ids)
  const there = await readChunks(transaction, beginsAtMs, [...types.keys()])
  return [...there].map(([id, points]) => ({ id, type: types.get(id) ?? 'gauge', ...points }))
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

/** What series are, in the order of their ids; those that are gone are not in it. */
async function typesOf(
  transaction: Queryable,
  ids: readonly number[],
): Promise<Map<number, StoredType>> {
  const rows = await transaction.query<{ id: number; type: StoredType }>(
    'select id, type from metric_series where id = any($1::integer[]) order by id',
    [arrayOf(ids)],
  )
  return new Map(rows.map(({ id, type }) => [id, type]))
}

async function readChunks(
  transaction: Queryable,
  beginsAtMs: number,
  ids: readonly number[],
): Promise<Map<number, Points>> {
  const rows = await transaction.query<{ id: number; offsets: Buffer; numbers: Buffer }>(
    `select series_id as id, array_send(offsets_ms) as offsets, array_send(numbers) as numbers
     from metric_chunks as chunk join metric_times as times on times.id = chunk.times_id
     where chunk.begins_at_ms = $1 and series_id = any($2::integer[])`,
    [beginsAtMs, arrayOf(ids)],
  )
  return new Map(
    rows.map(({ id, offsets, numbers }) => [
      id,
      { offsets: integersOf(offsets), values: doublesOf(numbers) },
    ]),
  )
}

async function writeChunks(
  transaction: Queryable,
  beginsAtMs: number,
  series: readonly PackedSeries[],
): Promise<void> {
  const shared = new SharedOffsets()
  const positions = series.map(({ offsets }) => shared.positionOf(offsets))
  const timesIds = await timesIdsOf(transaction, beginsAtMs, shared.lists)
  await transaction.query(
    `insert into metric_chunks (series_id, times_id, begins_at_ms, numbers)
     select series_id, times_id, $1::bigint, ($2::double precision[])[ends - length + 1 : ends]
     from (
       select *, sum(length) over (order by position) as ends
       from unnest($3::integer[], $4::integer[], $5::integer[])
         with ordinality as list (series_id, times_id, length, position)
     ) as placed
     on conflict (series_id, begins_at_ms)
     do update set times_id = excluded.times_id, numbers = excluded.numbers`,
    [
      beginsAtMs,
      doublesParameter(series.map(({ values }) => values)),
      arrayOf(series.map(({ id }) => id)),
      arrayOf(positions.map((position) => timesIds[position] ?? 0)),
      arrayOf(series.map(({ values }) => values.length)),
    ],
  )
}

/** The ids of lists of times, in their order; those that are new are made. */
async function timesIdsOf(
  transaction: Queryable,
  beginsAtMs: number,
  lists: readonly Int32Array[],
): Promise<number[]> {
  const rows = await transaction.query<{ id: number }>(
    `with given as (
       select position, ($2::integer[])[ends - length + 1 : ends] as offsets_ms
       from (
         select *, sum(length) over (order by position) as ends
         from unnest($3::integer[]) with ordinality as list (length, position)
       ) as placed
     ), known as (
       select min(id) as id, offsets_ms from metric_times where begins_at_ms = $1::bigint group by offsets_ms
     ), added as (
       insert into metric_times (begins_at_ms, offsets_ms)
       select $1::bigint, offsets_ms from given
       where not exists (select from known where known.offsets_ms = given.offsets_ms)
       returning id, offsets_ms
     )
     select id from given
     join (select id, offsets_ms from known union all select id, offsets_ms from added) as times
       using (offsets_ms)
     order by position`,
    [
      beginsAtMs,
      integersParameter(Int32Array.from(lists.flatMap((list) => Array.from(list)))),
      arrayOf(lists.map(({ length }) => length)),
    ],
  )
  return rows.map(({ id }) => id)
}

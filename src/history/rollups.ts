import type { Queryable } from '../db/database.ts'
import type { Partitioned } from './partitions.ts'

/** A chunk holds what was read in a quarter of a day, which begin at 0, 6, 12 and 18 h UTC. */
export const CHUNK_MS = 6 * 3_600_000

const DAY_MS = 86_400_000

/** Packed values, just as they were read. */
export const chunks: Partitioned = {
  table: 'metric_chunks',
  partitionMs: DAY_MS,
  edge: 'chunks_since_ms',
}

/** What values are rolled up to. */
export interface Resolution extends Partitioned {
  /** The time that values become one in; they begin at multiples of it since 1970. */
  bucketMs: number
  /** The time that a row is of. */
  rowMs: number
}

/** Partitions hold a day, 8 and 64 days: with what is kept by default none of them has a hundred. */
export const fiveMinutes: Resolution = {
  table: 'metric_five_minutes',
  partitionMs: 8 * DAY_MS,
  edge: 'five_minutes_since_ms',
  bucketMs: 300_000,
  rowMs: DAY_MS,
}

/** Rows of 16 days, as the server compresses none that is under 2 kB. */
export const hours: Resolution = {
  table: 'metric_hours',
  partitionMs: 64 * DAY_MS,
  edge: 'hours_since_ms',
  bucketMs: 3_600_000,
  rowMs: 16 * DAY_MS,
}

/** All of them, the finest first. */
export const resolutions: readonly Resolution[] = [fiveMinutes, hours]

/** The begin of the quarter of a day of a moment. */
export function quarterOf(atMs: number): number {
  return Math.floor(atMs / CHUNK_MS) * CHUNK_MS
}

/** What is added up of a value: sums of what comes near the largest number there is would be none. */
export const SUMMED = 'least(greatest(value, -1e290), 1e290)'

/** Some series in a quarter of a day. */
export interface Part {
  beginsAtMs: number
  seriesIds: readonly number[]
}

/**
 * Makes the roll-ups of some series in a quarter of a day, out of their chunks alone: made once or again and
 * again they are the same. The history has to be locked and the partition to be there.
 */
export async function insertRollups(
  transaction: Queryable,
  { table, bucketMs, rowMs }: Resolution,
  { beginsAtMs, seriesIds }: Part,
): Promise<void> {
  const slots = CHUNK_MS / bucketMs
  const size = rowMs / bucketMs
  const rowBeginsAtMs = Math.floor(beginsAtMs / rowMs) * rowMs
  const at = { first: (beginsAtMs - rowBeginsAtMs) / bucketMs, slots, size }
  const padded = (list: string, type = 'double precision') =>
    `array_fill(null::${type}, array[${at.first}]) || ${list} || array_fill(null::${type}, array[${size - at.first - slots}])`
  await transaction.query(
    `with points as (
       select chunk.series_id, point.value, point.offset_ms / ${bucketMs} as slot,
              case when point.before_ms / ${bucketMs} = point.offset_ms / ${bucketMs} then point.before end as before,
              point.after_ms / ${bucketMs} is distinct from point.offset_ms / ${bucketMs} as is_last
       from metric_chunks as chunk
       join metric_times as times on times.id = chunk.times_id
       cross join lateral unnest(
         times.offsets_ms, chunk.numbers, null::integer || times.offsets_ms,
         null::double precision || chunk.numbers, times.offsets_ms[2:]
       ) as point (offset_ms, value, before_ms, before, after_ms)
       where chunk.begins_at_ms = $1::bigint and chunk.series_id = any($2::integer[])
         and point.offset_ms is not null
     ), buckets as (
       select series_id, slot, min(value) as min, max(value) as max, sum(${SUMMED}) as sum,
              count(*)::integer as count, max(value) filter (where is_last) as last,
              max(value) filter (where before is null) as first,
              coalesce(sum(least(before, 1e290)) filter (where value < before), 0) as dropped
       from points group by series_id, slot
     ), lists as (
       select series_id, array_agg(min order by slot) as mins, array_agg(max order by slot) as maxs,
              array_agg(sum order by slot) as sums, array_agg(count order by slot) as counts,
              array_agg(last order by slot) as lasts, array_agg(first order by slot) as firsts,
              array_agg(dropped order by slot) as drops
       from (select distinct series_id from buckets) as present
       cross join generate_series(0, ${slots - 1}) as slot
       left join buckets using (series_id, slot)
       group by series_id
     ), sparse as (
       select series_id, mins, maxs, sums, counts, nullif(lasts, maxs) as lasts,
              case when type = 'counter' then nullif(firsts, mins) end as firsts,
              case when type = 'counter' and 0 <> any(drops) then drops end as drops
       from lists join metric_series on metric_series.id = series_id
     )
     insert into ${table} as kept (series_id, begins_at_ms, mins, maxs, sums, counts, lasts, firsts, drops)
     select series_id, ${rowBeginsAtMs}, ${padded('mins')}, ${padded('maxs')}, ${padded('sums')},
            ${padded('counts', 'integer')},
            case when lasts is not null then ${padded('lasts')} end,
            case when firsts is not null then ${padded('firsts')} end,
            case when drops is not null then ${padded('drops')} end
     from sparse
     on conflict (series_id, begins_at_ms) do update set
       mins = ${spliced('mins', at)},
       maxs = ${spliced('maxs', at)},
       sums = ${spliced('sums', at)},
       counts = ${spliced('counts', at)},
       lasts = ${splicedOr('lasts', 'maxs', at)},
       firsts = ${splicedOr('firsts', 'mins', at)},
       drops = ${splicedDrops(at)}`,
    [beginsAtMs, `{${seriesIds.join(',')}}`],
  )
}

/** Where the buckets of a quarter of a day are among those of a row. */
interface Place {
  first: number
  slots: number
  size: number
}

type Named = (table: 'kept' | 'excluded') => string

/** The list of a row with those of one quarter of a day put in the place of its own. */
function splice(named: Named, { first, slots }: Place): string {
  const [kept, excluded] = [named('kept'), named('excluded')]
  return (
    `(${kept})[:${first}] || (${excluded})[${first + 1}:${first + slots}] || ` +
    `(${kept})[${first + slots + 1}:]`
  )
}

function spliced(column: string, at: Place): string {
  return splice((table) => `${table}.${column}`, at)
}

/** Of a column that is null where it is the same as another. */
function splicedOr(column: string, other: string, at: Place): string {
  const named: Named = (table) => `coalesce(${table}.${column}, ${table}.${other})`
  const both = `kept.${column} is null and excluded.${column} is null`
  return `case when ${both} then null else nullif(${splice(named, at)}, ${spliced(other, at)}) end`
}

function splicedDrops(at: Place): string {
  const named: Named = (table) =>
    `coalesce(${table}.drops, array_fill(0::double precision, array[${at.size}]))`
  const both = 'kept.drops is null and excluded.drops is null'
  const list = splice(named, at)
  return `case when ${both} then null when 0 <> any(${list}) then ${list} end`
}

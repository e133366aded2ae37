import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import type { Labels, Point, Series } from './metrics.ts'
import { CHUNK_MS } from './compaction.ts'

/** Which part of the past is wanted. Both times are included. */
export interface Past {
  /** Those that a series has to have; all series of the metric otherwise. */
  labels?: Labels | undefined
  sinceMs: number
  untilMs: number
  /** More points than this are refused with TooManyPointsError. */
  atMost: number
}

/** A metric and how far back it is wanted. */
export interface MetricRange {
  name: string
  seconds: number
}

/** How points of one step become one, in SQL over `value` and `at_ms`. */
const AGGREGATES = {
  avg: 'avg(value)',
  min: 'min(value)',
  max: 'max(value)',
  sum: 'sum(value)',
  last: '(array_agg(value order by at_ms desc))[1]',
  count: 'count(*)::double precision',
} as const

/** How points of one step become one. */
export type Aggregate = keyof typeof AGGREGATES

/** All of them, the default first. */
export const aggregates = Object.keys(AGGREGATES) as readonly Aggregate[]

/** More was asked for than is answered at once. */
export class TooManyPointsError extends Error {
  readonly code = 'ERR_TOO_MANY_POINTS'

  constructor(limit: number, what = 'points') {
    super(`more than ${limit} ${what}: ask for fewer series, less time or longer steps`)
    this.name = 'TooManyPointsError'
  }
}

/** The stored series of a metric; rejects with TooManyPointsError. */
export async function seriesOf(
  database: Queryable,
  name: string,
  { labels, sinceMs, untilMs, atMost }: Past,
): Promise<Series[]> {
  const rows = await database.query<SeriesRow>(
    `with wanted as materialized (${WANTED}),
     points as (${POINTS} limit $5)
     ${SERIES}`,
    [storable(name), jsonb(labels ?? {}), sinceMs, untilMs, atMost + 1],
  )
  return seriesOfRows(rows, atMost).map(({ labels, points }) => ({ labels, points }))
}

/** The longest piece of the past that is put together for one answer, in chunks of a quarter of a day of a series. */
const MOST_CHUNKS = 20_000

/**
 * The same with one point a step, at its begin; steps begin at multiples of their length since 1970. A step
 * without a value has no point. Rejects with TooManyPointsError.
 */
export async function steppedSeriesOf(
  database: Queryable,
  name: string,
  past: Past,
  { stepMs, aggregate }: { stepMs: number; aggregate: Aggregate },
): Promise<Series[]> {
  const { labels, sinceMs, untilMs, atMost } = past
  if ((await countChunks(database, name, past)) > MOST_CHUNKS) {
    throw new TooManyPointsError(MOST_CHUNKS, 'quarters of a day of a series')
  }
  const rows = await database.query<SeriesRow>(
    `with wanted as materialized (${WANTED}),
     stored as (${POINTS}),
     points as (
       select series_id, at_ms / $6::bigint * $6::bigint as at_ms, ${AGGREGATES[aggregate]} as value
       from stored group by series_id, at_ms / $6::bigint limit $5
     )
     ${SERIES}`,
    [storable(name), jsonb(labels ?? {}), sinceMs, untilMs, atMost + 1, stepMs],
  )
  return seriesOfRows(rows, atMost).map(({ labels, points }) => ({ labels, points }))
}

async function countChunks(database: Queryable, name: string, past: Past): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `select count(*) as count from (
       select from metric_series as series
       join metric_chunks as chunk on chunk.series_id = series.id
       where name = $1 and labels @> $2::jsonb and begins_at_ms between $3 and $4
       limit $5
     ) as chunks`,
    [
      storable(name),
      jsonb(past.labels ?? {}),
      past.sinceMs - CHUNK_MS,
      past.untilMs,
      MOST_CHUNKS + 1,
    ],
  )
  return row?.count ?? 0
}

/**
 * The last `seconds` of several metrics before `untilMs`, by name; a metric without any is there and empty.
 * Rejects with TooManyPointsError when these are more points than `atMost` in all.
 */
export async function windowsOf(
  database: Queryable,
  ranges: readonly MetricRange[],
  { untilMs, atMost }: { untilMs: number; atMost: number },
): Promise<Map<string, Series[]>> {
  const longest = longestRanges(ranges)
  const windows = new Map<string, Series[]>(ranges.map(({ name }) => [name, []]))
  const since = [...longest.values()].map((seconds) => Math.floor(untilMs - seconds * 1000))
  const rows = await database.query<SeriesRow>(
    `with wanted as materialized (
       select id, name, labels, since_ms
       from unnest($1::text[], $2::bigint[]) as range (name, since_ms) join metric_series using (name)
     ),
     points as (${POINTS} limit $5)
     ${SERIES}`,
    [[...longest.keys()].map(storable), since, Math.min(untilMs, ...since), untilMs, atMost + 1],
  )
  for (const { name, labels, points } of seriesOfRows(rows, atMost)) {
    windows.get(name)?.push({ labels, points })
  }
  return windows
}

/** How far back each metric is wanted at most. */
export function longestRanges(ranges: readonly MetricRange[]): Map<string, number> {
  const longest = new Map<string, number>()
  for (const { name, seconds } of ranges) {
    longest.set(name, Math.max(seconds, longest.get(name) ?? 0))
  }
  return longest
}

/** Series of a name ($1) that have labels ($2), from a time ($3) on. */
const WANTED = `
  select id, name, labels, $3::bigint as since_ms
  from metric_series where name = $1 and labels @> $2::jsonb`

/** Their points, loose and packed, until a time ($4); none is wanted from before $3. */
const POINTS = `
  select series_id, at_ms, value
  from metric_samples join wanted on wanted.id = series_id
  where at_ms between $3::bigint and $4::bigint and at_ms >= since_ms
  union all
  select series_id, chunk.begins_at_ms + read.offset_ms, read.value
  from wanted
  join metric_chunks as chunk on chunk.series_id = wanted.id
  join metric_times as times on times.id = chunk.times_id
  cross join lateral unnest(times.offsets_ms, chunk.numbers) as read (offset_ms, value)
  where chunk.begins_at_ms between $3::bigint - ${CHUNK_MS} and $4::bigint
    and chunk.begins_at_ms + read.offset_ms between since_ms and $4::bigint`

/** Points as two lists a series: a row each would cost more to send than to read. Sorted once for both. */
const SERIES = `
  select name, labels, lists.* from wanted join (
    select series_id, string_agg(at_ms::text, ',') as times, string_agg(value::text, ',') as numbers
    from (select * from points order by series_id, at_ms) as sorted
    group by series_id
  ) as lists on lists.series_id = wanted.id
  order by wanted.id`

interface SeriesRow {
  name: string
  labels: Labels
  times: string
  numbers: string
}

function seriesOfRows(rows: readonly SeriesRow[], atMost: number): (Series & { name: string })[] {
  let count = 0
  return rows.map(({ name, labels, times, numbers }) => {
    const values = numbers.split(',')
    count += values.length
    if (count > atMost) throw new TooManyPointsError(atMost)
    const points = times
      .split(',')
      .map((time, index): Point => ({ atMs: Number(time), value: Number(values[index]) }))
    return { name, labels, points }
  })
}

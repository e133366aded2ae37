import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import { ownedBy, ownerOf } from '../db/owned-by.ts'
import { looseBetween } from './blocks.ts'
import type { Labels, Point, Series } from './metrics.ts'
import { CHUNK_MS } from './rollups.ts'

/** Which part of the past is wanted. Both times are included. */
export interface Past {
  /** Those that a series has to have; all series of the metric otherwise. */
  labels?: Labels | undefined
  /** Of a fleet: the appliance whose numbers are wanted, `*` for all of them and the daemon's own; those otherwise. */
  appliance?: string | undefined
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
  { labels, appliance, sinceMs, untilMs, atMost }: Past,
): Promise<Series[]> {
  const rows = await database.query<SeriesRow>(
    `with wanted as materialized (${WANTED}),
     points as (${POINTS} limit $5)
     ${SERIES}`,
    [storable(name), jsonb(labels ?? {}), sinceMs, untilMs, atMost + 1, ownerOf(appliance ?? null)],
  )
  return seriesOfRows(rows, atMost).map(({ labels, points }) => ({ labels, points }))
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
       where appliance is null
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
  from metric_series where name = $1 and labels @> $2::jsonb and ${ownedBy('$6')}`

/** Their points, loose and packed, until a time ($4); none is wanted from before $3. */
const POINTS = `
  ${looseBetween('$3::bigint', '$4::bigint', 'at_ms >= since_ms')}
  union all
  select series_id, chunk.begins_at_ms + read.offset_ms, read.value
  from wanted
  join metric_chunks as chunk on chunk.series_id = wanted.id
  join metric_times as times on times.id = chunk.times_id
  cross join lateral unnest(times.offsets_ms, chunk.numbers) as read (offset_ms, value)
  where chunk.begins_at_ms between $3::bigint - ${CHUNK_MS} and $4::bigint
    and chunk.begins_at_ms + read.offset_ms between since_ms and $4::bigint`

/** Points as two lists a series: a row each would cost more to send than to read. Sorted once for both. */
export const SERIES = `
  select name, labels, lists.* from wanted join (
    select series_id, string_agg(at_ms::text, ',') as times, string_agg(value::text, ',') as numbers
    from (select * from points order by series_id, at_ms) as sorted
    group by series_id
  ) as lists on lists.series_id = wanted.id
  order by wanted.id`

/** A series as it arrives. */
export interface SeriesRow {
  name: string
  labels: Labels
  times: string
  numbers: string
}

/** Its points, split. Throws TooManyPointsError. */
export function seriesOfRows(
  rows: readonly SeriesRow[],
  atMost: number,
): (Series & { name: string })[] {
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

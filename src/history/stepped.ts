import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import { ownedBy, ownerOf } from '../db/owned-by.ts'
import { looseBetween, OLDEST_LOOSE } from './blocks.ts'
import type { Series } from './metrics.ts'
import { SERIES, seriesOfRows, TooManyPointsError, type Past, type SeriesRow } from './reading.ts'
import { planOf, type Kept, type Piece, type Plan } from './resolution.ts'
import { CHUNK_MS, chunks, SUMMED, type Resolution } from './rollups.ts'

/**
 * How what is known of one step becomes one value, in SQL over buckets of it: a value that was read is a bucket
 * of its own. `grown` is by how much a counter grew from the value before until the last of the bucket.
 */
const AGGREGATES = {
  avg: 'sum(sum) / sum(count)',
  min: 'min(min)',
  max: 'max(max)',
  sum: 'sum(sum)',
  last: '(array_agg(last order by at_ms desc))[1]',
  count: 'sum(count)::double precision',
  increase: 'sum(grown)',
  rate: 'sum(grown) / (max(step_ms) / 1000.0)',
} as const

/** How values of one step become one. */
export type Aggregate = keyof typeof AGGREGATES

/** All of them, the default first. */
export const aggregates = Object.keys(AGGREGATES) as readonly Aggregate[]

/** Those that only say something of a counter. */
export const counterAggregates: readonly Aggregate[] = ['increase', 'rate']

/** So long before the first step a counter is looked for its value before that. */
const BEFORE_MS = CHUNK_MS

/** The longest piece of the past that is put together for one answer, in quarters of a day of a series, or rows of roll-ups. */
const MOST_CHUNKS = 20_000

/** Steps, and how what is in one becomes a value. */
export interface Step {
  stepMs: number
  aggregate: Aggregate
}

/** Series with a point a step, and what they were made of. */
export interface Stepped {
  series: Series[]
  plan: Plan
}

/**
 * The stored series of a metric with one point a step, at its begin; steps begin at multiples of their length
 * since 1970. A step without a value has no point. Rejects with TooManyPointsError.
 */
export async function steppedSeriesOf(
  database: Queryable,
  name: string,
  past: Past,
  step: Step,
): Promise<Series[]> {
  return (await readStepped(database, name, past, step)).series
}

/** The same, and what it was made of. */
export async function readStepped(
  database: Queryable,
  name: string,
  past: Past,
  step: Step,
): Promise<Stepped> {
  const plan = planOf({ ...past, stepMs: step.stepMs }, await keptIn(database))
  return { plan, series: await seriesBy(database, name, past, step, plan) }
}

/** What is kept. */
export async function keptIn(database: Queryable): Promise<Kept> {
  const [row] = await database.query<
    Omit<Kept, 'rolledUntilMs'> & { rolledUntilMs: number | null }
  >(
    `select chunks_since_ms as "readSinceMs", five_minutes_since_ms as "fiveMinutesSinceMs",
            hours_since_ms as "hoursSinceMs",
            least(${OLDEST_LOOSE} / ${CHUNK_MS} * ${CHUNK_MS},
                  (select min(begins_at_ms) from metric_rollups_due)) as "rolledUntilMs"
     from metric_edges`,
  )
  if (row === undefined) throw new Error('metric_edges: is empty')
  return { ...row, rolledUntilMs: row.rolledUntilMs ?? Infinity }
}

/** By a plan, whichever it is: they come to the same. */
export async function seriesBy(
  database: Queryable,
  name: string,
  { labels, appliance, atMost }: Past,
  { stepMs, aggregate }: Step,
  plan: Plan,
): Promise<Series[]> {
  const { sinceMs, untilMs, rolled } = plan
  const looksBack = counterAggregates.includes(aggregate)
  const { read, rolledFromMs } = looksBack
    ? withBefore(plan)
    : { read: plan.read, rolledFromMs: rolled?.fromMs ?? 0 }
  const wanted = [storable(name), jsonb(labels ?? {}), ownerOf(appliance ?? null)] as const
  await refuseTooMuch(database, wanted, plan)
  const sources = [
    ...read.map(asRead),
    ...(rolled === null
      ? []
      : [rolledUp(rolled.resolution, { fromMs: rolledFromMs, toMs: rolled.toMs })]),
  ]
  if (sources.length === 0) return []
  const rows = await database.query<SeriesRow>(
    `with wanted as materialized (
       select id, name, labels from metric_series
       where name = $1 and labels @> $2::jsonb and ${ownedBy('$3')}
     ),
     buckets as (${sources.join(' union all ')}),
     stepped as (
       select *, at_ms / $4::bigint * $4::bigint as step_at_ms,
              least(at_ms / $4::bigint * $4::bigint + $4::bigint, $6::bigint + 1)
                - greatest(at_ms / $4::bigint * $4::bigint, $5::bigint) as step_ms
       from (${looksBack ? GROWN : 'select * from buckets'}) as bucket
       where at_ms >= $5::bigint
     ),
     points as (
       select series_id, step_at_ms as at_ms, ${AGGREGATES[aggregate]} as value
       from stepped group by series_id, step_at_ms limit $7
     )
     ${SERIES}`,
    [...wanted, stepMs, sinceMs, untilMs, atMost + 1],
  )
  return seriesOfRows(rows, atMost).map(({ labels, points }) => ({ labels, points }))
}

/** With the time before the first step, where the first piece is read from. */
function withBefore({ read, rolled, sinceMs }: Plan): {
  read: readonly Piece[]
  rolledFromMs: number
} {
  const rolledFromMs = rolled?.fromMs ?? Infinity
  const [first, ...others] = read
  // What was read may no longer be kept there.
  if (rolledFromMs <= sinceMs) return { read, rolledFromMs: rolledFromMs - BEFORE_MS }
  if (first?.fromMs === sinceMs) {
    return { read: [{ ...first, fromMs: first.fromMs - BEFORE_MS }, ...others], rolledFromMs }
  }
  return { read: [{ fromMs: sinceMs - BEFORE_MS, toMs: sinceMs }, ...read], rolledFromMs }
}

/**
 * A counter that is lower than before began anew, at 0. The growth from the value before a bucket to its first is
 * that of the bucket: over all buckets it adds up to all that is known to have been counted.
 */
const GROWN = `
  select *, last - first + dropped
            + case when before is null then 0 when first >= before then first - before else first end as grown
  from (
    select *, lag(last) over (partition by series_id order by at_ms) as before from buckets
  ) as bucket`

/** Values of a piece of time as they were read, loose and packed. */
function asRead({ fromMs, toMs }: Piece): string {
  const value = `value as min, value as max, ${SUMMED} as sum, 1 as count, value as first, value as last,
                 0::double precision as dropped`
  return `
    select series_id, at_ms, ${value}
    from (${looseBetween(whole(fromMs), whole(toMs - 1))}) as loose
    union all
    select series_id, chunk.begins_at_ms + read.offset_ms as at_ms, ${value}
    from wanted
    join metric_chunks as chunk on chunk.series_id = wanted.id
    join metric_times as times on times.id = chunk.times_id
    cross join lateral unnest(times.offsets_ms, chunk.numbers) as read (offset_ms, value)
    where chunk.begins_at_ms > ${whole(fromMs - CHUNK_MS)} and chunk.begins_at_ms < ${whole(toMs)}
      and chunk.begins_at_ms + read.offset_ms >= ${whole(fromMs)}
      and chunk.begins_at_ms + read.offset_ms < ${whole(toMs)}`
}

/** Roll-ups of a piece of time, of which it holds all or nothing. */
function rolledUp({ table, bucketMs, rowMs }: Resolution, { fromMs, toMs }: Piece): string {
  const at = `rollup.begins_at_ms + (bucket.slot - 1) * ${bucketMs}`
  return `
    select series_id, ${at} as at_ms, min, max, sum, count, first, last, coalesce(dropped, 0) as dropped
    from wanted
    join ${table} as rollup on rollup.series_id = wanted.id
    cross join lateral unnest(
      rollup.mins, rollup.maxs, rollup.sums, rollup.counts, coalesce(rollup.firsts, rollup.mins),
      coalesce(rollup.lasts, rollup.maxs), rollup.drops
    ) with ordinality as bucket (min, max, sum, count, first, last, dropped, slot)
    where rollup.begins_at_ms > ${whole(fromMs - rowMs)} and rollup.begins_at_ms < ${whole(toMs)}
      and ${at} >= ${whole(fromMs)} and ${at} < ${whole(toMs)} and bucket.count is not null`
}

/** Written into the statement, so that the planner leaves out partitions; none is anybody's text. */
function whole(ms: number): string {
  return `${Math.trunc(ms)}::bigint`
}

/** Rows of chunks and roll-ups that would be read. */
async function refuseTooMuch(
  database: Queryable,
  wanted: readonly [string, string, string],
  { rolled, read }: Plan,
): Promise<void> {
  const of = ({ table, rowMs, fromMs, toMs }: Piece & { table: string; rowMs: number }) =>
    `select from wanted join ${table} as kept on kept.series_id = wanted.id
     where begins_at_ms > ${whole(fromMs - rowMs)} and begins_at_ms < ${whole(toMs)}`
  const sources = [
    ...read.map((piece) => of({ ...piece, table: chunks.table, rowMs: CHUNK_MS })),
    ...(rolled === null ? [] : [of({ ...rolled, ...rolled.resolution })]),
  ]
  if (sources.length === 0) return
  const [row] = await database.query<{ count: number }>(
    `with wanted as materialized (
       select id from metric_series
       where name = $1 and labels @> $2::jsonb and ${ownedBy('$3')}
     )
     select count(*) as count from (${sources.join(' union all ')} limit ${MOST_CHUNKS + 1}) as rows`,
    [...wanted],
  )
  if ((row?.count ?? 0) > MOST_CHUNKS) {
    throw new TooManyPointsError(MOST_CHUNKS, 'quarters of a day of a series')
  }
}

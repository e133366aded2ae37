import type { CopyingDatabase, Queryable } from '../../src/db/database.ts'
import type { Labels, PlacedValue, Series } from '../../src/history/metrics.ts'
import type { SampledMetrics } from '../../src/history/samples.ts'
import { insertBeat, seriesIds } from '../../src/history/store.ts'

/** Midnight, when a quarter of a day begins. */
export const MIDNIGHT = Date.parse('2026-11-20T00:00:00Z')
/** Six hours. */
export const QUARTER_MS = 6 * 3_600_000
/** From one beat to the next. */
export const BEAT_MS = 30_000

/** Empties what is kept over time. */
export async function forgetHistory(database: Queryable): Promise<void> {
  await database.query(
    `truncate metric_series, metric_samples, metric_blocks, metric_times, metric_chunks, metric_five_minutes, metric_hours,
              metric_rollups_due, metric_beats`,
  )
  await database.query(
    'update metric_edges set chunks_since_ms = 0, five_minutes_since_ms = 0, hours_since_ms = 0',
  )
}

/** What is not packed yet, in SQL: `series_id`, `at_ms`, `value`. */
export const LOOSE = `(
  select series_id, at_ms, value from metric_samples
  union all
  select first_id + position::integer - 1, at_ms, value
  from metric_blocks cross join lateral unnest(numbers) with ordinality as number (value, position)
  where value <> 'NaN'
) as loose`

/** Stores a beat of one metric. */
export async function storeBeat(
  database: Queryable,
  name: string,
  atMs: number,
  values: readonly PlacedValue[],
): Promise<void> {
  const places = values.map(({ labels }) => ({ name, labels, type: 'gauge' as const }))
  await insertBeat(database, {
    atMs,
    seriesIds: await seriesIds(database, places),
    timesMs: values.map(() => atMs),
    values: values.map(({ value }) => value),
  })
}

/** A series of values, one a beat. */
export function seriesFrom(
  labels: Labels,
  firstMs: number,
  values: readonly number[],
  stepMs = BEAT_MS,
): Series {
  return {
    labels,
    points: values.map((value, index) => ({ atMs: firstMs + index * stepMs, value })),
  }
}

/** Stores series of one metric as if each of their moments had been a beat. */
export async function storeSeries(
  database: Queryable,
  name: string,
  series: readonly Series[],
): Promise<void> {
  const places = series.map(({ labels }) => ({ name, labels, type: 'gauge' as const }))
  const ids = await seriesIds(database, places)
  const points = series.flatMap(({ points }, index) =>
    points.map((point) => ({ id: ids[index] ?? 0, ...point })),
  )
  await insertBeat(database, {
    atMs: points.reduce((latest, { atMs }) => Math.max(latest, atMs), 0),
    seriesIds: points.map(({ id }) => id),
    timesMs: points.map(({ atMs }) => atMs),
    values: points.map(({ value }) => value),
  })
}

/** What metrics are at a moment: those with values were read then, or when it is said; null was not read. */
export function metricsAt(
  at: Date,
  metrics: Readonly<Record<string, readonly PlacedValue[] | null>>,
  readAt: Readonly<Record<string, Date>> = {},
): SampledMetrics {
  return {
    takenAt: at,
    get(name) {
      const values = metrics[name]
      if (values === undefined) return null
      const state = values === null ? 'failed' : 'read'
      return {
        name,
        help: 'X.',
        type: 'gauge',
        state,
        problems: [],
        values: values ?? [],
        unknown: [],
      }
    },
    over: () => null,
    readAtMs: (name) => (metrics[name] ? (readAt[name] ?? at).getTime() : null),
  }
}

/** A database to whose server something is done while it works at the n-th statement. */
export function interrupting(
  database: CopyingDatabase,
  n: number,
  interrupt: () => void,
): CopyingDatabase {
  let count = 0
  const counted = <Answer>(answer: Answer): Answer => {
    count += 1
    if (count === n) interrupt()
    return answer
  }
  const query: Queryable['query'] = (text, values) => counted(database.query<never>(text, values))
  return {
    query,
    transaction: (work) =>
      database.transaction((transaction) =>
        work({
          query: (text, values) => counted(transaction.query<never>(text, values)),
          copyOut: (text, write) => counted(transaction.copyOut(text, write)),
        }),
      ),
  }
}

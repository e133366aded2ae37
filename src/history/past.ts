import type { Metric, MetricName, Metrics, PlacedValue, Point, Series } from './metrics.ts'

/** What was stored of a metric, as long as it is looked at. */
export interface PastMetric extends MetricName {
  series: readonly Series[]
}

/** Until so many intervals after it was read a value is taken for the one that was known. */
const PATIENCE = 2.5
/** What is read at every beat can be held up for two of them. */
const LEAST_MS = 75_000

/**
 * The metrics as they were at moments of the past, out of what was stored. When nothing of a metric was stored
 * for a while it had failed; a place without a value, where others have some, is taken to have been gone: whether
 * it was there and unknown was not stored.
 */
export class PastMetrics {
  readonly #metrics: ReadonlyMap<string, PastMetric & { patienceMs: number }>

  constructor(metrics: readonly PastMetric[]) {
    this.#metrics = new Map(
      metrics.map((metric) => [metric.name, { ...metric, patienceMs: patienceOf(metric.series) }]),
    )
  }

  /** As of a moment. What is asked `over` more time than was loaded has no points from before. */
  at(moment: Date): Metrics {
    const atMs = moment.getTime()
    return {
      takenAt: moment,
      get: (name) => {
        const metric = this.#metrics.get(name)
        return metric === undefined ? null : metricAt(metric, atMs)
      },
      over: (name, seconds) =>
        this.#metrics
          .get(name)
          ?.series.map(({ labels, points }) => ({
            labels,
            points: points.slice(
              countUntil(points, atMs - seconds * 1000 - 1),
              countUntil(points, atMs),
            ),
          }))
          .filter(({ points }) => points.length > 0) ?? null,
    }
  }
}

function metricAt(metric: PastMetric & { patienceMs: number }, atMs: number): Metric {
  const { name, help, type, series, patienceMs } = metric
  const values = series.flatMap(({ labels, points }): PlacedValue[] => {
    const last = points[countUntil(points, atMs) - 1]
    return last === undefined || last.atMs < atMs - patienceMs
      ? []
      : [{ labels, value: last.value }]
  })
  const state = values.length === 0 ? 'failed' : 'read'
  return { name, help, type, state, problems: [], values, unknown: [] }
}

/** From one reading to the next as it mostly was, with some patience. */
function patienceOf(series: readonly Series[]): number {
  const longest = series.reduce<readonly Point[]>(
    (most, { points }) => (points.length > most.length ? points : most),
    [],
  )
  const gaps = longest
    .slice(1)
    .map(({ atMs }, index) => atMs - (longest[index]?.atMs ?? atMs))
    .sort((one, other) => one - other)
  return Math.max(LEAST_MS, (gaps[Math.floor(gaps.length / 2)] ?? 0) * PATIENCE)
}

/** How many of ascending points are not from after `atMs`. */
function countUntil(points: readonly Point[], atMs: number): number {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((points[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1
    else high = middle
  }
  return low
}

import type { Labels, Metric, MetricName, Metrics, Series } from '../history/metrics.ts'
import { countUntil, STALE_SECONDS } from '../rules/expression/over-time.ts'

/** A metric and all that is stored of it in a time. */
export interface StoredMetric extends MetricName {
  series: readonly Series[]
}

/** Stored values, to be seen as they were at one moment after the other. */
export class PastMetrics {
  readonly #metrics: ReadonlyMap<string, StoredMetric>
  readonly #staleMs: number

  /** Values are known every `stepSeconds` at least, where they are known. */
  constructor(metrics: readonly StoredMetric[], stepSeconds: number) {
    this.#metrics = new Map(metrics.map((metric) => [metric.name, metric]))
    this.#staleMs = Math.max(STALE_SECONDS, 2 * stepSeconds) * 1000
  }

  /** When the first value was read; null when none is stored. */
  get firstAtMs(): number | null {
    const first = [...this.#metrics.values()]
      .flatMap(({ series }) => series)
      .flatMap(({ points }) => points[0]?.atMs ?? [])
    return first.length === 0 ? null : first.reduce((one, other) => Math.min(one, other))
  }

  /**
   * What was known then. A place from which nothing was read for a while, and something later, was there and not
   * known; before its first value and after its last it was not there.
   */
  at(atMs: number): Metrics {
    return {
      takenAt: new Date(atMs),
      get: (name) => {
        const stored = this.#metrics.get(name)
        return stored === undefined ? null : this.#metricAt(stored, atMs)
      },
      over: (name, seconds) => {
        const stored = this.#metrics.get(name)
        if (stored === undefined) return null
        return stored.series.map(({ labels, points }) => ({
          labels,
          points: points.slice(
            countUntil(points, atMs - seconds * 1000, false),
            countUntil(points, atMs),
          ),
        }))
      },
    }
  }

  #metricAt({ name, help, type, series }: StoredMetric, atMs: number): Metric {
    const values: { labels: Labels; value: number }[] = []
    const unknown: Labels[] = []
    for (const { labels, points } of series) {
      const count = countUntil(points, atMs)
      const last = points[count - 1]
      if (last === undefined) continue
      if (atMs - last.atMs <= this.#staleMs) values.push({ labels, value: last.value })
      else if (count < points.length) unknown.push(labels)
    }
    return { name, help, type, state: 'read', problems: [], values, unknown }
  }
}

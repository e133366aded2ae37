import type { Queryable } from '../db/database.ts'
import { jsonb } from '../db/json.ts'
import type { Labels, Metrics, Point, Series } from './metrics.ts'
import { longestRanges, TooManyPointsError, windowsOf, type MetricRange } from './reading.ts'
import type { SampledMetrics } from './samples.ts'

/** Points that are kept in memory at most, some 30 MB. */
const MOST_POINTS = 500_000

/** What recent values are kept with. */
export interface RecentOptions {
  database: Queryable
  /** Told when the past of a metric cannot be loaded: once, until it can. */
  onError: (error: Error) => void
  /** 500,000 if not said. */
  mostPoints?: number
}

/** The past of one metric, as far back as it is wanted. */
interface Kept {
  seconds: number
  places: Map<string, { labels: Labels; points: Point[] }>
}

/**
 * The values that rules want to look back at, in memory: loaded once from the database, then each beat is
 * added. What cannot be loaded, or is too much, is not known; the rest is.
 */
export class RecentValues {
  readonly #options: RecentOptions
  readonly #mostPoints: number
  readonly #kept = new Map<string, Kept>()
  /** How many seconds of a metric are too much. */
  readonly #refused = new Map<string, number>()
  #failing = false

  constructor(options: RecentOptions) {
    this.#options = options
    this.#mostPoints = options.mostPoints ?? MOST_POINTS
  }

  /** Loads what is wanted and not there, and forgets what nobody wants any more. Never rejects. */
  async load(ranges: readonly MetricRange[], atMs: number): Promise<void> {
    const longest = longestRanges(ranges)
    for (const map of [this.#kept, this.#refused]) {
      for (const name of map.keys()) if (!longest.has(name)) map.delete(name)
    }
    const missing = [...longest]
      .map(([name, seconds]) => ({ name, seconds }))
      .filter(({ name, seconds }) => seconds > (this.#kept.get(name)?.seconds ?? 0))
      .filter(({ name, seconds }) => seconds < (this.#refused.get(name) ?? Infinity))
    for (const [name, kept] of this.#kept) {
      kept.seconds = Math.min(kept.seconds, longest.get(name) ?? 0)
    }
    if (missing.length === 0) return
    try {
      if (!(await this.#loadTogether(missing, atMs))) {
        for (const range of missing) {
          if (!(await this.#loadTogether([range], atMs))) this.#refuse(range)
        }
      }
      this.#failing = false
    } catch (cause) {
      if (!this.#failing) {
        this.#options.onError(new Error('what rules look back at was not loaded', { cause }))
      }
      this.#failing = true
    }
  }

  /** Adds what was read since. */
  add(metrics: SampledMetrics): void {
    for (const [name, { seconds, places }] of this.#kept) {
      for (const { key, labels, point } of pointsNow(metrics, name)) {
        const place = places.get(key) ?? { labels, points: [] }
        places.set(key, place)
        if (isAfter(point, place.points)) place.points.push(point)
      }
      const sinceMs = metrics.takenAt.getTime() - seconds * 1000
      for (const [key, { points }] of places) {
        points.splice(0, firstSince(points, sinceMs))
        if (points.length === 0) places.delete(key)
      }
    }
    this.#makeRoom()
  }

  /** See Metrics: with what was read last, which is not stored each time. */
  over(name: string, seconds: number, metrics: SampledMetrics): ReturnType<Metrics['over']> {
    const kept = this.#kept.get(name)
    if (kept === undefined || kept.seconds < seconds) return null
    const sinceMs = metrics.takenAt.getTime() - seconds * 1000
    const series = new Map<string, Series & { points: Point[] }>()
    for (const [key, { labels, points }] of kept.places) {
      series.set(key, { labels, points: points.slice(firstSince(points, sinceMs)) })
    }
    for (const { key, labels, point } of pointsNow(metrics, name)) {
      const ofPlace = series.get(key) ?? { labels, points: [] }
      series.set(key, ofPlace)
      if (point.atMs >= sinceMs && isAfter(point, ofPlace.points)) ofPlace.points.push(point)
    }
    return [...series.values()].filter(({ points }) => points.length > 0)
  }

  /** Resolves with whether there was room for it. */
  async #loadTogether(ranges: readonly MetricRange[], atMs: number): Promise<boolean> {
    const held = [...this.#kept.values()].reduce((sum, kept) => sum + countOf(kept), 0)
    try {
      const atMost = this.#mostPoints - held
      const windows = await windowsOf(this.#options.database, ranges, { untilMs: atMs, atMost })
      for (const { name, seconds } of ranges) {
        const places: Kept['places'] = new Map()
        for (const { labels, points } of windows.get(name) ?? []) {
          places.set(keyOf(labels), { labels, points: [...points] })
        }
        this.#kept.set(name, { seconds, places })
      }
      return true
    } catch (error) {
      if (error instanceof TooManyPointsError) return false
      throw error
    }
  }

  /** More places than when it was loaded can be too many. */
  #makeRoom(): void {
    const sizes = [...this.#kept].map(([name, kept]) => ({ name, kept, size: countOf(kept) }))
    let total = sizes.reduce((sum, { size }) => sum + size, 0)
    for (const { name, kept, size } of sizes.sort((one, other) => other.size - one.size)) {
      if (total <= this.#mostPoints) return
      this.#kept.delete(name)
      this.#refuse({ name, seconds: kept.seconds })
      total -= size
    }
  }

  #refuse({ name, seconds }: MetricRange): void {
    this.#refused.set(name, seconds)
    const why = `${seconds} s of it and what else rules look back at are more than ${this.#mostPoints} values`
    this.#options.onError(new Error(`${name}: no rule can look back at it: ${why}`))
  }
}

function pointsNow(metrics: SampledMetrics, name: string) {
  const atMs = metrics.readAtMs(name)
  if (atMs === null) return []
  const values = metrics.get(name)?.values ?? []
  return values
    .filter(({ value }) => Number.isFinite(value))
    .map(({ labels, value }) => ({ key: keyOf(labels), labels, point: { atMs, value } }))
}

/** The database has labels in an order of its own. */
function keyOf(labels: Labels): string {
  return jsonb(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function isAfter(point: Point, points: readonly Point[]): boolean {
  return point.atMs > (points.at(-1)?.atMs ?? -Infinity)
}

/** The index of the first of ascending points that is not from before. */
function firstSince(points: readonly Point[], sinceMs: number): number {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((points[middle]?.atMs ?? Infinity) < sinceMs) low = middle + 1
    else high = middle
  }
  return low
}

function countOf({ places }: Kept): number {
  return [...places.values()].reduce((sum, { points }) => sum + points.length, 0)
}

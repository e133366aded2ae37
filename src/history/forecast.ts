import type { Point } from './metrics.ts'
import {
  median,
  quantile,
  residualsOf,
  spreadOf,
  trendOf,
  Z95,
  type Sample,
  type Trend,
} from './trend.ts'

/** When something is used up, as far as that can be told. */
export interface Forecast {
  state: 'depleting' | 'used_up' | 'no_trend' | 'unknown'
  /** Why there is no time; null when there is one. */
  reason: string | null
  /** When it is used up, and between when it is with 95 %, in ms since 1970; never in the past. */
  usedUpAtMs: number | null
  earliestMs: number | null
  latestMs: number | null
  /** By how much a day more is used, in its unit; null where that cannot be told. */
  perDay: number | null
  /** Of how many days values were known. */
  days: number
}

export const DAY_MS = 86_400_000

/** Fewer say nothing: weeks repeat themselves. */
const LEAST_DAYS = 7
/** A value that is older says nothing of now. */
const STALE_MS = 2 * DAY_MS
/** What is further away is as good as never. */
const FURTHEST_MS = 3650 * DAY_MS
/** When the last days go another way than all of them, they count: as many as these. */
const RECENT_DAYS = [28, 14]
/** From here on days are taken to go on from the one before, and not to be off a line each for itself. */
const WANDERS = 0.7
const TOOTH_WIDENING = 9
/** A change in a day that is so many times as large as days differ otherwise is a step. */
const STEP = 8

/** Ascending values of what is used, of which there is `capacity` now, at least one a day where they are known. */
export function forecastOf(
  points: readonly Point[],
  { capacity, nowMs }: { capacity: number; nowMs: number },
): Forecast {
  const days = dailyMedians(points, nowMs)
  const last = points.at(-1)
  if (last === undefined || nowMs - last.atMs > STALE_MS) {
    return none('unknown', days.length, 'there is no value of the last two days')
  }
  if (last.value >= capacity) {
    return {
      ...none('used_up', days.length, 'it is used up'),
      usedUpAtMs: nowMs,
      earliestMs: nowMs,
      latestMs: nowMs,
      reason: null,
    }
  }
  if (days.length < LEAST_DAYS) {
    return none('unknown', days.length, `values of ${LEAST_DAYS} days are needed`)
  }
  const { segments, isSawTooth } = segmentsOf(days)
  if (Math.max(...segments.map(({ length }) => length)) < LEAST_DAYS) {
    return none('unknown', days.length, `it changed by a step less than ${LEAST_DAYS} days ago`)
  }
  const { trend, samples } = currentTrend(segments, isSawTooth)
  if (trend === null || trend.low <= 0) {
    const perDay = trend === null ? null : trend.slope
    const falls = trend !== null && trend.high < 0
    const reason = falls ? 'less of it is used from day to day' : 'it does not clearly grow'
    return { ...none('no_trend', days.length, reason), perDay: falls ? perDay : null }
  }
  const times = crossing(samples, trend, { isSawTooth, capacity, last: last.value })
  const at = (day: number) => nowMs + Math.max(0, day) * DAY_MS
  if (at(times.point) - nowMs > FURTHEST_MS) {
    return {
      ...none('no_trend', days.length, 'it lasts for more than ten years'),
      perDay: trend.slope,
    }
  }
  return {
    state: 'depleting',
    reason: null,
    usedUpAtMs: at(times.point),
    earliestMs: at(times.earliest),
    latestMs: Math.min(at(times.latest), nowMs + 10 * FURTHEST_MS),
    perDay: trend.slope,
    days: days.length,
  }
}

/** No forecast, and why. */
export function none(state: Forecast['state'], days: number, reason: string): Forecast {
  return { state, reason, usedUpAtMs: null, earliestMs: null, latestMs: null, perDay: null, days }
}

/** A sample a day, counted back from now: the last 24 h are one. `at` is in days, 0 is now. */
export function dailyMedians(points: readonly Point[], nowMs: number): Sample[] {
  const days = new Map<number, Point[]>()
  for (const point of points) {
    if (point.atMs > nowMs) continue
    const day = Math.ceil((point.atMs - nowMs) / DAY_MS)
    const ofDay = days.get(day)
    if (ofDay === undefined) days.set(day, [point])
    else ofDay.push(point)
  }
  return [...days.values()].map((ofDay) => ({
    at: (median(ofDay.map(({ atMs }) => atMs)) - nowMs) / DAY_MS,
    value: median(ofDay.map(({ value }) => value)),
  }))
}

/**
 * The days between steps. What falls again and again, as when backups expire each week, is a saw tooth, and belongs
 * to the trend; a step is what happens once, as a cleanup or a copy of something large.
 */
function segmentsOf(days: readonly Sample[]): { segments: Sample[][]; isSawTooth: boolean } {
  const changes = days.slice(1).map((day, index) => {
    const before = days[index] ?? day
    return { change: day.value - before.value, days: Math.max(1, day.at - before.at) }
  })
  const usual = median(changes.map(({ change, days }) => change / days))
  const rest = changes.map(({ change, days }) => change - usual * days)
  const limit = Math.max(STEP * spreadOf(rest), 4 * Math.abs(usual))
  const steps = rest.flatMap((size, index) => (Math.abs(size) > limit ? [{ size, index }] : []))
  const down = steps.filter(({ size }) => size < 0)
  const up = steps.filter(({ size }) => size > 0)
  // A single day that was read wrong goes down and up: it is neither.
  const once = [...(down.length === 1 ? down : []), ...(up.length === 1 ? up : [])]
  const ends = new Set(once.map(({ index }) => index))
  const segments: Sample[][] = [[]]
  for (const [index, day] of days.entries()) {
    segments.at(-1)?.push(day)
    if (ends.has(index)) segments.push([])
  }
  return { segments: segments.filter(({ length }) => length > 0), isSawTooth: down.length > 1 }
}

/** The trend of all days, or of the last ones where these surely go another way; and what it goes on from. */
function currentTrend(
  segments: readonly Sample[][],
  isSawTooth: boolean,
): { trend: Trend | null; samples: readonly Sample[] } {
  const samples = segments.at(-1) ?? []
  // Teeth repeat themselves, and do not add up.
  if (isSawTooth) return { trend: trendOf(segments, TOOTH_WIDENING), samples }
  const all = trendOf(segments)
  const changes = changesOf(segments)
  for (const days of [...RECENT_DAYS].reverse()) {
    const recent = segments
      .map((samples) => samples.filter(({ at }) => at > -days))
      .filter(({ length }) => length >= LEAST_DAYS)
    const late = trendOf(recent)
    if (all === null || late === null) continue
    const lateChanges = changesOf(recent)
    if (areApart(all, late) || areApart(changes, lateChanges)) {
      return { trend: wandering(late, lateChanges), samples: recent.at(-1) ?? samples }
    }
  }
  return { trend: all === null ? null : wandering(all, changes), samples }
}

interface Bounds {
  low: number
  high: number
}

function areApart(one: Bounds, other: Bounds): boolean {
  return one.low > other.high || one.high < other.low
}

/** Where each day goes on from the one before, changes from day to day tell how unsure a slope is. */
function wandering(trend: Trend, { low, high }: Bounds): Trend {
  if (trend.dependence < WANDERS) return trend
  return { ...trend, low: Math.min(trend.low, low), high: Math.max(trend.high, high) }
}

/** Between what the mean change of a day is. */
function changesOf(segments: readonly Sample[][]): Bounds {
  const changes = segments.flatMap((samples) =>
    samples.slice(1).map(({ at, value }, index) => {
      const before = samples[index]
      return before === undefined ? 0 : (value - before.value) / (at - before.at)
    }),
  )
  const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length
  const variance = changes.reduce((sum, change) => sum + (change - mean) ** 2, 0) / changes.length
  const error = Z95 * Math.sqrt(variance / changes.length)
  return { low: mean - error, high: mean + error }
}

/** In how many days the line comes to the capacity, at the slope and at its bounds. */
function crossing(
  samples: readonly Sample[],
  { slope, low, high, dependence }: Trend,
  { isSawTooth, capacity, last }: { isSawTooth: boolean; capacity: number; last: number },
): { point: number; earliest: number; latest: number } {
  // Bounds of a slope turn about the middle of the samples.
  const middle = median(samples.map(({ at }) => at))
  const level = median(samples.map(({ at, value }) => value - slope * (at - middle)))
  const residuals = residualsOf(samples, slope)
  const error = (Z95 * 1.2533 * spreadOf(residuals)) / Math.sqrt(samples.length)
  // It is full when the highest tooth touches.
  const tooth = isSawTooth ? quantile(residuals, 0.95) : 0
  // What wanders is where it is, and not where the line is.
  const off = !isSawTooth && dependence >= WANDERS ? (residuals.at(-1) ?? 0) : 0
  const days = (from: number, pace: number) => middle + (capacity - from) / pace
  const point = days(level + tooth, slope)
  const earliest = days(level + tooth + error + Math.max(0, off), high)
  const latest = days(level - error + Math.min(0, off), low)
  if (point > 0)
    return { point, earliest: Math.min(earliest, point), latest: Math.max(latest, point) }
  // The line is there already, and what is used is not.
  const left = (capacity - last) / slope
  return { point: left, earliest: 0, latest: Math.max(latest, (capacity - last) / low) }
}

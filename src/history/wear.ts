import { DAY_MS, none, type Forecast } from './forecast.ts'
import type { Point } from './metrics.ts'
import { median, Z95 } from './trend.ts'

/** Fewer uses say nothing of how often it is used. */
const LEAST_USES = 5
const LEAST_DAYS = 14
const STALE_MS = 14 * DAY_MS
const FURTHEST_MS = 3650 * DAY_MS

/**
 * When something is worn out that is used now and then, as a cartridge: ascending values of how often it was,
 * and how often it can be. Uses are counted, not drawn as a line: their pace lies within the bounds of Poisson's
 * distribution, wider where weeks differ more than that. After a value that is lower it is another thing.
 */
export function wearOf(
  points: readonly Point[],
  { limit, nowMs }: { limit: number; nowMs: number },
): Forecast {
  const lived = sinceReset(points)
  const [first, last] = [lived[0], lived.at(-1)]
  if (first === undefined || last === undefined || nowMs - last.atMs > STALE_MS) {
    return none('unknown', 0, 'there is no value of the last two weeks')
  }
  const days = (nowMs - first.atMs) / DAY_MS
  const known = Math.floor(days)
  const left = limit - last.value
  if (left <= 0) {
    return {
      ...none('used_up', known, ''),
      reason: null,
      usedUpAtMs: nowMs,
      earliestMs: nowMs,
      latestMs: nowMs,
    }
  }
  if (days < LEAST_DAYS) return none('unknown', known, `values of ${LEAST_DAYS} days are needed`)
  const uses = last.value - first.value
  if (uses < LEAST_USES)
    return none('unknown', known, `${LEAST_USES} uses are needed, it had ${uses}`)

  // The square root of a count has about the same deviation whatever the count (Anscombe 1948).
  const deviation = (Z95 / 2) * Math.sqrt(unevenness(lived, nowMs))
  const root = Math.sqrt(uses + 3 / 8)
  const pace = (rooted: number) => Math.max(0, rooted) ** 2 / days
  const at = (perDay: number) => nowMs + Math.min((left / perDay) * DAY_MS, 10 * FURTHEST_MS)
  const perDay = uses / days
  if ((left / perDay) * DAY_MS > FURTHEST_MS) {
    return { ...none('no_trend', known, 'it lasts for more than ten years'), perDay }
  }
  return {
    state: 'depleting',
    reason: null,
    usedUpAtMs: at(perDay),
    earliestMs: at(Math.max(perDay, pace(root + deviation))),
    latestMs: at(Math.min(perDay, pace(root - deviation))),
    perDay,
    days: known,
  }
}

function sinceReset(points: readonly Point[]): readonly Point[] {
  let begin = 0
  for (const [index, { value }] of points.entries()) {
    if (value < (points[index - 1]?.value ?? -Infinity)) begin = index
  }
  return points.slice(begin)
}

/** The variance of what was used in a week by its mean; 1 and more, 1 being chance alone. */
function unevenness(points: readonly Point[], nowMs: number): number {
  const weeks = new Map<number, number>()
  const firstWeek = Math.ceil(((points[0]?.atMs ?? nowMs) - nowMs) / (7 * DAY_MS))
  for (let week = firstWeek; week <= 0; week += 1) weeks.set(week, 0)
  for (const [index, { atMs, value }] of points.entries()) {
    const used = value - (points[index - 1]?.value ?? value)
    const week = Math.ceil((atMs - nowMs) / (7 * DAY_MS))
    weeks.set(week, (weeks.get(week) ?? 0) + used)
  }
  const counts = [...weeks.values()]
  if (counts.length < 4) return 1
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1)
  return Math.max(1, variance / Math.max(mean, median(counts), Number.MIN_VALUE))
}

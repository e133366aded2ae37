import type { Point } from '../history/metrics.ts'

/** For how long something answered, as far as that was noted. All of it in ms. */
export interface Availability {
  /** Of which it could have been known: the period, from when the thing was seen first. */
  totalMs: number
  /** Of which it is known. */
  knownMs: number
  /** For how much of that it did not answer, how often, and for how long at most. */
  downMs: number
  outages: number
  longestMs: number
}

/** Until so many intervals after a value it is taken for the one that was known, as one is read late now and then. */
const PATIENCE = 2.5

/**
 * Of values between 0 (it does not answer) and 1, means of a step each, ascending. Where there is no value it is not
 * known whether it answered: that is neither up nor down. Pure.
 */
export function availabilityOf(
  points: readonly Point[],
  { sinceMs, untilMs, stepMs }: { sinceMs: number; untilMs: number; stepMs: number },
): Availability {
  const patienceMs = Math.max(stepMs, PATIENCE * usualGap(points, stepMs))
  const found = { totalMs: Math.max(0, untilMs - sinceMs), knownMs: 0, downMs: 0, outages: 0 }
  let longestMs = 0
  let outageMs = 0
  let knownUntilMs = -Infinity
  for (const [index, { atMs, value }] of points.entries()) {
    const nextMs = points[index + 1]?.atMs ?? untilMs
    const coverMs = nextMs - atMs <= patienceMs ? nextMs - atMs : stepMs
    const fromMs = Math.max(atMs, sinceMs)
    const toMs = Math.min(atMs + coverMs, untilMs)
    if (toMs <= fromMs) continue
    const downMs = (1 - Math.min(1, Math.max(0, value))) * (toMs - fromMs)
    found.knownMs += toMs - fromMs
    found.downMs += downMs
    // What was before a gap may have ended in it.
    if (downMs > 0 && (outageMs === 0 || fromMs > knownUntilMs)) {
      found.outages += 1
      outageMs = 0
    }
    outageMs = downMs > 0 ? outageMs + downMs : 0
    longestMs = Math.max(longestMs, outageMs)
    knownUntilMs = toMs
  }
  return { ...found, longestMs }
}

/** From one value to the next as it mostly is. */
function usualGap(points: readonly Point[], stepMs: number): number {
  const gaps = points
    .slice(1)
    .map(({ atMs }, index) => atMs - (points[index]?.atMs ?? atMs))
    .sort((one, other) => one - other)
  return gaps[gaps.length >> 1] ?? stepMs
}

import type { Point } from '../../history/metrics.ts'
import { known, unknownNumber, type Bounds } from './bounds.ts'

/** Functions over what was stored of a metric. */
export const overTimeFunctions = [
  'avg_over',
  'min_over',
  'max_over',
  'rate',
  'increase',
  'delta',
  'predict_linear',
] as const

/** One of them. */
export type OverTimeFunction = (typeof overTimeFunctions)[number]

/** What a value is worth for so long after it was read: the slowest collectors read every five minutes. */
export const STALE_SECONDS = 600

const STALE_MS = STALE_SECONDS * 1000

/** Which time a function is about. */
export interface Window {
  endMs: number
  seconds: number
  /** How long after the end is foretold; 0 otherwise. */
  aheadSeconds: number
}

/** What a function makes of the values of one place, the oldest first. Pure. */
export function overTime(kind: OverTimeFunction, points: readonly Point[], window: Window): Bounds {
  const startMs = window.endMs - window.seconds * 1000
  const last = points.at(-1)
  if (last === undefined || last.atMs < Math.min(startMs, window.endMs) - STALE_MS)
    return unknownNumber
  switch (kind) {
    case 'avg_over':
      return average(read(points, startMs))
    case 'max_over':
      return extreme(Math.max, points, startMs, window.endMs)
    case 'min_over':
      return extreme(Math.min, points, startMs, window.endMs)
    case 'increase':
      return increase(points, startMs, window.endMs)
    case 'rate':
      return rate(points, startMs, window.endMs)
    case 'delta':
      return delta(points, startMs, window.endMs)
    case 'predict_linear':
      return foretold(read(points, startMs), window)
  }
}

/** Values read from the start on; where there is none, the last one before it, if it was not long before. */
function read(points: readonly Point[], startMs: number): readonly Point[] {
  const before = countUntil(points, startMs, false)
  if (before < points.length) return points.slice(before)
  return points.slice(-1).filter(({ atMs }) => atMs >= startMs - STALE_MS)
}

/** The same with the value that held at the start; null when that is not known. */
function since(points: readonly Point[], startMs: number): readonly Point[] | null {
  const at = countUntil(points, startMs) - 1
  const first = points[at]
  return first === undefined || first.atMs < startMs - STALE_MS ? null : points.slice(at)
}

/** How many of ascending points are before a moment, or at it where that counts too. */
export function countUntil(points: readonly Point[], atMs: number, included = true): number {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const at = points[middle]?.atMs ?? Infinity
    if (at < atMs || (included && at === atMs)) low = middle + 1
    else high = middle
  }
  return low
}

function average(points: readonly Point[]): Bounds {
  return known(points.reduce((sum, { value }) => sum + value, 0) / points.length)
}

/** Where not all of the time is known, the greatest value may be greater than those that are, the least less. */
function extreme(
  of: typeof Math.max | typeof Math.min,
  points: readonly Point[],
  startMs: number,
  endMs: number,
): Bounds {
  const values = read(points, startMs)
  const value = values.reduce((most, point) => of(most, point.value), values[0]?.value ?? NaN)
  if (!Number.isFinite(value)) return unknownNumber
  const covered = (values[0]?.atMs ?? Infinity) <= startMs + STALE_MS && isFresh(values, endMs)
  if (covered) return known(value)
  return of(0, 1) === 1 ? { low: value, high: Infinity } : { low: -Infinity, high: value }
}

function isFresh(points: readonly Point[], endMs: number): boolean {
  return (points.at(-1)?.atMs ?? -Infinity) >= endMs - STALE_MS
}

/** What a counter has counted: one that is less than before has begun anew, from 0. */
function counted(points: readonly Point[]): number {
  let sum = 0
  for (let index = 1; index < points.length; index += 1) {
    const before = points[index - 1]?.value ?? 0
    const value = points[index]?.value ?? 0
    sum += value >= before ? value - before : value
  }
  return sum
}

/** At least what was seen, where not all of the time is known. */
function increase(points: readonly Point[], startMs: number, endMs: number): Bounds {
  const known = since(points, startMs)
  const least = counted(known ?? read(points, startMs))
  return { low: least, high: known !== null && isFresh(known, endMs) ? least : Infinity }
}

function rate(points: readonly Point[], startMs: number, endMs: number): Bounds {
  const used = since(points, startMs) ?? read(points, startMs)
  const [first] = used
  const last = used.at(-1)
  if (first === undefined || last === undefined || !isFresh(used, endMs)) return unknownNumber
  // Of one value alone 0 / 0 is not known either.
  return known(counted(used) / ((last.atMs - first.atMs) / 1000))
}

function delta(points: readonly Point[], startMs: number, endMs: number): Bounds {
  const used = since(points, startMs)
  const [first] = used ?? []
  const last = used?.at(-1)
  if (first === undefined || last === undefined || used === null) return unknownNumber
  return isFresh(used, endMs) ? known(last.value - first.value) : unknownNumber
}

/** Half of the time has to be known: what a minute says of the next day is not worth an alert. */
const ENOUGH = 0.5

/** The value on the line that is nearest to the values (least squares), some time after the end. */
function foretold(points: readonly Point[], { endMs, seconds, aheadSeconds }: Window): Bounds {
  const [first] = points
  const last = points.at(-1)
  if (first === undefined || last === undefined || !isFresh(points, endMs)) return unknownNumber
  if (last.atMs - first.atMs < seconds * ENOUGH * 1000 || first === last) return unknownNumber
  const meanSeconds = mean(points, ({ atMs }) => (atMs - endMs) / 1000)
  const meanValue = mean(points, ({ value }) => value)
  let together = 0
  let spread = 0
  for (const { atMs, value } of points) {
    const aside = (atMs - endMs) / 1000 - meanSeconds
    together += aside * (value - meanValue)
    spread += aside * aside
  }
  return known(meanValue + (together / spread) * (aheadSeconds - meanSeconds))
}

function mean(points: readonly Point[], of: (point: Point) => number): number {
  return points.reduce((sum, point) => sum + of(point), 0) / points.length
}

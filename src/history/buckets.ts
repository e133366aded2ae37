import type { PackedSeries } from './chunks.ts'

/** Sums of what comes near the largest number there is would be none. */
const MOST = 1e290

/** What values came to in each bucket of a quarter of a day, series after series; NaN, and 0 of counts, where there are none. */
export interface Buckets {
  /** Of a series. */
  slots: number
  mins: Float64Array
  maxs: Float64Array
  sums: Float64Array
  counts: Int32Array
  firsts: Float64Array
  lasts: Float64Array
  /** The sum of the values before those that were lower, in the same bucket. */
  drops: Float64Array
  /** By series, whether something in it differs from what stands in for it: lasts from maxs, firsts from mins, drops from 0. */
  differ: { lasts: boolean; firsts: boolean; drops: boolean }[]
}

/** What the values of series come to. `firsts` and `drops` say something of counters alone. */
export function bucketsOf(
  series: readonly PackedSeries[],
  { slots, bucketMs }: { slots: number; bucketMs: number },
): Buckets {
  const list = () => new Float64Array(series.length * slots).fill(NaN)
  const counts = new Int32Array(series.length * slots)
  const [mins, maxs, sums, firsts, lasts, drops] = [list(), list(), list(), list(), list(), list()]
  const differ = series.map(({ offsets, values, type }, index) => {
    let at = 0
    while (at < offsets.length) {
      const bucket = Math.floor((offsets[at] ?? 0) / bucketMs)
      const endsAt = (bucket + 1) * bucketMs
      const slot = index * slots + bucket
      const beganAt = at
      const first = values[at] ?? NaN
      // In variables, and not in the lists or in a list of its own, which would cost several times as much.
      let min = first
      let max = first
      let sum = 0
      let drop = 0
      let last = first
      for (; at < offsets.length && (offsets[at] ?? 0) < endsAt; at += 1) {
        const value = values[at] ?? NaN
        if (value < min) min = value
        if (value > max) max = value
        if (value < last) drop += Math.min(last, MOST)
        sum += Math.min(Math.max(value, -MOST), MOST)
        last = value
      }
      mins[slot] = min
      maxs[slot] = max
      sums[slot] = sum
      counts[slot] = at - beganAt
      firsts[slot] = first
      lasts[slot] = last
      drops[slot] = drop
    }
    const [from, to] = [index * slots, (index + 1) * slots]
    const isCounter = type === 'counter'
    return {
      lasts: someDiffer(lasts, maxs, from, to),
      firsts: isCounter && someDiffer(firsts, mins, from, to),
      drops:
        isCounter && drops.subarray(from, to).some((drop) => drop !== 0 && !Number.isNaN(drop)),
    }
  })
  return { slots, mins, maxs, sums, counts, firsts, lasts, drops, differ }
}

function someDiffer(one: Float64Array, other: Float64Array, from: number, to: number): boolean {
  for (let slot = from; slot < to; slot += 1) {
    if (one[slot] !== other[slot] && !Number.isNaN(one[slot])) return true
  }
  return false
}

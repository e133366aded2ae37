/** A value at a time; the unit of both is the caller's. */
export interface Sample {
  at: number
  value: number
}

/** A straight line through samples, and how sure it is. */
export interface Trend {
  slope: number
  /** Bounds of the slope, by Sen: it is between them with 95 %. */
  low: number
  high: number
  /** How much of what is off the line is kept to the next sample, 0 to 1. */
  dependence: number
}

/** Of the normal distribution: 95 % are nearer than so many deviations. */
export const Z95 = 1.96

/**
 * The median of the slopes of all pairs (Theil 1950, Sen 1968), with its interval from the variance of Kendall's S;
 * a third of the samples may be anything. Only pairs within one segment count, so that a step between segments is
 * no slope (as Hirsch, Slack and Smith 1982 do with seasons). Where samples depend on those before them the variance
 * is larger: by (1 + r) / (1 - r) where r is what they keep of them, `mostWidening` at most. Null when there is no pair.
 */
export function trendOf(
  segments: readonly (readonly Sample[])[],
  mostWidening = Infinity,
): Trend | null {
  const slopes: number[] = []
  for (const samples of segments) {
    for (const [index, one] of samples.entries()) {
      for (const other of samples.slice(index + 1)) {
        if (other.at > one.at) slopes.push((other.value - one.value) / (other.at - one.at))
      }
    }
  }
  if (slopes.length === 0) return null
  slopes.sort((one, other) => one - other)
  const slope = medianOfSorted(slopes)
  const variance = segments.reduce(
    (sum, { length: n }) => sum + (n * (n - 1) * (2 * n + 5)) / 18,
    0,
  )
  const kept = dependenceOf(segments.flatMap((samples) => residualsOf(samples, slope)))
  const width = Z95 * Math.sqrt(variance * Math.min(mostWidening, (1 + kept) / (1 - kept)))
  const at = (rank: number) => slopes[Math.min(slopes.length - 1, Math.max(0, rank))] ?? slope
  return {
    slope,
    dependence: kept,
    low: at(Math.floor((slopes.length - width) / 2)),
    high: at(Math.ceil((slopes.length + width) / 2)),
  }
}

/** How far samples are from a line of that slope through their middle. */
export function residualsOf(samples: readonly Sample[], slope: number): number[] {
  const offsets = samples.map(({ at, value }) => value - slope * at)
  const middle = median(offsets)
  return offsets.map((offset) => offset - middle)
}

/**
 * How much a residual keeps of the one before it (lag 1), without the bias that taking a trend off brings into few
 * samples (Kendall 1954); 0 and more.
 */
export function dependenceOf(residuals: readonly number[]): number {
  const n = residuals.length
  const square = residuals.reduce((sum, value) => sum + value ** 2, 0)
  if (n < 3 || square === 0) return 0
  const product = residuals
    .slice(1)
    .reduce((sum, value, index) => sum + value * (residuals[index] ?? 0), 0)
  const correlation = product / square
  return Math.min(0.98, Math.max(0, correlation + (1 + 4 * correlation) / n))
}

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  return medianOfSorted([...values].sort((one, other) => one - other))
}

/** The value below which is that share of all. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}

/** As a standard deviation, of what is normal; a half of the values may be anything. */
export function spreadOf(values: readonly number[]): number {
  const middle = median(values)
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)))
}

function medianOfSorted(sorted: readonly number[]): number {
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2
}

/** A line of a chart; its points are in order of time. */
export interface Line {
  name: string
  points: readonly (readonly [at: Date, value: number])[]
}

/** Points further apart than this many steps have a gap between them. */
const GAP_STEPS = 1.6

/** How far most points are apart, in seconds: what is read every five minutes has no point in between. */
function usualPause(points: Line['points']): number {
  const pauses = points
    .slice(1)
    .map(([at], index) => (at.getTime() - (points[index]?.[0].getTime() ?? 0)) / 1000)
    .sort((one, other) => one - other)
  return pauses[Math.floor(pauses.length / 2)] ?? 0
}

/**
 * The lines over times that they share, in seconds, as a chart takes them: null where a line has no value and none
 * is to be drawn over it.
 */
export function aligned(
  lines: readonly Line[],
  stepSeconds: number,
): [number[], ...(number | null | undefined)[][]] {
  const broken = lines.map(({ points }) => withGaps(points, stepSeconds))
  const times = [...new Set(broken.flatMap((values) => [...values.keys()]))].sort((a, b) => a - b)
  return [times, ...broken.map((values) => times.map((at) => values.get(at)))]
}

function withGaps(points: Line['points'], stepSeconds: number): ReadonlyMap<number, number | null> {
  const values = new Map<number, number | null>()
  const pause = Math.max(stepSeconds, usualPause(points))
  let before: number | null = null
  for (const [at, value] of points) {
    const seconds = at.getTime() / 1000
    if (before !== null && seconds - before > GAP_STEPS * pause) {
      values.set(before + stepSeconds, null)
    }
    values.set(seconds, value)
    before = seconds
  }
  return values
}

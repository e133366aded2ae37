import type { Line } from './chart-data.ts'

/** A series of numbers with its labels. */
interface Labelled {
  labels: Readonly<Record<string, string>>
  points: Line['points']
}

/** Series that share a name as one line: what is known of them at a time, added up. */
export function summed(
  series: readonly Labelled[],
  nameOf: (labels: Labelled['labels']) => string,
): readonly Line[] {
  const sums = new Map<string, Map<number, number>>()
  for (const { labels, points } of series) {
    const name = nameOf(labels)
    const sum = sums.get(name) ?? new Map<number, number>()
    for (const [at, value] of points) {
      sum.set(at.getTime(), (sum.get(at.getTime()) ?? 0) + value)
    }
    sums.set(name, sum)
  }
  return [...sums].map(([name, sum]) => ({
    name,
    points: [...sum]
      .sort(([one], [other]) => one - other)
      .map(([at, value]) => [new Date(at), value] as const),
  }))
}

/** The lines with the largest values, of so many at most, the largest first. */
export function largest(lines: readonly Line[], most: number): readonly Line[] {
  const peak = ({ points }: Line) => points.reduce((top, [, value]) => Math.max(top, value), 0)
  return [...lines].sort((one, other) => peak(other) - peak(one)).slice(0, most)
}

import type { Point } from '../../src/history/metrics.ts'
import type { Aggregate, Step } from '../../src/history/stepped.ts'

/** A counter is looked for its value before the first step for so long. */
const BEFORE_MS = 6 * 3_600_000

/** Points a step, made of ascending points one by one. */
export function steppedByHand(
  points: readonly Point[],
  { sinceMs, untilMs }: { sinceMs: number; untilMs: number },
  { stepMs, aggregate }: Step,
): Point[] {
  const steps = new Map<number, (Point & { grown: number })[]>()
  let before: number | null = null
  for (const { atMs, value } of points) {
    if (atMs < sinceMs - BEFORE_MS || atMs > untilMs) continue
    const grown = before === null ? 0 : value >= before ? value - before : value
    before = value
    if (atMs < sinceMs) continue
    const step = Math.floor(atMs / stepMs) * stepMs
    steps.set(step, [...(steps.get(step) ?? []), { atMs, value, grown }])
  }
  return [...steps].map(([atMs, all]) => {
    const seconds = (Math.min(atMs + stepMs, untilMs + 1) - Math.max(atMs, sinceMs)) / 1000
    return { atMs, value: made(all, seconds)[aggregate] }
  })
}

function made(
  all: readonly { value: number; grown: number }[],
  seconds: number,
): Record<Aggregate, number> {
  const values = all.map(({ value }) => value)
  const sum = values.reduce((total, value) => total + value, 0)
  const increase = all.reduce((total, { grown }) => total + grown, 0)
  return {
    avg: sum / values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    sum,
    last: values.at(-1) ?? NaN,
    count: values.length,
    increase,
    rate: increase / seconds,
  }
}

import type { Alert } from './alert.ts'
import type { Change } from './change.ts'

/** From how many firings in how long a condition flaps. */
export interface FlappingLimits {
  count: number
  windowSeconds: number
}

/** The limits, and how often conditions have fired within the window so far, by fingerprint. */
export interface Firings extends FlappingLimits {
  counts: ReadonlyMap<string, number>
}

/** Whether a condition that fires now has fired so often of late that it flaps. */
export function flaps(fingerprint: string, { count, counts }: Firings): boolean {
  return (counts.get(fingerprint) ?? 0) + 1 >= count
}

/** The alerts that have fired steadily for the whole window, and so flap no more. Pure. */
export function calmed(
  lasting: Iterable<Alert>,
  { windowSeconds }: FlappingLimits,
  now: Date,
): Change[] {
  return [...lasting]
    .filter(({ flapping, firedAt }) => {
      return (
        flapping && firedAt !== null && now.getTime() - firedAt.getTime() >= windowSeconds * 1000
      )
    })
    .map((before) => ({ kind: 'calmed', before, alert: { ...before, flapping: false } }))
}

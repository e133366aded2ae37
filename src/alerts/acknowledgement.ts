import type { Alert } from './alert.ts'
import type { Change } from './change.ts'

/** Who looks after an alert, and for how long. What is left out was not said. */
export interface Acknowledgement {
  user: string
  comment?: string | null | undefined
  /** Null lasts as long as the alert. */
  expiresAt?: Date | null | undefined
}

/**
 * The alert, looked after. One that somebody looks after already stays as it is where nothing new is said of
 * it; else what is said takes the place of what was: somebody takes over, or needs longer. Pure.
 */
export function acknowledged(before: Alert, given: Acknowledgement, at: Date): Alert {
  const lasts = isAcknowledged(before, at)
  if (lasts && given.comment === undefined && given.expiresAt === undefined) return before
  const after: Alert = {
    ...before,
    // Who only says more has looked after it all the time.
    acknowledgedAt: lasts && before.acknowledgedBy === given.user ? before.acknowledgedAt : at,
    acknowledgedBy: given.user,
    acknowledgeComment: given.comment ?? null,
    acknowledgeExpiresAt: given.expiresAt ?? null,
  }
  return lasts && saysTheSame(before, after) ? before : after
}

function isAcknowledged({ acknowledgedAt, acknowledgeExpiresAt }: Alert, now: Date): boolean {
  return acknowledgedAt !== null && (acknowledgeExpiresAt === null || acknowledgeExpiresAt > now)
}

function saysTheSame(one: Alert, other: Alert): boolean {
  return (
    one.acknowledgedBy === other.acknowledgedBy &&
    one.acknowledgeComment === other.acknowledgeComment &&
    one.acknowledgeExpiresAt?.getTime() === other.acknowledgeExpiresAt?.getTime()
  )
}

/** The alerts whose acknowledgement has expired: it is as if there had been none, but for the time it ended. Pure. */
export function lapsed(lasting: Iterable<Alert>, now: Date): Change[] {
  return [...lasting]
    .filter(({ acknowledgeExpiresAt: end }) => end !== null && end <= now)
    .map((before) => ({
      kind: 'lapsed',
      before,
      alert: {
        ...before,
        acknowledgedAt: null,
        acknowledgedBy: null,
        acknowledgeComment: null,
        acknowledgeExpiresAt: null,
        acknowledgementLapsedAt: now,
      },
    }))
}

/** Keeps a device that fails again and again from being asked again and again. */
export type Breaker =
  | { state: 'closed'; failures: number }
  | { state: 'open'; failures: number; retryAt: Date }
  | { state: 'half_open'; failures: number; successes: number; trying: boolean }

/** What a call says of the device: `neutral` when it never got as far as asking it. */
export type Verdict = 'success' | 'failure' | 'neutral'

/** Failures in a row that open a breaker. */
const FAILURES_TO_OPEN = 5
/** Successes in a row that close it again. */
const SUCCESSES_TO_CLOSE = 2
/** How long an open breaker lets nothing through. */
const OPEN_SECONDS = 30

/** A breaker that has seen nothing yet. */
export const closedBreaker: Breaker = { state: 'closed', failures: 0 }

/** The breaker after a call asked to pass at `now`, and until when it must wait; null when it may pass. */
export function admit(breaker: Breaker, now: Date): { breaker: Breaker; retryAt: Date | null } {
  switch (breaker.state) {
    case 'closed':
      return { breaker, retryAt: null }
    case 'open': {
      if (now < breaker.retryAt) return { breaker, retryAt: breaker.retryAt }
      const { failures } = breaker
      return {
        breaker: { state: 'half_open', failures, successes: 0, trying: true },
        retryAt: null,
      }
    }
    case 'half_open':
      if (breaker.trying) return { breaker, retryAt: now }
      return { breaker: { ...breaker, trying: true }, retryAt: null }
  }
}

/** The breaker after a call that was let through ended at `now`. */
export function settle(breaker: Breaker, verdict: Verdict, now: Date): Breaker {
  switch (breaker.state) {
    case 'closed': {
      if (verdict === 'neutral') return breaker
      const failures = verdict === 'success' ? 0 : breaker.failures + 1
      return failures >= FAILURES_TO_OPEN ? opened(failures, now) : { state: 'closed', failures }
    }
    // A call that began before the breaker opened says nothing new.
    case 'open':
      return breaker
    case 'half_open': {
      if (verdict === 'failure') return opened(breaker.failures + 1, now)
      const successes = breaker.successes + (verdict === 'success' ? 1 : 0)
      if (successes >= SUCCESSES_TO_CLOSE) return closedBreaker
      return { ...breaker, successes, trying: false }
    }
  }
}

function opened(failures: number, now: Date): Breaker {
  return { state: 'open', failures, retryAt: new Date(now.getTime() + OPEN_SECONDS * 1000) }
}

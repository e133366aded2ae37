import { admit, closedBreaker, settle } from './breaker.ts'
import type { Breaker, Verdict } from './breaker.ts'
import { BreakerOpenError } from './host.ts'

/** A breaker as metrics show it. */
export interface BreakerState {
  /** Device and tool, e.g. `/dev/sg3 sg_logs`. */
  name: string
  state: Breaker['state']
  /** Failures in a row. */
  failures: number
}

/** The breakers of all devices and tools. */
export class Breakers {
  readonly #breakers = new Map<string, Breaker>()
  readonly #failures = new Map<string, number>()
  readonly #now: () => Date

  constructor(now: () => Date) {
    this.#now = now
  }

  /**
   * Makes the call unless its breaker is open. Rejects with BreakerOpenError at once,
   * or with what the call rejects with.
   */
  async run<T>(
    name: string,
    call: () => Promise<T>,
    verdictOf: (outcome: { value: T } | { error: unknown }) => Verdict,
  ): Promise<T> {
    const { breaker, retryAt } = admit(this.#breakers.get(name) ?? closedBreaker, this.#now())
    if (retryAt !== null) throw new BreakerOpenError(name, retryAt)
    this.#breakers.set(name, breaker)
    try {
      const value = await call()
      this.#settle(name, verdictOf({ value }))
      return value
    } catch (error) {
      this.#settle(name, verdictOf({ error }))
      throw error
    }
  }

  /** Every breaker that has seen a failure since it was last closed, by name. */
  states(): BreakerState[] {
    return [...this.#breakers]
      .map(([name, { state, failures }]) => ({ name, state, failures }))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
  }

  /** Failures since the start, by breaker; those of devices that went away too. */
  failures(): ReadonlyMap<string, number> {
    return this.#failures
  }

  #settle(name: string, verdict: Verdict): void {
    if (verdict === 'failure') this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1)
    const breaker = settle(this.#breakers.get(name) ?? closedBreaker, verdict, this.#now())
    // A device that went away must not leave its breaker behind.
    if (breaker.state === 'closed' && breaker.failures === 0) this.#breakers.delete(name)
    else this.#breakers.set(name, breaker)
  }
}

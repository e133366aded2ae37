import type { OperationName } from './names.ts'
import type { Operation, OperationSummary } from './operation.ts'

/** Durations that percentiles are taken of: the last ones, as what was a week ago says little of now. */
const KEPT_DURATIONS = 256

/** Adds up the operations of one type. */
export class Totals {
  readonly #operation: OperationName
  readonly #durations = new Float64Array(KEPT_DURATIONS)
  #count = 0
  #failures = 0
  #cancelled = 0
  #affected = 0
  #maxSeconds = 0
  #last: Operation | null = null
  #lastError: OperationSummary['lastError'] = null

  constructor(operation: OperationName) {
    this.#operation = operation
  }

  add(ended: Operation): void {
    const { durationSeconds, status, affected, error, startedAt } = ended
    this.#durations[this.#count % KEPT_DURATIONS] = durationSeconds
    this.#count += 1
    this.#affected += affected ?? 0
    if (durationSeconds > this.#maxSeconds) this.#maxSeconds = durationSeconds
    this.#last = ended
    if (status === 'cancelled') this.#cancelled += 1
    if (status !== 'error' && status !== 'timeout') return
    this.#failures += 1
    this.#lastError = { at: startedAt, error: error ?? status }
  }

  /** Null before the first. */
  summary(): OperationSummary | null {
    if (this.#last === null) return null
    const sorted = this.#durations.slice(0, Math.min(this.#count, KEPT_DURATIONS)).sort()
    // What a user has cancelled says nothing of whether it would have gone well.
    const judged = this.#count - this.#cancelled
    return {
      operation: this.#operation,
      count: this.#count,
      failures: this.#failures,
      successRate: judged === 0 ? 1 : (judged - this.#failures) / judged,
      p50Seconds: quantile(sorted, 0.5),
      p95Seconds: quantile(sorted, 0.95),
      maxSeconds: this.#maxSeconds,
      affected: this.#affected,
      lastAt: this.#last.startedAt,
      lastError: this.#lastError,
    }
  }
}

/** The smallest value that so many are not above (nearest rank). */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

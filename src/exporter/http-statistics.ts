import type { ApiNumbers } from '../numbers.ts'

/** How far back rates and latencies look. */
const WINDOW_SECONDS = 300
/** Requests remembered at most; under more load the window gets shorter, not the memory larger. */
const REMEMBERED = 4096

interface Answer {
  at: Date
  seconds: number
  failed: boolean
}

/** The REST interface in numbers: requests since the start, rate, errors and latencies of the last minutes. */
export class HttpStatistics {
  readonly #answers: Answer[] = []
  readonly #startedAt: Date
  #total = 0

  constructor(startedAt: Date) {
    this.#startedAt = startedAt
  }

  /** Counts an answer that was given at `at` after `seconds`. */
  add(at: Date, seconds: number, status: number): void {
    this.#total += 1
    this.#answers.push({ at, seconds, failed: status >= 500 })
    if (this.#answers.length > REMEMBERED) this.#answers.shift()
  }

  numbers(now: Date): ApiNumbers {
    const from = now.getTime() - WINDOW_SECONDS * 1000
    const recent = this.#answers.filter(({ at }) => at.getTime() >= from)
    const oldest = recent.length === REMEMBERED ? recent[0]?.at : undefined
    const since = oldest?.getTime() ?? Math.max(from, this.#startedAt.getTime())
    const seconds = (now.getTime() - since) / 1000
    const latencies = recent.map((answer) => answer.seconds).sort((one, other) => one - other)
    const failed = recent.filter((answer) => answer.failed).length
    return {
      total_requests: this.#total,
      requests_per_second: seconds > 0 ? recent.length / seconds : null,
      error_rate: recent.length > 0 ? failed / recent.length : null,
      p50_latency_seconds: quantile(latencies, 0.5),
      p95_latency_seconds: quantile(latencies, 0.95),
      p99_latency_seconds: quantile(latencies, 0.99),
    }
  }
}

/** Nearest rank of sorted values; null of none. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? null
}

/** So long is waited for what comes with the first of a burst. */
const FIRST_MS = 10_000
/** From one event to the next. */
const PACE_MS = 60_000

/**
 * Decides when what was gathered is told: soon after the first, and then once a minute at most, however much
 * there is. Pure but for what it remembers; time is handed in.
 */
export class BoundedPace {
  #firstAt: number | null = null
  #toldAt = -Infinity

  /** Something was gathered. */
  gathered(now: Date): void {
    this.#firstAt ??= now.getTime()
  }

  /** Whether it is to be told now; then it is taken for told. */
  isDue(now: Date): boolean {
    const nowMs = now.getTime()
    if (this.#firstAt === null) return false
    // A clock that was set back must not keep it for hours.
    const isBack = nowMs < this.#firstAt || nowMs < this.#toldAt
    const isTime = nowMs - this.#firstAt >= FIRST_MS && nowMs - this.#toldAt >= PACE_MS
    if (!isBack && !isTime) return false
    this.#firstAt = null
    this.#toldAt = nowMs
    return true
  }
}

/** As many connections are enough at rest, when nothing takes long; each more costs the server 3 MB. */
const FEW = 3
/** How long it may take until one of the few is free again, before another is used. */
const PATIENCE_MS = 50

/**
 * Keeps those who ask for a connection to a few of them while these are free again in a moment: many ask at the same
 * time every half minute, and each of them for a millisecond. What is not used the pool closes.
 */
export class FewConnections {
  #used = 0
  readonly #waiting = new Set<() => void>()

  /** Who waits here, and not in the pool. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Resolves when one is free again, or was waited for long enough; null when there is nothing to wait for. */
  take(): Promise<void> | null {
    if (this.#used < FEW) {
      this.#used += 1
      return null
    }
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer)
        this.#waiting.delete(go)
        this.#used += 1
        resolve()
      }
      const timer = setTimeout(go, PATIENCE_MS)
      this.#waiting.add(go)
    })
  }

  /** The connection that was taken is free again. */
  giveBack(): void {
    this.#used -= 1
    const [first] = this.#waiting
    if (this.#used < FEW) first?.()
  }
}

import { appendFileSync, renameSync, statSync } from 'node:fs'

/** What the server writes: one file and one older, of at most `maxBytes` each. */
export class LogFile {
  readonly #path: string
  readonly #maxBytes: number
  #bytes = 0

  constructor(path: string, maxBytes = 1_000_000) {
    this.#path = path
    this.#maxBytes = maxBytes
  }

  /** Goes on where an earlier daemon stopped. */
  open(): void {
    this.#bytes = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
  }

  /**
   * Synchronous, as lines are rare (warnings and up) and must be there when the server dies. A full
   * disk costs the line, not the daemon.
   */
  write(line: string): void {
    const text = `${line.slice(0, 10_000)}\n`
    try {
      if (this.#bytes > 0 && this.#bytes + text.length > this.#maxBytes) {
        renameSync(this.#path, `${this.#path}.1`)
        this.#bytes = 0
      }
      appendFileSync(this.#path, text, { mode: 0o640 })
      this.#bytes += Buffer.byteLength(text)
    } catch {
      // Nobody to tell: the daemon's own log has what is fatal.
    }
  }
}

/** Lets one at a time do its work, for each key. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs `work` after all that were asked for before it with the same key; resolves as it does. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const turn = before.then(work)
    // How it ended is its caller's business; the next one only waits for the end.
    const ended = turn.then(noop, noop)
    this.#last.set(key, ended)
    try {
      return await turn
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key)
    }
  }
}

function noop(): void {
  // Nothing to do: the turn is over.
}

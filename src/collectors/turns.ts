import { setImmediate as nextTurn } from 'node:timers/promises'

/** Reads after which timers and sockets are served: a replayed tree has no other pauses. */
const SLICE = 100

/** Lets so many run at once; the others wait in the order they came. */
export class Turns {
  #free: number
  #taken = 0
  readonly #waiting: (() => void)[] = []

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** Does the work when its turn comes. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
    try {
      this.#taken += 1
      if (this.#taken % SLICE === 0) await nextTurn()
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}

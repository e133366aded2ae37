import type { HubEvent, Whose } from './messages.ts'

/** The stored events, as the hub asks for them. */
export interface Backlog {
  /** Events after `seq` in order, `limit` at most, of these types and of whose only unless null. */
  since(
    seq: number,
    limit: number,
    types: readonly string[] | null,
    whose: Whose,
  ): Promise<readonly HubEvent[]>
  /** The last event that is stored; 0 when there is none. */
  last(): Promise<number>
  /** The oldest event that is still kept; null when there is none. */
  oldest(): Promise<number | null>
}

/** How many clients read stored events at a time: the others wait, and the database serves the rest of the daemon too. */
const READERS = 4

/** Lets a few through at a time, in the order they came. */
export class Readers {
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor(count = READERS) {
    this.#free = count
  }

  async read<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }
}

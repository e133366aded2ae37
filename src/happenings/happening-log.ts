import type { Database } from '../db/database.ts'
import type { NewEvent, StoredEvent } from '../events/event.ts'
import { appendEvents } from '../events/store.ts'
import type { HardwareSubjects, Reading } from '../snapshot.ts'
import { whatHappened, type Read } from './index.ts'

/** What a log writes into, and whom it tells. */
export interface HappeningLogOptions {
  database: Database
  /** Told of events once they are committed. */
  onEvents: (events: readonly StoredEvent[]) => void
  onError: (error: Error) => void
  now: () => Date
}

/** What is kept while the database is away; of more the oldest is given up. */
const MAX_WAITING = 1_000

/**
 * Writes what happened on the appliance to the event stream: each reading is compared with the last one
 * of its subject that succeeded. The first one after the start is compared with nothing.
 */
export class HappeningLog {
  readonly #options: HappeningLogOptions
  readonly #last = new Map<keyof HardwareSubjects, Read>()
  #waiting: NewEvent[] = []
  #writing: Promise<void> | null = null

  constructor(options: HappeningLogOptions) {
    this.#options = options
  }

  /** Takes in a reading, of which it tells the number of things that had happened. */
  observe(subject: keyof HardwareSubjects, reading: Reading<unknown>): number {
    if (reading.state === 'failed') return 0
    const before = this.#last.get(subject)
    if (reading.state === 'absent') {
      this.#last.delete(subject)
      return 0
    }
    if (reading.coverage !== 'none') this.#last.set(subject, reading)
    if (before === undefined) return 0
    const found = whatHappened(subject, before, reading)
    const at = this.#options.now()
    for (const { type, event, level, message, data } of found) {
      this.#waiting.push({
        type,
        source: `collectors/${subject}`,
        level,
        message,
        data: { event, message, ...data },
        at,
      })
    }
    this.#waiting = this.#waiting.slice(-MAX_WAITING)
    if (this.#waiting.length > 0) void this.flush()
    return found.length
  }

  /** Writes what waits. Never rejects: what cannot be written now is tried with the next. */
  flush(): Promise<void> {
    this.#writing ??= this.#write()
      .catch((error: unknown) => {
        const cause = { cause: error }
        this.#options.onError(new Error('what happened could not be written down yet', cause))
      })
      .finally(() => (this.#writing = null))
    return this.#writing
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const events = this.#waiting
      this.#waiting = []
      try {
        const stored = await this.#options.database.transaction((transaction) =>
          appendEvents(transaction, events),
        )
        this.#options.onEvents(stored)
      } catch (error) {
        this.#waiting = [...events, ...this.#waiting].slice(-MAX_WAITING)
        throw error
      }
    }
  }
}

import type { Database } from '../db/database.ts'
import type { NewEvent, StoredEvent } from './event.ts'
import { appendEvents } from './store.ts'

/** What is written into, and who is told. */
export interface EventWriterOptions {
  database: Database
  /** Told of events once they are committed. */
  onEvents: (events: readonly StoredEvent[]) => void
  onError: (error: Error) => void
}

/** What is kept while the database is away; of more the oldest is given up. */
const MAX_WAITING = 1_000

/** Writes events that nothing else is committed with, in their order, as soon as the database takes them. */
export class EventWriter {
  readonly #options: EventWriterOptions
  #waiting: NewEvent[] = []
  #writing: Promise<void> | null = null

  constructor(options: EventWriterOptions) {
    this.#options = options
  }

  /** How many events are not written yet. */
  get waiting(): number {
    return this.#waiting.length
  }

  add(events: readonly NewEvent[]): void {
    this.#waiting = [...this.#waiting, ...events].slice(-MAX_WAITING)
    if (this.#waiting.length > 0) void this.flush()
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

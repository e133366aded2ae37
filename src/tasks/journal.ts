import { setTimeout as pause } from 'node:timers/promises'
import type { Database, Queryable } from '../db/database.ts'
import type { NewEvent, StoredEvent } from '../events/event.ts'
import { appendEvents } from '../events/store.ts'
import { taskEvent, type TaskEvent } from './happened.ts'
import { appendLine } from './queue.ts'
import type { Task, TaskLine } from './task.ts'

/** What a journal writes into, and whom it tells. */
export interface JournalOptions {
  database: Database
  now: () => Date
  /** Told of events once they are committed. */
  onEvents: (events: readonly StoredEvent[]) => void
  /** Told of each change of a task once it is committed, lines of its log left out. */
  onChange?: ((event: TaskEvent, task: Task) => void) | undefined
  /** Takes secrets out of what a task says. */
  redact: (text: string) => string
}

/** A change of a task, and what is told of it. */
export interface TaskChange {
  /** As it is after the change; null when there was nothing to change. */
  task: Task | null
  event: TaskEvent | null
  line?: { message: string; level?: TaskLine['level'] }
}

/** From one attempt to write to the next while the database is away. */
const RETRY_MS = 250
/** A line of a log is a line, not a file. */
const LINE_LENGTH = 2000

/** Changes tasks, with what is told of it in the same transaction. */
export class Journal {
  readonly #options: JournalOptions

  constructor(options: JournalOptions) {
    this.#options = options
  }

  /** Makes a change; events are handed out once it is committed. Resolves with the task. */
  async change(work: (transaction: Queryable) => Promise<TaskChange>): Promise<Task | null> {
    const { database, now, onEvents, onChange } = this.#options
    const {
      task,
      stored,
      event: told,
    } = await database.transaction(async (transaction) => {
      const { task: changed, event, line } = await work(transaction)
      if (changed === null) return { task: null, stored: [], event: null }
      const written = line === undefined ? null : this.#line(line.message, line.level)
      if (written !== null) await appendLine(transaction, changed.id, written)
      const name = event ?? (written === null ? null : 'log')
      const events: NewEvent[] =
        name === null ? [] : [taskEvent(name, changed, { at: now(), line: written })]
      // Last: nobody else stores events from here to the commit.
      return { task: changed, stored: await appendEvents(transaction, events), event }
    })
    if (stored.length > 0) onEvents(stored)
    if (task !== null && told !== null) onChange?.(told, task)
    return task
  }

  /** The same, as often as it takes while the database is away. */
  async surely(
    work: (transaction: Queryable) => Promise<TaskChange>,
    stopping: AbortSignal,
  ): Promise<Task | null> {
    for (;;) {
      try {
        return await this.change(work)
      } catch (error) {
        if (!isAway(error) || stopping.aborted) throw error
      }
      await pause(RETRY_MS, undefined, { signal: stopping }).catch(() => undefined)
    }
  }

  /** Writes a line of a log, and tells it. */
  async log(task: Task, message: string, level: TaskLine['level'] = 'info'): Promise<void> {
    await this.change(async () => Promise.resolve({ task, event: null, line: { message, level } }))
  }

  /** An error as it may be told. */
  errorText(error: unknown): string {
    const message = error instanceof Error ? error.message : String(error)
    return this.#options.redact(message).slice(0, LINE_LENGTH)
  }

  #line(message: string, level: TaskLine['level'] = 'info'): TaskLine {
    const text = this.#options.redact(message).slice(0, LINE_LENGTH)
    return { at: this.#options.now(), level, message: text }
  }
}

/** Whether the same may be possible later: the database is away, or others held what it needs for too long. */
function isAway(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return code === 'ERR_DATABASE_UNAVAILABLE' || code === '55P03' || code === '57014'
}

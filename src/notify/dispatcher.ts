import type { Queryable } from '../db/database.ts'
import { NotifyError, type Notifier } from './notifier.ts'
import { dueMessages, hurry, noteDelivered, noteFailed, type Waiting } from './outbox.ts'
import { pausedUntil, retryAt } from './retry.ts'

/** How an attempt to send ended. */
export type Result = (typeof results)[number]

const results = ['delivered', 'failed', 'given_up'] as const

/** What is sent with, and whose time it is. */
export interface DispatcherOptions {
  database: Queryable
  notifiers: readonly Notifier[]
  now: () => Date
  /** From 0 to 1; Math.random otherwise. */
  random?: () => number
  /** Told of attempts: of none of each result at the start. */
  onAttempts: (channel: string, result: Result, count: number) => void
  /** Told of each message that is not sent any more, and of what stands in the way of all. */
  onError: (error: Error) => void
}

const BEAT_MS = 5_000
const BATCH = 20

/**
 * Sends what waits in the outbox, channel by channel, each message until it was taken or is a day old.
 * At least once: a daemon that is killed between the receipt and its note sends again.
 */
export class Dispatcher {
  readonly #lanes: readonly Lane[]
  #timer: NodeJS.Timeout | null = null

  constructor(options: DispatcherOptions) {
    this.#lanes = options.notifiers.map((notifier) => new Lane(notifier, options))
  }

  /** Sends what waits, and looks again every few seconds. */
  start(): void {
    if (this.#timer !== null || this.#lanes.length === 0) return
    this.#timer = setInterval(() => {
      this.wake()
    }, BEAT_MS)
    for (const lane of this.#lanes) for (const result of results) lane.tell(result, 0)
    this.wake()
  }

  /** Looks now, because something was put up for sending. */
  wake(): void {
    if (this.#timer !== null) void this.sendDue()
  }

  /** Nothing is sent after this; resolves when what is being sent has ended. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await Promise.all(this.#lanes.map((lane) => lane.stop()))
  }

  /** Sends what is due now; resolves when that is done. Never rejects. */
  async sendDue(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.sendDue()))
  }
}

/** One channel: one message at a time, none while it is taken to be down. */
class Lane {
  readonly notifier: Notifier
  readonly #options: DispatcherOptions
  #running: Promise<void> | null = null
  #again = false
  #stopped = false
  #failuresInARow = 0
  #pausedUntil: Date | null = null

  constructor(notifier: Notifier, options: DispatcherOptions) {
    this.notifier = notifier
    this.#options = options
  }

  /** Tells of attempts with a result. */
  tell(result: Result, count = 1): void {
    this.#options.onAttempts(this.notifier.name, result, count)
  }

  sendDue(): Promise<void> {
    if (this.#running !== null) {
      this.#again = true
      return this.#running
    }
    this.#running = this.#sendAll()
      .catch((cause: unknown) => {
        this.#options.onError(new Error(`${this.notifier.name}: nothing is sent now`, { cause }))
      })
      .finally(() => {
        this.#running = null
      })
    return this.#running
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #sendAll(): Promise<void> {
    do {
      this.#again = false
      while (await this.#sendBatch());
    } while (this.#isAskedAgain())
  }

  /** Resolves with whether there may be more to send. */
  async #sendBatch(): Promise<boolean> {
    const { database, now } = this.#options
    if (this.#isHeld()) return false
    const due = await dueMessages(database, this.notifier.name, now(), BATCH)
    for (const message of due) {
      if (this.#isHeld()) return false
      await this.#send(message)
    }
    return due.length === BATCH
  }

  async #send(message: Waiting): Promise<void> {
    const { database, now } = this.#options
    try {
      await this.notifier.send(message)
    } catch (error) {
      if (!(error instanceof NotifyError)) throw error
      await this.#failed(message, error)
      return
    }
    const wasDown = this.#pausedUntil !== null
    this.#failuresInARow = 0
    this.#pausedUntil = null
    await noteDelivered(database, message, now())
    this.tell('delivered')
    if (!wasDown) return
    // What waited longest would wait longest still.
    await hurry(database, this.notifier.name, now())
    this.#again = true
  }

  async #failed(message: Waiting, error: NotifyError): Promise<void> {
    const { database, now, random = Math.random, onError } = this.#options
    const at = now()
    this.#failuresInARow += 1
    this.#pausedUntil = pausedUntil(this.#failuresInARow, at, random())
    const failures = message.attempts + 1
    const next = retryAt({ at: message.at, failures }, at, random())
    await noteFailed(database, message, { error: error.message, at, retryAt: next })
    this.tell(next === null ? 'given_up' : 'failed')
    if (next === null) {
      const { name } = this.notifier
      onError(new Error(`${name}: message ${message.id} is given up: ${error.message}`))
    }
  }

  #isAskedAgain(): boolean {
    return this.#again && !this.#stopped
  }

  #isHeld(): boolean {
    if (this.#stopped) return true
    return this.#pausedUntil !== null && this.#options.now() < this.#pausedUntil
  }
}

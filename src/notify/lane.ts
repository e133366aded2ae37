import type { Queryable } from '../db/database.ts'
import {
  claimNext,
  hurry,
  noteDelivered,
  noteFailed,
  type Attempt,
  type Sending,
} from './delivery.ts'
import { NotifyError, type Notifier } from './notifier.ts'
import { pausedUntil, retryAt } from './retry.ts'

/** How an attempt to send ended. */
export type Result = (typeof results)[number]

/** How attempts end. */
export const results = ['delivered', 'failed', 'given_up'] as const

/** What is sent with, and whose time it is. */
export interface LaneOptions {
  database: Queryable
  now: () => Date
  /** From 0 to 1; Math.random otherwise. */
  random?: () => number
  /** How long an attempt may take at most, in ms; 75 s otherwise. */
  limitMs?: number
  /** Told of attempts: of none of each result at the start. */
  onAttempts: (channel: string, result: Result, count: number) => void
  /** Told of each message that is not sent any more, and of what stands in the way of all. */
  onError: (error: Error) => void
}

/** Longer than any channel gives the other side: what it says of that is better than what is said here. */
const LIMIT_MS = 75_000
/** So much longer than an attempt nobody else sends the message: that it ended has to be noted too. */
const LEASE_MS = 30_000

/** One channel: one message at a time, none while it is taken to be down. */
export class Lane {
  notifier: Notifier
  readonly #options: LaneOptions
  #running: Promise<void> | null = null
  #again = false
  #stopped = false
  #failuresInARow = 0
  #pausedUntil: Date | null = null
  /** Messages that somebody waits for. */
  #first: string[] = []
  /** What could not be noted, because the database is away. */
  #unnoted: (() => Promise<void>) | null = null

  constructor(notifier: Notifier, options: LaneOptions) {
    this.notifier = notifier
    this.#options = options
  }

  get name(): string {
    return this.notifier.name
  }

  /** Whether it is left alone; half open when it may be tried again. */
  get breaker(): 'closed' | 'open' | 'half_open' {
    if (this.#pausedUntil === null) return 'closed'
    return this.#options.now() < this.#pausedUntil ? 'open' : 'half_open'
  }

  /** Tells of attempts with a result. */
  tell(result: Result, count = 1): void {
    this.#options.onAttempts(this.name, result, count)
  }

  /** Sends a message before all others, and also while the channel is taken to be down. Never rejects. */
  sendFirst(id: string): Promise<void> {
    this.#first.push(id)
    return this.sendDue()
  }

  /** Sends what is due; resolves when that is done. Never rejects. */
  sendDue(): Promise<void> {
    if (this.#running !== null) {
      this.#again = true
      return this.#running
    }
    this.#running = this.#sendAll()
      .catch((cause: unknown) => {
        this.#options.onError(new Error(`${this.name}: nothing is sent now`, { cause }))
      })
      .finally(() => {
        this.#running = null
      })
    return this.#running
  }

  /** Nothing is sent after this; resolves when what is being sent has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
  }

  async #sendAll(): Promise<void> {
    await this.#noteAnew()
    do {
      this.#again = false
      while (!this.#isHeld() && (await this.#sendOne()));
    } while (this.#isAskedAgain())
  }

  /** Resolves with whether there may be more to send. */
  async #sendOne(): Promise<boolean> {
    const { limitMs = LIMIT_MS, database, now } = this.#options
    const beganAt = now()
    const leasedUntil = new Date(beganAt.getTime() + limitMs + LEASE_MS)
    const id = this.#first.shift() ?? null
    const message = await claimNext(database, this.name, { now: beganAt, leasedUntil, id })
    if (message === null) return id !== null
    const outcome = await this.#attempt(message, limitMs)
    const attempt = { beganAt, endedAt: now(), answer: textOf(outcome) }
    this.#unnoted =
      outcome instanceof NotifyError
        ? this.#failed(message, attempt, outcome)
        : this.#delivered(message, attempt)
    await this.#noteAnew()
    return true
  }

  /** What was delivered must not be sent again because the database was away for a moment. */
  async #noteAnew(): Promise<void> {
    await this.#unnoted?.()
    this.#unnoted = null
  }

  /** The answer, or why there is none. Never rejects. */
  async #attempt(message: Sending, limitMs: number): Promise<string | NotifyError> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<NotifyError>((resolve) => {
      timer = setTimeout(() => {
        resolve(new NotifyError(`no answer within ${limitMs / 1000} s`))
      }, limitMs)
    })
    try {
      return await Promise.race([this.notifier.send(message), late])
    } catch (error) {
      if (error instanceof NotifyError) return error
      this.#options.onError(
        new Error(`${this.name}: message ${message.id}: ${placeOf(error as Error)}`),
      )
      return new NotifyError(`failed: ${(error as Error).name}`)
    } finally {
      clearTimeout(timer)
    }
  }

  #delivered(message: Sending, attempt: Attempt): () => Promise<void> {
    const { database, now } = this.#options
    const wasDown = this.#pausedUntil !== null
    this.#failuresInARow = 0
    this.#pausedUntil = null
    this.tell('delivered')
    return async () => {
      await noteDelivered(database, message, attempt)
      // What waited longest would wait longest still.
      if (wasDown) await hurry(database, this.name, now())
    }
  }

  #failed(message: Sending, attempt: Attempt, error: NotifyError): () => Promise<void> {
    const { database, random = Math.random, onError } = this.#options
    const { endedAt } = attempt
    const { retryAfterMs: askedMs } = error
    if (error.retry) {
      this.#failuresInARow += 1
      const failures = this.#failuresInARow
      this.#pausedUntil = pausedUntil({ failures, askedMs }, endedAt, random())
    }
    const tried = { at: message.at, failures: message.attempts, askedMs }
    const next = error.retry ? retryAt(tried, endedAt, random()) : null
    this.tell(next === null ? 'given_up' : 'failed')
    if (next === null) {
      onError(new Error(`${this.name}: message ${message.id} is given up: ${error.message}`))
    }
    return () => noteFailed(database, message, attempt, next)
  }

  #isAskedAgain(): boolean {
    return this.#again && !this.#stopped
  }

  #isHeld(): boolean {
    if (this.#stopped) return true
    return this.#first.length === 0 && this.breaker === 'open'
  }
}

function textOf(outcome: string | NotifyError): string {
  return outcome instanceof NotifyError ? outcome.message : outcome
}

/** Where a mistake was made; its message may quote what nobody may read. */
function placeOf({ name, stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return [name, ...frames.slice(0, 3).map((frame) => frame.trim())].join(' ')
}

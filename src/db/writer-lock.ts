import { setTimeout as pause } from 'node:timers/promises'
import type { DatabaseConnection } from './pool.ts'
import { openSession, type Session } from './session.ts'
import { within } from './within.ts'

// Of all daemons on this database one writes. Any number nobody else locks.
const LOCK = 7_867_941
/** From one look whether the connection is there, or can be had again, to the next. */
const BEAT_MS = 1_000
/** A connection that does not answer for so long counts as lost: sooner than the server gives up on us. */
const ANSWER_MS = 5_000
/** Of a server that let us in and then says nothing. */
const TAKE_MS = 10_000

/** What a lock is held with. */
export interface WriterLockOptions {
  connection: DatabaseConnection
  /** The lock was lost, and another daemon has it: it writes now, and this one must not. Told once. */
  onSuperseded: () => void
  onLost: (reason: string) => void
  beatMs?: number
  answerMs?: number
}

/**
 * The right to write to the database, which one daemon has at a time: a lock of the server on a connection that is
 * nothing but it. When the connection is lost the lock is, and nothing may be written from that moment on until it
 * has been had again; when another has it then, never again.
 *
 * A server that hears nothing of a client keeps its lock for 20 s at least; this side gives up on the connection
 * after 5 s. So who has lost it knows before another can have it.
 */
export class WriterLock {
  readonly #options: WriterLockOptions
  readonly #end = new AbortController()
  #session: Session
  #held = true
  #watching: Promise<void> = Promise.resolve()

  private constructor(options: WriterLockOptions, session: Session) {
    this.#options = options
    this.#session = session
  }

  /** Takes it; null when another daemon has it. Rejects when the server cannot be asked. */
  static async tryTake(options: WriterLockOptions): Promise<WriterLock | null> {
    const session = await sessionWithLock(options.connection)
    if (session === null) return null
    const lock = new WriterLock(options, session)
    lock.#watching = lock.#watch()
    return lock
  }

  /** Whether something may be written now. */
  get held(): boolean {
    return this.#held
  }

  /** Gives it to the next. May be called twice. */
  async release(): Promise<void> {
    this.#held = false
    this.#end.abort()
    await this.#session.close()
    await this.#watching
  }

  async #watch(): Promise<void> {
    const { onLost, onSuperseded } = this.#options
    for (;;) {
      const reason = await this.#untilLost(this.#session)
      this.#held = false
      if (this.#ended()) return
      onLost(reason)
      // It may be that only this side thinks so.
      void this.#session.close()
      const session = await this.#retake()
      if (session === 'ended') return
      if (session === null) {
        onSuperseded()
        return
      }
      this.#session = session
      this.#held = true
    }
  }

  async #untilLost(session: Session): Promise<string> {
    for (;;) {
      const over = session.lost.then(() => true)
      if (await Promise.race([over, this.#pause()])) return 'the connection ended'
      const answer = session.query('select 1').then(
        () => null,
        (error: unknown) => (error as Error).message,
      )
      const late = new AbortController()
      const { answerMs = ANSWER_MS } = this.#options
      const silence = pause(answerMs, `no answer within ${answerMs / 1000} s`, {
        signal: late.signal,
      }).catch(() => null)
      const failure = await Promise.race([answer, silence])
      late.abort()
      if (failure !== null) return failure
    }
  }

  /** Null when another has it. */
  async #retake(): Promise<Session | null | 'ended'> {
    for (;;) {
      if (this.#ended()) return 'ended'
      try {
        const session = await sessionWithLock(this.#options.connection)
        if (!this.#ended()) return session
        await session?.close()
      } catch {
        await this.#pause()
      }
    }
  }

  /** Resolves with whether it was released meanwhile. */
  async #pause(): Promise<boolean> {
    const { beatMs = BEAT_MS } = this.#options
    return await pause(beatMs, false, { signal: this.#end.signal }).catch(() => true)
  }

  #ended(): boolean {
    return this.#end.signal.aborted
  }
}

/** A session that has the lock for as long as it lasts; null when another has it. */
async function sessionWithLock(connection: DatabaseConnection): Promise<Session | null> {
  const session = await openSession({ connection, name: 'storwarden writer' })
  try {
    if (await within(TAKE_MS, took(session))) return session
  } catch (error) {
    await session.close()
    throw error
  }
  await session.close()
  return null
}

async function took(session: Session): Promise<boolean> {
  // Of a Unix socket the server takes no notice of these.
  await session.query(
    `set tcp_keepalives_idle to 20; set tcp_keepalives_interval to 5;
     set tcp_keepalives_count to 3; set tcp_user_timeout to 20000`,
  )
  const [row] = await session.query<{ taken: boolean }>(
    'select pg_try_advisory_lock($1) as taken',
    [LOCK],
  )
  return row?.taken === true
}

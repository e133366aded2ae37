import { setTimeout as pause } from 'node:timers/promises'
import type { MissedEvaluation } from './alarming.ts'
import { mayComeBack } from './db/availability.ts'
import { DatabaseUnavailableError } from './db/database.ts'
import { DatabaseRefusedError, refusedOr, type OpenDatabase } from './db/open.ts'
import { WriterLock } from './db/writer-lock.ts'
import type { Lifecycle } from './lifecycle.ts'
import { waiting, type Waiting, type WaitingParts } from './waiting.ts'

/** What a daemon that may have to wait for its database needs. */
export interface StandingByParts extends Omit<WaitingParts, 'url'> {
  lifecycle: Lifecycle
  /** Asked to stop. */
  stopping: AbortSignal
  /** Another daemon has taken over: this one has to end, and may stand by when it is started again; exits if not said. */
  onSuperseded?: () => void
  /** Opens the database and brings its tables up to date. */
  open: (mayWork: () => boolean) => Promise<OpenDatabase>
}

/** The database, for this daemon to write to. */
export interface Ground {
  /** Null where the database is nobody else's. */
  writer: WriterLock | null
  /** The database, which is opened now unless it had to be waited for. */
  database: () => Promise<OpenDatabase>
  /** What the alerts are to know of the time without it. */
  missed: readonly MissedEvaluation[]
  /** Gives the address to who answers from now on, and tells its port; null where it was not in use. */
  handOver: () => Promise<number | null>
}

/** From one try to take over to the next, and from the first to the second to reach a server that is away. */
const TRY_MS = 1_000
/** Such tries become rarer, but never rarer than this. */
const TRY_AT_MOST_MS = 10_000
/** What the other had begun to write when it lost the lock ends meanwhile. */
const GRACE_MS = 2_000

/**
 * Resolves once this daemon may write to the database: when it is there and no other daemon works on it. Until then
 * it is answered over HTTP why not. The embedded database is nobody else's, takes no lock, and is not waited for: who
 * cannot start it cannot do so later either.
 * Rejects with DatabaseRefusedError where it is not to stand by or waiting would mend nothing, as openDatabase does,
 * and with an AbortError.
 */
export async function becomeWriter(parts: StandingByParts): Promise<Ground> {
  const { config, lifecycle, open } = parts
  const { url } = config.database
  if (url === null) {
    const database = () => open(() => true)
    return { writer: null, database, missed: [], handOver: () => Promise.resolve(null) }
  }
  const meanwhile = waiting({ ...parts, url })
  lifecycle.onStop('answers of who waits', () => meanwhile.stop())
  const { lock, database } = await reach(parts, url, meanwhile)
  lifecycle.onStop('lock of the writer', () => lock.release())
  return {
    ...{ writer: lock, database: () => Promise.resolve(database), missed: meanwhile.missed() },
    handOver: () => meanwhile.handOver(),
  }
}

async function reach(
  parts: StandingByParts,
  url: string,
  meanwhile: Waiting,
): Promise<{ lock: WriterLock; database: OpenDatabase }> {
  const { config, stopping, log } = parts
  let stoodBy = false
  let held: WriterLock | null = null
  for (let tries = 0; ; tries += 1) {
    try {
      const taken = await unlessStopped(stopping, take(parts, url), (late) => late?.lock.release())
      held = taken?.lock ?? null
      if (taken !== null) {
        if (stoodBy) {
          log.info('the other storwardend is gone: taking over')
          await pause(GRACE_MS, undefined, { signal: stopping })
        }
        const opened = opening(parts, taken)
        const database = await unlessStopped(stopping, opened, (late) => late.close())
        meanwhile.reached()
        return { lock: taken.lock, database }
      }
      if (config.database.role === 'writer') throw workedOn()
      meanwhile.reached()
      await meanwhile.standBy()
      ;[stoodBy, tries] = [true, 0]
    } catch (error) {
      // Nobody waits for it: it may be that the server says nothing to that either.
      void held?.release()
      if (!mayComeBack(error)) throw refusedOr(error)
      // Of a database that another daemon works on that one tells.
      await meanwhile.awaitDatabase(error, !stoodBy)
    }
    await pause(pauseMs(tries), undefined, { signal: stopping })
  }
}

/** How long until the next try, after so many in a row. */
export function pauseMs(tries: number): number {
  return Math.min(TRY_MS * 2 ** tries, TRY_AT_MOST_MS)
}

function workedOn(): DatabaseRefusedError {
  return new DatabaseRefusedError('another storwardend works on it, and database.role is writer')
}

/** The lock, and what resolves when it is lost. */
interface Taken {
  lock: WriterLock
  lost: Promise<string>
}

async function take({ onSuperseded, log }: StandingByParts, url: string): Promise<Taken | null> {
  let tell: (reason: string) => void = () => undefined
  const lost = new Promise<string>((resolve) => (tell = resolve))
  const lock = await WriterLock.tryTake({
    connection: { url },
    onSuperseded: onSuperseded ?? (() => process.exit(1)),
    onLost(reason) {
      tell(reason)
      log.error(`database: nothing is written until the lock of the writer is had again: ${reason}`)
    },
  })
  return lock === null ? null : { lock, lost }
}

/** Opens the database with the lock; without it there is none, and what was begun is given up. */
async function opening({ open }: StandingByParts, { lock, lost }: Taken): Promise<OpenDatabase> {
  const opened = open(() => lock.held)
  const gone = lost.then((reason) => {
    throw new DatabaseUnavailableError(reason)
  })
  try {
    return await Promise.race([opened, gone])
  } catch (error) {
    gone.catch(() => undefined)
    void opened.then((late) => late.close()).catch(() => undefined)
    throw error
  }
}

/** What comes after all is undone: nobody waits for it. */
async function unlessStopped<T>(
  stopping: AbortSignal,
  work: Promise<T>,
  undo: (late: T) => Promise<unknown> | undefined,
): Promise<T> {
  const over = new AbortController()
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => {
      reject(stopping.reason as Error)
    }
    if (stopping.aborted) stop()
    stopping.addEventListener('abort', stop, { once: true, signal: over.signal })
  })
  try {
    return await Promise.race([work, stopped])
  } catch (error) {
    if (stopping.aborted) void work.then(undo).catch(() => undefined)
    throw error
  } finally {
    over.abort()
    stopped.catch(() => undefined)
  }
}

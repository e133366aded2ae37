import type { Database } from './db/database.ts'
import { makePartitions } from './events/partitions.ts'
import type { Log } from './log.ts'

/** What events are kept with. */
export interface EventKeepingParts {
  db: Database
  log: Log
  now: () => Date
}

/** Keeps partitions ready until it is stopped. */
export interface EventDays {
  stop(): Promise<void>
}

/** Partitions are made days ahead; a clock that jumps is followed within this time. */
const LOOK_MS = 10 * 60_000

/**
 * Sees to it that there are partitions for the events of today and the next days. Events of other days are
 * stored meanwhile, beside them.
 */
export async function keepEventDays({ db, log, now }: EventKeepingParts): Promise<EventDays> {
  let looking: Promise<void> | null = null
  const look = async () => {
    try {
      const { done } = await makePartitions(db, now())
      if (done.length > 0) log.debug('events: partitions made', { days: done })
    } catch (cause) {
      log.failure(new Error('events: no partitions were made; to be tried again', { cause }))
    }
  }
  await look()
  const timer = setInterval(() => {
    looking ??= look().finally(() => (looking = null))
  }, LOOK_MS)
  return {
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}

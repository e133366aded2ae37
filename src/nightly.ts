import { schedule } from 'node-cron'
import type { Log } from './log.ts'

/** When little else goes on, and not on the hour as everybody else's work. */
const AT = '17 3 * * *'

/** Does some work every night; one that still runs is not started again. */
export function everyNight(
  name: string,
  work: () => Promise<unknown>,
  log: Log,
): { stop(): Promise<void> } {
  return onSchedule({ name, at: AT, timeZone: null }, work, log)
}

/** Does some work whenever cron says so (five fields); one that still runs is not started again. */
export function onSchedule(
  { name, at, timeZone }: { name: string; at: string; timeZone: string | null },
  work: () => Promise<unknown>,
  log: Log,
): { stop(): Promise<void> } {
  const task = schedule(
    at,
    () =>
      work().catch((cause: unknown) => {
        log.failure(new Error(`${name}: not done this time`, { cause }))
      }),
    {
      name,
      noOverlap: true,
      ...(timeZone === null ? {} : { timezone: timeZone }),
      // node-cron would write to the console, in colour.
      logger: {
        debug: (message) => {
          log.debug(String(message))
        },
        info: log.debug,
        warn: log.warn,
        error: (message) => {
          log.error(String(message))
        },
      },
    },
  )
  return {
    async stop() {
      await task.destroy()
    },
  }
}

import type { Database } from './db/database.ts'
import { computeForecasts, type Forecasts } from './history/forecasts.ts'
import type { Log } from './log.ts'

/** What forecasts are reckoned with. */
export interface ForecastingParts {
  db: Database
  log: Log
  now: () => Date
}

/** Forecasts as they were reckoned last. */
export interface Forecasting {
  current(): Forecasts
  /** Begins to reckon, now and then every hour. */
  start(): void
  stop(): Promise<void>
}

/** A trend over days is no other a minute later; but at the first start there is nothing yet to reckon with. */
const EVERY_MS = 3_600_000
const LOOK_MS = 60_000

/** Reckons every hour in the background when what there is of it will be used up. Nothing is started. */
export function forecasting({ db, log, now }: ForecastingParts): Forecasting {
  let forecasts: Forecasts = { computedAt: null, forecasts: [] }
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> | null = null
  const compute = async () => {
    try {
      const computedAt = now()
      forecasts = { computedAt, forecasts: await computeForecasts(db, computedAt) }
    } catch (cause) {
      // Those of before are told with the time they are of.
      log.failure(new Error('forecasts were not reckoned', { cause }))
    }
  }
  const isDue = () => {
    const { computedAt, forecasts: known } = forecasts
    if (computedAt === null || known.length === 0) return true
    return Math.abs(now().getTime() - computedAt.getTime()) >= EVERY_MS
  }
  const run = () => {
    if (!isDue()) return
    running ??= compute().finally(() => {
      running = null
    })
  }
  return {
    current: () => forecasts,
    start() {
      timer ??= setInterval(run, LOOK_MS)
      run()
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await running
    },
  }
}

import type { Config } from './config/schema.ts'
import type { CopyingDatabase } from './db/database.ts'
import { families } from './exporter/metrics.ts'
import { History } from './history/history.ts'
import type { MetricRange } from './history/reading.ts'
import type { Log } from './log.ts'
import type { Numbers } from './numbers.ts'
import type { Snapshot } from './snapshot.ts'

/** What numbers over time are kept with. */
export interface KeepingParts {
  config: Config
  db: CopyingDatabase
  /** A snapshot counted. */
  numbers: (snapshot: Snapshot) => Numbers
  /** What rules look back at. */
  ranges: () => readonly MetricRange[]
  log: Log
}

/** Keeps what is exported and counted, from one evaluation to the next. */
export function keepHistory({ config, db, numbers, ranges, log }: KeepingParts): History {
  return new History({
    database: db,
    families,
    numbers,
    ranges,
    intervalSeconds: config.monitoring.evaluation_interval_seconds,
    onError: log.failure,
  })
}

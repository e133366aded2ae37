import { randomInt } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { collectorSettings } from './applied-config.ts'
import type { CollectorLoop } from './collectors/loop.ts'
import type { Config } from './config/schema.ts'
import { Consistency } from './consistency/consistency.ts'
import type { Database } from './db/database.ts'
import type { SelfMetrics } from './exporter/self.ts'
import type { Host } from './host/host.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor.ts'

/** What comparing what is there with what ought to be needs. */
export interface ComparingParts {
  /** As it is now. */
  config: () => Config
  db: Database
  host: Host
  loop: CollectorLoop
  monitor: () => Monitor
  self: SelfMetrics
  log: Log
  now: () => Date
}

/** Compares media, SCST and libraries from every side. Nothing is started. */
export function comparing(parts: ComparingParts): Consistency {
  const { config, db, host, loop, monitor, self, log, now } = parts
  return new Consistency({
    ...{ database: db, host, now, observer: self.consistency, onError: log.failure },
    snapshot: () => monitor().snapshot(),
    paths: () => collectorSettings(config()),
    collectAll: () => loop.collectAll(),
    seed: () => randomInt(2 ** 32),
    elapsedMs: () => performance.now(),
    onChecked: () => {
      void monitor().evaluateAnew()
    },
  })
}

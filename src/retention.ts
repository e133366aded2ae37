import { forgetOldLoads } from './cartridges/history.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import { forgetOldEvents } from './events/retention.ts'
import type { Log } from './log.ts'
import { forgetOldSamples } from './history/retention.ts'
import { everyNight } from './nightly.ts'
import { forgetOldMessages } from './notify/outbox.ts'

/** What grows, and for how long it is kept. */
export interface RetentionParts {
  db: Database
  /** As it is now: a reload changes it. */
  config: () => Config
  log: Log
  now: () => Date
}

/** Forgets every night what is older than it is kept. */
export function startRetention({ db, config, log, now }: RetentionParts): {
  stop(): Promise<void>
} {
  const eventDays = () => config().monitoring.event_retention_days
  const loadDays = () => config().monitoring.cartridge_retention_days
  const metricDays = () => {
    const { monitoring } = config()
    return {
      read: monitoring.metric_retention_days,
      fiveMinutes: monitoring.metric_5min_retention_days,
      hours: monitoring.metric_hour_retention_days,
    }
  }
  const nightly = [
    everyNight('retention of events', () => forgetOldEvents(db, eventDays(), now()), log),
    everyNight('retention of messages', () => forgetOldMessages(db, eventDays(), now()), log),
    everyNight('retention of numbers', () => forgetOldSamples(db, metricDays(), now()), log),
    everyNight('retention of loads', () => forgetOldLoads(db, loadDays(), now()), log),
  ]
  return {
    async stop() {
      await Promise.all(nightly.map((work) => work.stop()))
    },
  }
}

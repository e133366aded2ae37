import { AlertEngine, type AlertEngineOptions, type AlertStep } from './alerts/engine.ts'
import { flappingLimits } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import type { Database, Queryable } from './db/database.ts'
import type { Hub } from './hub/hub.ts'
import type { Log } from './log.ts'
import type { Rule } from './rules/rule.ts'

/** The parts that alerts pass through. */
export interface AlertingParts {
  /** As it is now: a reload changes limits. */
  config: () => Config
  /** Those that are evaluated now. */
  rules: () => readonly Rule[]
  db: Database
  hub: Hub
  /** Who is told: what is put up in the transaction of the alerts is sent after it. */
  channels: {
    alongside: (transaction: Queryable, step: AlertStep) => Promise<void>
    wake: () => void
  }
  /** What becomes of incidents in that transaction, and is to be told of it. */
  incidents: { alongside: NonNullable<AlertEngineOptions['alongside']> }
  log: Log
  now: () => Date
}

/** Turns snapshots into alerts and these into incidents, and has channels and the stream told of them. Nothing is started. */
export function alerting(parts: AlertingParts): AlertEngine {
  const { config, rules, db, hub, channels, incidents, log, now } = parts
  return new AlertEngine({
    database: db,
    get rules() {
      return rules()
    },
    get flapping() {
      return flappingLimits(config())
    },
    now,
    async alongside(transaction, step) {
      await channels.alongside(transaction, step)
      return incidents.alongside(transaction, step)
    },
    onCommitted: channels.wake,
    onEvents: (events) => {
      hub.publish(events)
    },
    onError: log.failure,
  })
}

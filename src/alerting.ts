import { AlertEngine, type AlertEngineOptions } from './alerts/engine.ts'
import { flappingLimits } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
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
  channels: { alongside: NonNullable<AlertEngineOptions['alongside']>; wake: () => void }
  log: Log
  now: () => Date
}

/** Turns snapshots into alerts, and has channels and the stream told of them. Nothing is started. */
export function alerting(parts: AlertingParts): AlertEngine {
  const { config, rules, db, hub, channels, log, now } = parts
  return new AlertEngine({
    database: db,
    get rules() {
      return rules()
    },
    get flapping() {
      return flappingLimits(config())
    },
    now,
    alongside: channels.alongside,
    onCommitted: channels.wake,
    onEvents: (events) => {
      hub.publish(events)
    },
    onError: log.failure,
  })
}

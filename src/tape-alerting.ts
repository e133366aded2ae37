import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { resolvedByHand } from './alerts/store.ts'
import { tapeAlertSettings } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import type { Database, Queryable } from './db/database.ts'
import type { NewEvent } from './events/event.ts'
import type { Host } from './host/host.ts'
import type { Hub } from './hub/hub.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor.ts'
import { Journal } from './tape-alerts/journal.ts'
import { DRIVE_ALERT, LIBRARY_ALERT, resolvedFlags } from './tape-alerts/resolved.ts'
import { DatabaseStore } from './tape-alerts/store.ts'
import { TapeAlerts } from './tape-alerts/tape-alerts.ts'

/** The parts that TapeAlert flags pass through. */
export interface TapeAlertingParts {
  /** As it is now: a reload changes when pages are read. */
  config: () => Config
  host: Host
  db: Database
  hub: Hub
  monitor: () => Monitor
  /** Who sends on what was read: put up in the transaction that keeps it, sent after that. */
  channels: {
    tellEvents: (transaction: Queryable, events: readonly NewEvent[]) => Promise<void>
    wake: () => void
  }
  log: Log
  now: () => Date
}

/** Reads flags and sends on what was read. Nothing is started. */
export function tapeAlerting(parts: TapeAlertingParts): TapeAlerts {
  const { config, host, db, hub, monitor, channels, log, now } = parts
  const store = new DatabaseStore({
    database: db,
    alongside: channels.tellEvents,
    onEvents: (events) => {
      hub.publish(events)
      channels.wake()
    },
  })
  return new TapeAlerts({
    host,
    store,
    journal: new Journal(join(config().state_dir, 'tape-alerts')),
    snapshot: () => monitor().snapshot(),
    settings: () => tapeAlertSettings(config()),
    resolvedByHand: async () =>
      resolvedFlags(await resolvedByHand(db, [DRIVE_ALERT, LIBRARY_ALERT])),
    now,
    newId: randomUUID,
    onStored: () => {
      void monitor().evaluateAnew()
    },
    onError: log.failure,
  })
}

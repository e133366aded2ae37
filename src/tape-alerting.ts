import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { resolvedByHand } from './alerts/store.ts'
import { tapeAlertSettings, webhookOptions } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import type { SelfMetrics } from './exporter/self.ts'
import type { Host } from './host/host.ts'
import type { Hub } from './hub/hub.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor.ts'
import { Dispatcher } from './notify/dispatcher.ts'
import { messageOf } from './notify/notifier.ts'
import { enqueue } from './notify/outbox.ts'
import { Webhook } from './notify/webhook.ts'
import { version } from './package.ts'
import { Journal } from './tape-alerts/journal.ts'
import { DRIVE_ALERT, LIBRARY_ALERT, resolvedFlags } from './tape-alerts/resolved.ts'
import { DatabaseStore } from './tape-alerts/store.ts'
import { TapeAlerts } from './tape-alerts/tape-alerts.ts'

/** The parts that TapeAlert flags pass through. */
export interface TapeAlertingParts {
  /** As it is now: a reload changes when pages are read; where to they are sent stays as it was. */
  config: () => Config
  host: Host
  db: Database
  hub: Hub
  monitor: () => Monitor
  self: SelfMetrics
  log: Log
  now: () => Date
}

/** Reads flags and sends on what was read. Nothing is started. */
export function tapeAlerting(parts: TapeAlertingParts): {
  tapeAlerts: TapeAlerts
  dispatcher: Dispatcher
} {
  const { config, host, db, hub, monitor, self, log, now } = parts
  const webhook = webhookOptions(config())
  const agent = `storwarden/${version}`
  const notifiers = webhook === null ? [] : [new Webhook({ ...webhook, agent })]
  const channels = notifiers.map(({ name }) => name)
  const dispatcher = new Dispatcher({
    ...{ database: db, notifiers, now, onError: log.failure },
    onAttempts: self.notifications,
  })
  const store = new DatabaseStore({
    database: db,
    alongside: (transaction, events) => {
      const messages = events.map((event) => messageOf(event, randomUUID()))
      return enqueue(transaction, channels, messages)
    },
    onEvents: (events) => {
      hub.publish(events)
      dispatcher.wake()
    },
  })
  const tapeAlerts = new TapeAlerts({
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
  return { tapeAlerts, dispatcher }
}

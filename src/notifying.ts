import { randomUUID } from 'node:crypto'
import { alertToJson } from './alerts/alert.ts'
import { findAlerts } from './alerts/store.ts'
import { plannerSettings } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import type { Database, Queryable } from './db/database.ts'
import type { NewEvent } from './events/event.ts'
import type { SelfMetrics } from './exporter/self.ts'
import type { Log } from './log.ts'
import { configuredChannels, type Channel } from './notify/channels.ts'
import { Dispatcher } from './notify/dispatcher.ts'
import { messageOf } from './notify/notifier.ts'
import { enqueue } from './notify/outbox.ts'
import { Planner } from './notify/planner.ts'
import type { Step } from './notify/plan.ts'
import { version } from './package.ts'

/** The parts that messages are made of and sent with. */
export interface NotifyingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  db: Database
  /** No other daemon works on the database. */
  alone: boolean
  self: SelfMetrics
  log: Log
  now: () => Date
}

/** Who is told, and how that goes. */
export interface Notifying {
  /** Puts up what channels are to be told of alerts, in the transaction that changes them. */
  alongside: (transaction: Queryable, step: Step) => Promise<void>
  /** Puts up events that are sent on as they are. */
  tellEvents: (transaction: Queryable, events: readonly NewEvent[]) => Promise<void>
  /** Sends what was put up. */
  wake: () => void
  /** Channels that are left alone, because they do not take anything. */
  breakers: Dispatcher['breakers']
  /** Sends from now on. `address` is where the daemon answers. */
  start(address: string): void
  /** Uses the channels as they are configured now. */
  reload(): void
  stop(): Promise<void>
}

/** Puts together who is told, and who sends. Nothing is started. */
export function notifying(parts: NotifyingParts): Notifying {
  const { config, db, alone, self, log, now } = parts
  const { host, port } = config().listen
  let answersAt = `${host}:${port}`
  let channels: readonly Channel[] = []
  const setUp = () => {
    const { notifications } = config()
    const publicUrl = (notifications.public_url ?? `http://${answersAt}`).replace(/\/+$/, '')
    channels = configuredChannels(notifications, { agent: `storwarden/${version}`, publicUrl })
  }
  setUp()

  const dispatcher = new Dispatcher({
    ...{ database: db, alone, now, onError: log.failure },
    notifiers: () => channels.map(({ notifier }) => notifier),
    onAttempts: self.notifications,
  })
  const planner = new Planner({
    channels: () => channels,
    settings: () => plannerSettings(config()),
    findAlerts,
    toJson: alertToJson,
    newId: randomUUID,
  })
  return {
    alongside: (transaction, step) => planner.alongside(transaction, step),
    tellEvents(transaction, events) {
      const takers = channels.filter(({ notifier }) => notifier.kinds.includes('event'))
      const messages = events.flatMap((event) =>
        takers.map(({ notifier: { name } }) => ({
          ...{ channel: name, ...messageOf(event, randomUUID()) },
        })),
      )
      return enqueue(transaction, messages)
    },
    wake: () => {
      dispatcher.wake()
    },
    breakers: () => dispatcher.breakers(),
    start(address) {
      answersAt = address
      setUp()
      dispatcher.start()
    },
    reload: setUp,
    stop: () => dispatcher.stop(),
  }
}

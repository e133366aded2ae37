import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { alertToJson, type Alert } from './alerts/alert.ts'
import { firingNow, resolvedBetween } from './alerts/recap.ts'
import { findAlerts } from './alerts/store.ts'
import { digestSettings, heartbeatSettings, plannerSettings } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import type { Database, Queryable } from './db/database.ts'
import { firstStart } from './db/migrate.ts'
import type { NewEvent } from './events/event.ts'
import type { SelfMetrics } from './exporter/self.ts'
import type { Log } from './log.ts'
import { channelHealth, type ChannelHealth } from './notify/channel-health.ts'
import { configuredChannels, type Channel } from './notify/channels.ts'
import { Digest } from './notify/digest.ts'
import { Dispatcher } from './notify/dispatcher.ts'
import { Emergency } from './notify/emergency.ts'
import { Heartbeat } from './notify/heartbeat.ts'
import { messageOf } from './notify/notifier.ts'
import { enqueue } from './notify/outbox.ts'
import { Planner } from './notify/planner.ts'
import type { Step } from './notify/plan.ts'
import { Reach } from './notify/reach.ts'
import { TestMessages } from './notify/test-message.ts'
import { version } from './package.ts'
import { databaseUnreachable } from './rules/database-reach.ts'

/** The parts that messages are made of and sent with. */
export interface NotifyingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  db: Database
  /** No other daemon works on the database. */
  alone: boolean
  /** When the rules were last evaluated; null when they were not yet. */
  evaluatedAt: () => Date | null
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
  tests: TestMessages
  /** Tells past the database while that is away. */
  emergency: Pick<Emergency, 'look' | 'over'>
  /** Names of the channels, and of the heartbeat if there is one. */
  names: () => string[]
  /** Those that take reports. */
  reportTakers: () => string[]
  health: () => Promise<readonly ChannelHealth[]>
  /** Channels that are left alone, because they do not take anything. */
  breakers: Dispatcher['breakers']
  /** Sends from now on. `url` is where the daemon answers. */
  start(url: string): void
  /** Uses the channels as they are configured now. */
  reload(): void
  /** Nothing is sent after this; resolves when what is being sent has ended. */
  stop(): Promise<void>
}

/** Each event raises an alert, too, of which people are told; as they are, events are for programs. */
const EVENT_TAKER = 'webhook'
/** Beats of the rules that may be missed before the daemon counts as ill. */
const BEATS = 3
/** Alerts of either kind that a digest lists. */
const DIGEST_SIZE = 50
const AGENT = `storwarden/${version}`

/** Puts together who is told, and who sends. Nothing is started. */
export function notifying(parts: NotifyingParts): Notifying {
  const { config, db, alone, evaluatedAt, self, log, now } = parts
  const { host, port } = config().listen
  let answersAt = `http://${host}:${port}`
  let channels: readonly Channel[] = []
  let reach = new Reach([])
  const setUp = () => {
    ;({ channels, reach } = channelsOf(config(), answersAt, now))
  }
  setUp()

  const notifiers = () => channels.map(({ notifier }) => notifier)
  const names = () => notifiers().map(({ name }) => name)
  const onError = log.failure
  const dispatcher = new Dispatcher({
    ...{ database: db, alone, now, notifiers, onError, onAttempts: self.notifications },
  })
  const planner = new Planner({
    channels: () => channels,
    settings: () => plannerSettings(config()),
    ...{ findAlerts, toJson: alertToJson, newId: randomUUID },
  })
  const digest = new Digest({
    ...{ database: db, notifiers, now, onError },
    settings: () => digestSettings(config()),
    recap: (since, until) => recap(db, since, until),
    beganAt: () => firstStart(db),
    onPutUp: () => {
      dispatcher.wake()
    },
  })
  const heartbeat = new Heartbeat({
    settings: () => heartbeatSettings(config()),
    async isWell() {
      const last = evaluatedAt()
      const patienceMs = BEATS * config().monitoring.evaluation_interval_seconds * 1000
      if (last === null || now().getTime() - last.getTime() > patienceMs) return false
      return (await db.query('select 1')).length === 1
    },
    ...{ agent: AGENT, now, reach: () => reach },
  })
  const emergency = new Emergency({
    ...{ notifiers, now, onError, newId: randomUUID, toJson: alertToJson },
    alert: databaseUnreachable.alert,
  })
  const beats = () => [heartbeat.health()].filter((health) => health !== null)

  return {
    alongside: (transaction, step) => planner.alongside(transaction, step),
    tellEvents(transaction, events) {
      const takers = notifiers().filter(({ name }) => name === EVENT_TAKER)
      const messages = events.flatMap((event) =>
        takers.map(({ name }) => ({ channel: name, ...messageOf(event, randomUUID()) })),
      )
      return enqueue(transaction, messages)
    },
    wake: () => {
      dispatcher.wake()
    },
    emergency,
    tests: new TestMessages({ database: db, dispatcher, notifiers, now, newId: randomUUID }),
    names: () => [...names(), ...beats().map(({ name }) => name)],
    reportTakers: () =>
      notifiers()
        .filter(({ kinds }) => kinds.includes('report'))
        .map(({ name }) => name),
    health: async () => [...(await channelHealth(db, names(), now())), ...beats()],
    breakers: () => dispatcher.breakers(),
    start(url) {
      answersAt = url
      setUp()
      dispatcher.start()
      digest.start()
      heartbeat.start()
    },
    reload: setUp,
    async stop() {
      await Promise.all([heartbeat.stop(), digest.stop(), dispatcher.stop(), emergency.settled()])
    },
  }
}

/** The channels that are set up, and what may be reached; people find the daemon at `url` unless another place is set. */
export function channelsOf(
  { notifications }: Config,
  url: string,
  now: () => Date,
): { channels: readonly Channel[]; reach: Reach } {
  const publicUrl = (notifications.public_url ?? urlForPeople(url)).replace(/\/+$/, '')
  const reach = new Reach(notifications.allowed_networks)
  const sender = { agent: AGENT, reach, publicUrl, host: hostname(), now }
  return { channels: configuredChannels(notifications, sender), reach }
}

/** Where the daemon answers on every address, people reach it by the name of the machine. */
export function urlForPeople(url: string): string {
  return url.replace(/\/\/(?:0\.0\.0\.0|\[?::\]?):(?=\d+$)/, `//${hostname()}:`)
}

/** What a digest tells. */
async function recap(db: Queryable, since: Date, until: Date) {
  const firing = await firingNow(db, DIGEST_SIZE)
  const resolved = await resolvedBetween(db, { since, until, limit: DIGEST_SIZE })
  const json = (alerts: readonly Alert[]) => alerts.map(alertToJson)
  return {
    firing: json(firing.alerts),
    resolved: json(resolved.alerts),
    firing_not_listed: firing.total - firing.alerts.length,
    resolved_not_listed: resolved.total - resolved.alerts.length,
  }
}

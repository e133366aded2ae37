import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { alertToJson } from '../../src/alerts/alert.ts'
import { AlertEngine } from '../../src/alerts/engine.ts'
import { findAlerts } from '../../src/alerts/store.ts'
import { openPool, type DatabaseConnection } from '../../src/db/pool.ts'
import type { Channel } from '../../src/notify/channels.ts'
import { Dispatcher } from '../../src/notify/dispatcher.ts'
import { Planner } from '../../src/notify/planner.ts'
import { Webhook } from '../../src/notify/webhook.ts'
import type { Finding } from '../../src/rules/rule.ts'
import { found, ruleOf } from './evaluation.ts'
import { onThisMachine } from './reach.ts'
import { snapshotOf } from './readings.ts'

// The part of a daemon that finds what is wrong and tells it, made to be killed: what it finds is in a
// table, and a minute of its clock is over in less than a second.

/** What it is told at its start, as JSON. */
export interface StormOptions {
  connection: DatabaseConnection
  /** Of the receiver; the channel is the path. */
  url: string
  /** Its name. */
  agent: string
  /** When its clock began, in ms since 1970, and how fast it runs. */
  beganMs: number
  speed: number
}

const options = JSON.parse(process.argv[2] ?? '{}') as StormOptions
const { connection, url, agent, beganMs, speed } = options
const now = () => new Date(beganMs + (Date.now() - beganMs) * speed)
const database = openPool({ connection, poolSize: 4 })

/** How long the receiver may take: less than a lease of the fast clock. */
const timeoutMs = 150

const webhookTo = (path: string) =>
  new Webhook({ url: `${url}/${path}`, secret: null, agent, reach: onThisMachine, timeoutMs })
const together = webhookTo('together')
const alone = webhookTo('alone')
const channels: readonly Channel[] = [
  { notifier: { ...channelOf(together), name: 'together' }, minSeverity: 'info' },
  { notifier: { ...channelOf(alone), name: 'alone', grouped: false }, minSeverity: 'info' },
]

function channelOf(webhook: Webhook) {
  const { grouped, kinds, news } = webhook
  return { grouped, kinds, news, send: webhook.send.bind(webhook) }
}

const dispatcher = new Dispatcher({
  ...{ database, now, onAttempts: () => undefined, onError: () => undefined },
  notifiers: () => channels.map(({ notifier }) => notifier),
})
const planner = new Planner({
  channels: () => channels,
  settings: () => ({
    ...{ groupBy: ['library'], groupIntervalMs: 30_000, repeatMs: 0, flappingMs: 3600_000 },
    escalation: { channels: [], afterMs: 900_000 },
  }),
  ...{ findAlerts, toJson: alertToJson, newId: randomUUID },
})
const engine = new AlertEngine({
  ...{ database, now, rules: [ruleOf()], onEvents: () => undefined },
  async alongside(transaction, step) {
    await planner.alongside(transaction, step)
    return []
  },
})

/** Again and again; what the database does not let it do now it does later. */
async function forEver(pauseMs: number, work: () => Promise<void>): Promise<never> {
  for (;;) {
    try {
      await work()
    } catch (error) {
      const { code = '' } = error as { code?: string }
      if (code !== 'ERR_DATABASE_UNAVAILABLE') throw error
    }
    await pause(pauseMs)
  }
}

await Promise.all([
  forEver(25, async () => {
    const findings = await database.query<Finding & Record<string, unknown>>(
      `select jsonb_build_object('place', place) as labels, place || ' is broken' as message,
              severity, jsonb_build_object('library', library) as "partOf"
       from storm
       where broken`,
    )
    await engine.evaluate(snapshotOf({ tasks: found(...findings) }))
    process.stdout.write('.\n')
  }),
  forEver(10, () => dispatcher.sendDue()),
])

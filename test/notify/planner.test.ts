import { randomUUID } from 'node:crypto'
import t from 'tap'
import { alertToJson, type Alert } from '../../src/alerts/alert.ts'
import { findAlerts, saveAlerts } from '../../src/alerts/store.ts'
import type { Channel } from '../../src/notify/channels.ts'
import { claimNext, noteDelivered, noteFailed } from '../../src/notify/delivery.ts'
import { openNotices } from '../../src/notify/notices.ts'
import { newsEvents, type AlertsContent } from '../../src/notify/notifier.ts'
import { Planner, type PlannerSettings } from '../../src/notify/planner.ts'
import { openTestDatabase } from '../support/database.ts'
import { channel, textOf } from '../support/dispatching.ts'
import { after, alertAt, over, quiet } from '../support/notices.ts'

const database = await openTestDatabase(t)

t.beforeEach(async () => {
  await database.query('truncate alerts, alert_notices, notifications cascade')
})

const email: Channel = {
  notifier: { ...channel('email'), kinds: ['alerts'], news: newsEvents },
  minSeverity: 'info',
}
const snmp: Channel = {
  notifier: { ...channel('snmp'), kinds: ['alerts'], news: newsEvents, grouped: false },
  minSeverity: 'info',
}
const events: Channel = { notifier: channel('events'), minSeverity: 'info' }

/** A planner, whose steps are transactions as those of the engine. */
function plannerOf(channels: readonly Channel[], given: Partial<PlannerSettings> = {}) {
  const settings = { ...quiet, groupBy: ['library'], groupIntervalMs: 300_000, ...given }
  const planner = new Planner({
    ...{ channels: () => channels, settings: () => settings },
    ...{ findAlerts, toJson: alertToJson, newId: randomUUID },
  })
  return (seconds: number, active: readonly Alert[], ended: readonly Alert[] = []) =>
    database.transaction(async (transaction) => {
      await saveAlerts(transaction, [...active, ...ended])
      await planner.alongside(transaction, { active, ended, at: after(seconds) })
    })
}

/** What waits, or did: `email 300: firing a, firing b`. */
async function messages(): Promise<string[]> {
  const rows = await database.query<{ channel: string; due: Date; payload: AlertsContent }>(
    'select channel, coalesce(next_attempt_at, delivered_at) as due, payload from notifications order by position',
  )
  return rows.map(({ channel, due, payload }) => {
    const seconds = (due.getTime() - after(0).getTime()) / 1000
    return `${channel} ${seconds}: ${textOf(payload)}`
  })
}

const leasedUntil = after(10_000)
const answered = (seconds: number) => ({
  ...{ beganAt: after(seconds), endedAt: after(seconds), answer: '204' },
})

async function claim(channel: string, seconds: number) {
  const message = await claimNext(database, channel, { now: after(seconds), leasedUntil })
  if (message === null) throw new Error('nothing is due')
  return message
}

async function deliver(channel: string, seconds: number): Promise<void> {
  await noteDelivered(database, await claim(channel, seconds), answered(seconds))
}

/** Drives of a library. */
const [one, two, three] = ['a', 'b', 'c'].map((serial) =>
  alertAt(serial, { partOf: { library: 'L700' } }),
) as [Alert, Alert, Alert]

t.test('a step puts up what it tells, and what was told is known after it', async (t) => {
  const step = plannerOf([email, snmp, events])
  await step(0, [one, two])
  t.strictSame(await messages(), [
    'email 0: firing a, firing b',
    'snmp 0: firing a',
    'snmp 0: firing b',
  ])
  const [message] = await database.query<{ id: string }>(
    `select id, channel, kind, payload, group_key, at, attempts from notifications where channel = 'email'`,
  )
  t.strictSame(message, {
    ...{ id: message?.id, channel: 'email', kind: 'alerts', group_key: 'library=L700' },
    payload: {
      kind: 'alerts',
      group: { key: 'library=L700', labels: { library: 'L700' } },
      alerts: [one, two].map((alert) => ({
        ...{ event: 'firing', fingerprint: alert.fingerprint, alert: alertToJson(alert) },
      })),
    },
    ...{ at: after(0), attempts: 0 },
  })
  t.strictSame(
    await database.query(
      `select notification_id, alert_id, event, fingerprint from notification_alerts
       where channel = 'email' order by alert_id = $1 desc`,
      [one.id],
    ),
    [one, two].map(({ id, fingerprint }) => ({
      ...{ notification_id: message?.id, alert_id: id, event: 'firing', fingerprint },
    })),
  )
  t.strictSame(await openNotices(database, ['email']), [
    ...[one, two]
      .map(({ id, fingerprint }) => ({
        ...{ channel: 'email', fingerprint, alertId: id, openedAt: after(0), toldAt: after(0) },
        ...{ severity: 'warning', flapping: false, acknowledged: false },
      }))
      .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)),
  ])
  await step(30, [one], [over(two, 30)])
  t.strictSame(await openNotices(database, ['email', 'snmp']).then((all) => all.length), 2)
})

t.test('a step that is rolled back has told nothing', async (t) => {
  const planner = new Planner({
    ...{ channels: () => [email], settings: () => ({ ...quiet, groupBy: [], groupIntervalMs: 0 }) },
    ...{ findAlerts, toJson: alertToJson, newId: randomUUID },
  })
  const failing = database.transaction(async (transaction) => {
    await planner.alongside(transaction, { active: [one], ended: [], at: after(0) })
    throw new Error('no')
  })
  await t.rejects(failing, { message: 'no' })
  t.strictSame([await messages(), await openNotices(database, ['email'])], [[], []])
})

t.test('what comes within the interval waits for its end in one message', async (t) => {
  const step = plannerOf([email])
  await step(0, [one])
  await deliver('email', 2)
  await step(30, [one, two])
  await step(60, [one, three], [over(two, 60)])
  t.strictSame(await messages(), ['email 2: firing a', 'email 302: firing b, resolved b, firing c'])
  t.strictSame(
    await database.query(
      'select event, count(*) as count from notification_alerts group by event order by event',
    ),
    [
      { event: 'firing', count: 3 },
      { event: 'resolved', count: 1 },
    ],
  )
  await deliver('email', 302)
  await step(700, [one], [over(three, 700)])
  t.strictSame((await messages()).at(-1), 'email 700: resolved c')
})

t.test('nothing joins a message that somebody has begun to send', async (t) => {
  const step = plannerOf([email])
  await step(0, [one])
  const sending = await claim('email', 1)
  await step(30, [one, two])
  t.strictSame(await messages(), ['email 0: firing a', 'email 300: firing b'])
  await noteFailed(database, sending, answered(31), after(100))
  await step(60, [one, two, three])
  t.strictSame(await messages(), ['email 100: firing a', 'email 300: firing b, firing c'])
})

t.test('a message is begun either before news join it or after', async (t) => {
  const step = plannerOf([email], { groupIntervalMs: 0 })
  await step(0, [one])
  await database.transaction(async (transaction) => {
    // As the engine has it between its step and the commit.
    const planner = new Planner({
      channels: () => [email],
      settings: () => ({ ...quiet, groupBy: ['library'], groupIntervalMs: 0 }),
      ...{ findAlerts, toJson: alertToJson, newId: randomUUID },
    })
    await planner.alongside(transaction, { active: [one, two], ended: [], at: after(30) })
    const now = after(60)
    t.equal(await claimNext(database, 'email', { now, leasedUntil }), null)
  })
  t.equal(textOf((await claim('email', 60)).content), 'firing a, firing b')
})

t.test('what is critical takes with it what waits', async (t) => {
  const step = plannerOf([email])
  await step(0, [one])
  await deliver('email', 0)
  await step(30, [one, two])
  await step(60, [one, two, { ...three, severity: 'critical' }])
  t.strictSame(await messages(), ['email 0: firing a', 'email 60: firing b, firing c'])
})

t.test('an end that nobody told of is found', async (t) => {
  const step = plannerOf([email])
  await step(0, [one, two])
  await deliver('email', 0)
  // Another daemon, that knew nothing of channels; and somebody cleared the table.
  await saveAlerts(database, [over(one, 100)])
  await database.query('delete from alerts where id = $1', [two.id])
  await step(600, [])
  t.strictSame(await messages(), ['email 0: firing a, firing b', 'email 600: resolved a'])
  t.strictSame(await openNotices(database, ['email']), [])
})

t.test('the end of what flapped is told when it was gone for as long', async (t) => {
  const step = plannerOf([email], { flappingMs: 3600_000, groupIntervalMs: 0 })
  const flapping = { ...one, flapping: true }
  await step(0, [flapping])
  await deliver('email', 0)
  await step(30, [], [over(flapping, 30)])
  await step(3600, [])
  t.strictSame(await messages(), ['email 0: flapping a'])
  await step(3630, [])
  t.strictSame(await messages(), ['email 0: flapping a', 'email 3630: resolved a'])
})

t.test('without a channel that takes alerts nothing is kept', async (t) => {
  await plannerOf([events])(0, [one])
  t.strictSame([await messages(), await database.query('select from alert_notices')], [[], []])
})

import t from 'tap'
import { alertToJson } from '../../src/alerts/alert.ts'
import { firingNow, resolvedBetween } from '../../src/alerts/recap.ts'
import { saveAlerts } from '../../src/alerts/store.ts'
import { Digest, digestId, dueSpan, type DigestSettings } from '../../src/notify/digest.ts'
import type { Content } from '../../src/notify/notifier.ts'
import { openTestDatabase } from '../support/database.ts'
import { channel } from '../support/dispatching.ts'
import { after, alertAt, idOf, over } from '../support/notices.ts'

const database = await openTestDatabase(t)

t.beforeEach(async () => {
  await database.query('truncate alerts, notifications cascade')
})

const berlin = { schedule: '0 7 * * *', timeZone: 'Europe/Berlin' }

t.test('a digest is about the time from one to the next, in its time zone', (t) => {
  const span = (now: string, given = berlin) => {
    const due = dueSpan(given, new Date(now))
    return due === null ? null : [due.since.toISOString(), due.until.toISOString()]
  }
  const morning = ['2026-11-19T06:00:00.000Z', '2026-11-20T06:00:00.000Z']
  t.strictSame(span('2026-11-20T06:00:00.000Z'), morning)
  t.strictSame(span('2026-11-20T06:00:00.001Z'), morning)
  t.strictSame(span('2026-11-20T17:59:59Z'), morning)
  t.equal(span('2026-11-20T18:00:00Z'), null)
  t.equal(span('2026-11-20T05:59:59Z'), null)
  t.strictSame(span('2026-11-23T09:00:00Z', { ...berlin, schedule: '0 8 * * mon' }), [
    ...['2026-11-16T07:00:00.000Z', '2026-11-23T07:00:00.000Z'],
  ])
  // The clocks go back in between.
  t.strictSame(span('2026-10-25T06:30:00Z'), [
    ...['2026-10-24T05:00:00.000Z', '2026-10-25T06:00:00.000Z'],
  ])
  t.end()
})

t.test('the id of a digest is that of the channel and the time', (t) => {
  t.equal(digestId('email', after(0)), digestId('email', new Date(after(0))))
  t.match(
    digestId('email', after(0)),
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  const others = [digestId('email', after(60)), digestId('slack', after(0))]
  t.notOk(others.includes(digestId('email', after(0))))
  t.end()
})

const email = { ...channel('email'), kinds: ['digest'] as const }
const webhook = { ...channel('webhook'), kinds: ['digest', 'event'] as const }
const snmp = channel('snmp')

const DAY = 86_400

/** A digest of the daemon that starts at a time, on an appliance that is looked after for a day then. */
function digestAt(seconds: number, given: Partial<DigestSettings> = {}, began = -DAY) {
  const clock = { seconds }
  const told: string[] = []
  const digest = new Digest({
    database,
    settings: () => ({
      ...{ channels: ['email', 'webhook', 'snmp'], schedule: '0 21 * * *', timeZone: 'UTC' },
      ...given,
    }),
    notifiers: () => [email, webhook, snmp],
    recap: async (since, until) => ({
      firing: [],
      resolved: [],
      firing_not_listed: Math.round((until.getTime() - since.getTime()) / 1000),
      resolved_not_listed: 0,
    }),
    beganAt: async () => after(began),
    now: () => after(clock.seconds),
    onPutUp: () => told.push('put up'),
    onError: (error) => told.push(error.message),
  })
  return { clock, told, digest }
}

const putUp = () =>
  database.query<{ channel: string; id: string; payload: Content }>(
    'select channel, id, payload from notifications order by position',
  )

t.test('there is one a channel and day, whoever is restarted', async (t) => {
  const first = digestAt(-1)
  await first.digest.look()
  t.strictSame(await putUp(), [])
  first.clock.seconds = 5
  await first.digest.look()
  first.clock.seconds = 35
  await first.digest.look()
  const content = {
    ...{ kind: 'digest', since: after(-DAY).toISOString(), until: after(0).toISOString() },
    ...{ firing: [], resolved: [], firing_not_listed: DAY, resolved_not_listed: 0 },
  }
  const today = ['email', 'webhook'].map((channel) => ({
    ...{ channel, id: digestId(channel, after(0)), payload: content },
  }))
  t.strictSame(await putUp(), today)
  t.strictSame(first.told, ['put up'])

  const restarted = digestAt(3600)
  await restarted.digest.look()
  t.strictSame(await putUp(), today)
  restarted.clock.seconds = DAY
  await restarted.digest.look()
  t.equal((await putUp()).length, 4)
})

t.test('one that was missed is sent when it is less than half a day late', async (t) => {
  await digestAt(12 * 3600).digest.look()
  t.strictSame(await putUp(), [])
  await digestAt(12 * 3600 - 1).digest.look()
  t.strictSame(
    (await putUp()).map(({ channel }) => channel),
    ['email', 'webhook'],
  )
})

t.test('of the time before the first start nothing is told', async (t) => {
  const { clock, digest } = digestAt(3600, {}, 1)
  await digest.look()
  t.strictSame(await putUp(), [])
  clock.seconds = DAY
  await digest.look()
  t.equal((await putUp()).length, 2)
})

t.test('who is not to get it does not, and what fails is told and tried again', async (t) => {
  await digestAt(5, { channels: [] }).digest.look()
  await digestAt(5, { channels: ['snmp'] }).digest.look()
  t.strictSame(await putUp(), [])
  const failing = digestAt(5, { schedule: 'daily' })
  await failing.digest.look()
  t.strictSame(failing.told, ['the digest could not be put up'])
})

t.test('it looks when it is started, and not when it has stopped', async (t) => {
  const { clock, told, digest } = digestAt(5)
  digest.start()
  digest.start()
  while (told.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await digest.stop()
  await digest.stop()
  clock.seconds = DAY
  t.strictSame(told, ['put up'])
})

t.test('it tells of what fires, the gravest first, and of what ended in the time', async (t) => {
  const alerts = [
    alertAt('a'),
    alertAt('b', { severity: 'critical' }),
    alertAt('c', { firedAt: after(60), startedAt: after(60) }),
    alertAt('muted', { inhibitedBy: idOf('b') }),
    alertAt('pending', { state: 'pending', firedAt: null }),
    over(alertAt('before'), -60),
    over(alertAt('at the begin'), 0),
    over(alertAt('in it'), 60),
    over(alertAt('at its end'), 120),
    over(alertAt('after it'), 121),
  ]
  await saveAlerts(database, alerts)
  const names = ({ alerts, total }: Awaited<ReturnType<typeof firingNow>>) => [
    ...[alerts.map(({ resource }) => resource), total],
  ]
  t.strictSame(names(await firingNow(database, 10)), [['b', 'c', 'a'], 3])
  t.strictSame(names(await firingNow(database, 2)), [['b', 'c'], 3])
  const between = { since: after(0), until: after(120) }
  t.strictSame(names(await resolvedBetween(database, { ...between, limit: 10 })), [
    ...[['at its end', 'in it'], 2],
  ])
  const [first] = (await firingNow(database, 1)).alerts
  t.strictSame(first && alertToJson(first), alertToJson(alertAt('b', { severity: 'critical' })))
})

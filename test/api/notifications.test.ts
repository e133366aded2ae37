import { randomUUID } from 'node:crypto'
import t from 'tap'
import { Dispatcher } from '../../src/notify/dispatcher.ts'
import { TestMessages } from '../../src/notify/test-message.ts'
import { startTestApi } from '../support/api.ts'
import { fine } from '../support/channels.ts'
import { read, snapshotOf } from '../support/readings.ts'
import { ALERT, NOTIFICATION, storeSamples, UNKNOWN } from '../support/api-samples.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { channel } from '../support/dispatching.ts'

const database = await openTestDatabase(t)
const now = () => api.clock.now
const good = { ...channel('webhook'), kinds: ['test' as const] }
const bad = { ...channel('email'), kinds: ['test' as const], down: true }
let notifiers: readonly (typeof good)[] = [good, bad]
const dispatcher = new Dispatcher({
  ...{ database, notifiers: () => notifiers, now, onError: () => undefined },
  onAttempts: () => undefined,
})
const api = await startTestApi(database, await makeStateDirectory(t), {
  notifications: new TestMessages({
    ...{ database, dispatcher, notifiers: () => notifiers, now, newId: randomUUID },
  }),
})
t.teardown(() => api.stop())
await storeSamples(database, api.clock.now)
const tokens = { viewer: await api.session('viewer'), operator: await api.session('operator') }

const PATH = '/api/v1/monitoring/notifications'
const get = (path: string) => api.ask('GET', PATH + path, { token: tokens.viewer })
const sendTest = (body: unknown) =>
  api.ask('POST', `${PATH}/test`, { token: tokens.operator, body })

const sample = {
  id: NOTIFICATION,
  channel: 'webhook',
  kind: 'alerts',
  group: 'rule=StorageCapacityCritical',
  summary: 'Storage Capacity Critical, firing: 96 % full',
  alerts: [
    { id: ALERT, event: 'firing', title: 'Storage Capacity Critical', resource: '/srv/backup' },
  ],
  state: 'delivered',
  attempts: 1,
  created_at: '2026-11-20T20:50:00.000Z',
  next_attempt_at: null,
  delivered_at: '2026-11-20T20:50:00.250Z',
  given_up_at: null,
  answer: '204',
  last_error: null,
}

t.test('the delivery log tells what was sent and what became of it', async (t) => {
  t.strictSame((await get('')).body, { notifications: [sample], total: 1, next_cursor: null })
  const { status, body } = await get(`/${NOTIFICATION}`)
  t.equal(status, 200)
  const { content, attempt_log, ...rest } = body as Record<string, unknown>
  t.strictSame(rest, sample)
  t.match(content, { kind: 'alerts', alerts: [{ event: 'firing', alert: { id: ALERT } }] })
  t.strictSame(attempt_log, [
    { at: '2026-11-20T20:50:00.000Z', duration_seconds: 0.25, delivered: true, answer: '204' },
  ])
  const alert = await api.ask('GET', `/api/v1/monitoring/alerts/${ALERT}`, {
    token: tokens.viewer,
  })
  t.strictSame((alert.body as { notifications: unknown }).notifications, [sample])
})

t.test('the delivery log is searched, and what is asked wrongly is named', async (t) => {
  const found = async (query: string) => ((await get(`?${query}`)).body as { total: number }).total
  for (const [query, total] of [
    ['channel=webhook&state=delivered&kind=alerts', 1],
    ['channel=email', 0],
    ['state=waiting', 0],
    [`alert=${ALERT}`, 1],
    ['alert=none', 0],
    ['since=2026-11-20T20:50:00Z&until=2026-11-20T20:50:00Z', 1],
    ['until=2026-11-20T20:49:59Z', 0],
  ] as const) {
    t.equal(await found(query), total, query)
  }
  for (const query of ['state=lost', 'kind=x', 'limit=0', 'cursor=x', 'since=today']) {
    t.match(await get(`?${query}`), { status: 400, body: { code: 'invalid_request' } }, query)
  }
  for (const id of [UNKNOWN, 'x']) {
    t.match(await get(`/${id}`), { status: 404, body: { code: 'notification_not_found' } }, id)
  }
})

t.test('a test message is sent to one channel or to all, and the trail says so', async (t) => {
  const one = await sendTest({ channel: 'webhook', message: 'hello' })
  t.match(one, {
    status: 200,
    body: {
      notifications: [
        { channel: 'webhook', kind: 'test', state: 'delivered', summary: 'Test: hello' },
      ],
    },
  })
  const all = await sendTest({})
  t.match(all, {
    status: 200,
    body: {
      notifications: [
        { channel: 'webhook', state: 'delivered', last_error: null },
        { channel: 'email', state: 'waiting', last_error: 'not reached: ECONNREFUSED' },
      ],
    },
  })
  t.match(
    await database.query(
      `select actor, subject, after from audit where action = 'notification.test' order by id`,
    ),
    [
      { actor: /^operator/, subject: 'webhook', after: { message: 'hello' } },
      { subject: 'webhook, email', after: { channels: ['webhook', 'email'] } },
    ],
  )
})

t.test('there is no test on a channel that is not set up, nor where there is none', async (t) => {
  t.match(await sendTest({ channel: 'slack' }), {
    status: 404,
    body: { code: 'channel_not_found' },
  })
  notifiers = []
  t.match(await sendTest({}), { status: 409, body: { code: 'no_channels' } })
  notifiers = [good, bad]
  t.match(await sendTest({ message: '' }), { status: 400 })
  const refused = await api.ask('POST', `${PATH}/test`, { token: tokens.viewer, body: {} })
  t.match(refused, { status: 403, body: { permission: 'monitoring:write' } })
  t.equal((await database.query(`select from audit where action = 'notification.test'`)).length, 2)
})

t.test('channels are listed with how they are doing, as far as that is known', async (t) => {
  const failingSince = new Date('2026-11-20T20:00:00Z')
  const email = {
    ...fine,
    name: 'email',
    up: false,
    failingSince,
    lastError: 'refused',
    waiting: 2,
  }
  api.show(snapshotOf({ channels: read([email]) }))
  const { body } = await api.ask('GET', '/api/v1/monitoring/channels', { token: tokens.viewer })
  const unknown = {
    ...{ up: null, takes_tests: true, failing_since: null, failures_in_a_row: 0, last_error: null },
    ...{ last_delivered_at: null, waiting: 0, oldest_waiting_seconds: null },
    given_up_within_a_day: 0,
  }
  t.match(body, {
    channels: [
      { ...unknown, name: 'webhook' },
      {
        ...{ name: 'email', up: false, takes_tests: true, last_error: 'refused', waiting: 2 },
        failing_since: failingSince.toISOString(),
      },
    ],
  })
})

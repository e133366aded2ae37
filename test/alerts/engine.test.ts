import t from 'tap'
import type { Alert } from '../../src/alerts/alert.ts'
import { AlertEngine } from '../../src/alerts/engine.ts'
import { listAlerts, type AlertFilter } from '../../src/alerts/list.ts'
import { countAlerts, getAlert } from '../../src/alerts/store.ts'
import type { Database, Queryable } from '../../src/db/database.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { eventsSince, lastSeq } from '../../src/events/store.ts'
import type { Finding, Rule } from '../../src/rules/rule.ts'
import type { Reading } from '../../src/snapshot.ts'
import { openTestDatabase } from '../support/database.ts'
import { failed, read, snapshotOf } from '../support/readings.ts'

const database = await openTestDatabase(t)
const start = Date.parse('2026-11-20T21:00:00Z')

const rule: Rule<'tasks'> = {
  alert: 'StorageCapacityWarning',
  name: 'Storage Capacity Warning',
  subject: 'tasks',
  severity: 'warning',
  source: 'storage',
  forSeconds: 0,
  description: 'Make room.',
  check: (value) => value as unknown as Finding[],
}
const critical: Rule<'tasks'> = {
  ...rule,
  alert: 'StorageCapacityCritical',
  name: 'Storage Capacity Critical',
  severity: 'critical',
  inhibits: 'StorageCapacityWarning',
  check: (value) =>
    (value as unknown as Finding[]).filter(({ evidence }) => evidence?.critical === true),
}

const place = (mountpoint: string, message = `${mountpoint} is full`): Finding => ({
  labels: { mountpoint },
  message,
})
const found = (...findings: Finding[]) =>
  snapshotOf({ tasks: read(findings) as unknown as Reading<never> })

/** An engine on an empty database, its clock 30 s further at each evaluation. */
async function freshEngine(given: { database?: Database; rules?: Rule[] } = {}) {
  await database.query('truncate alerts, alert_transitions, events')
  await database.query('update event_sequence set last = 0')
  const clock = { seconds: 0 }
  return { clock, ...startEngine(clock, given) }
}

function startEngine(
  clock: { seconds: number },
  given: { database?: Database; rules?: Rule[] } = {},
) {
  const events: StoredEvent[] = []
  const errors: string[] = []
  const engine = new AlertEngine({
    database: given.database ?? database,
    rules: given.rules ?? [rule],
    now: () => new Date(start + clock.seconds * 1000),
    onEvents: (stored) => events.push(...stored),
    onError: (error) => errors.push(error.message),
  })
  return { engine, events, errors }
}

const said = (events: readonly StoredEvent[]) =>
  events.map(
    ({ seq, level, data }) => `${seq} ${level} ${String(data.event)} ${String(data.resource)}`,
  )

const listed = async (filter: Partial<AlertFilter> = {}) =>
  (await listAlerts(database, { limit: 100, offset: 0, ...filter })).alerts

const briefly = (alerts: readonly Alert[]) =>
  alerts.map(({ resource, state, count }) => `${resource} ${state} ${count}`)

t.test('an alert is stored as it is announced, from its beginning to its end', async (t) => {
  const { engine, clock, events } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  clock.seconds = 30
  await engine.evaluate(found(place('/srv/a', 'now fuller')))
  clock.seconds = 60
  await engine.evaluate(found(place('/srv/a', 'now fuller')))
  clock.seconds = 90
  await engine.evaluate(found())

  t.strictSame(said(events), ['1 warning firing /srv/a', '2 info resolved /srv/a'])
  t.strictSame(await eventsSince(database, 0, 10), events)
  const [alert] = await listed()
  t.match(await getAlert(database, alert?.id ?? ''), {
    rule: 'StorageCapacityWarning',
    title: 'Storage Capacity Warning',
    severity: 'warning',
    source: 'storage',
    resource: '/srv/a',
    labels: { mountpoint: '/srv/a' },
    message: 'now fuller',
    state: 'resolved',
    resolution: 'auto',
    count: 3,
    startedAt: new Date('2026-11-20T21:00:00Z'),
    firedAt: new Date('2026-11-20T21:00:00Z'),
    lastSeenAt: new Date('2026-11-20T21:01:00Z'),
    resolvedAt: new Date('2026-11-20T21:01:30Z'),
    resolvedBy: null,
    transitions: [
      { at: new Date('2026-11-20T21:00:00Z'), from: null, to: 'firing', by: null, comment: null },
      { at: new Date('2026-11-20T21:01:30Z'), from: 'firing', to: 'resolved', by: null },
    ],
  })
})

t.test('the frame of an alert says everything about it in snake case', async (t) => {
  const { engine, events } = await freshEngine()
  await engine.evaluate(found({ ...place('/srv/a'), evidence: { used_percent: 87.5 } }))
  const [alert] = await listed()

  t.strictSame(events[0]?.data, {
    event: 'firing',
    id: alert?.id,
    rule: 'StorageCapacityWarning',
    title: 'Storage Capacity Warning',
    severity: 'warning',
    source: 'storage',
    resource: '/srv/a',
    labels: { mountpoint: '/srv/a' },
    message: '/srv/a is full',
    description: 'Make room.',
    evidence: { used_percent: 87.5 },
    state: 'firing',
    acknowledged: false,
    acknowledged_by: null,
    acknowledged_at: null,
    acknowledge_comment: null,
    acknowledge_expires_at: null,
    count: 1,
    started_at: '2026-11-20T21:00:00.000Z',
    fired_at: '2026-11-20T21:00:00.000Z',
    last_seen_at: '2026-11-20T21:00:00.000Z',
    resolved_at: null,
    resolved_by: null,
    resolution: null,
    resolve_comment: null,
    inhibited_by: null,
  })
})

t.test('a new engine goes on where the one before was killed', async (t) => {
  const { engine, clock } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const [alert] = await listed()
  await engine.acknowledge(alert?.id ?? '', { user: 'ada', comment: 'on it' })

  clock.seconds = 30
  const restarted = startEngine(clock)
  await restarted.engine.evaluate(snapshotOf({}))
  await restarted.engine.evaluate(snapshotOf({ tasks: failed() }))
  await restarted.engine.evaluate(found(place('/srv/a')))

  t.strictSame(restarted.events, [])
  const after = await listed()
  t.strictSame(briefly(after), ['/srv/a firing 2'])
  t.match(after[0], { id: alert?.id, acknowledgedBy: 'ada', acknowledgeComment: 'on it' })
})

t.test('an evaluation that is cut off anywhere leaves nothing half done', async (t) => {
  let left = 0
  const cut = (queryable: Queryable): Queryable => ({
    query: (text, values) => {
      if (left-- <= 0) return Promise.reject(new Error('killed'))
      return queryable.query(text, values)
    },
  })
  const cutOff: Database = {
    query: (text, values) => database.query(text, values),
    transaction: (work) => database.transaction((transaction) => work(cut(transaction))),
  }
  const { engine, clock, events } = await freshEngine({ database: cutOff })
  left = Infinity
  await engine.evaluate(found(place('/srv/a'), place('/srv/b')))
  const before = await listed()
  clock.seconds = 30
  let kills = 0
  for (; kills < 20; kills++) {
    left = kills
    const outcome = await engine.evaluate(found(place('/srv/b', 'fuller'), place('/srv/c'))).then(
      () => 'done',
      (error: unknown) => (error as Error).message,
    )
    if (outcome === 'done') break
    t.equal(outcome, 'killed')
    t.strictSame(await listed(), before)
    t.equal(await lastSeq(database), 2)
  }

  t.ok(kills > 4, 'every statement was cut off once')
  t.strictSame(said(events), [
    '1 warning firing /srv/a',
    '2 warning firing /srv/b',
    '3 warning firing /srv/c',
    '4 info resolved /srv/a',
  ])
  t.strictSame(briefly(await listed()).sort(), [
    '/srv/a resolved 1',
    '/srv/b firing 2',
    '/srv/c firing 1',
  ])
})

t.test('two engines at once make no duplicate', async (t) => {
  const { engine, clock, events } = await freshEngine()
  const other = startEngine(clock)
  const places = Array.from({ length: 20 }, (_, index) => place(`/srv/${index}`))
  await Promise.all(
    [engine, other.engine, engine, other.engine].map((each) => each.evaluate(found(...places))),
  )

  const alerts = await listed({ state: 'firing' })
  t.equal(alerts.length, 20)
  t.ok(alerts.every(({ count }) => count === 4))
  t.strictSame(
    [...events, ...other.events].map(({ seq }) => seq).sort((one, two) => one - two),
    Array.from({ length: 20 }, (_, index) => index + 1),
  )
  await t.rejects(
    database.query(
      `insert into alerts select gen_random_uuid(), fingerprint, rule, title, severity, source, resource,
         labels, message, description, evidence, state, count, started_at, fired_at, last_seen_at
       from alerts limit 1`,
    ),
    { code: '23505' },
  )
})

t.test('an alert is acknowledged once, by the first who does', async (t) => {
  const { engine, clock, events } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const id = (await listed())[0]?.id ?? ''
  clock.seconds = 10
  const first = await engine.acknowledge(id, { user: 'ada', comment: 'on it' })
  clock.seconds = 20
  const second = await engine.acknowledge(id, { user: 'bob', comment: 'me too' })

  t.strictSame(second, first)
  t.match(first, {
    acknowledgedAt: new Date('2026-11-20T21:00:10Z'),
    acknowledgedBy: 'ada',
    acknowledgeComment: 'on it',
    acknowledgeExpiresAt: null,
    state: 'firing',
  })
  t.strictSame(said(events), ['1 warning firing /srv/a', '2 info acknowledged /srv/a'])
  t.strictSame(briefly(await listed({ acknowledged: true })), ['/srv/a firing 1'])
  t.strictSame(await listed({ acknowledged: false }), [])
})

t.test('an acknowledgement ends when it says so', async (t) => {
  const { engine, clock, events } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const id = (await listed())[0]?.id ?? ''
  await engine.acknowledge(id, { user: 'ada', expiresAt: new Date('2026-11-20T21:00:45Z') })
  clock.seconds = 30
  await engine.evaluate(found(place('/srv/a')))
  t.strictSame(briefly(await listed({ acknowledged: true })), ['/srv/a firing 2'])
  clock.seconds = 60
  await engine.evaluate(found(place('/srv/a')))

  t.strictSame(briefly(await listed({ acknowledged: false })), ['/srv/a firing 3'])
  t.strictSame(said(events).slice(2), ['3 warning firing /srv/a'])
  t.strictSame(
    (await getAlert(database, id))?.transitions.map(({ from, to, by }) => [from, to, by]),
    [
      [null, 'firing', null],
      ['firing', 'acknowledged', 'ada'],
      ['acknowledged', 'firing', null],
    ],
  )
})

t.test('what was resolved by hand and still holds is a new alert, later', async (t) => {
  const { engine, clock, events } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const id = (await listed())[0]?.id ?? ''
  clock.seconds = 10
  const resolved = await engine.resolve(id, { user: 'ada', comment: 'cleaned up' })
  t.strictSame(await engine.resolve(id, { user: 'bob' }), resolved)
  t.match(resolved, {
    state: 'resolved',
    resolution: 'manual',
    resolvedBy: 'ada',
    resolveComment: 'cleaned up',
    resolvedAt: new Date('2026-11-20T21:00:10Z'),
  })
  t.strictSame(await listed({ state: ['pending', 'firing'] }), [])
  clock.seconds = 30
  await engine.evaluate(found(place('/srv/a')))

  const [renewed, old] = await listed()
  t.not(renewed?.id, id)
  t.strictSame(renewed?.startedAt, new Date('2026-11-20T21:00:30Z'))
  t.strictSame(old, resolved)
  t.strictSame(said(events), [
    '1 warning firing /srv/a',
    '2 info resolved /srv/a',
    '3 warning firing /srv/a',
  ])
})

t.test('what is unknown or over is refused with a code', async (t) => {
  const { engine } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const id = (await listed())[0]?.id ?? ''
  await engine.resolve(id, { user: 'ada' })
  const unknown = '00000000-0000-4000-8000-000000000000'

  await t.rejects(engine.acknowledge(id, { user: 'ada' }), { code: 'ERR_ALERT_RESOLVED' })
  await t.rejects(engine.acknowledge(unknown, { user: 'ada' }), { code: 'ERR_ALERT_NOT_FOUND' })
  await t.rejects(engine.resolve('no uuid', { user: 'ada' }), { code: 'ERR_ALERT_NOT_FOUND' })
  t.equal(await getAlert(database, unknown), null)
  t.equal(await getAlert(database, 'no uuid'), null)
})

t.test('a muted warning is kept and shown again when the critical one is over', async (t) => {
  const { engine, events } = await freshEngine({ rules: [rule, critical] })
  const bad = { ...place('/srv/a'), evidence: { critical: true } }
  await engine.evaluate(found(place('/srv/a')))
  await engine.evaluate(found(bad))
  const muted = await listed({ rule: 'StorageCapacityWarning' })
  const [muting] = await listed({ rule: 'Storage Capacity Critical' })
  t.strictSame(
    muted.map(({ state, inhibitedBy }) => [state, inhibitedBy]),
    [['firing', muting?.id]],
  )
  await engine.evaluate(found(place('/srv/a')))

  t.strictSame(
    events.map(({ data }) => `${String(data.event)} ${String(data.rule)}`),
    [
      'firing StorageCapacityWarning',
      'firing StorageCapacityCritical',
      'firing StorageCapacityWarning',
      'resolved StorageCapacityCritical',
    ],
  )
})

t.test('a pending alert that came to nothing leaves no history', async (t) => {
  const { engine, events } = await freshEngine({ rules: [{ ...rule, forSeconds: 60 }] })
  await engine.evaluate(found(place('/srv/a')))
  t.strictSame(briefly(await listed({ state: 'pending' })), ['/srv/a pending 1'])
  await engine.evaluate(found())

  t.strictSame(await listed(), [])
  t.strictSame(events, [])
})

t.test('a listener or a rule that throws stops nothing', async (t) => {
  await freshEngine()
  const errors: string[] = []
  const engine = new AlertEngine({
    database,
    rules: [
      {
        ...rule,
        alert: 'Fragile',
        check: () => {
          throw new Error('no such field')
        },
      },
      rule,
    ],
    now: () => new Date(start),
    onEvents: () => {
      throw new Error('deaf')
    },
    onError: ({ message }) => errors.push(message),
  })
  await engine.evaluate(found(place('/srv/a')))

  t.strictSame(errors, ['rule Fragile: no such field', 'alerts: a listener failed'])
  t.strictSame(briefly(await listed()), ['/srv/a firing 1'])
})

t.test('text that PostgreSQL cannot store is stored as what it can', async (t) => {
  const { engine } = await freshEngine()
  const odd = {
    labels: { serial: 'AB\0\0' },
    message: 'half a pair: \ud800',
    evidence: { a: '\0' },
  }
  await engine.evaluate(found(odd))
  await engine.evaluate(found(odd))

  t.match(await listed(), [
    { labels: { serial: 'AB\ufffd\ufffd' }, message: 'half a pair: \ufffd', count: 2 },
  ])
  t.strictSame(await listed({ q: 'AB\0' }).then(briefly), ['AB\ufffd\ufffd firing 2'])
})

t.test('alerts are listed newest first, filtered, in pages without a gap', async (t) => {
  const { engine, clock } = await freshEngine({ rules: [rule, critical] })
  const bad = (mountpoint: string) => ({ ...place(mountpoint), evidence: { critical: true } })
  await engine.evaluate(found(place('/srv/a')))
  clock.seconds = 30
  await engine.evaluate(found(place('/srv/a'), bad('/srv/100%')))
  clock.seconds = 60
  await engine.evaluate(found(place('/srv/a'), bad('/srv/100%'), place('/srv/A_b')))
  clock.seconds = 90
  await engine.evaluate(found(bad('/srv/100%'), place('/srv/A_b')))
  const names = async (filter: Partial<AlertFilter>) =>
    (await listed(filter)).map(({ severity, resource }) => `${severity} ${resource}`).sort()

  t.strictSame(
    (await listed()).map(({ startedAt }) => startedAt.toISOString().slice(17, 19)),
    ['00', '30', '30', '00'],
  )
  t.strictSame(await names({ severity: 'critical' }), ['critical /srv/100%'])
  t.equal((await names({ severity: 'critical,warning' })).length, 4)
  t.strictSame(await names({ severity: ['info'] }), [])
  t.strictSame(await names({ source: 'storage', state: 'resolved' }), ['warning /srv/a'])
  t.strictSame(await names({ resource: '/srv/100%', severity: ['warning'] }), ['warning /srv/100%'])
  t.strictSame(await names({ rule: 'StorageCapacityCritical' }), ['critical /srv/100%'])
  t.strictSame(await names({ rule: 'Storage Capacity Critical' }), ['critical /srv/100%'])
  t.strictSame(await names({ q: 'CRITICAL' }), ['critical /srv/100%'])
  t.strictSame(await names({ q: '0%' }), ['critical /srv/100%', 'warning /srv/100%'])
  t.strictSame(await names({ q: 'a_' }), ['warning /srv/A_b'])
  t.strictSame(await names({ since: new Date(start + 31_000) }), ['warning /srv/A_b'])
  t.strictSame(await names({ until: new Date(start + 29_000) }), ['warning /srv/a'])

  const all = (await listed()).map(({ id }) => id)
  const paged: string[] = []
  let cursor: string | null | undefined
  do {
    const page = await listAlerts(database, { limit: 1, offset: 0, cursor: cursor ?? undefined })
    t.equal(page.total, 4)
    paged.push(...page.alerts.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== null && paged.length < 10)
  t.strictSame(paged, all)
  t.strictSame(
    (await listed({ limit: 2, offset: 1 })).map(({ id }) => id),
    all.slice(1, 3),
  )
  for (const wrong of ['', 'x', Buffer.from('2026-99-99T00:00:00.000Z x').toString('base64url')]) {
    await t.rejects(listed({ cursor: wrong }), { code: 'ERR_CURSOR' })
  }
  t.strictSame(await countAlerts(database), [
    { severity: 'critical', state: 'firing', count: 1 },
    { severity: 'warning', state: 'firing', count: 2 },
  ])
})

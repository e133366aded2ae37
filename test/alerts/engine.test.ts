import t from 'tap'
import { AlertEngine } from '../../src/alerts/engine.ts'
import { getAlert } from '../../src/alerts/store.ts'
import type { Database, Queryable } from '../../src/db/database.ts'
import { eventsSince, lastSeq } from '../../src/events/store.ts'
import { alertsOn, briefly, critical, found, place, rule, said } from '../support/alert-engine.ts'
import { openTestDatabase } from '../support/database.ts'
import { start } from '../support/evaluation.ts'
import { failed, snapshotOf } from '../support/readings.ts'

const database = await openTestDatabase(t)
const { freshEngine, startEngine, listed } = alertsOn(database)

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
    action: 'Mend it.',
    runbook_url: '/runbooks/StorageCapacityWarning',
    part_of: {},
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
    flapping: false,
    inhibited_by: null,
    silenced_by: [],
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

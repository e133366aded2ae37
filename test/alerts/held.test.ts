import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { condensed } from '../../src/alerts/condense.ts'
import { evaluate, lastingAlerts, byFingerprint } from '../../src/alerts/evaluate.ts'
import { HeldBeats } from '../../src/alerts/held-beats.ts'
import { getAlert } from '../../src/alerts/store.ts'
import { DatabaseUnavailableError, type Database } from '../../src/db/database.ts'
import type { Finding, Rule } from '../../src/rules/rule.ts'
import type { Reading } from '../../src/snapshot.ts'
import { alertsOn, critical, found, place, rule, said } from '../support/alert-engine.ts'
import { until } from '../support/daemon.ts'
import { openTestDatabase } from '../support/database.ts'
import { found as readingOf, ruleOf, start } from '../support/evaluation.ts'
import { absent, failed, read, snapshotOf } from '../support/readings.ts'

const database = await openTestDatabase(t)
const { freshEngine, listed } = alertsOn(database)

/** A database that can be taken away. */
function switched() {
  const state = { away: false, fault: null as Error | null }
  const wrapped: Database = {
    query: (text, values) => database.query(text, values),
    async transaction(work) {
      if (state.away) throw new DatabaseUnavailableError('connection refused')
      if (state.fault !== null) throw state.fault
      return database.transaction(work)
    },
  }
  return { state, wrapped }
}

t.test('what fires and ends while the database is away is written when it is back', async (t) => {
  const { state, wrapped } = switched()
  const { engine, clock, events } = await freshEngine({ database: wrapped })
  t.equal(await engine.evaluate(found()), 'written')
  state.away = true
  clock.seconds = 30
  t.equal(await engine.evaluate(found(place('/srv/a'))), 'held')
  clock.seconds = 60
  t.equal(await engine.evaluate(found(place('/srv/a', 'fuller'), place('/srv/b'))), 'held')
  clock.seconds = 90
  t.equal(engine.hold(found(place('/srv/b'))), 'held')
  clock.seconds = 120
  t.equal(await engine.evaluate(found(place('/srv/b'))), 'held', 'nothing new is not held')

  t.strictSame(engine.held(), { since: new Date(start + 30_000), count: 3, leftOut: 0 })
  t.strictSame(
    engine.active.map(({ resource, state: is, firedAt }) => [resource, is, firedAt]),
    [['/srv/b', 'firing', new Date(start + 60_000)]],
    'it is known meanwhile what fires',
  )
  t.strictSame(await listed(), [])
  await t.rejects(engine.silence({ matchers: [], comment: '' } as never, { user: 'ada' }), {
    code: 'ERR_DATABASE_UNAVAILABLE',
  })

  state.away = false
  clock.seconds = 150
  t.equal(await engine.evaluate(found(place('/srv/b'))), 'written')
  t.strictSame(said(events), [
    ...['1 warning firing /srv/a', '2 warning firing /srv/b', '3 info resolved /srv/a'],
  ])
  t.strictSame(
    events.map(({ at }) => at),
    [30, 60, 90].map((seconds) => new Date(start + seconds * 1000)),
  )
  const [, first] = await listed()
  t.match(await getAlert(database, first?.id ?? ''), {
    ...{ resource: '/srv/a', message: 'fuller', state: 'resolved' },
    ...{ firedAt: new Date(start + 30_000), resolvedAt: new Date(start + 90_000) },
  })
  t.strictSame(engine.held(), { since: null, count: 0, leftOut: 0 })
})

t.test('nobody waits for a database that hangs, and what it does in the end counts', async (t) => {
  let hanging: Promise<void> | null = null
  const wrapped: Database = {
    query: (text, values) => database.query(text, values),
    async transaction(work) {
      await hanging
      return database.transaction(work)
    },
  }
  const { engine, clock, events } = await freshEngine({ database: wrapped, patienceMs: 100 })
  let ended: (error?: Error) => void = () => undefined
  const hang = () => {
    hanging = new Promise((resolve, reject) => {
      ended = (error) => {
        if (error) reject(error)
        else resolve()
      }
    })
  }
  hang()
  t.equal(await engine.evaluate(found(place('/srv/a'))), 'held')
  clock.seconds = 30
  t.equal(await engine.evaluate(found(place('/srv/a'), place('/srv/b'))), 'held')
  t.equal(engine.held().count, 2)
  ended()
  hanging = null
  // What a user does waits for its turn.
  await t.rejects(engine.resolve(randomUUID(), { user: 'ada' }), { code: 'ERR_ALERT_NOT_FOUND' })
  t.strictSame(said(events), ['1 warning firing /srv/a', '2 warning firing /srv/b'])
  t.equal(engine.held().count, 0)

  hang()
  clock.seconds = 60
  t.equal(await engine.evaluate(found(place('/srv/b'))), 'held')
  ended(new DatabaseUnavailableError('no answer within 35 s'))
  hanging = null
  clock.seconds = 90
  // On a machine that is busy a database that is well may take longer than the patience.
  await until(
    () => engine.evaluate(found(place('/srv/b'))),
    (outcome) => outcome === 'written',
  )
  t.strictSame(said(events).slice(2), ['3 info resolved /srv/a'])
  t.strictSame(events[2]?.at, new Date(start + 60_000))
})

t.test('what a user does comes after what was found before', async (t) => {
  const { state, wrapped } = switched()
  const { engine, clock, events } = await freshEngine({ database: wrapped })
  await engine.evaluate(found(place('/srv/a'), place('/srv/b')))
  const id = (await listed()).find(({ resource }) => resource === '/srv/a')?.id ?? ''
  state.away = true
  clock.seconds = 30
  await engine.evaluate(found(place('/srv/b')))
  state.away = false
  clock.seconds = 40
  await t.rejects(engine.acknowledge(id, { user: 'ada' }), { code: 'ERR_ALERT_RESOLVED' })
  t.strictSame(said(events).slice(2), ['3 info resolved /srv/a'])
})

t.test('one that the database does not take is tried again, then given up and told', async (t) => {
  const { state, wrapped } = switched()
  const { engine, clock, errors } = await freshEngine({ database: wrapped })
  await engine.evaluate(found())
  state.away = true
  // However long it is away, that is no try.
  for (let beat = 1; beat <= 20; beat += 1) await engine.evaluate(found(place('/srv/a')))
  state.away = false
  state.fault = new Error('out of shared memory')
  for (let tried = 1; tried < 10; tried += 1) {
    clock.seconds += 30
    await t.rejects(engine.evaluate(found()), { message: 'out of shared memory' }, `${tried}`)
    t.equal(engine.held().count, 1)
  }
  await t.rejects(engine.evaluate(found()), { message: 'out of shared memory' })
  t.strictSame(errors, ['alerts: the evaluation of 2026-11-20T21:00:00.000Z cannot be written'])
  state.fault = null
  t.equal(await engine.evaluate(found(place('/srv/b'))), 'written')
})

t.test('so many are held that they fit, the first and the last among them', (t) => {
  const beats = new HeldBeats(20)
  const beat = (minute: number) => ({
    ...{ at: new Date(start + minute * 60_000), rules: [], places: 3 },
    snapshot: snapshotOf({}),
  })
  for (let minute = 0; minute < 100; minute += 1) beats.add(beat(minute))
  const held: number[] = []
  for (let { oldest } = beats; oldest !== null; { oldest } = beats) {
    held.push((oldest.at.getTime() - start) / 60_000)
    t.equal(beats.leftOut, 100 - (beats.size + held.length - 1))
    beats.delete(oldest)
  }
  t.ok(held.length >= 2 && held.length <= 5, held.join(' '))
  t.equal(held[0], 0)
  t.equal(held.at(-1), 99)
  t.equal(beats.leftOut, 0, 'when all are written')
  t.end()
})

const places = fc.subarray(['a', 'b', 'c'])
const readings = fc.oneof(
  { weight: 6, arbitrary: places.map((names) => readingOf(...names.map((name) => place(name)))) },
  { weight: 1, arbitrary: fc.constant(failed()) },
  { weight: 1, arbitrary: fc.constant(absent()) },
  {
    weight: 1,
    arbitrary: fc.tuple(places, places).map(([names, unread]) => ({
      ...(read(names.map((name) => place(name))) as unknown as Reading<never>),
      coverage: 'some' as const,
      problems: unread.map((name) => ({ labels: { mountpoint: name }, error: 'unread' })),
    })),
  },
) as fc.Arbitrary<Reading<never>>

const rules: Rule[] = [
  { ...rule, forSeconds: 60 },
  { ...rule, alert: 'Lasting', keepFiringSeconds: 60 },
  { ...critical, check: (value) => (value as unknown as Finding[]).slice(0, 1) },
]

t.test('condensed, a snapshot says the same at any later time', (t) => {
  const throws = ruleOf({ alert: 'Throws', check: () => (null as unknown as []).slice() })
  const lingers = ruleOf({
    ...{ alert: 'Lingers', check: (value) => (value as unknown as Finding[]).slice(1) },
    lingers: (value) => (value as unknown as Finding[]).slice(0, 1),
  })
  const undecided = ruleOf({ alert: 'Undecided', undecided: () => [{ mountpoint: 'b' }] })
  const decided = ruleOf({ alert: 'Decided', undecided: () => [] })
  const all = [...rules, throws, lingers, undecided, decided]
  fc.assert(
    fc.property(fc.array(readings, { maxLength: 12 }), (row) => {
      let active = byFingerprint([])
      for (const [index, reading] of row.entries()) {
        const now = new Date(start + index * 30_000)
        const snapshot = snapshotOf({ tasks: reading })
        const told = (given: { rules: readonly Rule[]; snapshot: typeof snapshot }) => {
          let ids = 0
          const newId = () => `${index} ${++ids}`
          const { changes, errors } = evaluate(active, given.rules, given.snapshot, { now, newId })
          return { changes, errors: errors.map((error) => [error.rule, String(error.error)]) }
        }
        const whole = told({ rules: all, snapshot })
        const small = condensed(all, snapshot)
        if (JSON.stringify(told(small)) !== JSON.stringify(whole)) return false
        active = byFingerprint(lastingAlerts(active, whole.changes))
      }
      return true
    }),
    { numRuns: 300 },
  )
  t.end()
})

t.test('an outage at any time leaves the same alerts behind as none', async (t) => {
  const beats = fc.array(fc.record({ reading: readings, away: fc.boolean() }), {
    minLength: 1,
    maxLength: 14,
  })
  const history = async () => {
    const rows = await database.query(
      `select rule, resource, alert.state, started_at, fired_at, resolved_at, inhibited_by is not null as muted,
              (select jsonb_agg(jsonb_build_array(at, from_state, to_state) order by id)
               from alert_transitions where alert_id = alert.id) as steps
       from alerts as alert
       order by started_at, rule, resource`,
    )
    const events = await database.query(
      `select "timestamp", message from events order by "timestamp", message`,
    )
    return { rows, events }
  }
  const play = async (row: readonly { reading: Reading<never>; away: boolean }[]) => {
    const { state, wrapped } = switched()
    const { engine, clock } = await freshEngine({ database: wrapped, rules })
    for (const [index, { reading, away }] of [
      ...row,
      { reading: failed(), away: false },
    ].entries()) {
      clock.seconds = index * 30
      state.away = away
      await engine.evaluate(snapshotOf({ tasks: reading }))
    }
    return history()
  }
  await fc.assert(
    fc.asyncProperty(beats, async (row) => {
      const held = await play(row)
      const steady = await play(row.map(({ reading }) => ({ reading, away: false })))
      t.strictSame(held, steady)
    }),
    { numRuns: 40 },
  )
})

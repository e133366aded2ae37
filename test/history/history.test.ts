import t from 'tap'
import { DatabaseUnavailableError, type CopyingDatabase } from '../../src/db/database.ts'
import type { Family } from '../../src/exporter/family.ts'
import { History, type HistoryOptions } from '../../src/history/history.ts'
import type { MetricRange } from '../../src/history/reading.ts'
import { RecentValues } from '../../src/history/recent.ts'
import { numbersOf } from '../../src/numbers.ts'
import { openTestDatabase } from '../support/database.ts'
import { Clock } from '../support/clock.ts'
import { forgetHistory, LOOSE, metricsAt, seriesFrom, storeSeries } from '../support/history.ts'
import { noRequests } from '../support/idle.ts'

const db = await openTestDatabase(t)
const A = { serial: 'A', library: 'L' }
const B = { serial: 'B', library: 'L' }

t.beforeEach(() => forgetHistory(db))

/** A daemon's history of one family whose value is counted up at each reading. */
function historyOf(clock: Clock, changes: Partial<HistoryOptions> = {}) {
  const errors: string[] = []
  const state = { count: 0, failure: null as Error | null, ranges: [] as MetricRange[] }
  const database: CopyingDatabase = {
    async query(text, values) {
      if (state.failure) throw state.failure
      return await db.query(text, values)
    },
    async transaction(work) {
      if (state.failure) throw state.failure
      return await db.transaction(work)
    },
  }
  const family: Family = {
    ...{ name: 'storwarden_x', help: 'X.', type: 'gauge', subject: 'tasks' },
    samplesOf: () => [{ labels: A, value: state.count }],
    unknownOf: () => [],
  }
  const history = new History({
    database,
    families: [family],
    numbers: (snapshot) => numbersOf(snapshot, [], noRequests),
    ranges: () => state.ranges,
    intervalSeconds: 30,
    onError: (error) => errors.push(error.message),
    ...changes,
  })
  return {
    ...{ history, errors, state },
    /** Reads and evaluates, `seconds` later. */
    async evaluate(seconds: number) {
      clock.advance(seconds)
      state.count += 1
      const tasks = { state: 'read' as const, value: {} as never, takenAt: clock.now }
      const reading = { ...tasks, problems: [], coverage: 'all' as const, durationSeconds: 0 }
      const metrics = await history.update({ takenAt: clock.now, readings: { tasks: reading } })
      await history.settled()
      return metrics
    },
  }
}

t.test('rules look back at beats, those before a restart included, and at now', async (t) => {
  const clock = new Clock()
  const begin = clock.now.getTime()
  const before = historyOf(clock)
  for (const seconds of [0, 30, 30, 30]) await before.evaluate(seconds)
  await before.history.stop()

  const after = historyOf(clock)
  const { state, errors } = after
  state.count = 4
  state.ranges = [{ name: 'storwarden_x', seconds: 60 }]
  let metrics = await after.evaluate(30)
  t.strictSame(metrics.over('storwarden_x', 60), [seriesFrom(A, begin + 60_000, [3, 4, 5])])
  t.equal(metrics.over('storwarden_x', 90), null, 'nobody wanted so much')
  t.equal(metrics.over('system_load1', 60), null)

  metrics = await after.evaluate(10)
  t.strictSame(metrics.over('storwarden_x', 60), [
    {
      labels: A,
      points: [
        { atMs: begin + 90_000, value: 4 },
        { atMs: begin + 120_000, value: 5 },
        { atMs: begin + 130_000, value: 6 },
      ],
    },
  ])
  metrics = await after.evaluate(20)
  t.strictSame(
    metrics.over('storwarden_x', 60),
    [seriesFrom(A, begin + 90_000, [4, 5, 7])],
    'what is evaluated between beats is not kept',
  )
  state.ranges = [{ name: 'storwarden_x', seconds: 150 }]
  metrics = await after.evaluate(30)
  t.strictSame(metrics.over('storwarden_x', 150), [
    seriesFrom(A, begin + 30_000, [2, 3, 4, 5, 7, 8]),
  ])
  t.strictSame(errors, [])
})

t.test('a past that cannot be loaded is not known, and the rest works', async (t) => {
  const clock = new Clock()
  const appliance = historyOf(clock)
  const { state, errors } = appliance
  await appliance.evaluate(0)
  state.ranges = [{ name: 'storwarden_x', seconds: 120 }]
  state.failure = new DatabaseUnavailableError('gone')
  for (const seconds of [30, 30]) {
    const metrics = await appliance.evaluate(seconds)
    t.equal(metrics.over('storwarden_x', 60), null)
    t.match(metrics.get('storwarden_x'), { values: [{ labels: A, value: state.count }] })
  }
  t.strictSame(errors, ['what rules look back at was not loaded', 'numbers are not stored'])
  state.failure = null
  const begin = clock.now.getTime() - 60_000
  t.strictSame((await appliance.evaluate(30)).over('storwarden_x', 120), [
    seriesFrom(A, begin, [1, 4], 90_000),
  ])
  state.failure = new DatabaseUnavailableError('gone')
  t.strictSame(
    (await appliance.evaluate(30)).over('storwarden_x', 60),
    [seriesFrom(A, begin + 90_000, [4, 5])],
    'what was loaded once is kept without a database',
  )
})

t.test('a clock that is put back ends nothing', async (t) => {
  const clock = new Clock()
  const appliance = historyOf(clock)
  for (const seconds of [0, -3600, 30, 30]) await appliance.evaluate(seconds)
  const [row] = await db.query<{ count: number }>(`select count(*) as count from ${LOOSE}`)
  t.equal(row?.count, 4 * 2, 'the family and the requests answered')
})

t.test('recent values are never more than they may be', async (t) => {
  const clock = new Clock()
  const at = clock.now.getTime()
  const errors: string[] = []
  const recent = new RecentValues({
    database: db,
    mostPoints: 10,
    onError: (error) => errors.push(error.message),
  })
  const values = Array.from({ length: 10 }, (_, index) => index)
  await storeSeries(db, 'x', [seriesFrom(A, at - 270_000, values)])
  await storeSeries(db, 'y', [seriesFrom(A, at - 270_000, values)])
  const ranges = [
    { name: 'x', seconds: 120 },
    { name: 'y', seconds: 300 },
  ]
  await recent.load(ranges, at)
  await recent.load(ranges, at)
  const told =
    'y: no rule can look back at it: 300 s of it and what else rules look back at are more than 10 values'
  t.strictSame(errors, [told])
  const nothing = metricsAt(clock.now, {})
  t.strictSame(recent.over('x', 120, nothing), [seriesFrom(A, at - 120_000, [5, 6, 7, 8, 9])])
  t.equal(recent.over('y', 300, nothing), null)

  await recent.load(
    [
      { name: 'x', seconds: 120 },
      { name: 'y', seconds: 120 },
    ],
    at,
  )
  t.strictSame(recent.over('y', 120, nothing), [seriesFrom(A, at - 120_000, [5, 6, 7, 8, 9])])
  clock.advance(10)
  const places = [A, B, { serial: 'C' }].map((labels) => ({ labels, value: 1 }))
  recent.add(metricsAt(clock.now, { y: places }))
  t.equal(recent.over('y', 60, metricsAt(clock.now, {})), null, 'there are more places now')
  t.ok(recent.over('x', 120, metricsAt(clock.now, {})))
  t.strictSame(errors, [told, told.replace('300', '120')])
})

import fc from 'fast-check'
import t from 'tap'
import type { Database } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { packSamples, rollUpDue } from '../../src/history/compaction.ts'
import type { Point } from '../../src/history/metrics.ts'
import { insertBeat, seriesIds } from '../../src/history/store.ts'
import { aggregates, readStepped, seriesBy, steppedSeriesOf } from '../../src/history/stepped.ts'
import { makeStateDirectory, migrationsFolder, openTestDatabase } from '../support/database.ts'
import { start, until } from '../support/embedded.ts'
import { forgetHistory, interrupting, MIDNIGHT, QUARTER_MS } from '../support/history.ts'
import { steppedByHand } from '../support/stepped.ts'

const db = await openTestDatabase(t)
const MINUTE = 60_000
const HOUR = 3_600_000
const NAME = 'moved_bytes_total'

t.beforeEach(() => forgetHistory(db))

async function store(database: Database, points: readonly Point[], serial = 'A') {
  const [id = 0] = await seriesIds(database, [{ name: NAME, labels: { serial }, type: 'counter' }])
  await insertBeat(database, {
    atMs: MIDNIGHT,
    seriesIds: points.map(() => id),
    timesMs: points.map(({ atMs }) => atMs),
    values: points.map(({ value }) => value),
  })
}

const point = fc.record({
  // Over two and a half days, often at an edge.
  atMs: fc
    .oneof(
      fc.integer({ min: 0, max: 60 * HOUR }),
      fc.integer({ min: 0, max: 60 }).map((hour) => hour * HOUR),
      fc.integer({ min: 0, max: 720 }).map((five) => five * 5 * MINUTE - 1),
    )
    .map((offset) => MIDNIGHT + offset),
  value: fc.integer({ min: 0, max: 1000 }),
})

t.test('a step made of roll-ups is what its values, one by one, come to', async (t) => {
  const time = fc.integer({ min: -1, max: 61 * HOUR }).map((offset) => MIDNIGHT + offset)
  const step = fc.constantFrom(5, 10, 15, 60, 120, 360, 1440, 7).map((minutes) => minutes * MINUTE)
  const stored = fc.array(fc.array(point, { maxLength: 40 }), { maxLength: 4 })
  const packed = fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 4, maxLength: 4 })
  const question = fc.record({ one: time, other: time, stepMs: step })
  let rolledUp = 0
  await fc.assert(
    fc.asyncProperty(
      stored,
      packed,
      fc.array(question, { minLength: 1, maxLength: 4 }),
      async (batches, packed, questions) => {
        await forgetHistory(db)
        const there = new Map<number, number>()
        for (const [index, points] of batches.entries()) {
          // What comes late is put into chunks and roll-ups when it is packed next.
          const added = points.filter(({ atMs, value }) => {
            if (there.has(atMs)) return false
            return there.set(atMs, value)
          })
          await store(db, added)
          await packSamples(db, MIDNIGHT + (packed[index] ?? 0) * QUARTER_MS)
        }
        const points = [...there]
          .map(([atMs, value]) => ({ atMs, value }))
          .sort((one, other) => one.atMs - other.atMs)
        for (const { one, other, stepMs } of questions) {
          const [sinceMs, untilMs] = [Math.min(one, other), Math.max(one, other)]
          const past = { sinceMs, untilMs, atMost: 100_000 }
          for (const aggregate of aggregates) {
            const wanted = steppedByHand(points, past, { stepMs, aggregate })
            const { series, plan } = await readStepped(db, NAME, past, { stepMs, aggregate })
            same(t, series[0]?.points ?? [], wanted, `${aggregate} of ${stepMs}`)
            if (plan.rolled !== null) rolledUp += 1
            t.match(plan, { sinceMs, untilMs }, 'all of it is answered exactly')
          }
        }
      },
    ),
    { numRuns: 60 },
  )
  t.ok(rolledUp > 100, `${rolledUp} were made of roll-ups`)
})

/** Sums of the same values in another order differ in their last bits. */
function same(
  test: Pick<typeof t, 'strictSame'>,
  found: readonly Point[],
  wanted: readonly Point[],
  message: string,
) {
  test.strictSame(
    found.map(({ atMs, value }) => [atMs, Number(value.toPrecision(12))]),
    wanted.map(({ atMs, value }) => [atMs, Number(value.toPrecision(12))]),
    message,
  )
}

/** A counter that is now and then reset: four points an hour, over a day. */
function countedDay(seed: number): Point[] {
  let value = seed
  return Array.from({ length: 96 }, (_, index) => {
    value = index % 29 === 28 ? seed % 7 : value + ((index * 37 + seed) % 11)
    return { atMs: MIDNIGHT + index * 15 * MINUTE, value }
  })
}

const DAY = { sinceMs: MIDNIGHT, untilMs: MIDNIGHT + 24 * HOUR - 1, atMost: 100_000 }

/** What roll-ups say and what values say of every hour, and how much was counted in all. */
async function compared(database: Database, wanted: ReadonlyMap<string, readonly Point[]>) {
  const answers: unknown[] = []
  for (const aggregate of ['increase', 'count', 'last'] as const) {
    const step = { stepMs: HOUR, aggregate }
    const found = await steppedSeriesOf(database, NAME, DAY, step)
    for (const { labels, points } of found) {
      const byHand = steppedByHand(wanted.get(labels.serial ?? '') ?? [], DAY, step)
      answers.push({ labels, aggregate, is: points, should: byHand })
    }
  }
  return answers as { is: unknown; should: unknown }[]
}

const serials = ['A', 'B', 'C']
const days = new Map(serials.map((serial, index) => [serial, countedDay(index + 3)]))

t.test('packing and rolling up may break at any statement', async (t) => {
  let breaks = 0
  for (let n = 1; n < 200; n += 1) {
    await forgetHistory(db)
    for (const [serial, points] of days) await store(db, points, serial)
    const breaking = interrupting(db, n, () => {
      throw new Error(`broken at ${n}`)
    })
    const error = await packSamples(breaking, MIDNIGHT + 5 * QUARTER_MS).then(
      () => null,
      (error: unknown) => error as Error,
    )
    const answers = await compared(db, days)
    t.equal(answers.length, 9)
    for (const { is, should } of answers) t.strictSame(is, should, `after it broke at ${n}`)
    if (error === null) break
    t.match(error, { message: /^broken/ })
    breaks += 1
    await packSamples(db, MIDNIGHT + 5 * QUARTER_MS)
    for (const { is, should } of await compared(db, days)) t.strictSame(is, should)
  }
  t.ok(breaks >= 30, `${breaks} times`)
  const { plan } = await readStepped(db, NAME, DAY, { stepMs: HOUR, aggregate: 'sum' })
  t.match(plan, { rolled: { resolution: { table: 'metric_hours' } }, read: [] })
})

t.test(
  'a server that is killed while it rolls up leaves no hole and counts nothing twice',
  async (t) => {
    const { server, database } = await start(t, await makeStateDirectory(t), {
      settings: surviving,
    })
    await migrate(database, migrationsFolder)
    let kills = 0
    for (const n of [3, 8, 9, 10, 11, 12, 21, 22, 23, 33]) {
      await forgetHistory(database)
      for (const [serial, points] of days) await store(database, points, serial)
      const kill = () => {
        kills += Number(process.kill(server.processId ?? 0, 'SIGKILL'))
      }
      const before = server.restarts
      await packSamples(interrupting(database, n, kill), MIDNIGHT + 5 * QUARTER_MS).catch(
        () => undefined,
      )
      await until(() => server.restarts > before && server.processId !== null)
      for (const { is, should } of await compared(database, days)) {
        t.strictSame(is, should, `after it was killed at ${n}`)
      }
      await packSamples(database, MIDNIGHT + 5 * QUARTER_MS)
      const answers = await compared(database, days)
      t.equal(answers.length, 9)
      for (const { is, should } of answers) t.strictSame(is, should, `and went on after ${n}`)
    }
    t.equal(kills, 10)
  },
)

// A process that is killed has given to the kernel what it wrote.
const surviving = { fsync: 'off', full_page_writes: 'off' }

t.test(
  'what was packed before there were roll-ups is rolled up later, and read meanwhile',
  async (t) => {
    for (const [serial, points] of days) await store(db, points, serial)
    await packSamples(db, MIDNIGHT + 5 * QUARTER_MS)
    await db.query('truncate metric_five_minutes, metric_hours')
    await db.query('insert into metric_rollups_due select distinct begins_at_ms from metric_chunks')
    const due = async () => {
      const rows = await db.query<{ at: number }>(
        'select begins_at_ms as at from metric_rollups_due order by 1',
      )
      return rows.map(({ at }) => (at - MIDNIGHT) / QUARTER_MS)
    }
    for (let n = 1; n < 200; n += 1) {
      for (const { is, should } of await compared(db, days)) t.strictSame(is, should)
      const breaking = interrupting(db, n, () => {
        throw new Error('broken')
      })
      if ((await rollUpDue(breaking).catch(() => 'broken')) === undefined) break
    }
    t.strictSame(await due(), [])
    for (const { is, should } of await compared(db, days)) t.strictSame(is, should)
    const whole = { ...DAY, rolled: null, read: [{ fromMs: 0, toMs: DAY.untilMs }] }
    const step = { stepMs: HOUR, aggregate: 'sum' } as const
    t.strictSame(
      await steppedSeriesOf(db, NAME, DAY, step),
      await seriesBy(db, NAME, DAY, step, { ...whole, neededStepSeconds: null }),
    )
  },
)

t.test(
  'roll-ups cost little where nothing changes, and what is missing is not there',
  async (t) => {
    const constant = Array.from({ length: 2880 }, (_, index) => ({
      atMs: MIDNIGHT + index * 30_000,
      value: 5,
    }))
    await store(db, constant.slice(0, 1000))
    await store(db, constant.slice(2000), 'B')
    await packSamples(db, MIDNIGHT + 5 * QUARTER_MS)
    const rows = await db.query<Record<string, unknown>>(
      `select lasts, firsts, drops, cardinality(mins) as size, cardinality(array_remove(mins, null)) as filled
     from metric_five_minutes order by series_id`,
    )
    t.strictSame(rows, [
      { lasts: null, firsts: null, drops: null, size: 288, filled: 100 },
      { lasts: null, firsts: null, drops: null, size: 288, filled: 88 },
    ])
  },
)

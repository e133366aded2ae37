import t from 'tap'
import { seriesOf, windowsOf } from '../../src/history/reading.ts'
import { aggregates, steppedSeriesOf, type Aggregate } from '../../src/history/stepped.ts'
import { packSamples } from '../../src/history/compaction.ts'
import { countSamples, insertBeat, seriesIds, storedType } from '../../src/history/store.ts'
import { openTestDatabase } from '../support/database.ts'
import {
  BEAT_MS,
  forgetHistory,
  LOOSE,
  MIDNIGHT,
  QUARTER_MS,
  seriesFrom,
  storeBeat,
  storeSeries,
} from '../support/history.ts'

const db = await openTestDatabase(t)
const A = { serial: 'A', library: 'L1' }
const B = { serial: 'B', library: 'L1' }
const everything = { sinceMs: 0, untilMs: MIDNIGHT + 100 * QUARTER_MS, atMost: 1_000_000 }

t.beforeEach(() => forgetHistory(db))

t.test('what was stored comes back to the last bit, by name and labels', async (t) => {
  const values = [0.1, -0, 2 ** 53, 5e-324, 1.7976931348623157e308, -1e-7, 1 / 3]
  const stored = [seriesFrom(A, MIDNIGHT, values), seriesFrom(B, MIDNIGHT + 1, values)]
  await storeSeries(db, 'x', stored)
  await storeBeat(db, 'y', MIDNIGHT, [{ labels: A, value: 1 }])
  t.strictSame(await seriesOf(db, 'x', everything), stored)
  t.strictSame(await seriesOf(db, 'x', { ...everything, labels: { serial: 'B' } }), [stored[1]])
  t.strictSame(await seriesOf(db, 'x', { ...everything, labels: { serial: 'C' } }), [])
  t.strictSame(await seriesOf(db, 'z\0', everything), [])

  await packSamples(db, MIDNIGHT + 2 * QUARTER_MS)
  t.strictSame(await db.query(`select * from ${LOOSE}`), [])
  t.strictSame(await seriesOf(db, 'x', everything), stored, 'and so it does when it was packed')
})

t.test('both ends of the time that is asked for are included', async (t) => {
  await storeSeries(db, 'x', [seriesFrom(A, MIDNIGHT, [0, 1, 2, 3, 4])])
  const past = { sinceMs: MIDNIGHT + BEAT_MS, untilMs: MIDNIGHT + 3 * BEAT_MS, atMost: 3 }
  const wanted = [seriesFrom(A, MIDNIGHT + BEAT_MS, [1, 2, 3])]
  t.strictSame(await seriesOf(db, 'x', past), wanted)
  await packSamples(db, MIDNIGHT + 2 * QUARTER_MS)
  t.strictSame(await seriesOf(db, 'x', past), wanted)
  await t.rejects(seriesOf(db, 'x', { ...past, atMost: 2 }), {
    code: 'ERR_TOO_MANY_POINTS',
    message: /^more than 2 points/,
  })
})

t.test('a value that is stored stays, and is counted once', async (t) => {
  await storeBeat(db, 'x', MIDNIGHT, [{ labels: A, value: 1 }])
  await storeBeat(db, 'x', MIDNIGHT, [
    { labels: A, value: 2 },
    { labels: B, value: 3 },
  ])
  await storeBeat(db, 'x', MIDNIGHT + BEAT_MS, [{ labels: B, value: 3 }])
  t.strictSame(await seriesOf(db, 'x', everything), [
    seriesFrom(A, MIDNIGHT, [1]),
    seriesFrom(B, MIDNIGHT, [3, 3]),
  ])
  t.strictSame(await countSamples(db, new Date(MIDNIGHT + 1)), { total: 3, since: 1 })
  t.strictSame(await countSamples(db, new Date(0)), { total: 3, since: 3 })
})

t.test('the order of labels tells no series from another, and no label is too long', async (t) => {
  const name = 'x'
  const type = 'gauge' as const
  const long = { path: '/'.repeat(5000), nul: 'a\0b' }
  const [one, other, third] = await seriesIds(db, [
    { name, type, labels: { serial: 'A', library: 'L1' } },
    { name, type, labels: { library: 'L1', serial: 'A' } },
    { name, type, labels: long },
  ])
  t.equal(one, other)
  t.strictSame(await seriesIds(db, [{ name, type, labels: long }]), [third])
  t.equal(await storedType(db, 'x'), 'gauge')
  t.equal(await storedType(db, 'y'), null)
})

t.test('five thousand series are one beat', async (t) => {
  const values = Array.from({ length: 5000 }, (_, index) => ({
    labels: { serial: `S${index}` },
    value: index,
  }))
  await storeBeat(db, 'x', MIDNIGHT, values)
  await storeBeat(db, 'x', MIDNIGHT + BEAT_MS, values)
  const series = await seriesOf(db, 'x', everything)
  t.strictSame(
    series,
    values.map(({ labels, value }) => seriesFrom(labels, MIDNIGHT, [value, value])),
  )
  t.strictSame(await countSamples(db, new Date(MIDNIGHT + BEAT_MS)), { total: 10_000, since: 5000 })
})

t.test('nothing is stored of a beat that is not stored as a whole', async (t) => {
  const [id = 0] = await seriesIds(db, [{ name: 'x', labels: A, type: 'gauge' }])
  const beat = { atMs: MIDNIGHT, seriesIds: [id, id], timesMs: [1, 2] }
  await t.rejects(insertBeat(db, { ...beat, values: [1] }))
  t.strictSame(await seriesOf(db, 'x', everything), [])
  t.strictSame(await countSamples(db, new Date(0)), { total: 0, since: 0 })
})

t.test('a value that is stored already stays, whatever it is stored with', async (t) => {
  const places = Array.from({ length: 300 }, (_, index) => ({
    ...{ name: 'x', labels: { serial: `S${index}` }, type: 'gauge' as const },
  }))
  const ids = await seriesIds(db, places)
  const store = (value: number, those: readonly number[], timesMs = those.map(() => MIDNIGHT)) =>
    insertBeat(db, {
      ...{ atMs: MIDNIGHT, seriesIds: those, timesMs },
      values: those.map(() => value),
    })
  const [first = 0, second = 0, third = 0] = ids
  const last = ids.at(-1) ?? 0
  t.equal(await store(1, [third, first, third]), 2, 'the same series twice is one value')
  t.equal(await store(2, ids), 298)
  t.equal(await store(3, [second, last]), 0)
  t.equal(await store(4, [second, last, second], [MIDNIGHT, MIDNIGHT + 1, MIDNIGHT + 1]), 2)
  const found = await db.query<{ series_id: number; at: number; value: number }>(
    `select series_id, at_ms - $1 as at, value from ${LOOSE} order by at_ms, series_id`,
    [MIDNIGHT],
  )
  t.strictSame(
    found.map(({ series_id, at, value }) => [series_id, at, value]),
    [
      ...ids.map((id) => [id, 0, id === first || id === third ? 1 : 2]),
      [second, 1, 4],
      [last, 1, 4],
    ],
  )
  t.strictSame(await countSamples(db, new Date(0)), { total: 302, since: 302 })
})

t.test('numbers of any size and time come back as they were, loose and packed', async (t) => {
  const places = [A, B].map((labels) => ({ name: 'x', labels, type: 'gauge' as const }))
  const [a = 0, b = 0] = await seriesIds(db, places)
  const times = [MIDNIGHT, 0, 1, 2 ** 31, 2 ** 32, 2 ** 32 - 1, MIDNIGHT - 1]
  const values = [0.1, 0, 2 ** 53, 5e-324, -1.7976931348623157e308, -1e-7, 1 / 3]
  await insertBeat(db, {
    ...{ atMs: MIDNIGHT, seriesIds: [...times.map(() => b), ...times.map(() => a)] },
    ...{ timesMs: [...times, ...times], values: [...values, ...values.toReversed()] },
  })
  const wanted = [values.toReversed(), values].map((values) =>
    times
      .map((atMs, index) => ({ atMs, value: values[index] }))
      .sort((one, other) => one.atMs - other.atMs),
  )
  const points = async () => (await seriesOf(db, 'x', everything)).map(({ points }) => points)
  t.strictSame(await points(), wanted)
  await packSamples(db, MIDNIGHT + 2 * QUARTER_MS)
  t.strictSame(await db.query(`select * from ${LOOSE}`), [])
  t.strictSame(await points(), wanted)
})

t.test('the points of a step become one, loose and packed alike', async (t) => {
  const values = Array.from({ length: 1000 }, (_, index) => (index * 37) % 101)
  const stored = [seriesFrom(A, MIDNIGHT + 7, values), seriesFrom(B, MIDNIGHT + QUARTER_MS, values)]
  await storeSeries(db, 'x', stored)
  // Of the eight hours the first six are packed.
  await packSamples(db, MIDNIGHT + 1.5 * QUARTER_MS)
  const how: Partial<Record<Aggregate, (values: readonly number[]) => number>> = {
    avg: (all) => all.reduce((sum, value) => sum + value, 0) / all.length,
    min: (all) => Math.min(...all),
    max: (all) => Math.max(...all),
    sum: (all) => all.reduce((sum, value) => sum + value, 0),
    last: (all) => all.at(-1) ?? NaN,
    count: (all) => all.length,
  }
  const stepMs = 600_000
  const past = { sinceMs: MIDNIGHT + 1000 * 60, untilMs: MIDNIGHT + 1.4 * QUARTER_MS }
  for (const aggregate of aggregates) {
    const made = how[aggregate]
    if (made === undefined) continue
    const wanted = stored.map(({ labels, points }) => {
      const steps = new Map<number, number[]>()
      for (const { atMs, value } of points) {
        if (atMs < past.sinceMs || atMs > past.untilMs) continue
        const step = Math.floor(atMs / stepMs) * stepMs
        steps.set(step, [...(steps.get(step) ?? []), value])
      }
      const all = [...steps].map(([atMs, values]) => ({ atMs, value: made(values) }))
      return { labels, points: all }
    })
    const atMost = wanted.reduce((sum, { points }) => sum + points.length, 0)
    const step = { stepMs, aggregate }
    t.strictSame(await steppedSeriesOf(db, 'x', { ...past, atMost }, step), wanted, aggregate)
    await t.rejects(steppedSeriesOf(db, 'x', { ...past, atMost: atMost - 1 }, step), {
      code: 'ERR_TOO_MANY_POINTS',
    })
  }
})

t.test('several metrics are read at once, each as far back as it is wanted', async (t) => {
  const untilMs = MIDNIGHT + QUARTER_MS + 10 * BEAT_MS
  const values = Array.from({ length: 731 }, (_, index) => index)
  await storeSeries(db, 'x', [seriesFrom(A, MIDNIGHT, values), seriesFrom(B, MIDNIGHT, [1, 2])])
  await storeSeries(db, 'y', [seriesFrom({}, MIDNIGHT, values)])
  await packSamples(db, MIDNIGHT + 1.5 * QUARTER_MS)
  const ranges = [
    { name: 'x', seconds: 60 },
    { name: 'y', seconds: 30 },
    { name: 'y', seconds: 360 },
    { name: 'z', seconds: 60 },
  ]
  const wanted = new Map([
    ['x', [seriesFrom(A, untilMs - 2 * BEAT_MS, [728, 729, 730])]],
    ['y', [seriesFrom({}, untilMs - 12 * BEAT_MS, values.slice(-13))]],
    ['z', []],
  ])
  t.strictSame(await windowsOf(db, ranges, { untilMs, atMost: 16 }), wanted)
  await t.rejects(windowsOf(db, ranges, { untilMs, atMost: 15 }), { code: 'ERR_TOO_MANY_POINTS' })
  t.strictSame(await windowsOf(db, [], { untilMs, atMost: 15 }), new Map())
})

import fc from 'fast-check'
import t from 'tap'
import type { Queryable } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { packSamples } from '../../src/history/compaction.ts'
import { insertValues } from '../../src/history/late.ts'
import type { Labels, Point, Series } from '../../src/history/metrics.ts'
import { seriesOf } from '../../src/history/reading.ts'
import { insertBeat, seriesIds } from '../../src/history/store.ts'
import { makeStateDirectory, migrationsFolder, openTestDatabase } from '../support/database.ts'
import { start, until } from '../support/embedded.ts'
import {
  BEAT_MS,
  forgetHistory,
  interrupting,
  LOOSE,
  MIDNIGHT,
  QUARTER_MS,
  seriesFrom,
  storeBeat,
  storeSeries,
} from '../support/history.ts'

const db = await openTestDatabase(t)
const A = { serial: 'A' }
const B = { serial: 'B' }
const always = { sinceMs: 0, untilMs: MIDNIGHT + 1000 * QUARTER_MS, atMost: 10_000_000 }
const LATER = MIDNIGHT + 1.5 * QUARTER_MS

t.beforeEach(() => forgetHistory(db))

/** How much there is of each table. */
async function sizes(database: Queryable = db) {
  const [row] = await database.query(
    `select (select count(*) from ${LOOSE}) as samples, (select count(*) from metric_chunks) as chunks,
            (select count(*) from metric_times) as times, (select count(*) from metric_series) as series`,
  )
  return row
}

t.test('what is older than the current quarter of a day is packed', async (t) => {
  const values = Array.from({ length: 1000 }, (_, index) => index)
  const stored = [seriesFrom(A, MIDNIGHT, values), seriesFrom(B, MIDNIGHT, values)]
  await storeSeries(db, 'x', stored)
  await packSamples(db, MIDNIGHT + QUARTER_MS + 14 * 60_000)
  t.strictSame(await sizes(), { samples: 2000, chunks: 0, times: 0, series: 2 }, 'some may be late')

  await packSamples(db, MIDNIGHT + QUARTER_MS + 15 * 60_000)
  t.strictSame(await sizes(), { samples: 560, chunks: 2, times: 1, series: 2 }, 'times are shared')
  t.strictSame(await seriesOf(db, 'x', always), stored)
  await packSamples(db, MIDNIGHT + QUARTER_MS + 15 * 60_000)
  t.strictSame(await seriesOf(db, 'x', always), stored, 'doing it again changes nothing')

  await packSamples(db, MIDNIGHT + 3 * QUARTER_MS)
  t.strictSame(await sizes(), { samples: 0, chunks: 4, times: 2, series: 2 })
  t.strictSame(await seriesOf(db, 'x', always), stored)
})

t.test('what comes late is put among what is packed, what is there already stays', async (t) => {
  await storeSeries(db, 'x', [seriesFrom(A, MIDNIGHT, [0, 1, 2]), seriesFrom(B, MIDNIGHT, [5, 6])])
  await packSamples(db, LATER)
  await storeBeat(db, 'x', MIDNIGHT + BEAT_MS + 1, [{ labels: A, value: 7 }])
  await storeBeat(db, 'x', MIDNIGHT + BEAT_MS, [{ labels: A, value: 1 }])
  await packSamples(db, LATER)
  t.strictSame(await seriesOf(db, 'x', always), [
    {
      labels: A,
      points: [
        { atMs: MIDNIGHT, value: 0 },
        { atMs: MIDNIGHT + BEAT_MS, value: 1 },
        { atMs: MIDNIGHT + BEAT_MS + 1, value: 7 },
        { atMs: MIDNIGHT + 2 * BEAT_MS, value: 2 },
      ],
    },
    seriesFrom(B, MIDNIGHT, [5, 6]),
  ])
  t.match(await sizes(), { samples: 0, chunks: 2 })
})

t.test('what has more times than are packed at once is packed piece by piece', async (t) => {
  const values = Array.from({ length: 9000 }, (_, index) => index)
  const stored = [seriesFrom(A, MIDNIGHT, values, 1000), seriesFrom(B, MIDNIGHT, [5])]
  await storeSeries(db, 'x', stored)
  await packSamples(db, LATER)
  t.match(await sizes(), { samples: 0, chunks: 2 })
  t.strictSame(await seriesOf(db, 'x', always), stored)
})

t.test('values of a series that is gone are in nobody’s way', async (t) => {
  await storeSeries(db, 'x', [seriesFrom(A, MIDNIGHT, [1])])
  await db.query('delete from metric_series')
  await packSamples(db, LATER)
  t.strictSame(await sizes(), { samples: 0, chunks: 0, times: 0, series: 0 })
})

t.test('whatever was stored and whenever it was packed, it is there once', async (t) => {
  const some = fc.record({
    // What comes late goes past what is loose.
    late: fc.boolean(),
    step: fc.integer({ min: 0, max: 40 }),
    values: fc.dictionary(
      fc.constantFrom('A', 'B', 'C'),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      { minKeys: 1 },
    ),
  })
  const action = fc.oneof(
    { weight: 4, arbitrary: some },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 14 }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      await forgetHistory(db)
      const model = new Map<string, Map<number, number>>()
      for (const action of actions) {
        if (typeof action === 'number') {
          await packSamples(db, MIDNIGHT + action * QUARTER_MS)
          continue
        }
        const atMs = MIDNIGHT + action.step * 1_800_000
        const values = Object.entries(action.values).map(([serial, value]) => ({
          ...{ labels: { serial }, value },
        }))
        const isNew = ({ labels }: (typeof values)[number]) => {
          return model.get(labels.serial)?.has(atMs) !== true
        }
        if (action.late) t.equal(await storeLate(atMs, values), values.filter(isNew).length)
        else await storeBeat(db, 'x', atMs, values)
        for (const { labels, value } of values.filter(isNew)) {
          const points = model.get(labels.serial) ?? new Map<number, number>()
          model.set(labels.serial, points.set(atMs, value))
        }
      }
      const points = async () => {
        const found = await seriesOf(db, 'x', always)
        return new Map(found.map(({ labels, points }) => [labels.serial, points]))
      }
      const there = await points()
      await packSamples(db, MIDNIGHT + 100 * QUARTER_MS)
      const packed = await points()
      for (const [serial, values] of model) {
        const wanted = [...values]
          .map(([atMs, value]) => ({ atMs, value }))
          .sort((one, other) => one.atMs - other.atMs)
        t.strictSame(withoutSigns(packed.get(serial) ?? []), withoutSigns(wanted))
        t.ok((there.get(serial)?.length ?? 0) >= wanted.length)
      }
    }),
    { numRuns: 40 },
  )
})

/** Values of one moment, long after its quarter of a day; resolves with how many were not there before. */
async function storeLate(atMs: number, values: readonly { labels: Labels; value: number }[]) {
  const places = values.map(({ labels }) => ({ name: 'x', labels, type: 'gauge' as const }))
  return await db.transaction(async (transaction) => {
    const ids = await seriesIds(transaction, places)
    const rows = values.map(({ value }, index) => ({ id: ids[index] ?? 0, atMs, value }))
    return await insertValues(transaction, rows, MIDNIGHT + 100 * QUARTER_MS)
  })
}

/** Of a value that goes to the server as text a 0 loses its sign. */
function withoutSigns(points: readonly Point[]): Point[] {
  return points.map(({ atMs, value }) => ({ atMs, value: value + 0 }))
}

t.test('rows that an older daemon has left are packed with what came since', async (t) => {
  const [a = 0, b = 0] = await seriesIds(
    db,
    [A, B].map((labels) => ({ name: 'x', labels, type: 'gauge' as const })),
  )
  await db.query(
    `insert into metric_samples (series_id, at_ms, value) values ($1, $2, 1), ($1, $3, 2)`,
    [a, MIDNIGHT, MIDNIGHT + BEAT_MS],
  )
  const again = { atMs: MIDNIGHT, seriesIds: [a, b], values: [7, 8] }
  t.equal(await insertBeat(db, { ...again, timesMs: [MIDNIGHT, MIDNIGHT] }), 1)
  const next = MIDNIGHT + 2 * BEAT_MS
  t.equal(await insertBeat(db, { ...again, timesMs: [next, next] }), 2)
  const wanted = [
    { labels: A, points: [...seriesFrom(A, MIDNIGHT, [1, 2]).points, { atMs: next, value: 7 }] },
    seriesFrom(B, MIDNIGHT, [8, 8], 2 * BEAT_MS),
  ]
  t.strictSame(await seriesOf(db, 'x', always), wanted)
  await packSamples(db, LATER)
  t.strictSame(await seriesOf(db, 'x', always), wanted)
  t.strictSame(await sizes(), { samples: 0, chunks: 2, times: 2, series: 2 })
})

t.test('it may break anywhere, and is made up for', async (t) => {
  const values = Array.from({ length: 24 }, (_, index) => index)
  const stored = [A, B].map((labels) => seriesFrom(labels, MIDNIGHT, values, QUARTER_MS / 8))
  await storeSeries(db, 'x', stored)
  let breaks = 0
  for (let n = 1; n < 100; n += 1) {
    const breaking = interrupting(db, n, () => {
      throw new Error(`broken at ${n}`)
    })
    const error = await packSamples(breaking, MIDNIGHT + 4 * QUARTER_MS).then(
      () => null,
      (error: unknown) => error as Error,
    )
    t.strictSame(await seriesOf(db, 'x', always), stored, `after it broke at ${n}`)
    if (error === null) break
    t.match(error, { message: /^broken/ })
    breaks += 1
  }
  t.ok(breaks >= 7, `${breaks} times`)
  t.match(await sizes(), { samples: 0, chunks: 6 })
})

t.test('two at once pack it once', async (t) => {
  const stored = Array.from({ length: 40 }, (_, index) =>
    seriesFrom({ serial: `S${index}` }, MIDNIGHT, Array.from({ length: 700 }, Math.random)),
  )
  await storeSeries(db, 'x', stored)
  await Promise.allSettled([packSamples(db, LATER), packSamples(db, LATER), packSamples(db, LATER)])
  await packSamples(db, LATER)
  t.strictSame(await seriesOf(db, 'x', always), stored)
  t.match(await sizes(), { samples: 0, chunks: 40 })
})

t.test('beats that are stored meanwhile are not lost', async (t) => {
  const labels = Array.from({ length: 50 }, (_, index) => ({ serial: `S${index}` }))
  const stored = labels.map((labels) =>
    seriesFrom(labels, MIDNIGHT, Array.from({ length: 700 }, Math.random)),
  )
  await storeSeries(db, 'x', stored)
  const late = labels.map((labels) => ({ labels, value: 1 }))
  const under = { way: true }
  const packed = packSamples(db, LATER).finally(() => (under.way = false))
  const added: number[] = []
  for (let beat = 700; under.way && beat < 720; beat += 1) {
    added.push(beat)
    await storeBeat(db, 'x', MIDNIGHT + beat * BEAT_MS, late)
  }
  await packed
  await packSamples(db, LATER)
  const wanted = stored.map(({ labels, points }): Series => ({
    labels,
    points: [...points, ...added.map((beat) => ({ atMs: MIDNIGHT + beat * BEAT_MS, value: 1 }))],
  }))
  t.strictSame(await seriesOf(db, 'x', always), wanted)
  t.match(await sizes(), { samples: 0, chunks: 50 })
})

t.test('a server that is killed at any moment has lost nothing and doubled nothing', async (t) => {
  const { server, database } = await start(t, await makeStateDirectory(t), { settings: surviving })
  await migrate(database, migrationsFolder)
  const values = Array.from({ length: 24 }, (_, index) => index / 3)
  const stored = [A, B].map((labels) => seriesFrom(labels, MIDNIGHT, values, QUARTER_MS / 8))
  const packedAt = MIDNIGHT + 4 * QUARTER_MS
  // While it packs and deletes the first quarter of a day, and the second.
  for (const [kills, n] of [4, 5, 9, 10].entries()) {
    await forgetHistory(database)
    await storeSeries(database, 'x', stored)
    let killed = false
    const kill = () => {
      killed = process.kill(server.processId ?? 0, 'SIGKILL')
    }
    await packSamples(interrupting(database, n, kill), packedAt).catch(() => undefined)
    t.ok(killed, `at ${n}`)
    await until(() => server.restarts > kills && server.processId !== null)
    t.strictSame(await seriesOf(database, 'x', always), stored, `after it was killed at ${n}`)
    await packSamples(database, packedAt)
    t.strictSame(await seriesOf(database, 'x', always), stored)
    t.match(await sizes(database), { samples: 0, chunks: 6 })
  }
})

// A process that is killed has given to the kernel what it wrote.
const surviving = { fsync: 'off', full_page_writes: 'off' }

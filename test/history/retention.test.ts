import fc from 'fast-check'
import t from 'tap'
import { packSamples } from '../../src/history/compaction.ts'
import { seriesOf } from '../../src/history/reading.ts'
import { forgetOldSamples } from '../../src/history/retention.ts'
import { steppedSeriesOf } from '../../src/history/stepped.ts'
import { countSamples, seriesIds } from '../../src/history/store.ts'
import { openTestDatabase } from '../support/database.ts'
import {
  forgetHistory,
  LOOSE,
  MIDNIGHT,
  QUARTER_MS,
  seriesFrom,
  storeSeries,
} from '../support/history.ts'

const db = await openTestDatabase(t)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const A = { serial: 'A' }
const B = { serial: 'B' }
const always = { sinceMs: 0, untilMs: MIDNIGHT + 1000 * DAY, atMost: 1_000_000 }

t.beforeEach(() => forgetHistory(db))

async function partitions(): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits
     where inhparent in ('metric_chunks'::regclass, 'metric_five_minutes'::regclass, 'metric_hours'::regclass)
     order by 1`,
  )
  return rows.map(({ name }) => name)
}

t.test('what is older than it is kept is forgotten, by whole days', async (t) => {
  const values = Array.from({ length: 80 }, (_, index) => index)
  await storeSeries(db, 'x', [
    seriesFrom(A, MIDNIGHT, values, QUARTER_MS),
    seriesFrom(B, MIDNIGHT, [1, 2], QUARTER_MS),
  ])
  const now = new Date(MIDNIGHT + 20.3 * DAY)
  await packSamples(db, now.getTime())
  // Also what the tests before it have left.
  t.equal(
    (await partitions()).filter((name) => name.startsWith('metric_chunks_')).length >= 20,
    true,
  )
  await forgetOldSamples(db, { read: 2, fiveMinutes: 11, hours: 1000 }, now)
  t.strictSame(await partitions(), [
    'metric_chunks_20261208',
    'metric_chunks_20261209',
    'metric_five_minutes_20261127',
    'metric_five_minutes_20261205',
    'metric_hours_20261010',
  ])
  t.strictSame(
    await seriesOf(db, 'x', always),
    [{ labels: A, points: seriesFrom(A, MIDNIGHT, values, QUARTER_MS).points.slice(18 * 4) }],
    'what was read',
  )
  const step = { stepMs: 24 * HOUR, aggregate: 'count' } as const
  const [a, b] = await steppedSeriesOf(db, 'x', always, step)
  t.equal(a?.points.length, 20, 'rolled up to hours it is all there')
  t.strictSame(b?.points, [{ atMs: MIDNIGHT, value: 2 }])
  const [fives] = await steppedSeriesOf(db, 'x', always, { ...step, stepMs: 900_000 })
  t.equal(fives?.points.length, 4 * 13, 'and to 5 min since the partition of which some is kept')

  await forgetOldSamples(db, { read: 1, fiveMinutes: 1, hours: 1 }, new Date(MIDNIGHT + 900 * DAY))
  t.strictSame(await partitions(), [])
  t.strictSame(await db.query('select * from metric_series'), [])
  t.strictSame(await db.query('select * from metric_times'), [])
  t.strictSame(await countSamples(db, now), { total: 0, since: 0 })
  t.equal((await seriesIds(db, [{ name: 'x', labels: A, type: 'gauge' }])).length, 1)
})

t.test('never a value too many, whenever it is and whatever the zone of the server', async (t) => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/St_Johns',
    'Pacific/Apia',
    'Asia/Kathmandu',
  )
  const moment = fc
    .oneof(
      fc.integer({ min: 0, max: 40 * DAY }),
      // At midnight, and about it.
      fc
        .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: -1, max: 1 }))
        .map(([day, ms]) => day * DAY + ms),
      // Clocks are put back in Berlin on 25 October 2026, and forward on 28 March.
      fc.integer({ min: -36, max: 36 }).map((hour) => 16 * DAY + hour * HOUR),
    )
    .map((offset) => Date.parse('2026-10-09T00:00:00Z') + offset)
  const kept = fc.record({
    read: fc.integer({ min: 1, max: 20 }),
    fiveMinutes: fc.integer({ min: 1, max: 30 }),
    hours: fc.integer({ min: 1, max: 60 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(moment, { minLength: 1, maxLength: 12 }),
      fc.array(moment, { minLength: 1, maxLength: 3 }),
      kept,
      zones,
      async (times, nights, kept, zone) => {
        await forgetHistory(db)
        // One after the other they have the same connection.
        await db.query(`set timezone = '${zone}'`)
        await storeSeries(db, 'x', [
          {
            labels: A,
            points: [...times]
              .sort((one, other) => one - other)
              .map((atMs) => ({ atMs, value: 1 })),
          },
        ])
        let latest = 0
        for (const night of nights.sort((one, other) => one - other)) {
          latest = night + DAY
          await forgetOldSamples(db, kept, new Date(latest))
        }
        const read = (await seriesOf(db, 'x', always))[0]?.points.map(({ atMs }) => atMs) ?? []
        const young = times.filter((atMs) => atMs >= latest - kept.read * DAY)
        const old = times.filter((atMs) => atMs < latest - (kept.read + 1) * DAY)
        t.strictSame(
          young.filter((atMs) => !read.includes(atMs)),
          [],
          'all that is to be kept is',
        )
        t.strictSame(
          old.filter((atMs) => read.includes(atMs)),
          [],
          'and no more than a day besides',
        )
        for (const [table, days, partition] of [
          ['metric_five_minutes', kept.fiveMinutes, 8],
          ['metric_hours', kept.hours, 64],
        ] as const) {
          const stored = await countIn(table)
          const least = times.filter((atMs) => atMs >= latest - days * DAY)
          const most = times.filter((atMs) => atMs >= latest - (days + partition) * DAY)
          t.ok(stored >= least.length && stored <= Math.max(most.length, least.length), table)
        }
      },
    ),
    { numRuns: 60 },
  )
})

async function countIn(table: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select coalesce(sum(count), 0) as count from ${table} cross join lateral unnest(counts) as count`,
  )
  // Of the quarter of a day that is not packed yet.
  const [loose] = await db.query<{ count: number }>(`select count(*) as count from ${LOOSE}`)
  return (row?.count ?? 0) + (loose?.count ?? 0)
}

import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { migrate } from '../../src/db/migrate.ts'
import { packSamples, rollUpDue } from '../../src/history/compaction.ts'
import { seriesOf } from '../../src/history/reading.ts'
import { forgetOldSamples } from '../../src/history/retention.ts'
import { readStepped } from '../../src/history/stepped.ts'
import {
  makeStateDirectory,
  migrationsFolder,
  openEmptyDatabase,
  startTestServer,
} from '../support/database.ts'
import { MIDNIGHT, QUARTER_MS, seriesFrom } from '../support/history.ts'
import { steppedByHand } from '../support/stepped.ts'

const server = await startTestServer(t)

t.test('what was stored before there were roll-ups is kept, and rolled up', async (t) => {
  const db = await openEmptyDatabase(t, server)
  const before = join(await makeStateDirectory(t), 'migrations')
  await cp(migrationsFolder, before, { recursive: true })
  for (const name of await readdir(before)) {
    if (name >= '0018') await rm(join(before, name))
  }
  await migrate(db, before)
  const values = Array.from({ length: 60 }, (_, index) => index % 13)
  const stored = seriesFrom({ serial: 'A' }, MIDNIGHT + 7, values, QUARTER_MS / 8)
  // As the daemon before packed the first two quarters of a day, and not yet the others.
  await db.query(
    `insert into metric_series (name, labels, type) values ('x', '{"serial": "A"}', 'gauge')`,
  )
  for (const quarter of [0, 1]) {
    const begin = MIDNIGHT + quarter * QUARTER_MS
    const points = stored.points.filter(
      ({ atMs }) => Math.floor((atMs - MIDNIGHT) / QUARTER_MS) === quarter,
    )
    await db.query(
      `with times as (
         insert into metric_times (begins_at_ms, offsets_ms) values ($1, $2::integer[]) returning id
       )
       insert into metric_chunks (series_id, times_id, begins_at_ms, numbers)
       select metric_series.id, times.id, $1, $3::double precision[] from metric_series, times`,
      [begin, points.map(({ atMs }) => atMs - begin), points.map(({ value }) => value)],
    )
  }
  const loose = stored.points.slice(16)
  const [series] = await db.query<{ id: number }>('select id from metric_series')
  await db.query(
    `insert into metric_samples (series_id, at_ms, value)
     select $1, at_ms, value from unnest($2::bigint[], $3::double precision[]) as loose (at_ms, value)`,
    [series?.id, loose.map(({ atMs }) => atMs), loose.map(({ value }) => value)],
  )
  const always = { sinceMs: MIDNIGHT, untilMs: MIDNIGHT + 100 * QUARTER_MS, atMost: 1000 }

  t.strictSame(
    await migrate(db, migrationsFolder),
    (await readdir(migrationsFolder)).filter((name) => name >= '0018'),
  )
  t.strictSame(await seriesOf(db, 'x', always), [stored])
  const step = { stepMs: 3_600_000, aggregate: 'sum' } as const
  const wanted = [{ labels: stored.labels, points: steppedByHand(stored.points, always, step) }]
  const meanwhile = await readStepped(db, 'x', always, step)
  t.strictSame(meanwhile.series, wanted)
  t.equal(meanwhile.plan.rolled, null)

  await packSamples(db, MIDNIGHT + 20 * QUARTER_MS)
  await rollUpDue(db)
  const rolledUp = await readStepped(db, 'x', always, step)
  t.strictSame(rolledUp.series, wanted)
  t.match(rolledUp.plan.rolled, { fromMs: MIDNIGHT, resolution: { table: 'metric_hours' } })
  t.strictSame(await seriesOf(db, 'x', always), [stored])

  await forgetOldSamples(
    db,
    { read: 1, fiveMinutes: 1, hours: 1 },
    new Date(MIDNIGHT + 3 * 4 * QUARTER_MS),
  )
  t.strictSame(await seriesOf(db, 'x', always), [], 'and forgotten like the rest')
})

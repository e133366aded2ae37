import t from 'tap'
import { packSamples } from '../../src/history/compaction.ts'
import { until } from '../support/daemon.ts'
import { openTestDatabase } from '../support/database.ts'
import { startNatsServer, withoutNats as skip } from '../support/nats-server.ts'
import { makeStreams, messages, publishing } from '../support/publishing.ts'

const database = await openTestDatabase(t)
const BEAT_MS = 30_000
/** Numbers of ten hours, of which the first six are a quarter of a day that is packed. */
const BEGIN = Date.parse('2026-11-20T00:00:00Z')
const BEATS = 1_200

t.test('numbers are told as they are stored, packed and loose, each once', { skip }, async (t) => {
  const server = await startNatsServer(t)
  await makeStreams(server.url)
  await database.query(
    `insert into metric_series (name, labels, type) values
       ('storwarden_load1', '{}', 'gauge'), ('storwarden_scst_reads_total', '{"target":"iqn.a"}', 'counter')`,
  )
  await database.query(
    `insert into metric_samples (at_ms, value, series_id)
     select $1 + n * ${BEAT_MS}::bigint, n * id, id from generate_series(1, ${BEATS}) as n, metric_series`,
    [BEGIN],
  )
  await database.query(
    'insert into metric_beats (at_ms, samples) select at_ms, count(*) from metric_samples group by at_ms',
  )
  await packSamples(database, BEGIN + BEATS * BEAT_MS)
  const [loose] = await database.query<{ since: number }>(
    'select min(at_ms) as since from metric_samples',
  )
  t.equal(loose?.since, BEGIN + 6 * 3_600_000)
  await database.query(
    'insert into fleet_publisher (epoch, seq, metrics_at_ms) values ($1, 0, $1)',
    [BEGIN],
  )

  publishing(t, database, server.url, { metrics: true })
  const settled = BEATS - 2
  const told = await until(
    () => messages(server.url, 'metrics'),
    (found) => found.at(-1)?.seq === BEGIN + settled * BEAT_MS,
  )
  t.strictSame(
    told.flatMap(({ body }) => (body as { samples: unknown[] }).samples),
    Array.from({ length: settled }, (_, index) => index + 1).flatMap((n) => [
      ['storwarden_load1', {}, 'gauge', BEGIN + n * BEAT_MS, n],
      ['storwarden_scst_reads_total', { target: 'iqn.a' }, 'counter', BEGIN + n * BEAT_MS, 2 * n],
    ]),
    'but for those of the last minute, to which more may come',
  )
  t.ok(told.every(({ seq }, index) => seq > (told[index - 1]?.seq ?? 0)))
})

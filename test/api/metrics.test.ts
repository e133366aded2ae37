import t from 'tap'
import { packSamples } from '../../src/history/compaction.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { seriesFrom, storeSeries } from '../support/history.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const token = await api.session('viewer')
const admin = await api.session('admin')

const ask = async (query: Record<string, string>) => {
  const path = `/api/v1/monitoring/metrics?${new URLSearchParams(query).toString()}`
  const { status, body } = await api.ask('GET', path, { token })
  return { status, body: body as Record<string, unknown> }
}

const NAME = 'storwarden_tape_drive_active'
const A = { serial: 'A', library: 'L' }
const B = { serial: 'B', library: 'L' }
const FROM = Date.parse('2026-11-20T12:00:00Z')
await storeSeries(database, NAME, [
  seriesFrom(
    A,
    FROM,
    Array.from({ length: 1081 }, (_, index) => index),
  ),
  seriesFrom(B, FROM, [1, 2]),
])
await packSamples(database, api.clock.now.getTime())

t.test('a metric over time has its points as they were read', async (t) => {
  t.strictSame(await ask({ name: NAME, start_time: '2026-11-20T20:59:00Z' }), {
    status: 200,
    body: {
      name: NAME,
      type: 'gauge',
      series: [
        {
          labels: A,
          points: [
            ['2026-11-20T20:59:00.000Z', 1078],
            ['2026-11-20T20:59:30.000Z', 1079],
            ['2026-11-20T21:00:00.000Z', 1080],
          ],
        },
      ],
      step_seconds: null,
      aggregate: null,
      resolution_seconds: null,
      start_time: '2026-11-20T20:59:00.000Z',
      end_time: '2026-11-20T21:00:00.000Z',
    },
  })
  const { body } = await ask({ name: NAME })
  const [series] = body.series as { points: unknown[] }[]
  t.equal(series?.points.length, 121, 'of the last hour when nobody says how much')
})

t.test('a point a step is made of its values', async (t) => {
  const query = { name: NAME, start_time: '2026-11-20T12:00:00Z', end_time: '2026-11-20T20:59:59Z' }
  const { body } = await ask({ ...query, step_seconds: '10800', aggregate: 'max' })
  t.strictSame(body, {
    name: NAME,
    type: 'gauge',
    series: [
      {
        labels: A,
        points: [
          ['2026-11-20T12:00:00.000Z', 359],
          ['2026-11-20T15:00:00.000Z', 719],
          ['2026-11-20T18:00:00.000Z', 1079],
        ],
      },
      { labels: B, points: [['2026-11-20T12:00:00.000Z', 2]] },
    ],
    step_seconds: 10800,
    aggregate: 'max',
    resolution_seconds: 3600,
    start_time: '2026-11-20T12:00:00.000Z',
    end_time: '2026-11-20T20:59:59.000Z',
  })
  const of = JSON.stringify({ serial: 'B' })
  t.match(await ask({ ...query, labels: of, step_seconds: '86400' }), {
    body: {
      series: [{ labels: B, points: [['2026-11-20T00:00:00.000Z', 1.5]] }],
      aggregate: 'avg',
    },
  })
})

t.test('a metric without a series is empty, one that there is not is not found', async (t) => {
  t.match(await ask({ name: 'system_load1' }), {
    status: 200,
    body: { name: 'system_load1', type: 'gauge', series: [] },
  })
  t.match(await ask({ name: 'system_load2' }), { status: 404, body: { code: 'metric_not_found' } })
  await storeSeries(database, 'of_another_version', [seriesFrom(A, FROM, [1])])
  t.match(await ask({ name: 'of_another_version' }), { status: 200, body: { series: [] } })
})

t.test('a query that makes no sense is refused, and so is too much', async (t) => {
  const refused: [Record<string, string>, unknown[]][] = [
    [{ step_seconds: '60' }, [{ path: '/query/name', message: 'is needed with the others' }]],
    [
      { name: NAME, aggregate: 'avg' },
      [{ path: '/query/step_seconds', message: 'is needed with aggregate' }],
    ],
    [
      { name: NAME, start_time: '2026-11-20T22:00:00Z' },
      [{ path: '/query/start_time', message: 'must not be after end_time' }],
    ],
    [
      { name: '', aggregate: 'median', step_seconds: '0', labels: '[]' },
      [
        { path: '/query/name', message: 'must NOT have fewer than 1 characters' },
        { path: '/query/step_seconds', message: 'must be >= 1' },
        {
          path: '/query/aggregate',
          message: 'must be one of avg, min, max, sum, last, count, increase, rate',
        },
      ],
    ],
    [
      { name: NAME, aggregate: 'rate', step_seconds: '60' },
      [{ path: '/query/aggregate', message: `rate is for counters, and ${NAME} is a gauge` }],
    ],
    ...['[]', '{"serial": 1}', '{', 'null', 'A'].map(
      (labels): [Record<string, string>, unknown[]] => [
        { name: NAME, labels },
        [{ path: '/query/labels', message: 'must be a JSON object of texts' }],
      ],
    ),
  ]
  for (const [query, errors] of refused) {
    const { status, body } = await ask(query)
    t.strictSame({ status, errors: body.errors }, { status: 400, errors }, JSON.stringify(query))
  }
  const points = Array.from({ length: 50_001 }, (_, index) => index)
  await storeSeries(database, 'much', [seriesFrom(A, FROM, points, 100)])
  t.match(await ask({ name: 'much', start_time: '2026-11-20T12:00:00Z' }), {
    status: 400,
    body: {
      code: 'invalid_request',
      detail: 'more than 50000 points: ask for fewer series, less time or longer steps',
    },
  })
  t.match(await ask({ name: 'much', start_time: '2026-11-20T12:00:00.100Z' }), { status: 200 })
  t.match(await ask({ name: 'much', labels: '{"__proto__": "x\\u0000"}' }), {
    status: 200,
    body: { series: [] },
  })
})

t.test('of what is only kept rolled up the answer begins with a whole roll-up', async (t) => {
  const edges = (since: string) =>
    database.query('update metric_edges set chunks_since_ms = $1', [
      since === '' ? 0 : Date.parse(since),
    ])
  await edges('2026-11-20T18:00:00Z')
  t.teardown(() => edges(''))
  const query = { name: NAME, start_time: '2026-11-20T12:30:00Z', aggregate: 'count' }
  const { body } = await ask({ ...query, step_seconds: '7200', end_time: '2026-11-20T17:10:00Z' })
  t.match(body, {
    resolution_seconds: 3600,
    start_time: '2026-11-20T12:00:00.000Z',
    end_time: '2026-11-20T17:59:59.999Z',
    series: [
      {
        points: [
          ['2026-11-20T12:00:00.000Z', 240],
          ['2026-11-20T14:00:00.000Z', 240],
          ['2026-11-20T16:00:00.000Z', 240],
        ],
      },
    ],
  })
  t.match(await ask({ ...query, step_seconds: '420' }), {
    status: 400,
    body: {
      errors: [
        {
          path: '/query/step_seconds',
          message: 'must be a multiple of 300 for what is older than 2026-11-20T18:00:00.000Z',
        },
      ],
    },
  })
  t.match(await ask({ name: NAME, start_time: '2026-11-20T12:30:00Z' }), {
    body: { start_time: '2026-11-20T18:00:00.000Z', resolution_seconds: null },
  })
})

t.test('stored values are counted', async (t) => {
  const { body } = await api.ask('GET', '/api/v1/monitoring/stats', { token: admin })
  const [row] = await database.query<{ total: number; since: number }>(
    'select sum(samples) as total, sum(samples) filter (where at_ms >= $1) as since from metric_beats',
    [api.clock.now.getTime() - 3_600_000],
  )
  t.match(body, { data: { total_metrics: row?.total, metrics_last_hour: row?.since } })
  t.equal(row?.total, 1081 + 2 + 1 + 50_001)
})

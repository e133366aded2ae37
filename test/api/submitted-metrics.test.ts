import t from 'tap'
import { packSamples } from '../../src/history/compaction.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { forgetHistory, LOOSE } from '../support/history.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const token = await api.session('viewer')
const PATH = '/api/v1/monitoring/metrics'

// The clock of the API is at 2026-11-20T21:00:00Z: in the quarter of a day that begins at 18:00.
const at = (time: string) => `2026-11-20T${time}Z`

t.beforeEach(() => forgetHistory(database))

async function submit(body: unknown) {
  const { status, body: answer } = await api.ask('POST', PATH, { token, body })
  return { status, body: answer as Record<string, unknown> }
}

async function read(query: Record<string, string>) {
  const path = `${PATH}?${new URLSearchParams(query).toString()}`
  const { status, body } = await api.ask('GET', path, { token })
  return { status, body: body as { series: { labels: unknown; points: [string, number][] }[] } }
}

const gauge = { name: 'queue_jobs', metric_type: 'gauge', value: 3 }

t.test('a value, or a list of them, is kept and read like those of the appliance', async (t) => {
  t.strictSame(await submit(gauge), { status: 201, body: { accepted: 1, stored: 1 } })
  const labels = { job: 'a', host: 'b' }
  const list = [
    { ...gauge, labels, timestamp: at('20:58:00') },
    {
      ...gauge,
      labels: { host: 'b', job: 'a' },
      value: 4,
      timestamp: '2026-11-20T22:59:00.5+02:00',
    },
    { ...gauge, labels, timestamp: at('20:58:00') },
  ]
  t.strictSame(await submit(list), { status: 201, body: { accepted: 3, stored: 2 } })
  t.strictSame(await submit(list), { status: 201, body: { accepted: 3, stored: 0 } })
  t.match(await read({ name: 'queue_jobs' }), {
    status: 200,
    body: {
      type: 'gauge',
      series: [
        { labels: {}, points: [[at('21:00:00.000'), 3]] },
        {
          labels,
          points: [
            [at('20:58:00.000'), 3],
            [at('20:59:00.500'), 4],
          ],
        },
      ],
    },
  })
})

t.test('what is observed is a histogram, of which steps tell', async (t) => {
  const observed = [2, 5, 3].map((value, index) => ({
    ...{ name: 'backup_duration_seconds', metric_type: 'histogram', value },
    timestamp: at(`20:30:00.00${index}`),
  }))
  t.match(await submit(observed), { status: 201 })
  const query = { name: 'backup_duration_seconds', step_seconds: '3600' }
  for (const [aggregate, value] of Object.entries({ max: 5, sum: 10, count: 3 })) {
    t.match(await read({ ...query, aggregate }), {
      body: { type: 'histogram', series: [{ points: [[at('20:00:00.000'), value]] }] },
    })
  }
})

t.test('a counter that begins anew goes on growing', async (t) => {
  const counted = [10, 15, 3, 4].map((value, index) => ({
    ...{ name: 'backups_total', metric_type: 'counter', value },
    timestamp: at(`20:${10 + index * 10}:00`),
  }))
  t.match(await submit(counted), { status: 201 })
  const query = { name: 'backups_total', start_time: at('20:00:00'), end_time: at('20:59:59.999') }
  t.match(await read({ ...query, step_seconds: '3600', aggregate: 'increase' }), {
    body: { series: [{ points: [[at('20:00:00.000'), 5 + 3 + 1]] }] },
  })
  t.match(await read({ ...query, step_seconds: '3600', aggregate: 'rate' }), {
    body: { series: [{ points: [[at('20:00:00.000'), 9 / 3600]] }] },
  })
})

t.test('a value that comes late goes into its chunk and its roll-ups', async (t) => {
  const early = [8, 9, 10].map((hour) => ({
    ...{ ...gauge, value: hour, timestamp: at(`${String(hour).padStart(2, '0')}:10:00`) },
  }))
  await submit(early)
  t.strictSame(await database.query(`select * from ${LOOSE}`), [], 'all of them are packed')
  const query = { name: 'queue_jobs', start_time: at('06:00:00'), end_time: at('11:59:59.999') }
  const sums = async () => (await read({ ...query, step_seconds: '3600', aggregate: 'sum' })).body
  t.match(await sums(), {
    resolution_seconds: 3600,
    series: [
      {
        points: [
          [at('08:00:00.000'), 8],
          [at('09:00:00.000'), 9],
          [at('10:00:00.000'), 10],
        ],
      },
    ],
  })
  const late = [
    { ...gauge, value: 100, timestamp: at('09:30:00') },
    { ...gauge, value: 1000, timestamp: '2026-11-19T21:00:00Z' },
    { ...gauge, value: 7, timestamp: at('10:10:00') },
  ]
  t.match(await submit(late), { body: { accepted: 3, stored: 2 } }, 'what is there stays')
  t.match(await submit(late), { body: { accepted: 3, stored: 0 } })
  t.match(await sums(), {
    resolution_seconds: 3600,
    series: [
      {
        points: [
          [at('08:00:00.000'), 8],
          [at('09:00:00.000'), 109],
          [at('10:00:00.000'), 10],
        ],
      },
    ],
  })
  await packSamples(database, api.clock.now.getTime())
  t.match((await read({ ...query, start_time: '2026-11-19T20:00:00Z' })).body, {
    series: [
      {
        points: [
          ['2026-11-19T21:00:00.000Z', 1000],
          [at('08:10:00.000'), 8],
          [at('09:10:00.000'), 9],
          [at('09:30:00.000'), 100],
          [at('10:10:00.000'), 10],
        ],
      },
    ],
  })
  const [row] = await database.query<{ times: number }>(
    'select count(*) as times from metric_times',
  )
  t.equal(row?.times, 2, 'times that no chunk has any more are gone')
})

t.test('every fault is named by its place, and nothing is kept', async (t) => {
  const { status, body } = await submit([
    gauge,
    {
      name: '9 lives',
      metric_type: 'summary',
      value: 'many',
      labels: { __name__: 'x', ok: '', 'a-b': 'c', fine: 'd\n' },
      timestamp: '2026-11-19T20:59:59Z',
      unit: 's',
    },
    { ...gauge, metric_type: 'counter', value: -1, timestamp: at('21:05:01') },
    { metric_type: 'gauge', value: 1e291 },
  ])
  const paths = (body.errors as { path: string }[]).map(({ path }) => path)
  t.strictSame(
    { status, paths: paths.sort() },
    {
      status: 400,
      paths: [
        '/body/1/labels/__name__',
        '/body/1/labels/a-b',
        '/body/1/labels/fine',
        '/body/1/labels/ok',
        '/body/1/metric_type',
        '/body/1/name',
        '/body/1/timestamp',
        '/body/1/unit',
        '/body/1/value',
        '/body/2/timestamp',
        '/body/2/value',
        '/body/3/name',
        '/body/3/value',
      ],
    },
  )
  for (const value of ['NaN', 'Infinity', '1e999', 'null']) {
    const raw = `{"name": "x", "metric_type": "gauge", "value": ${value}}`
    t.equal((await submit(raw)).status, 400, value)
  }
  const many = Array.from({ length: 1001 }, () => gauge)
  t.match(await submit(many), { status: 400, body: { errors: [{ path: '/body' }] } })
  t.match(await submit([]), { status: 400 })
  const labels = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`l${index}`, 'x']))
  t.match(await submit({ ...gauge, labels }), {
    status: 400,
    body: { errors: [{ path: '/body/labels' }] },
  })
  t.strictSame(await database.query('select * from metric_series'), [])
})

t.test(
  'two values of a series at one time, another type and a name of the appliance are refused',
  async (t) => {
    t.match(await submit([gauge, { ...gauge, value: 4 }]), {
      status: 400,
      body: {
        errors: [
          { path: '/body/1/value', message: `queue_jobs has two values at ${at('21:00:00.000')}` },
        ],
      },
    })
    await submit(gauge)
    t.match(
      await submit([
        { ...gauge, name: 'y' },
        { ...gauge, metric_type: 'counter' },
      ]),
      {
        status: 409,
        body: {
          code: 'metric_type_differs',
          errors: [{ path: '/body/1/metric_type', message: 'queue_jobs is a gauge' }],
        },
      },
    )
    t.match(
      await submit([
        { ...gauge, name: 'z' },
        { ...gauge, name: 'z', metric_type: 'histogram' },
      ]),
      {
        status: 409,
      },
    )
    await database.query(
      `insert into metric_series (name, labels, type) values ('former', '{}', 'gauge')`,
    )
    for (const name of ['system_load1', 'storwarden_anything', 'former']) {
      t.match(await submit({ ...gauge, name }), {
        status: 409,
        body: { code: 'metric_reserved', errors: [{ path: '/body/name' }] },
      })
    }
    t.strictSame(await database.query('select name from metric_series order by 1'), [
      { name: 'former' },
      { name: 'queue_jobs' },
    ])
  },
)

t.test('there can be so many series and no more, however many hand them in at once', async (t) => {
  const series = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...gauge, labels: { n: String(from + index) } }))
  t.match(await submit(series(0, 11)), {
    status: 409,
    body: {
      code: 'too_many_series',
      detail: 'there can be 10 series that are handed in, and no more',
    },
  })
  t.match(await submit(series(0, 8)), { status: 201 })
  const answers = await Promise.all([0, 1, 2, 3].map((n) => submit(series(8 + n, 2))))
  t.ok(answers.filter(({ status }) => status === 201).length <= 2)
  const [row] = await database.query<{ count: number }>(
    'select count(*) as count from metric_series',
  )
  t.ok((row?.count ?? 0) <= 10)
  t.match(await submit(series(0, 8)), { status: 201 }, 'those that are there go on')
})

t.test('the same is handed in by many at once, and kept once', async (t) => {
  const list = [3, 2, 1, 0].flatMap((minute) =>
    ['A', 'B', 'C'].map((host) => ({
      ...gauge,
      labels: { host },
      timestamp: at(`0${6 + minute}:00:00`),
    })),
  )
  const bodies = Array.from({ length: 6 }, (_, index) => (index % 2 ? list : [...list].reverse()))
  const answers = await Promise.all(bodies.map(submit))
  t.strictSame(
    answers.map(({ status }) => status),
    [201, 201, 201, 201, 201, 201],
  )
  const counted = await read({
    ...{
      name: 'queue_jobs',
      start_time: at('00:00:00'),
      step_seconds: '86400',
      aggregate: 'count',
    },
  })
  t.strictSame(
    counted.body.series.map(({ points }) => points[0]?.[1]),
    [4, 4, 4],
  )
})

t.test('who made new series is in the audit trail, once', async (t) => {
  await database.query('delete from audit')
  await submit([gauge, { ...gauge, labels: { a: 'b' } }, { ...gauge, name: 'other' }])
  await submit({ ...gauge, value: 4, timestamp: at('20:00:00') })
  t.match(await database.query('select action, before, after from audit'), [
    { action: 'metric.create', before: null, after: { series: { queue_jobs: 2, other: 1 } } },
  ])
})

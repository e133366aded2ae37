import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { stringify } from 'yaml'
import { routes } from '../../src/api/routes/index.ts'
import { migrate } from '../../src/db/migrate.ts'
import { startTestDaemon, until, type TestDaemon } from '../support/daemon.ts'
import {
  makeStateDirectory,
  migrationsFolder,
  openEmptyDatabase,
  startTestServer,
  type Teardown,
} from '../support/database.ts'
import { storeAppliance } from '../support/told-fleet.ts'

const server = await startTestServer(t)

async function newDatabase(t: Teardown) {
  const pool = await openEmptyDatabase(t, server, { poolSize: 2 })
  const [row] = await pool.query<{ name: string }>('select current_database() as name')
  const { host, user, port } = server.connection
  const url = `postgresql://${user}@localhost/${row?.name ?? ''}?host=${encodeURIComponent(host)}&port=${port}`
  return { pool, url }
}

const start = (t: Teardown, url: string) =>
  startTestDaemon(t, {
    under: ['env', `DATABASE_URL=${url}`],
    arguments: ['--replay', 'fixtures/recordings/07-raid-degraded-and-full'],
  })

async function said(url: string, path: string, init: RequestInit = {}) {
  const response = await fetch(url + path, init)
  const text = await response.text()
  const body = (text.startsWith('{') ? JSON.parse(text) : text) as Record<string, unknown>
  return { status: response.status, body }
}

/** What a token of the daemon that works opens at either. */
async function tokenOf(daemon: TestDaemon): Promise<RequestInit> {
  const { token } = await daemon.post<{ token: string }>('/api/v1/auth/tokens', {
    ...{ name: 'reader', role: 'admin' },
  })
  return { headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } }
}

/** Alerts are raised a moment after the start. */
const firing = (daemon: TestDaemon) =>
  until(
    () => daemon.get<{ alerts: { id: string }[] }>('/api/v1/monitoring/alerts?state=firing'),
    ({ alerts }) => alerts.length > 3,
  )

t.test(
  'a second daemon shows what the first writes, and takes over when it is killed',
  async (t) => {
    const { url } = await newDatabase(t)
    const first = await start(t, url)
    const second = await start(t, url)
    t.match(
      second.log.join('\n'),
      /another storwardend works on the database: standing by on http:/,
    )
    t.match(await said(second.url, '/health'), { status: 200, body: { status: 'standby' } })
    t.match(await said(second.url, '/health/live'), { status: 200, body: { status: 'ok' } })
    t.match(await said(second.url, '/health/ready'), { status: 503, body: { status: 'standby' } })
    t.match(await said(first.url, '/health/ready'), { status: 200 })

    const { alerts } = await firing(first)
    const asReader = await tokenOf(first)
    await first.post('/api/v1/monitoring/rules', {
      ...{ name: 'Busy', query: 'cpu_usage > 80', severity: 'warning' },
    })
    t.match(await said(second.url, '/api/v1/monitoring/alerts'), { status: 401 })
    const paths = [
      ...['alerts?state=firing&limit=1000', `alerts/${alerts[0]?.id ?? ''}`, 'events', 'incidents'],
      ...['silences', 'rules', 'stats', 'notifications', 'metrics?name=storwarden_array_degraded'],
    ].map((path) => `/api/v1/monitoring/${path}`)
    for (const path of [...paths, '/api/v1/tasks', '/api/v1/auth/me', '/api/v1/audit']) {
      const [ours, others] = [
        await said(second.url, path, asReader),
        await said(first.url, path, asReader),
      ]
      t.equal(ours.status, 200, path)
      t.strictSame(Object.keys(ours.body), Object.keys(others.body))
    }
    const shown = await said(second.url, paths[0] ?? '', asReader)
    t.equal((shown.body.alerts as unknown[]).length, alerts.length)
    const rules = (await said(second.url, '/api/v1/monitoring/rules', asReader)).body
    t.match(JSON.stringify(rules), /"name":"Busy"/)

    await t.test('nothing can be changed there, and nothing is made up', async (t) => {
      const seen = new Map<string, number>()
      for (const { method, path } of routes) {
        const place = path.replace(/:\w+/g, '00000000-0000-4000-8000-000000000000')
        const init = { ...asReader, method: method.toUpperCase() }
        const { status, body } = await said(second.url, place, init)
        const problem = body.code as string | undefined
        seen.set(`${status} ${problem ?? ''}`, (seen.get(`${status} ${problem ?? ''}`) ?? 0) + 1)
        if (method !== 'get')
          t.match({ status, problem }, { status: 503, problem: 'standby' }, path)
        else t.ok(status < 500 || problem === 'standby' || path.startsWith('/health'), path)
      }
      t.comment([...seen].map(([answer, count]) => `${count} × ${answer}`).join(', '))
    })
    await t.test('hardware and the stream are for the one that reads it', async (t) => {
      for (const path of [
        '/api/v1/hardware/drives',
        '/metrics',
        '/',
        '/api/v1/monitoring/metrics',
      ]) {
        t.match(await said(second.url, path, asReader), { status: 503, body: { code: 'standby' } })
      }
      await t.rejects(second.follow(() => undefined))
    })
    t.notMatch(second.log.join('\n'), /error/)

    const killedAt = performance.now()
    await first.end('SIGKILL')
    await until(
      () => said(second.url, '/health/ready').catch(() => ({ status: 0 })),
      ({ status }) => status === 200,
    )
    t.comment(`took over after ${((performance.now() - killedAt) / 1000).toFixed(1)} s`)
    t.match(second.log.join('\n'), new RegExp(` listening on ${second.url}$`, 'm'))
    t.match(await said(second.url, '/api/v1/hardware/drives', asReader), { status: 200 })

    // The one that was killed comes back, and finds another.
    const third = await start(t, url)
    t.match(third.log.join('\n'), /standing by on/)
    t.equal(await third.end('SIGTERM'), 0, 'one that stands by ends when it is told to')
  },
)

t.test('of a fleet what is stored of its appliances is shown by who stands by', async (t) => {
  const { pool, url } = await newDatabase(t)
  await migrate(pool, migrationsFolder)
  await storeAppliance(pool, 'tape-01', new Date())
  await storeAppliance(pool, 'tape-02', new Date('2026-11-01T00:00:00Z'))
  const file = join(await makeStateDirectory(t), 'config.yaml')
  // Nobody answers there.
  const fleet = { servers: ['nats://127.0.0.1:9'], silent_seconds: 86_400 }
  await writeFile(file, stringify({ role: 'fleet', fleet }))
  const startOf = () =>
    startTestDaemon(t, {
      under: ['env', `DATABASE_URL=${url}`],
      arguments: ['--config', file, '--replay', 'fixtures/recordings/01-steady'],
    })
  const first = await startOf()
  const second = await startOf()
  const asReader = await tokenOf(first)
  const ask = (path: string) => said(second.url, `/api/v1${path}`, asReader)
  t.match(await ask('/fleet/appliances'), {
    status: 200,
    body: {
      ...{ total: 2, listening: true, deaf_since: null },
      appliances: [
        { name: 'tape-01', state: 'reporting', lag: null },
        { name: 'tape-02', state: 'reporting', last_heard_at: '2026-11-01T00:00:00.000Z' },
      ],
    },
  })
  for (const path of ['alerts?', 'events?', 'metrics?name=storwarden_array_degraded&']) {
    t.match(await ask(`/monitoring/${path}appliance=tape-01`), { status: 200 }, path)
  }
  for (const path of ['/monitoring/metrics?', '/hardware/drives?']) {
    t.match(await ask(`${path}appliance=tape-01`), { status: 503, body: { code: 'standby' } }, path)
  }
  await pool.query("delete from fleet_appliances where name = 'tape-01'")
  await until(
    () => ask('/fleet/appliances'),
    ({ body }) => body.total === 1,
  )
  t.match(await ask('/fleet/appliances'), {
    body: { listening: false, deaf_since: '2026-11-01T00:00:00.000Z' },
  })
})

t.test('who stands by writes down no use, and reads no tables but its own', async (t) => {
  const { pool, url } = await newDatabase(t)
  const first = await start(t, url)
  const asReader = await tokenOf(first)
  await pool.query(`update api_tokens set last_used_at = null`)
  const second = await start(t, url)
  t.match(await said(second.url, '/api/v1/monitoring/alerts', asReader), { status: 200 })
  t.strictSame(await pool.query('select last_used_at from api_tokens'), [{ last_used_at: null }])

  const newest = await pool.query<{ number: number; name: string }>(
    'select max(number)::int as number from schema_migrations',
  )
  const number = newest[0]?.number ?? 0
  await pool.query('insert into schema_migrations (number, name) values ($1, $2)', [
    ...[number + 1, 'of a newer program'],
  ])
  t.match(await said(second.url, '/api/v1/monitoring/alerts', asReader), {
    status: 503,
    body: {
      code: 'standby',
      detail: `the tables are of version ${number + 1}, this program reads those of version ${number}`,
    },
  })
  await first.end('SIGKILL')
  // When it would have to work on them it ends.
  await until(
    async () => second.log.join('\n'),
    (told) => /storwardend: .*newer/.test(told),
  )
  await t.rejects(said(second.url, '/health'))
})

t.test('one that is to write and cannot does not start', async (t) => {
  const { url } = await newDatabase(t)
  await start(t, url)
  await t.rejects(
    startTestDaemon(t, {
      under: ['env', `DATABASE_URL=${url}`, 'STORWARDEN_DATABASE_ROLE=writer'],
      arguments: ['--replay', 'fixtures/recordings/01-steady'],
    }),
    { message: /another storwardend works on it, and database\.role is writer/ },
  )
})

t.test(
  'tables of an older program are not read before somebody has brought them up to date',
  async (t) => {
    const { pool, url } = await newDatabase(t)
    await migrate(pool, migrationsFolder, 20)
    // Held as a daemon holds it; what that one's program is does not matter.
    const [row] = await pool.query<{ taken: boolean }>(
      'select pg_try_advisory_lock(7867941) as taken',
    )
    t.ok(row?.taken)
    const daemon = await start(t, url)
    t.match(await said(daemon.url, '/api/v1/monitoring/alerts'), {
      status: 503,
      body: {
        code: 'standby',
        detail: /^the tables are of version 20, this program reads those of/,
      },
    })
    t.equal(await daemon.end('SIGTERM'), 0)
  },
)

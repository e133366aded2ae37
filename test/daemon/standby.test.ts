import t from 'tap'
import { startTestDaemon, until } from '../support/daemon.ts'
import { openEmptyDatabase, startTestServer, type Teardown } from '../support/database.ts'

const server = await startTestServer(t)

async function newDatabase(t: Teardown): Promise<string> {
  const pool = await openEmptyDatabase(t, server, { poolSize: 1 })
  const [row] = await pool.query<{ name: string }>('select current_database() as name')
  const { host, user, port } = server.connection
  return `postgresql://${user}@localhost/${row?.name ?? ''}?host=${encodeURIComponent(host)}&port=${port}`
}

const start = (t: Teardown, url: string) =>
  startTestDaemon(t, {
    under: ['env', `DATABASE_URL=${url}`],
    arguments: ['--replay', 'fixtures/recordings/01-steady'],
  })

async function said(url: string, path: string) {
  const response = await fetch(url + path)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

t.test('a second daemon stands by, and takes over from one that was killed', async (t) => {
  const url = await newDatabase(t)
  const first = await start(t, url)
  const second = await start(t, url)
  t.match(second.log.join('\n'), /another storwardend works on the database: standing by on http:/)
  t.match(await said(second.url, '/health'), { status: 200, body: { status: 'standby' } })
  t.match(await said(second.url, '/health/live'), { status: 200, body: { status: 'ok' } })
  t.match(await said(second.url, '/health/ready'), { status: 503, body: { status: 'standby' } })
  t.match(await said(second.url, '/api/v1/monitoring/alerts'), {
    status: 503,
    body: { code: 'standby' },
  })
  t.match(await said(first.url, '/health/ready'), { status: 200 })

  const killedAt = performance.now()
  await first.end('SIGKILL')
  const listening = await until(
    () => Promise.resolve(second.log.filter((line) => line.includes(' listening on http:'))),
    (lines) => lines.length > 0,
  )
  const seconds = (performance.now() - killedAt) / 1000
  t.comment(`took over after ${seconds.toFixed(1)} s`)
  const [, now = ''] = /listening on (http:\S+)/.exec(listening.join('\n')) ?? []
  t.match(await said(now, '/health/ready'), { status: 200, body: { status: 'ready' } })

  // The one that was killed comes back, and finds another.
  const third = await start(t, url)
  t.match(third.log.join('\n'), /standing by on/)
  t.equal(await third.end('SIGTERM'), 0, 'one that stands by ends when it is told to')
})

t.test('one that is to write and cannot does not start', async (t) => {
  const url = await newDatabase(t)
  await start(t, url)
  await t.rejects(
    startTestDaemon(t, {
      under: ['env', `DATABASE_URL=${url}`, 'STORWARDEN_DATABASE_ROLE=writer'],
      arguments: ['--replay', 'fixtures/recordings/01-steady'],
    }),
    { message: /another storwardend works on it, and database\.role is writer/ },
  )
})

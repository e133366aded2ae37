import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { WebSocket } from 'ws'
import { startTestDaemon, until } from '../support/daemon.ts'
import { openDatabaseGate } from '../support/database-gate.ts'
import { openEmptyDatabase, startTestServer, type Teardown } from '../support/database.ts'
import { openNotifySocket } from '../support/notify-socket.ts'

const server = await startTestServer(t)
const skip = spawnSync('python3', ['--version']).error !== undefined && 'python3 receives'

async function newGate(t: Teardown) {
  const pool = await openEmptyDatabase(t, server, { poolSize: 1 })
  const [row] = await pool.query<{ name: string }>('select current_database() as name')
  return await openDatabaseGate(t, server.connection, row?.name ?? '')
}

const start = (t: Teardown, url: string, ...more: string[]) =>
  startTestDaemon(t, {
    under: ['env', `DATABASE_URL=${url}`, ...more],
    arguments: ['--replay', 'fixtures/recordings/01-steady'],
  })

async function said(url: string, path: string) {
  const response = await fetch(url + path)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

interface Status {
  components: { database: { status: string; message: string; details: { code: string | null } } }
}

t.test('a daemon waits for a database that is not there yet', { skip }, async (t) => {
  const gate = await newGate(t)
  const socket = await openNotifySocket(t, `@storwarden-starting-${process.pid}`)
  const watchdog = [`NOTIFY_SOCKET=${socket.name}`, 'WATCHDOG_USEC=400000']
  const daemon = await start(t, gate.url, ...watchdog)
  const { url } = daemon
  t.equal((await socket.next()).message, 'READY=1', 'who started it does not wait')
  t.equal((await socket.next()).message, 'STATUS=waiting for the database: it refuses connections')
  t.equal((await socket.next()).message, 'WATCHDOG=1')

  const message = /^waited for since 20\S+Z: it refuses connections$/
  t.strictSame(await said(url, '/health/live'), { status: 200, body: { status: 'ok' } })
  t.strictSame(await said(url, '/health/ready'), {
    status: 503,
    body: { status: 'not_ready', checks: { database: false, filesystem: true } },
  })
  t.match(await said(url, '/health'), {
    status: 503,
    body: { status: 'unhealthy', components: { database: { status: 'unhealthy', message } } },
  })
  t.match(await said(url, '/health/status'), {
    status: 503,
    body: {
      status: 'down',
      components: { database: { status: 'down', message, details: { code: 'ECONNREFUSED' } } },
      critical_failures: ['database'],
    },
  })
  t.match(await said(url, '/health/detailed'), { status: 503, body: { database: 'disconnected' } })
  for (const path of ['/', '/metrics', '/api/v1/monitoring/alerts', '/api/v1/hardware/drives'])
    t.match(await said(url, path), { status: 503, body: { code: 'database_unavailable' } }, path)
  const stream = new WebSocket(`${url.replace('http', 'ws')}/api/v1/monitoring/events`)
  const [error] = (await once(stream, 'error')) as [Error]
  t.equal(error.message, 'Unexpected server response: 503')

  const reason = async () => {
    const { body } = await said(url, '/health/status')
    return (body as unknown as Status).components.database.details.code
  }
  await gate.set({ sqlState: '57P03', message: 'the database system is starting up' })
  await until(reason, (code) => code === '57P03')
  await gate.set({ sqlState: '53300', message: 'sorry, too many clients already' })
  await until(reason, (code) => code === '53300')
  t.match(
    await said(url, '/health'),
    { body: { components: { database: { message: /: it has no connection left$/ } } } },
    'health says what it is now',
  )
  await gate.set('open')
  await until(
    () => said(url, '/health/ready').catch(() => ({ status: 0 })),
    ({ status }) => status === 200,
  )
  t.match(await daemon.get('/api/v1/monitoring/alerts'), { total: Number })
  const lines = daemon.log.join('\n')
  t.match(
    daemon.log[1],
    /warn {2}database: connect ECONNREFUSED 127.0.0.1:\d+: it is waited for, and answered meanwhile on http/,
  )
  t.equal(daemon.log.filter((line) => line.includes('is waited for')).length, 1, 'it is said once')
  t.match(lines, /database: it is there, \d+ s after it was asked first/)
  t.match(lines, new RegExp(`listening on ${url}$`, 'm'), 'at the address that it had')
  t.notMatch(lines, /request failed/)
  t.equal(await daemon.end('SIGTERM'), 0)
})

t.test('told to stop it does not wait for a server that says nothing', async (t) => {
  const gate = await newGate(t)
  const daemon = await start(t, gate.url)
  await gate.set('silent')
  await until(
    () => Promise.resolve(gate.connections()),
    (asking) => asking > 0,
  )
  const began = performance.now()
  t.equal(await daemon.end('SIGTERM'), 0)
  t.ok(performance.now() - began < 3_000, 'at once')
})

t.test('what waiting does not mend ends it, with the reason', async (t) => {
  const gate = await newGate(t)
  await gate.set({ sqlState: '28P01', message: 'password authentication failed for user "x"' })
  await t.rejects(start(t, gate.url), {
    message: /ended with 1: [^]*storwardend: database: password authentication failed for user "x"/,
  })
  await gate.set('open')
  await t.rejects(start(t, gate.url.replace(/[^/]+$/, 'nowhere')), {
    message: /ended with 1: [^]*storwardend: database: database "nowhere" does not exist/,
  })
  await t.rejects(start(t, `${gate.url}?sslmode=require`), {
    message: /ended with 1: [^]*storwardend: database: The server does not support SSL connections/,
  })
  await t.rejects(start(t, 'postgresql://x:hidden@127.0.0.1:70000/x'), {
    message: /ended with 1: (?![^]*hidden)[^]*database.url cannot be read as a URL/,
  })
})

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { WebSocket } from 'ws'
import { clientAt } from '../../src/cli/client.ts'
import { exchange } from '../../src/cli/exchange.ts'
import { selfSignedFile } from '../../src/tls/sources.ts'
import { startTestDaemon, until } from '../support/daemon.ts'
import { say } from '../support/raw.ts'

const program = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

t.test('a daemon that makes its own certificate', async (t) => {
  const config = join(t.testdir(), 'config.yaml')
  writeFileSync(
    config,
    'listen: {tls: {self_signed: true, self_signed_names: [vault.example.org]}}\n',
  )
  const daemon = await startTestDaemon(t, {
    arguments: ['--config', config, '--replay', 'fixtures/recordings/01-steady'],
  })
  t.match(daemon.url, /^https:\/\/127\.0\.0\.1:\d+$/)
  const ca = selfSignedFile(daemon.stateDir)
  const key = join(daemon.stateDir, 'tls', 'key.pem')
  t.equal((statSync(key).mode & 0o777).toString(8), '600')
  t.notMatch(daemon.log.join('\n'), /PRIVATE KEY/)

  const client = clientAt(daemon.url, null, ca)
  t.equal((await client.get('/health/live')).text('status'), 'ok')
  await t.rejects(clientAt(daemon.url, null).get('/health/live'), {
    message: /--ca or STORWARDEN_CA$/,
  })

  const password = readFileSync(join(daemon.stateDir, 'initial-admin-password'), 'utf8').trim()
  const session = await client.post('/api/v1/auth/login', { username: 'admin', password })
  const token = session.text('token') ?? ''
  const text = async (path: string) => {
    const headers = { authorization: `Bearer ${token}` }
    const wanted = { method: 'GET', headers, body: null, caFile: ca, timeoutMs: 10_000 }
    return (await exchange(daemon.url + path, wanted)).text
  }

  await t.test('the command line is told whom to trust', async (t) => {
    const env = { ...process.env, STORWARDEN_URL: daemon.url, STORWARDEN_TOKEN: token }
    const run = (words: string[], more: NodeJS.ProcessEnv = {}) =>
      spawnSync(process.execPath, [program, 'status', '--json', ...words], {
        ...{ env: { ...env, ...more }, encoding: 'utf8' },
      })
    const outcome = ({ status, stdout }: { status: number | null; stdout: string }) => [
      status,
      stdout.startsWith('{'),
    ]
    t.strictSame(outcome(run(['--ca', ca])), [0, true])
    t.strictSame(outcome(run([], { STORWARDEN_CA: ca })), [0, true])
    const without = run([])
    t.equal(without.status, 1)
    t.match(without.stderr, /signed by nobody who is trusted/)
    t.match(run(['--ca', '/nonexistent']).stderr, /\/nonexistent: cannot be read: ENOENT/)
    t.equal(run(['--ca']).status, 2)
  })

  await t.test('the stream and the plain port', async (t) => {
    const socket = new WebSocket(`${daemon.url.replace('https', 'wss')}/api/v1/monitoring/events`, {
      ca: readFileSync(ca),
      headers: { authorization: `Bearer ${token}` },
    })
    const [frame] = (await once(socket, 'message')) as [Buffer]
    t.match(JSON.parse(frame.toString()), { type: 'system', data: { event: 'hello' } })
    socket.terminate()
    const port = Number(new URL(daemon.url).port)
    t.match(await say({ port }, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /tls_required/)
  })

  await t.test('what is broken is made anew, and told', async (t) => {
    const before = readFileSync(ca, 'utf8')
    writeFileSync(key, 'half')
    await until(
      async () => readFileSync(ca, 'utf8'),
      (text) => text !== before && text.includes('-----END'),
    )
    await until(
      async () => daemon.log.some((line) => line.includes('another certificate is used')),
      (told) => told,
    )
    await until(
      () => text('/api/v1/monitoring/events?event_type=log'),
      (answer) => answer.includes('certificate_replaced'),
    )
    t.equal(await text('/health/live'), '{"status":"ok"}')
  })

  await t.test('it is in the health and in the metrics', async (t) => {
    const health = await text('/health/status')
    t.match(health, /"certificate":\{[^}]*"status":"up"/)
    t.notMatch(health, /certificate\.pem/)
    t.match(await text('/metrics'), /^storwarden_certificate_not_after_timestamp_seconds\{/m)
  })
  t.equal(await daemon.end('SIGTERM'), 0)
})

t.test('without a pair where TLS is wanted it does not start', async (t) => {
  const folder = t.testdir()
  const config = join(folder, 'config.yaml')
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(config, `listen: {tls: {cert_file: ${cert}, key_file: ${key}}}\n`)
  await t.rejects(startTestDaemon(t, { arguments: ['--config', config] }), {
    message: /ended with 1: .*cert\.pem: cannot be read: ENOENT/s,
  })
})

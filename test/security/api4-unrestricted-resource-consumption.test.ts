import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { WebSocket } from 'ws'
import type { ListenerLimits } from '../../src/api/listener.ts'
import { startServer } from '../../src/api/server.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { heard, parsedAnswer, say } from '../support/raw.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const token = await api.session('operator')
const { context } = api
const hub = { hasRoom: () => false, accept: () => undefined, stop: async () => undefined }
const LIVE = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'

/** Another server on the same context, with limits that a test reaches. */
async function startLimited(
  t: { teardown(end: () => Promise<void>): void },
  limits: Partial<ListenerLimits> = {},
  more: Partial<Parameters<typeof startServer>[0]> = {},
) {
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, context, hub, limits, stopTimeoutMs: 0 },
    ...more,
  })
  t.teardown(() => server.stop())
  return server
}

/** Sends a byte after the other until the other side has had enough; how many seconds that took. */
async function drip(socket: Socket, byte: string): Promise<{ seconds: number; text: string }> {
  const began = performance.now()
  const timer = setInterval(() => socket.write(byte), 50)
  const text = await heard(socket)
  clearInterval(timer)
  return { seconds: (performance.now() - began) / 1000, text }
}

t.test('API4 slow loris: headers that never end', async (t) => {
  const server = await startLimited(t, { headersTimeoutMs: 500, requestTimeoutMs: 1000 })
  const slow = connect(server.port, '127.0.0.1')
  slow.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')
  const { seconds, text } = await drip(slow, 'x')
  t.match(text, /^HTTP\/1.1 408 /)
  t.ok(seconds < 4, `cut after ${seconds} s`)
  t.match(await say(server, LIVE.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')), /200 OK/)
})

t.test('API4 slow loris: a body that never ends', async (t) => {
  const server = await startLimited(t, { headersTimeoutMs: 500, requestTimeoutMs: 1000 })
  const slow = connect(server.port, '127.0.0.1')
  slow.write(
    'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  )
  const { seconds, text } = await drip(slow, ' ')
  t.match(text, /^(?:HTTP\/1.1 4\d\d |$)/)
  t.ok(seconds < 5, `cut after ${seconds} s`)
})

t.test('API4: connections at most, in all and of an address', async (t) => {
  for (const limits of [
    { maxConnections: 3, maxConnectionsPerAddress: 100 },
    { maxConnections: 100, maxConnectionsPerAddress: 3 },
  ]) {
    const server = await startLimited(t, limits)
    const held = await Promise.all(
      [1, 2, 3].map(async () => {
        const socket = connect(server.port, '127.0.0.1')
        socket.write(LIVE)
        await once(socket, 'data')
        return socket
      }),
    )
    t.equal(await say(server, LIVE), '', 'one more is closed at once')
    t.equal(server.connections(), 3)
    t.equal(api.told.refused, 1)
    api.told.refused = 0
    for (const socket of held) socket.destroy()
    while (server.connections() > 0) await new Promise(setImmediate)
    t.match(await say(server, LIVE.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')), /200 OK/)
  }
})

t.test('API4: metrics answer on their own listener when the others are used up', async (t) => {
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, hub, stopTimeoutMs: 0, limits: { maxConnections: 1 } },
    context: { ...context, metricsToken: 'swordfish' },
    metricsAt: { host: '127.0.0.1', port: 0 },
  })
  t.teardown(() => server.stop())
  const holder = connect(server.port, '127.0.0.1')
  holder.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')
  const [answer] = (await once(holder, 'data')) as [Buffer]
  t.match(answer.toString(), /^HTTP\/1.1 404 /, 'they are not on the other one')
  t.equal(await say(server, LIVE), '')
  const url = `http://${server.metricsAddress ?? ''}`
  const ask = async (path: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    return (await fetch(url + path, { headers })).status
  }
  t.strictSame(
    await Promise.all([
      ...[ask('/metrics'), ask('/metrics', 'Bearer x'), ask('/health/metrics', 'Basic swordfish')],
      ...[ask('/metrics', 'Bearer swordfish'), ask('/health/metrics/json', 'bearer swordfish')],
      ...[ask('/health/live'), ask('/api/v1/auth/me'), ask('/')],
    ]),
    [401, 401, 401, 200, 200, 200, 404, 404],
  )
  holder.destroy()
})

t.test('API4: too much of anything is refused', async (t) => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => `X-${index}: 1\r\n`).join('')
  const headers = await say(api.server, `GET /health/live HTTP/1.1\r\nHost: x\r\n${many(5000)}\r\n`)
  t.equal(parsedAnswer(headers).status, 431)
  const line = await say(api.server, `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)
  t.ok([414, 431].includes(parsedAnswer(line).status))
  const body = `{"comment":"${'x'.repeat(1_100_000)}"}`
  const { status } = await api.ask('POST', '/api/v1/monitoring/alerts/1/acknowledge', {
    token,
    body,
  })
  t.equal(status, 413)
})

t.test('API4 JSON bombs: deep, wide and compressed', async (t) => {
  const path = '/api/v1/monitoring/events'
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  const wide = JSON.stringify({
    ...{ event_type: 'log', source: 'x', level: 'info', message: 'x' },
    payload: Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`k${n}`, n])),
  })
  for (const body of [deep, `{"payload":${deep}}`]) {
    const began = performance.now()
    t.equal((await api.ask('POST', path, { token, body })).status, 400)
    t.ok(performance.now() - began < 2000)
  }
  const began = performance.now()
  const { status } = await api.ask('POST', path, { token, body: wide })
  t.ok([201, 400, 413].includes(status), `wide: ${status}`)
  t.ok(performance.now() - began < 5000)
  const { gzipSync } = await import('node:zlib')
  const bomb = gzipSync(Buffer.alloc(50_000_000, ' '))
  const headers = { 'Content-Encoding': 'gzip' }
  t.equal((await api.ask('POST', path, { token, body: bomb, headers })).status, 413)
  t.equal((await api.ask('GET', '/health/live')).status, 200)
})

t.test('API4 WebSocket: oversized frames, endless fragments, floods and compression', async (t) => {
  const open = async () => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/api/v1/monitoring/events`, {
      headers: { authorization: `Bearer ${token}` },
    })
    await once(socket, 'open')
    return socket
  }
  const closed = async (socket: WebSocket) => ((await once(socket, 'close')) as [number])[0]

  const large = await open()
  t.equal(large.extensions, '', 'nothing is compressed, so nothing unpacks')
  large.send('x'.repeat(20_000))
  t.equal(await closed(large), 1009)

  const fragments = await open()
  fragments.on('error', () => undefined)
  for (let sent = 0; sent < 20; sent += 1) fragments.send('x'.repeat(1000), { fin: false })
  t.equal(await closed(fragments), 1009)

  const malformed = await open()
  for (let sent = 0; sent < 100; sent += 1) malformed.send('{')
  t.equal(await closed(malformed), 1008)

  const pinging = await open()
  pinging.ping()
  await once(pinging, 'pong')
  const cut = closed(pinging)
  for (let sent = 0; sent < 20_000; sent += 1) pinging.ping()
  t.equal(await cut, 1006, 'who asks for more pongs than he reads is cut')
})

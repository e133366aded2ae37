import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import t from 'tap'
import { WebSocket } from 'ws'
import type { ApiContext } from '../../src/api/context.ts'
import { startServer } from '../../src/api/server.ts'
import { makeSelfSigned, type PemPair } from '../../src/tls/self-signed.ts'
import { accessOf } from '../support/access.ts'
import { heard, parsedAnswer, say, sayOverTls } from '../support/raw.ts'

const ASK = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'

/** A server that speaks TLS, with a certificate that a test replaces. */
async function startTlsServer(
  t: { teardown(end: () => Promise<void>): void },
  changes: { minVersion?: string; hstsSeconds?: number; headersTimeoutMs?: number } = {},
) {
  let pair = makeSelfSigned(['localhost', '127.0.0.1'], new Date())
  const users = new Set<() => void>()
  const context = {
    version: '0',
    access: accessOf({ hstsSeconds: changes.hstsSeconds ?? 0 }),
    observer: {
      started: () => undefined,
      finished: () => undefined,
      authFailure: () => undefined,
      rateLimited: () => undefined,
      connectionRefused: () => undefined,
    },
    log: { error: () => undefined, debug: () => undefined },
    staticDir: null,
    elapsedSeconds: () => 0,
  } as unknown as ApiContext
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, context, stopTimeoutMs: 100 },
    hub: { hasRoom: () => false, accept: () => undefined, stop: async () => undefined },
    tls: {
      secureContext: () => ({
        ...{ cert: pair.certificate, key: pair.key },
        minVersion: changes.minVersion ?? 'TLSv1.2',
      }),
      onReplaced(use) {
        users.add(use)
        return () => users.delete(use)
      },
    },
    limits: { headersTimeoutMs: changes.headersTimeoutMs ?? 15_000 },
  })
  t.teardown(() => server.stop())
  return {
    server,
    pair: () => pair,
    replace: (other: PemPair) => {
      pair = other
      for (const use of users) use()
    },
  }
}

t.test('TLS is spoken, and another certificate is shown from when it is there', async (t) => {
  const { server, pair, replace } = await startTlsServer(t)
  const first = pair().certificate
  t.match(await sayOverTls(server.port, first, ASK), /^HTTP\/1.1 200 OK\r\n/)
  const old = connectTls({ port: server.port, host: '127.0.0.1', ca: first })
  await once(old, 'secureConnect')
  replace(makeSelfSigned(['localhost', '127.0.0.1'], new Date()))
  t.equal(await sayOverTls(server.port, first, ASK), '', 'the old one is shown to nobody')
  t.match(await sayOverTls(server.port, pair().certificate, ASK), /^HTTP\/1.1 200 OK\r\n/)
  old.write(ASK)
  t.match(await heard(old), /^HTTP\/1.1 200 OK\r\n/, 'connections there are go on')
})

t.test('plain HTTP on the port of TLS is told what to do', async (t) => {
  const { server } = await startTlsServer(t)
  const { status, headers, body } = parsedAnswer(
    await say(server, `GET / HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer x\r\n\r\n`),
  )
  const { request_id: requestId, ...said } = JSON.parse(body) as Record<string, unknown>
  t.equal(requestId, headers['x-request-id'])
  t.strictSame(
    { status, location: headers.location, body: said },
    {
      status: 400,
      location: undefined,
      body: {
        type: '/api/docs#tls_required',
        title: 'The port speaks TLS',
        status: 400,
        detail: 'ask with https:// instead of http://',
        code: 'tls_required',
        errors: [],
      },
    },
  )
  t.equal(parsedAnswer(await say(server, Buffer.alloc(200_000, 'x'))).status, 400)
})

t.test('who says nothing, or not all of a handshake, is cut', async (t) => {
  const { server } = await startTlsServer(t, { headersTimeoutMs: 300 })
  const began = performance.now()
  const silent = connect(server.port, '127.0.0.1')
  // The begin of a record of 512 bytes that does not go on.
  const [first, second] = await Promise.all([
    heard(silent),
    say(server, Buffer.from('1603010200010001', 'hex')),
  ])
  t.equal(first + second, '')
  const seconds = (performance.now() - began) / 1000
  t.ok(seconds > 0.25 && seconds < 5, `after ${seconds} s`)
  while (server.connections() > 0) await new Promise((resolve) => setImmediate(resolve))
})

t.test('old versions are not spoken', async (t) => {
  const { server, pair } = await startTlsServer(t, { minVersion: 'TLSv1.3' })
  const ask = async (maxVersion: 'TLSv1.2' | 'TLSv1.3') => {
    const socket = connectTls({
      ...{ port: server.port, host: '127.0.0.1', ca: pair().certificate, maxVersion },
    })
    socket.write(ASK)
    return (await heard(socket)).slice(0, 12)
  }
  t.strictSame([await ask('TLSv1.2'), await ask('TLSv1.3')], ['', 'HTTP/1.1 200'])
})

t.test('browsers are told to come over TLS alone when that is asked for', async (t) => {
  const { server, pair } = await startTlsServer(t, { hstsSeconds: 86_400 })
  const { headers } = parsedAnswer(await sayOverTls(server.port, pair().certificate, ASK))
  t.equal(headers['strict-transport-security'], 'max-age=86400')
})

t.test('the event stream is asked for over TLS', async (t) => {
  const { server, pair } = await startTlsServer(t)
  const socket = new WebSocket(`wss://${server.address}/api/v1/monitoring/events`, {
    ca: pair().certificate,
  })
  const [error] = (await once(socket, 'error')) as [Error]
  t.match(error.message, /401/)
})

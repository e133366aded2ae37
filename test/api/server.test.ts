import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import type { ApiContext } from '../../src/api/context.ts'
import { startServer } from '../../src/api/server.ts'
import { heardLog } from '../support/heard-log.ts'
import { accessOf } from '../support/access.ts'

const hub = { hasRoom: () => false, accept: () => undefined, stop: async () => undefined }

/** A context of which only what every request needs is there. */
function contextOf(changes: Partial<ApiContext> = {}): ApiContext {
  return {
    version: '0',
    access: accessOf(),
    observer: {
      started: () => undefined,
      finished: () => undefined,
      authFailure: () => undefined,
      rateLimited: () => undefined,
      connectionRefused: () => undefined,
    },
    log: heardLog(() => new Date(0)),
    staticDir: null,
    elapsedSeconds: () => 0,
    ...changes,
  } as ApiContext
}

t.test('an address that is taken is named', async (t) => {
  const other = createServer()
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  await t.rejects(startServer({ host: '127.0.0.1', port, context: contextOf(), hub }), {
    code: 'ERR_LISTEN',
    message: `127.0.0.1:${port} is taken by another program`,
  })
  await t.rejects(startServer({ host: '192.0.2.1', port: 0, context: contextOf(), hub }), {
    code: 'ERR_LISTEN',
    message: '192.0.2.1:0 is not an address of this machine',
  })
})

t.test('requests under way are finished when the server stops', async (t) => {
  const asking = new EventEmitter()
  const context = contextOf({
    metrics: {
      render: async () => {
        asking.emit('asked')
        await once(asking, 'answer')
        return { contentType: 'text/plain', body: 'done' }
      },
      json: async () => ({}),
    },
  })
  const server = await startServer({ host: '127.0.0.1', port: 0, context, hub })
  const asked = once(asking, 'asked')
  const response = fetch(`http://${server.address}/metrics`)
  await asked
  const stopped = server.stop()
  asking.emit('answer')
  t.equal(await (await response).text(), 'done')
  await stopped
})

t.test('what does not end is cut at the deadline', async (t) => {
  const context = contextOf({
    metrics: { render: () => new Promise(() => undefined), json: async () => ({}) },
  })
  const options = { host: '127.0.0.1', port: 0, context, hub, stopTimeoutMs: 50 }
  const server = await startServer(options)
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  const closed = once(socket, 'close')
  socket.on('error', () => undefined)
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')
  await server.stop()
  await closed
  t.pass('the connection was cut')
})

t.test('a mistake of the daemon is told to the log and not to the client', async (t) => {
  const log = heardLog(() => new Date())
  const context = contextOf({
    metrics: {
      render: async () => {
        throw new Error('the password is 1234')
      },
      json: async () => ({}),
    },
    log,
  })
  const server = await startServer({ host: '127.0.0.1', port: 0, context, hub })
  t.teardown(() => server.stop())
  const response = await fetch(`http://${server.address}/metrics?secret=1`, {
    headers: { 'X-Request-Id': 'r-1' },
  })
  t.strictSame(
    { status: response.status, body: await response.json() },
    {
      status: 500,
      body: {
        type: '/api/docs#internal',
        title: 'The daemon has made a mistake',
        status: 500,
        detail: 'the reason is in the log',
        code: 'internal',
        errors: [],
        request_id: 'r-1',
      },
    },
  )
  t.match(log.heard, [
    { level: 'error', fields: { route: '/metrics', error: 'the password is 1234' } },
  ])
  t.notMatch(JSON.stringify(log.heard), 'secret')
})

t.test('headers that are too large are refused', async (t) => {
  const server = await startServer({ host: '127.0.0.1', port: 0, context: contextOf(), hub })
  t.teardown(() => server.stop())
  const response = await fetch(`http://${server.address}/health/live`, {
    headers: { 'X-Large': 'x'.repeat(20_000) },
  })
  t.equal(response.status, 431)
})

import { once } from 'node:events'
import t from 'tap'
import { WebSocket } from 'ws'
import { listAudit } from '../../src/auth/audit.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const admin = await api.session('admin')
const viewer = await api.session('viewer')

const linesOf = (id: string | null) => api.heard.filter(({ fields }) => fields.request_id === id)
const lineOf = async (id: string, message: string) => {
  for (;;) {
    const line = linesOf(id).find((one) => one.message === message)
    if (line !== undefined) return line
    await new Promise((resolve) => setImmediate(resolve))
  }
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const STREAM = '/api/v1/monitoring/events'

t.test('a request is named as who sent it did where that is sound, otherwise anew', async (t) => {
  const idOf = async (given?: string) => {
    const headers = given === undefined ? {} : { 'X-Request-Id': given }
    const answer = await api.ask('GET', '/health/live', { headers })
    return answer.headers.get('x-request-id') ?? ''
  }
  for (const sound of ['a', 'Root-1', 'x'.repeat(64), '..', '0_9.z']) {
    t.equal(await idOf(sound), sound)
  }
  const odd = [
    '',
    ' ',
    'x'.repeat(65),
    'a b',
    'a"b',
    'a=b',
    '\u001b[2J'.slice(1),
    'é',
    '../etc',
    'a,b',
  ]
  for (const given of [undefined, ...odd]) t.match(await idOf(given), UUID, given ?? 'none')
  t.not(await idOf(), await idOf())
})

t.test('a problem names its request, as the header does', async (t) => {
  const asked = [
    ['GET', '/nowhere', 404],
    ['DELETE', '/health/live', 405],
    ['GET', '/api/v1/audit', 401],
  ] as const
  for (const [method, path, status] of asked) {
    const answer = await api.ask(method, path)
    const id = answer.headers.get('x-request-id')
    t.match(answer, { status, body: { request_id: id } })
    t.match(id, UUID)
  }
})

t.test('each request is a line of the log, without query, body or token', async (t) => {
  const headers = { 'X-Request-Id': 'line-1' }
  const path = '/api/v1/monitoring/alerts/11111111-1111-4111-8111-111111111111?secret=1'
  await api.ask('GET', path, { token: viewer, headers })
  const { level, fields } = await lineOf('line-1', 'request')
  const { seconds, ...rest } = fields
  t.equal(level, 'debug')
  t.ok(typeof seconds === 'number' && seconds >= 0 && seconds < 10)
  t.match(rest.user, /^viewer-\d+$/)
  t.strictSame(rest, {
    ...{ request_id: 'line-1', method: 'GET', route: '/api/v1/monitoring/alerts/:id' },
    ...{ status: 400, user: rest.user, address: '127.0.0.1' },
  })
  await api.ask('GET', '/x/../../etc/passwd', { headers: { 'X-Request-Id': 'line-2' } })
  const unmatched = await lineOf('line-2', 'request')
  t.match(unmatched.fields, { route: 'unmatched', status: 404, user: null })
  t.notMatch(JSON.stringify(api.heard), /secret|passwd/)
  t.notMatch(JSON.stringify(api.heard), viewer)
})

t.test('a failure on our side is an error in the log, with its causes', async (t) => {
  const away = new Error('connect ECONNREFUSED 127.0.0.1:1')
  api.db.failure = Object.assign(new Error('the database is away', { cause: away }), {
    code: 'ERR_DATABASE_UNAVAILABLE',
  })
  api.db.of = /./
  const headers = { 'X-Request-Id': 'failed-1' }
  const answer = await api.ask('GET', '/api/v1/audit', { token: admin, headers })
  api.db.failure = null
  t.match(answer, { status: 503, body: { request_id: 'failed-1' } })
  const { level, fields } = await lineOf('failed-1', 'request failed')
  t.equal(level, 'error')
  t.strictSame(fields, {
    ...{ request_id: 'failed-1', method: 'GET', route: '/api/v1/audit', status: 503 },
    ...{ code: 'database_unavailable', error: 'the database is away', causes: [away.message] },
  })
})

t.test('the audit trail names the request, and can be asked by it', async (t) => {
  const headers = { 'X-Request-Id': 'change-1' }
  const body = { level: 'info' }
  t.equal((await api.ask('PUT', '/api/v1/log', { token: admin, headers, body })).status, 200)
  const asked = await api.ask('GET', '/api/v1/audit?request_id=change-1', { token: admin })
  t.match(asked.body, {
    entries: [{ action: 'log.level', actor: /^admin-/, request_id: 'change-1' }],
    total: 1,
  })
  const { entries } = await listAudit(database, { requestId: 'change-2', limit: 9, offset: 0 })
  t.strictSame(entries, [])
})

t.test('so is a connection to the event stream, when it is made and when it ends', async (t) => {
  const url = api.url.replace('http', 'ws') + STREAM
  const socket = new WebSocket(url, {
    headers: { Authorization: `Bearer ${viewer}`, 'X-Request-Id': 'stream-1' },
  })
  const [response] = (await once(socket, 'upgrade')) as [{ headers: Record<string, string> }]
  t.equal(response.headers['x-request-id'], 'stream-1')
  const opened = await lineOf('stream-1', 'request')
  t.match(opened.fields, { method: 'GET', route: STREAM, status: 101, user: /^viewer-/ })
  socket.terminate()
  t.match((await lineOf('stream-1', 'websocket closed')).fields, { user: /^viewer-/ })

  const refused = new WebSocket(url, { headers: { 'X-Request-Id': 'stream-2' } })
  refused.on('error', () => undefined)
  const [, answer] = (await once(refused, 'unexpected-response')) as [
    unknown,
    AsyncIterable<Buffer> & { headers: Record<string, string> },
  ]
  let text = ''
  for await (const part of answer) text += part.toString()
  t.equal(answer.headers['x-request-id'], 'stream-2')
  t.match(JSON.parse(text), { code: 'unauthenticated', request_id: 'stream-2' })
  t.match((await lineOf('stream-2', 'request')).fields, { status: 401, user: null })
})

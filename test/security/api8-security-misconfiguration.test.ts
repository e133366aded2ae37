import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startServer } from '../../src/api/server.ts'
import { accessOf } from '../support/access.ts'
import { startTestApi } from '../support/api.ts'
import { loadText, faultsOf } from '../support/config.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { parsedAnswer, say } from '../support/raw.ts'

const folder = t.testdir({ 'secret.txt': 'the secret', page: { 'index.html': 'the page' } })
const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t), {
  staticDir: join(folder, 'page'),
})
t.teardown(() => api.stop())
const EVENTS = '/api/v1/monitoring/events'

t.test('API8 path traversal', async (t) => {
  mkdirSync(join(folder, 'page', '.git'))
  writeFileSync(join(folder, 'page', '.git', 'config'), 'the secret')
  const targets = [
    ...['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%2e%2e%2fsecret.txt'],
    ...['/%252e%252e%252fsecret.txt', '/..\\secret.txt', '/..%5csecret.txt', '/....//secret.txt'],
    ...[
      '/index.html%00/../../secret.txt',
      '//secret.txt',
      '/.git/config',
      '/%c0%ae%c0%ae/secret.txt',
    ],
    ...[
      '/runbooks/..%2f..%2fsecurity',
      '/runbooks/%2e%2e%2f%2e%2e%2fREADME',
      '/runbooks/..%5cREADME',
    ],
    ...['/runbooks/%00', 'http://evil.example/../secret.txt', '/runbooks/README.md%00.html'],
  ]
  for (const target of targets) {
    const text = await say(
      api.server,
      `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
    const { status, body } = parsedAnswer(text)
    t.ok([400, 403, 404].includes(status), `${target}: ${status}`)
    t.notMatch(body, 'the secret')
  }
})

t.test('API8 request smuggling: what two servers could read in two ways is refused', async (t) => {
  const head = `POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n`
  const smuggled = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'
  const requests = {
    'Content-Length twice': `${head}Content-Length: 0\r\nContent-Length: 44\r\n\r\n${smuggled}`,
    'both lengths': `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'chunked not last': `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    'hidden encoding': `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'folded header': `${head}X-A: b\r\n Transfer-Encoding: chunked\r\nBad Header\r\n\r\n`,
    'bare line feeds': `POST / HTTP/1.1\nHost: x\nContent-Length: 0\n\n${smuggled}`,
    'bad length': `${head}Content-Length: +4\r\n\r\nabcd`,
    'negative chunk': `${head}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n`,
    'no host': 'GET /health/live HTTP/1.1\r\n\r\n',
    'NUL in a header': `${head}X-A: a\0b\r\n\r\n`,
  }
  for (const [name, request] of Object.entries(requests)) {
    const text = await say(api.server, request)
    t.equal(parsedAnswer(text).status, 400, name)
    t.notMatch(text, '{"status":"ok"}', `${name}: nothing is answered twice`)
  }
})

t.test('API8: headers of every answer', async (t) => {
  const paths = ['/', '/health/live', '/api/docs', '/runbooks', '/nothing', '/api/v1/auth/me']
  for (const path of paths) {
    const { headers } = await api.ask('GET', path)
    const policy = headers.get('content-security-policy') ?? ''
    t.match(policy, "default-src 'self'")
    t.notMatch(policy, /unsafe|\*|https?:/)
    t.match(
      {
        nosniff: headers.get('x-content-type-options'),
        referrer: headers.get('referrer-policy'),
        opener: headers.get('cross-origin-opener-policy'),
        resource: headers.get('cross-origin-resource-policy'),
        frame: headers.get('x-frame-options'),
        permissions: headers.get('permissions-policy'),
        powered: headers.get('x-powered-by'),
        server: headers.get('server'),
        cors: headers.get('access-control-allow-origin'),
      },
      {
        ...{ nosniff: 'nosniff', referrer: 'no-referrer', opener: 'same-origin' },
        ...{ resource: 'same-origin', frame: 'DENY', permissions: /camera=\(\)/ },
        ...{ powered: null, server: null, cors: null },
      },
      path,
    )
    if (path.startsWith('/api/v1')) t.equal(headers.get('cache-control'), 'no-store')
  }
  const pages = await Promise.all(['/api/docs', '/runbooks'].map((path) => api.ask('GET', path)))
  for (const { body } of pages) t.notMatch(String(body), /<script|\son\w+=|javascript:/i)
})

t.test('API8: methods that nobody needs, and no host of the client in an answer', async (t) => {
  const ask = async (method: string) =>
    await say(
      api.server,
      `${method} /health/live HTTP/1.1\r\nHost: evil.example\r\nX-Canary: c4n4ry\r\nConnection: close\r\n\r\n`,
    )
  for (const method of ['TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
    const text = await ask(method)
    t.equal(parsedAnswer(text).status, 405, method)
    t.notMatch(text, /evil\.example|c4n4ry/)
  }
  t.equal(parsedAnswer(await ask('HEAD')).body, '')
  t.match(parsedAnswer(await ask('OPTIONS')), { status: 204, headers: { allow: /GET/ } })
  const away = await say(
    api.server,
    'GET //evil.example/%2e%2e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  )
  t.equal(parsedAnswer(away).headers.location, undefined, 'no open redirect')
})

t.test('DNS rebinding: a cookie is good by a name of the daemon alone', async (t) => {
  const server = await startServer({
    ...{ host: '127.0.0.1', port: 0, hub: api.hub, stopTimeoutMs: 0 },
    context: { ...api.context, access: accessOf({ loopbackOnly: true }) },
  })
  t.teardown(() => server.stop())
  const token = await api.session('viewer')
  const ask = async (host: string, credential: string, path = '/api/v1/auth/me', more = '') =>
    parsedAnswer(
      await say(
        server,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${credential}\r\n${more || 'Connection: close\r\n'}\r\n`,
      ),
    ).status
  const cookie = `Cookie: storwarden_session=${token}`
  t.strictSame(
    [
      await ask('localhost:8080', cookie),
      await ask('evil.example', cookie),
      await ask('evil.example', `Authorization: Bearer ${token}`),
      await ask('evil.example', 'X-A: b', '/health/live'),
    ],
    [200, 421, 200, 200],
  )
})

t.test('WebSocket hijacking from the page of another site', async (t) => {
  const token = await api.session('viewer')
  const upgrade = async (origin: string | null) => {
    const text = await say(
      api.server,
      [
        ...[`GET ${EVENTS} HTTP/1.1`, 'Host: vault', 'Connection: Upgrade', 'Upgrade: websocket'],
        ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
        `Cookie: storwarden_session=${token}`,
        ...(origin === null ? [] : [`Origin: ${origin}`]),
        '\r\n',
      ].join('\r\n'),
    )
    return parsedAnswer(text).status
  }
  for (const origin of ['https://evil.example', 'null', 'https://vault.evil.example', 'x', null]) {
    t.equal(await upgrade(origin), 403, String(origin))
  }
})

t.test('prototype pollution: bodies, queries, labels and the configuration', async (t) => {
  const token = await api.session('operator')
  const bodies = [
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"event_type":"log","source":"x","level":"info","message":"x","payload":{"__proto__":{"polluted":true}}}',
    '{"event_type":"log","source":"x","level":"info","message":"x","tags":{"__proto__":"polluted"}}',
  ]
  for (const body of bodies) {
    const { status } = await api.ask('POST', EVENTS, { token, body })
    t.ok(status < 500, `${body}: ${status}`)
  }
  const query = '?__proto__[polluted]=1&constructor.prototype.polluted=1&__proto__=1'
  t.equal((await api.ask('GET', EVENTS + query, { token })).status, 400)
  const yaml =
    '__proto__: {polluted: true}\nlisten: {__proto__: {polluted: true}}\nconstructor: {prototype: {polluted: true}}\n'
  const faults = await faultsOf(loadText(t, yaml))
  t.ok(faults.length > 0, faults.join('; '))
  t.equal(({} as { polluted?: unknown }).polluted, undefined)
})

t.test('API1 broken object level authorization: tokens and incidents of others', async (t) => {
  const [one, other] = [await api.session('viewer'), await api.session('viewer')]
  const made = await api.ask('POST', '/api/v1/auth/tokens', {
    ...{ token: one, body: { name: 'mine', role: 'viewer' } },
  })
  const { id } = made.body as { id: string }
  t.equal(made.status, 201)
  t.equal((await api.ask('DELETE', `/api/v1/auth/tokens/${id}`, { token: other })).status, 404)
  const { body } = await api.ask('GET', '/api/v1/auth/tokens', { token: other })
  t.notMatch(JSON.stringify(body), id)
  const opened = await api.ask('POST', '/api/v1/monitoring/incidents', {
    ...{ token: one, body: { title: 'mine', description: 'x', severity: 'low' } },
  })
  t.equal(opened.status, 201)
  const path = `/api/v1/monitoring/incidents/${(opened.body as { id: string }).id}`
  t.equal((await api.ask('GET', path, { token: one })).status, 200)
  for (const [method, more] of [
    ['GET', ''],
    ['GET', '/timeline'],
    ['PUT', ''],
  ] as const) {
    const options =
      method === 'PUT' ? { token: other, body: { title: 'theirs' } } : { token: other }
    t.equal((await api.ask(method, path + more, options)).status, 404, `${method} ${more}`)
  }
})

import { readFile } from 'node:fs/promises'
import t from 'tap'
import { PasswordHasher } from '../../src/auth/passwords.ts'
import { ensureAdmin, initialPasswordPath } from '../../src/auth/users.ts'
import { DatabaseUnavailableError } from '../../src/db/database.ts'
import { accessOf } from '../support/access.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const stateDir = await makeStateDirectory(t)
const api: TestApi = await startTestApi(database, stateDir)
t.teardown(() => api.stop())
await ensureAdmin(database, stateDir, new PasswordHasher(), api.clock.now)
const password = (await readFile(initialPasswordPath(stateDir), 'utf8')).trim()
const login = (body: unknown, headers?: Record<string, string>) =>
  api.ask('POST', '/api/v1/auth/login', { body, ...(headers ? { headers } : {}) })

/** A cookie as the browser would send it back. */
async function cookieOfLogin(): Promise<string> {
  const { headers } = await login({ username: 'admin', password })
  return (headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

t.test('login answers with a token, a cookie and the user', async (t) => {
  const { status, body, headers } = await login({ username: 'admin', password })
  const { token, ...rest } = body as { token: string; user: { id: string; permissions: string[] } }
  t.equal(status, 200)
  t.match(rest, {
    expires_at: '2026-11-21T09:00:00.000Z',
    user: { username: 'admin', role: 'admin' },
  })
  t.equal(
    headers.get('set-cookie'),
    `storwarden_session=${token}; Path=/; Expires=Sat, 21 Nov 2026 09:00:00 GMT; HttpOnly; SameSite=Strict`,
  )
  t.equal(headers.get('cache-control'), 'no-store')

  const me = await api.ask('GET', '/api/v1/auth/me', { token })
  t.match(me.body, {
    ...{ id: rest.user.id, username: 'admin', credential: { kind: 'session' } },
    has_password: true,
  })
})

t.test('behind TLS the cookie is for TLS alone', async (t) => {
  const asked = { 'X-Forwarded-Proto': 'https' }
  const direct = await login({ username: 'admin', password }, asked)
  t.notMatch(direct.headers.get('set-cookie'), 'Secure', 'anybody can write the header')
  const behind = await startTestApi(database, stateDir, {
    access: accessOf({ trustedProxies: ['127.0.0.1'] }),
  })
  t.teardown(() => behind.stop())
  const options = { body: { username: 'admin', password }, headers: asked }
  const { headers } = await behind.ask('POST', '/api/v1/auth/login', options)
  t.match(headers.get('set-cookie'), /; Secure$/)
})

t.test('a wrong password and an unknown user are the same', async (t) => {
  const named = { 'X-Request-Id': 'r-1' }
  const wrong = await login({ username: 'admin', password: 'guess' }, named)
  const unknown = await login({ username: 'nobody', password: 'guess' }, named)
  t.equal(wrong.status, 401)
  t.equal(wrong.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  t.equal(wrong.headers.get('www-authenticate'), 'Bearer')
  t.strictSame(wrong.body, {
    type: '/api/docs#bad_credentials',
    title: 'Unknown user or wrong password',
    status: 401,
    detail: 'login: unknown user or wrong password',
    code: 'bad_credentials',
    errors: [],
    request_id: 'r-1',
  })
  t.strictSame(unknown.body, wrong.body)
})

t.test('the fifth failure within 60 s is the last that is heard for 300 s', async (t) => {
  api.told.limited = 0
  const statuses: number[] = []
  for (let attempt = 0; attempt < 6; attempt += 1) {
    statuses.push((await login({ username: 'eve', password: 'guess' })).status)
  }
  t.strictSame(statuses, [401, 401, 401, 401, 401, 429])
  const blocked = await login({ username: 'eve', password: 'guess' })
  t.equal(blocked.headers.get('retry-after'), '300')
  t.match(blocked.body, { code: 'too_many_failures' })
  t.equal(api.told.limited, 2)
  t.equal((await login({ username: 'admin', password })).status, 200, 'others are heard')
})

t.test('with a cookie, a change needs to come from this site', async (t) => {
  const Cookie = await cookieOfLogin()
  const change = (headers: Record<string, string>) =>
    api.ask('POST', '/api/v1/auth/tokens', { body: { name: 'x' }, headers: { Cookie, ...headers } })

  t.equal((await api.ask('GET', '/api/v1/auth/me', { headers: { Cookie } })).status, 200)
  const { host } = new URL(api.url)
  const outcomes = [
    await change({}),
    await change({ Origin: 'https://evil.example' }),
    await change({ Origin: 'null' }),
    await change({ Origin: 'https://evil.example', 'X-Requested-With': 'x' }),
    await change({ Origin: `http://${host}` }),
    await change({ 'X-Requested-With': 'storwarden' }),
  ]
  t.strictSame(
    outcomes.map(({ status, body }) => `${status} ${(body as { code?: string }).code ?? ''}`),
    [...Array<string>(4).fill('403 cross_site_request'), '201 ', '201 '],
  )
  const foreign = await login({ username: 'admin', password }, { Origin: 'https://evil.example' })
  t.match(foreign, { status: 403, body: { code: 'cross_site_request' } })
})

t.test('a bad header is not mended by a good cookie', async (t) => {
  const Cookie = await cookieOfLogin()
  for (const Authorization of ['Bearer nonsense', 'Basic YTpi', 'Bearer']) {
    const { status, body } = await api.ask('GET', '/api/v1/auth/me', {
      headers: { Cookie, Authorization },
    })
    t.match({ status, body }, { status: 401, body: { code: 'unauthenticated' } }, Authorization)
  }
})

t.test('logout forgets the cookie and the session', async (t) => {
  const { body } = await login({ username: 'admin', password })
  const { token } = body as { token: string }
  const { status, headers, body: nothing } = await api.ask('POST', '/api/v1/auth/logout', { token })
  t.strictSame({ status, nothing }, { status: 204, nothing: '' })
  t.match(headers.get('set-cookie'), /^storwarden_session=; Path=\/; Expires=Thu, 01 Jan 1970/)
  t.equal((await api.ask('GET', '/api/v1/auth/me', { token })).status, 401)
})

t.test('API tokens are made, listed, used and revoked', async (t) => {
  const admin = await api.session('admin')
  const made = await api.ask('POST', '/api/v1/auth/tokens', {
    token: admin,
    body: { name: 'grafana', role: 'user', expires_at: '2026-12-01T00:00:00+01:00' },
  })
  const { token, id, ...record } = made.body as { token: string; id: string; username: string }
  t.equal(made.status, 201)
  t.strictSame(record, {
    name: 'grafana',
    username: record.username,
    role: 'viewer',
    created_at: '2026-11-20T21:00:00.000Z',
    expires_at: '2026-11-30T23:00:00.000Z',
    last_used_at: null,
  })
  t.equal((await api.ask('GET', '/api/v1/monitoring/rules', { token })).status, 200)
  t.match(await api.ask('GET', '/api/v1/monitoring/stats', { token }), {
    status: 403,
    body: {
      code: 'permission_missing',
      permission: 'stats:read',
      detail: 'the role viewer lacks stats:read',
    },
  })
  const list = await api.ask('GET', '/api/v1/auth/tokens', { token: admin })
  const listed = (list.body as { tokens: { id: string }[] }).tokens.find((one) => one.id === id)
  t.strictSame(listed, { id, ...record, last_used_at: '2026-11-20T21:00:00.000Z' })

  t.equal((await api.ask('DELETE', `/api/v1/auth/tokens/${id}`, { token: admin })).status, 204)
  t.equal((await api.ask('GET', '/api/v1/monitoring/rules', { token })).status, 401)
  const again = await api.ask('DELETE', `/api/v1/auth/tokens/${id}`, { token: admin })
  t.match(again, { status: 404, body: { code: 'token_not_found' } })
})

t.test('an operator cannot make a token above his role', async (t) => {
  const token = await api.session('operator')
  t.match(
    await api.ask('POST', '/api/v1/auth/tokens', { token, body: { name: 'x', role: 'admin' } }),
    { status: 403, body: { code: 'role_too_high' } },
  )
  t.match(
    await api.ask('POST', '/api/v1/auth/tokens', {
      token,
      body: { name: 'x', expires_at: '2026-11-20T20:00:00Z' },
    }),
    { status: 400, body: { code: 'invalid_request' } },
  )
})

t.test('without a database nobody is let in, and nobody is told he is unknown', async (t) => {
  const token = await api.session('admin')
  api.db.failure = new DatabaseUnavailableError('connect ECONNREFUSED 10.1.2.3:5432')
  t.teardown(() => {
    api.db.failure = null
  })
  const asked = [
    await api.ask('GET', '/api/v1/auth/me', { token }),
    await login({ username: 'admin', password }),
    await api.ask('GET', '/api/v1/monitoring/alerts', { token }),
  ]
  for (const { status, headers, body } of asked) {
    t.match({ status, body }, { status: 503, body: { code: 'database_unavailable' } })
    t.equal(headers.get('retry-after'), '5')
    t.notMatch(JSON.stringify(body), '10.1.2.3')
  }
  t.equal((await api.ask('GET', '/health/live')).status, 200)
  t.match(await api.ask('GET', '/health/ready'), {
    status: 503,
    body: { status: 'not_ready', checks: { database: false, filesystem: true } },
  })
  t.match(await api.ask('GET', '/health'), { status: 503, body: { status: 'unhealthy' } })
})

t.test('the password is changed with the old one', async (t) => {
  const { token } = (await login({ username: 'admin', password })).body as { token: string }
  const change = (body: unknown) => api.ask('POST', '/api/v1/auth/password', { token, body })
  t.match(await change({ current_password: 'guess', new_password: 'long enough' }), {
    status: 401,
    body: { code: 'bad_credentials' },
  })
  t.match(await change({ current_password: password, new_password: 'short' }), {
    status: 400,
    body: { errors: [{ path: '/body/new_password' }] },
  })
  t.equal((await change({ current_password: password, new_password: 'long enough' })).status, 204)
  t.equal((await login({ username: 'admin', password: 'long enough' })).status, 200)
})

t.test('the failures that were counted have their reasons', (t) => {
  t.strictSame([...new Set(api.told.failures)].sort(), [
    'credentials',
    'cross_site',
    'invalid',
    'permission',
  ])
  t.strictSame(api.mistakes(), [])
  t.end()
})

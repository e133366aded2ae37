import t from 'tap'
import { routes } from '../../src/api/routes/index.ts'
import { may } from '../../src/auth/permissions.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { parsedAnswer, say } from '../support/raw.ts'

// Who may call what is walked in test/api/permissions.test.ts; this is what gets around it elsewhere.

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const viewer = await api.session('viewer')
const admin = await api.session('admin')
const forbidden = routes.filter(
  ({ guard }) => guard !== 'public' && guard !== 'authenticated' && !may('viewer', guard),
)

/** What is done to users, silences and tasks: an answer that is wrong changes one of them. */
const changed = async () =>
  await database.query(
    `select (select count(*) from users) as users, (select count(*) from silences) as silences,
       (select count(*) from tasks) as tasks, (select count(*) from rules) as rules`,
  )

t.test('API5: another spelling of a path is not another guard', async (t) => {
  const before = await changed()
  const spell: ((path: string) => string)[] = [
    (path) => `${path}/`,
    (path) => path.replace('/api', '//api'),
    (path) => path.replace('/v1/', '/v1//'),
    (path) => path.replace('/v1/', '/v1/./'),
    (path) => path.replace('/v1/', '/v1/x/../'),
    (path) => path.replace('/v1/', '/V1/'),
    (path) => path.toUpperCase(),
    (path) => path.replace('api', '%61pi'),
    (path) => `${path}%20`,
    (path) => `${path};x=y`,
    (path) => `${path}.json`,
    (path) => `${path}%00`,
    (path) => `${path}?_method=GET`,
    (path) => `/health/live/..${path}`,
    (path) => `/api/docs/%2e%2e/%2e%2e${path}`,
    (path) => `http://127.0.0.1${path}`,
  ]
  for (const { method, path } of forbidden) {
    for (const spelled of spell.map((one) => one(path.replace(/:\w+/, 'x')))) {
      const text = await say(
        api.server,
        `${method.toUpperCase()} ${spelled} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n` +
          `Authorization: Bearer ${viewer}\r\nContent-Length: 0\r\n\r\n`,
      )
      const { status } = parsedAnswer(text)
      t.ok([400, 403, 404, 405].includes(status), `${method} ${spelled}: ${status}`)
    }
  }
  t.strictSame(await changed(), before)
})

t.test('API5: no header turns one call into another', async (t) => {
  const before = await changed()
  const headers: Record<string, string>[] = [
    { 'x-http-method-override': 'DELETE' },
    { 'x-http-method': 'PATCH' },
    { 'x-method-override': 'POST' },
    { 'x-original-url': '/api/v1/users' },
    { 'x-rewrite-url': '/api/v1/audit' },
    { 'x-forwarded-prefix': '/api/v1/users' },
    { 'x-role': 'admin' },
    { 'x-user': 'admin' },
    { 'x-permissions': 'users:manage' },
  ]
  for (const header of headers) {
    const got = await api.ask('GET', '/api/v1/auth/me', { token: viewer, headers: header })
    t.match(got, { status: 200, body: { role: 'viewer' } }, String(Object.keys(header)))
    for (const path of ['/api/v1/users', '/api/v1/audit', '/api/v1/auth/secrets']) {
      const { status } = await api.ask('GET', path, { token: viewer, headers: header })
      t.equal(status, 403, `${String(Object.keys(header))} ${path}`)
    }
  }
  t.strictSame(await changed(), before)
})

t.test('API5: HEAD and OPTIONS tell no more than the call does', async (t) => {
  for (const { method, path } of forbidden.filter((one) => one.method === 'get')) {
    const at = path.replace(/:\w+/, 'x')
    const { status, headers } = await api.ask('HEAD', at, { token: viewer })
    t.equal(status, 403, `HEAD ${method} ${path}`)
    t.ok(Number(headers.get('content-length') ?? 0) < 500)
    const { status: options, body } = await api.ask('OPTIONS', at, { token: viewer })
    t.strictSame({ options, body }, { options: 204, body: '' }, path)
  }
})

t.test('API5: a token has the least of what it and its user may, at every call', async (t) => {
  const as = async (token: string, path = '/api/v1/users') =>
    (await api.ask('GET', path, { token })).status
  const made = await api.ask('POST', '/api/v1/auth/tokens', {
    ...{ token: admin, body: { name: 'reads', role: 'viewer' } },
  })
  const { token: reads } = made.body as { token: string }
  t.equal(await as(reads), 403, 'a token of an admin that is for viewing')
  const all = (
    await api.ask('POST', '/api/v1/auth/tokens', {
      token: admin,
      body: { name: 'x', role: 'admin' },
    })
  ).body as { token: string }
  t.equal(await as(all.token), 200)
  const { body } = await api.ask('GET', '/api/v1/auth/me', { token: admin })
  const { username } = body as { username: string }
  // As by hand in the database: what opens something is looked up at each call.
  await database.query(`update users set role = 'viewer' where username = $1`, [username])
  t.equal(await as(all.token), 403, 'the token of who is an admin no more')
  t.equal(await as(admin), 403)
})

import t from 'tap'
import { routes } from '../../src/api/routes/index.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const admin = await api.session('admin')
const viewer = await api.session('viewer')
const operator = await api.session('operator')

const UUID = '00000000-0000-4000-8000-000000000001'
/** What nobody gives: it is the daemon's to say. */
const foreign: Readonly<Record<string, unknown>> = {
  ...{ id: UUID, user_id: UUID, created_by: 'somebody else', created_by_id: UUID, author: 'x' },
  ...{ created_at: '2020-01-01T00:00:00Z', updated_by: 'x', role: 'admin', roles: ['admin'] },
  ...{ permissions: ['users:manage'], is_admin: true, admin: true, password_hash: 'x', seq: 1 },
  ...{ stream: 'alert', disabled_at: null, must_change_password: false, state: 'completed' },
  ...{ acknowledged_by: 'x', resolved_by: 'x', token_hash: 'x', owner: 'x', version: 99 },
}
/** What each call takes, by its path; what is not here takes nothing that is needed. */
const sound: Readonly<Record<string, Record<string, unknown>>> = {
  'post /api/v1/auth/login': { username: 'x', password: 'a wrong one' },
  'post /api/v1/auth/password': { current_password: 'x', new_password: 'long enough, x' },
  'post /api/v1/auth/tokens': { name: 'x' },
  'post /api/v1/monitoring/incidents': { title: 'x', description: 'x', severity: 'low' },
  'post /api/v1/monitoring/events': {
    ...{ event_type: 'log', source: 'x', level: 'info', message: 'x' },
  },
  'post /api/v1/monitoring/metrics': { name: 'x', metric_type: 'gauge', value: 1, labels: {} },
  'post /api/v1/users': { username: 'fresh' },
  'post /api/v1/tasks': { kind: 'x' },
  'post /api/v1/monitoring/silences': {
    ...{ matchers: [{ name: 'a', value: 'b' }], comment: 'x', end: '2030-01-01T00:00:00Z' },
  },
}

t.test('API3 mass assignment: no call takes a property that it does not name', async (t) => {
  let tried = 0
  for (const { method, path, body } of routes) {
    if (body === undefined || path === '/api/v1/auth/logout') continue
    const schema = JSON.stringify(body)
    const names = Object.keys(foreign).filter((name) => !schema.includes(`"${name}"`))
    for (const name of names) {
      const given = { ...sound[`${method} ${path}`], [name]: foreign[name] }
      const at = path.replace(/:\w+/, UUID)
      const answer = await api.ask(method.toUpperCase(), at, { token: admin, body: given })
      const said = `${method} ${path} with ${name}: ${answer.status}`
      t.equal(answer.status, 400, said)
      t.match(JSON.stringify(answer.body), name, said)
      tried += 1
    }
  }
  t.ok(tried > 400, `${tried} tried`)
})

t.test('API3: what is a property of a call is not for everybody to give', async (t) => {
  const tokens = '/api/v1/auth/tokens'
  for (const [token, role] of [
    [viewer, 'operator'],
    [viewer, 'admin'],
    [operator, 'admin'],
  ] as const) {
    const made = await api.ask('POST', tokens, { token, body: { name: 'x', role } })
    t.equal(made.status, 403, `a token as ${role}`)
  }
  const { body } = await api.ask('GET', '/api/v1/auth/me', { token: viewer })
  const { id, username } = body as { id: string; username: string }
  for (const change of [{ role: 'admin' }, { disabled: false }]) {
    const { status } = await api.ask('PATCH', `/api/v1/users/${id}`, {
      token: viewer,
      body: change,
    })
    t.equal(status, 403, JSON.stringify(change))
  }
  t.match((await api.ask('GET', '/api/v1/auth/me', { token: viewer })).body, { role: 'viewer' })

  const event = { event_type: 'alert', source: 'storwardend', level: 'critical', message: 'forged' }
  const handed = await api.ask('POST', '/api/v1/monitoring/events', { token: viewer, body: event })
  t.equal(handed.status, 201)
  const [row] = await database.query(
    `select seq, stream, username from events join users on users.id = created_by
     where message = 'forged'`,
  )
  t.strictSame(row, { seq: null, stream: null, username }, 'it is kept as his, and told to nobody')
})

/** Names that no answer has a member of. */
const NEVER = /"(?:[a-z_]*hash|secret|client_secret|community|routing_key|passphrase|verifier)":/

t.test('API3 excessive data: no answer has what is stored of secrets', async (t) => {
  const lists = routes.filter(({ method, path }) => method === 'get' && !path.includes(':'))
  let bodies = 0
  for (const { path } of lists) {
    for (const token of [viewer, operator, admin]) {
      const { body, status } = await api.ask('GET', path, { token })
      if (status !== 200) continue
      bodies += 1
      // The OpenAPI document says what is sent, and is the same for all.
      if (path === '/api/v1/openapi.json') continue
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      t.notMatch(text, NEVER, path)
      t.notMatch(text, '$argon2id', path)
    }
  }
  t.ok(bodies > 40)
  const { body } = await api.ask('GET', '/api/v1/auth/tokens', { token: admin })
  t.notMatch(JSON.stringify(body), /swt_/)
})

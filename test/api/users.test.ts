import { readFile } from 'node:fs/promises'
import t from 'tap'
import { PasswordHasher } from '../../src/auth/passwords.ts'
import { ensureAdmin, initialPasswordPath } from '../../src/auth/users.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { refusedUpgrade, TestClient } from '../support/ws.ts'

const database = await openTestDatabase(t)
const stateDir = await makeStateDirectory(t)
const api = await startTestApi(database, stateDir)
t.teardown(() => api.stop())
await ensureAdmin(database, stateDir, new PasswordHasher(), api.clock.now)
const initial = (await readFile(initialPasswordPath(stateDir), 'utf8')).trim()

interface Made {
  id: string
  username: string
  password: string
}

const login = async (username: string, password: string) => {
  const { body } = await api.ask('POST', '/api/v1/auth/login', { body: { username, password } })
  return (body as { token: string }).token
}
const admin = await login('admin', initial)
const ask = (method: string, path: string, body?: unknown) =>
  api.ask(method, path, { token: admin, ...(body === undefined ? {} : { body }) })
const make = async (username: string, more: object = {}) =>
  (await ask('POST', '/api/v1/users', { username, ...more })).body as Made
const EVENTS = '/api/v1/monitoring/events'
const stream = (token: string) =>
  new TestClient(`${api.url.replace('http', 'ws')}${EVENTS}`, {
    headers: { authorization: `Bearer ${token}` },
  })

t.test('a user is made, listed, and does nothing before he has changed his password', async (t) => {
  const made = await ask('POST', '/api/v1/users', { username: 'jo', role: 'moderator' })
  const { id, password, ...told } = made.body as Made
  t.equal(made.status, 201)
  t.strictSame(told, {
    username: 'jo',
    role: 'operator',
    disabled: false,
    disabled_at: null,
    must_change_password: true,
    created_at: '2026-11-20T21:00:00.000Z',
    password_changed_at: null,
    last_login_at: null,
    identity: null,
  } as never)
  const { body } = await ask('GET', '/api/v1/users')
  t.match(body, { total: 2, users: [{ username: 'admin' }, { id, ...told }] })

  const token = await login('jo', password)
  const asJo = (method: string, path: string, more?: unknown) =>
    api.ask(method, path, { token, ...(more === undefined ? {} : { body: more }) })
  const me = await asJo('GET', '/api/v1/auth/me')
  t.match(me, { status: 200, body: { username: 'jo', must_change_password: true } })
  const refused = await asJo('GET', '/api/v1/monitoring/alerts')
  t.match(refused.body, {
    type: '/api/docs#password_change_required',
    title: 'The password has to be changed first',
    status: 403,
    detail: 'jo has to change the password first: POST /api/v1/auth/password',
    code: 'password_change_required',
    errors: [],
  })
  t.match(await refusedUpgrade(`${api.url}${EVENTS}`, { Authorization: `Bearer ${token}` }), {
    status: 403,
    body: { code: 'password_change_required' },
  })
  const weak = { current_password: password, new_password: 'password1' }
  t.match(await asJo('POST', '/api/v1/auth/password', weak), {
    status: 400,
    body: {
      errors: [{ path: '/body/new_password', message: 'is one of the commonest passwords' }],
    },
  })
  const change = { current_password: password, new_password: 'tape robot at dawn' }
  t.equal((await asJo('POST', '/api/v1/auth/password', change)).status, 204)
  t.equal((await asJo('GET', '/api/v1/monitoring/alerts')).status, 200)
  t.match((await asJo('GET', '/api/v1/auth/me')).body, { must_change_password: false })
  const out = await make('ann')
  const annToken = await login('ann', out.password)
  t.equal((await api.ask('POST', '/api/v1/auth/logout', { token: annToken })).status, 204)
})

t.test('what cannot be a user is told, fault by fault', async (t) => {
  const faults = async (body: unknown) => {
    const answer = await ask('POST', '/api/v1/users', body)
    const { code, errors } = answer.body as { code: string; errors: { path: string }[] }
    return [answer.status, code, ...errors.map(({ path }) => path)]
  }
  t.strictSame(await faults({ username: 'a b', role: 'god', password: 'password' }), [
    ...[400, 'invalid_request', '/body/username', '/body/role', '/body/password'],
  ])
  t.strictSame(await faults({ username: '11111111-1111-4111-8111-111111111111' }), [
    ...[400, 'invalid_request', '/body/username'],
  ])
  t.strictSame(await faults({ username: 'ADMIN' }), [409, 'username_taken'])
  t.strictSame(await faults({ username: 'x', is_admin: true }), [
    ...[400, 'invalid_request', '/body/is_admin'],
  ])
})

t.test('a change says something that is known', async (t) => {
  await make('max')
  for (const body of [{}, { password: 'tape robot at dawn' }, { disabled: 'yes' }, []]) {
    const { status } = await ask('PATCH', '/api/v1/users/max', body)
    t.equal(status, 400, JSON.stringify(body))
  }
  t.match(await ask('PATCH', '/api/v1/users/max', { role: 'operator', disabled: true }), {
    status: 200,
    body: { role: 'operator', disabled: true, disabled_at: '2026-11-20T21:00:00.000Z' },
  })
  const nobody = { status: 404, body: { code: 'user_not_found' } }
  t.match(await ask('PATCH', '/api/v1/users/nobody', { disabled: true }), nobody)
  t.match(await ask('DELETE', '/api/v1/users/11111111-1111-4111-8111-111111111111'), nobody)
  t.equal((await ask('DELETE', '/api/v1/users/max')).status, 204)
  const last = { status: 409, body: { code: 'last_admin' } }
  t.match(await ask('DELETE', '/api/v1/users/admin'), last)
  t.match(await ask('PATCH', '/api/v1/users/admin', { role: 'viewer' }), last)
})

t.test('streams of who is changed are closed with 4401', async (t) => {
  const given = { password: 'tape robot at dawn', must_change_password: false }
  const changes = [
    ['PATCH', '', { role: 'operator' }],
    ['PATCH', '', { disabled: true }],
    ['POST', '/force-password-reset', {}],
    ['DELETE', '', undefined],
  ] as const
  for (const [index, [method, path, body]] of changes.entries()) {
    const name = `streamer${index}`
    await make(name, given)
    const client = stream(await login(name, given.password))
    await client.told('hello')
    const { status } = await ask(method, `/api/v1/users/${name}${path}`, body)
    t.ok(status < 300, `${method} ${path}`)
    t.equal((await client.end()).code, 4401, `${method} ${path}`)
  }
})

t.test('an operator resets passwords of all but admins', async (t) => {
  await make('vera')
  const operator = await api.session('operator')
  const reset = (name: string, token: string) =>
    api.ask('POST', `/api/v1/users/${name}/force-password-reset`, { token })
  const done = await reset('vera', operator)
  t.match(done, { status: 200, body: { username: 'vera', must_change_password: true } })
  t.ok(await login('vera', (done.body as Made).password))
  t.match(await reset('admin', operator), {
    status: 403,
    body: { code: 'permission_missing', permission: 'users:manage' },
  })
  t.match(await reset('vera', await api.session('viewer')), {
    status: 403,
    body: { code: 'permission_missing' },
  })
})

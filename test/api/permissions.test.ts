import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import t from 'tap'
import { permissionReference } from '../../src/api/permission-reference.ts'
import { routes } from '../../src/api/routes/index.ts'
import { mayReadStream, roles, streamPermissions, type Role } from '../../src/auth/permissions.ts'
import { createToken } from '../../src/auth/tokens.ts'
import { streamTypes } from '../../src/events/event.ts'
import { packageRoot } from '../../src/package.ts'
import { UNKNOWN } from '../support/api-samples.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { refusedUpgrade, TestClient } from '../support/ws.ts'

const page = readFileSync(join(packageRoot, 'docs', 'permissions.md'), 'utf8')
const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const EVENTS = `${api.url}/api/v1/monitoring/events`

/** A call as the page has it. */
interface Documented {
  method: string
  path: string
  nobody: boolean
  roles: Record<Role, boolean>
  beforePasswordChange: boolean
}

/** Rows of the tables of the page whose first cell matches, as cells. */
const rows = (first: RegExp) =>
  page
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .filter(([, cell = '']) => first.test(cell))
    .map((cells) => cells.slice(1, -1))

const calls = rows(/^[A-Z]+ \//).map(([call = '', , nobody, viewer, operator, admin, before]) => {
  const [method = '', path = ''] = call.split(' ')
  const may = { viewer: viewer === 'yes', operator: operator === 'yes', admin: admin === 'yes' }
  const all = { roles: may, nobody: nobody === 'yes', beforePasswordChange: before === 'yes' }
  return { method, path, ...all } satisfies Documented
})

const userOf = async (session: string) => {
  const { body } = await api.ask('GET', '/api/v1/auth/me', { token: session })
  return (body as { id: string }).id
}
const change = (id: string, set: string) =>
  database.query(`update users set ${set} where id = $1`, [id])

/** An API token of an admin, with this role. */
const admin = await userOf(await api.session('admin'))
async function apiToken(role: Role, expiresAt: Date | null = null) {
  const wanted = { userId: admin, name: 'x', role, expiresAt, at: api.clock.now }
  return await createToken(database, wanted)
}

const sessions: Record<Role, string> = {
  viewer: await api.session('viewer'),
  operator: await api.session('operator'),
  admin: await api.session('admin'),
}
const tokens: Record<Role, string> = {
  viewer: (await apiToken('viewer')).token,
  operator: (await apiToken('operator')).token,
  admin: (await apiToken('admin')).token,
}
const disabled = await api.session('admin')
await change(await userOf(disabled), 'disabled_at = now()')
const changing = await api.session('admin')
await change(await userOf(changing), 'must_change_password = true')

/** Credentials that open nothing; a new one for each call, as the same is not heard more than five times. */
const dead: Record<string, () => Promise<string>> = {
  'an API token that has expired': async () => (await apiToken('admin', api.clock.now)).token,
  'an API token that was revoked': async () => {
    const { token, record } = await apiToken('admin')
    await database.query('delete from api_tokens where id = $1', [record.id])
    return token
  },
  'a session that was ended': async () => {
    const session = await api.session('admin')
    await api.ask('POST', '/api/v1/auth/logout', { token: session })
    return session
  },
  'a session of a user who is disabled': async () => disabled,
  'what is no credential at all': async () => 'nonsense',
}

/** `in`, or the problem that says that it is not for whoever asks. */
async function outcome({ method, path }: Documented, token: string | null): Promise<string> {
  const url = path.replace(':id', UNKNOWN).replace(':rule', 'ArrayDegraded')
  const { status, body } = await api.ask(method, url, token === null ? {} : { token })
  const { code = '' } = (body ?? {}) as { code?: string }
  const barred = ['unauthenticated', 'permission_missing', 'password_change_required']
  if (status === 500) return `500 ${code}`
  return barred.includes(code) ? code : 'in'
}

t.test('the page says what the routes and the table of permissions say', async (t) => {
  const wanted = await format(permissionReference(routes), { parser: 'markdown' })
  t.equal(page, wanted, 'npm run build && node scripts/permissions.mjs writes it anew')
  t.equal(calls.length, routes.length)
})

t.test('every call is for whom the page says, by session and by API token', async (t) => {
  const asked: Record<string, string> = {}
  const wanted: Record<string, string> = {}
  for (const call of calls) {
    const name = `${call.method} ${call.path}`
    const ends = call.path === '/api/v1/auth/logout'
    for (const role of roles) {
      const session = ends ? await api.session(role) : sessions[role]
      for (const [kind, token] of [
        ['session', session],
        ['token', tokens[role]],
      ] as const) {
        asked[`${name} as ${role} with ${kind}`] = await outcome(call, token)
        wanted[`${name} as ${role} with ${kind}`] = call.roles[role] ? 'in' : 'permission_missing'
      }
    }
  }
  t.strictSame(asked, wanted)
})

t.test('without a good credential only what is for anybody is answered', async (t) => {
  const asked: Record<string, string> = {}
  const wanted: Record<string, string> = {}
  for (const call of calls) {
    const name = `${call.method} ${call.path}`
    asked[`${name} without`] = await outcome(call, null)
    wanted[`${name} without`] = call.nobody ? 'in' : 'unauthenticated'
    for (const [what, credential] of Object.entries(dead)) {
      asked[`${name} with ${what}`] = await outcome(call, await credential())
      wanted[`${name} with ${what}`] = call.nobody ? 'in' : 'unauthenticated'
    }
  }
  t.strictSame(asked, wanted)
})

t.test('who has to change his password does that, and nothing else', async (t) => {
  const asked: Record<string, string> = {}
  const wanted: Record<string, string> = {}
  for (const call of calls) {
    const name = `${call.method} ${call.path}`
    // Ends the session, so it comes last.
    if (call.path === '/api/v1/auth/logout') continue
    asked[name] = await outcome(call, changing)
    wanted[name] = call.beforePasswordChange ? 'in' : 'password_change_required'
  }
  t.strictSame(asked, wanted)
  const logout = await api.ask('POST', '/api/v1/auth/logout', { token: changing })
  t.equal(logout.status, 204)
})

t.test('every type of frame is sent to whom the page says', async (t) => {
  t.strictSame(Object.keys(streamPermissions), [...streamTypes])
  t.equal(mayReadStream('admin', 'unheard of'), false)
  const types = rows(new RegExp(`^(${streamTypes.join('|')})$`))
  t.strictSame(
    types.map(([type]) => type),
    [...streamTypes],
  )
  for (const [index, role] of roles.entries()) {
    const client = new TestClient(EVENTS.replace('http', 'ws'), {
      headers: { authorization: `Bearer ${sessions[role]}` },
    })
    const { data } = await client.told('hello')
    t.strictSame(
      data.types,
      types.filter((cells) => cells[index + 2] === 'yes').map(([type]) => type),
      role,
    )
    client.ws.terminate()
  }
  for (const [what, credential] of Object.entries(dead)) {
    const refused = await refusedUpgrade(EVENTS, { Authorization: `Bearer ${await credential()}` })
    t.match(refused, { status: 401, body: { code: 'unauthenticated' } }, what)
  }
})

import t from 'tap'
import { createSession } from '../../src/auth/sessions.ts'
import { listAudit } from '../../src/auth/audit.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { refusedUpgrade, TestClient } from '../support/ws.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())

interface Listed {
  id: string
  username: string
  current: boolean
}

const list = async (token: string) => {
  const { body } = await api.ask('GET', '/api/v1/auth/sessions', { token })
  return (body as { sessions: Listed[] }).sessions
}
const lifetime = { idleSeconds: 12 * 3600, absoluteSeconds: 7 * 24 * 3600 }

/** A user of this role with a session here, and one more elsewhere. */
async function twoSessions(role: 'viewer' | 'admin') {
  const token = await api.session(role)
  const { body } = await api.ask('GET', '/api/v1/auth/me', { token })
  const { id: userId, username } = body as { id: string; username: string }
  const elsewhere = { address: '198.51.100.7', userAgent: 'a browser' }
  const other = await createSession(database, userId, elsewhere, lifetime, api.clock.now)
  return { token, other: other.token, username }
}

t.test('everybody sees his own sessions, an admin those of all', async (t) => {
  const { token, username } = await twoSessions('viewer')
  const own = await list(token)
  t.strictSame(
    own.map((one) => one.username),
    [username, username],
  )
  t.strictSame(own.filter(({ current }) => current).length, 1)
  t.strictSame(
    own.find(({ current }) => !current),
    {
      id: own.find(({ current }) => !current)?.id,
      username,
      address: '198.51.100.7',
      user_agent: 'a browser',
      method: 'password',
      created_at: '2026-11-20T21:00:00.000Z',
      last_used_at: '2026-11-20T21:00:00.000Z',
      expires_at: '2026-11-27T21:00:00.000Z',
      current: false,
    } as Listed,
  )
  const all = await list(await api.session('admin'))
  t.ok(new Set(all.map((one) => one.username)).size >= 2)
})

t.test('a session is ended by whose it is, or by an admin, and its stream with it', async (t) => {
  const jo = await twoSessions('viewer')
  const eve = await twoSessions('viewer')
  const client = new TestClient(`${api.url.replace('http', 'ws')}/api/v1/monitoring/events`, {
    headers: { authorization: `Bearer ${jo.other}` },
  })
  await client.told('hello')
  const { id = '' } = (await list(jo.token)).find(({ current }) => !current) ?? {}
  const end = (token: string) => api.ask('DELETE', `/api/v1/auth/sessions/${id}`, { token })

  t.match(await end(eve.token), { status: 404, body: { code: 'session_not_found' } })
  t.equal((await end(await api.session('admin'))).status, 204)
  t.equal((await client.end()).code, 4401)
  t.equal((await api.ask('GET', '/api/v1/auth/me', { token: jo.other })).status, 401)
  t.equal((await api.ask('GET', '/api/v1/auth/me', { token: jo.token })).status, 200)
  t.match(await end(jo.token), { status: 404 })
  t.match(await api.ask('DELETE', '/api/v1/auth/sessions/x', jo), { status: 404 })
  const { entries } = await listAudit(database, { subject: jo.username, limit: 1, offset: 0 })
  t.match(entries, [
    {
      action: 'session.delete',
      before: { address: '198.51.100.7', user_agent: 'a browser', method: 'password' },
      after: null,
    },
  ])
})

t.test('logging out everywhere ends all sessions of the user, and no other', async (t) => {
  const jo = await twoSessions('viewer')
  const eve = await twoSessions('viewer')
  const body = { everywhere: true }
  t.equal((await api.ask('POST', '/api/v1/auth/logout', { token: jo.token, body })).status, 204)
  const after = []
  for (const token of [jo.token, jo.other, eve.token, eve.other]) {
    after.push((await api.ask('GET', '/api/v1/auth/me', { token })).status)
  }
  t.strictSame(after, [401, 401, 200, 200])
})

t.test('an API token that opens nothing is told so five times, and then to wait', async (t) => {
  const token = `swt_${'x'.repeat(43)}`
  const ask = () => api.ask('GET', '/api/v1/auth/me', { token })
  for (let tries = 0; tries < 5; tries += 1) t.equal((await ask()).status, 401)
  const blocked = await ask()
  t.match(blocked, { status: 429, body: { code: 'too_many_failures' } })
  t.equal(blocked.headers.get('retry-after'), '300')
  const upgrade = await refusedUpgrade(`${api.url}/api/v1/monitoring/events`, {
    Authorization: `Bearer ${token}`,
  })
  t.equal(upgrade.status, 429)
  t.equal(api.told.limited, 2)
})

t.test('what a page asks by itself does not keep its session, nor does its stream', async (t) => {
  const [left, used] = [await api.session('viewer'), await api.session('viewer')]
  const ask = (token: string, headers = {}) => api.ask('GET', '/api/v1/auth/me', { token, headers })
  api.clock.advance(11 * 3600)
  t.equal((await ask(left, { 'X-Storwarden-Unattended': '1' })).status, 200)
  t.equal((await ask(used)).status, 200)
  api.clock.advance(2 * 3600)
  t.equal((await ask(left)).status, 401)
  t.equal((await ask(used)).status, 200)
})

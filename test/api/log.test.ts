import t from 'tap'
import { listAudit } from '../../src/auth/audit.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const operator = await api.session('operator')
const admin = await api.session('admin')

const put = (body: unknown, token = admin) => api.ask('PUT', '/api/v1/log', { token, body })
const get = async () => (await api.ask('GET', '/api/v1/log', { token: admin })).body
const configured = { level: 'info', configured_level: 'info', expires_at: null }

t.test('the level is another for a while, and who wanted that is written down', async (t) => {
  t.strictSame(await get(), { ...configured, lines_lost: 0 })
  const refused = await put({ level: 'debug' }, operator)
  t.match(refused, { status: 403, body: { permission: 'config:write' } })
  const more = { level: 'debug', configured_level: 'info', expires_at: '2026-11-20T22:00:00.000Z' }
  t.match(await put({ level: 'debug', for_seconds: 3600 }), { status: 200, body: more })
  t.strictSame(await get(), { ...more, lines_lost: 0 })
  api.clock.advance(3600)
  t.strictSame(await get(), { ...configured, lines_lost: 0 })

  t.match(await put({ level: 'error' }), {
    status: 200,
    body: { level: 'error', expires_at: null },
  })
  t.match(await put({ level: null, for_seconds: 9 }), { status: 200, body: configured })
  const { entries } = await listAudit(database, { action: 'log.level', limit: 10, offset: 0 })
  t.match(entries, [
    { before: { level: 'error' }, after: configured },
    { before: configured, after: { level: 'error', expires_at: null } },
    { subject: null, before: configured, after: more },
  ])
})

t.test('what cannot be meant, or not be accounted for, changes nothing', async (t) => {
  for (const body of [
    {},
    { level: 'loud' },
    { level: 'debug', for_seconds: 0 },
    { level: 'debug', for_seconds: 1.5 },
    { level: 'debug', for_seconds: 604_801 },
    { level: 'debug', until: 'tomorrow' },
  ]) {
    t.match(await put(body), { status: 400, body: { code: 'invalid_request' } })
  }
  api.db.failure = Object.assign(new Error('away'), { code: 'ERR_DATABASE_UNAVAILABLE' })
  api.db.of = /into audit/
  t.match(await put({ level: 'debug' }), { status: 503 })
  api.db.failure = null
  t.match(await get(), configured)
})

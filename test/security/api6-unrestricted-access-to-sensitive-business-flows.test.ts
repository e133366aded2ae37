import { randomUUID } from 'node:crypto'
import t from 'tap'
import { PasswordHasher } from '../../src/auth/passwords.ts'
import { TaskEngine } from '../../src/tasks/engine.ts'
import { backup } from '../../src/tasks/kinds/backup.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

// What is allowed once and does harm often, or from two sides at once.

const database = await openTestDatabase(t)
const stats = { running: 0, most: 0, made: 0 }
let release: () => void = () => undefined
const held = new Promise<void>((resolve) => {
  release = resolve
})
const tasks = new TaskEngine({
  ...{ database, owner: 'test', now: () => new Date('2026-11-20T21:00:00Z'), newId: randomUUID },
  kinds: [
    backup(async () => {
      stats.running += 1
      stats.most = Math.max(stats.most, stats.running)
      await held
      stats.running -= 1
      stats.made += 1
      const made = { path: '/x.tar', sizeBytes: 1, rowCount: 1, verifiedAt: null }
      return { ...made, verifyError: null }
    }),
  ],
  onEvents: () => undefined,
  onError: (error) => {
    throw error
  },
})
const api = await startTestApi(database, await makeStateDirectory(t), { tasks })
tasks.start()
t.teardown(async () => {
  release()
  await tasks.stop()
  await api.stop()
})

const hash = await new PasswordHasher().hash('a password nobody guesses')
/** A user of this role, and his session. */
async function person(role: string): Promise<{ id: string; username: string; token: string }> {
  const username = `p-${randomUUID().slice(0, 8)}`
  const [row] = await database.query<{ id: string }>(
    `insert into users (username, role, password_hash, password_changed_at, created_at)
     values ($1, $2, $3, $4, $4) returning id`,
    [username, role, hash, api.clock.now],
  )
  const { body } = await api.ask('POST', '/api/v1/auth/login', {
    body: { username, password: 'a password nobody guesses' },
  })
  return { id: row?.id ?? '', username, token: (body as { token: string }).token }
}
const admins = async () =>
  (
    await database.query<{ count: number }>(
      `select count(*) as count from users where role = 'admin' and disabled_at is null`,
    )
  )[0]?.count

t.test('API6: two admins who disable each other at once do not leave none', async (t) => {
  for (const change of [{ role: 'viewer' }, { disabled: true }, null]) {
    const pair = [await person('admin'), await person('admin')] as const
    const work = pair.map(({ token }, index) => {
      const other = pair[1 - index]?.id ?? ''
      return change === null
        ? api.ask('DELETE', `/api/v1/users/${other}`, { token })
        : api.ask('PATCH', `/api/v1/users/${other}`, { token, body: change })
    })
    const statuses = (await Promise.all(work)).map(({ status }) => status)
    t.ok((await admins()) === 1, `${JSON.stringify(change)}: ${statuses.join(' ')}`)
    await database.query('delete from users')
  }
})

t.test(
  'API6: a flood of backups is one after the other, and asked for once by a key',
  async (t) => {
    const { token } = await person('operator')
    const ask = (body: object) => api.ask('POST', '/api/v1/tasks', { token, body })
    const keyed = { kind: 'backup', idempotency_key: 'tonight' }
    const same = await Promise.all(Array.from({ length: 10 }, () => ask(keyed)))
    t.equal(new Set(same.map(({ body }) => (body as { id: string }).id)).size, 1)
    t.equal(same.filter(({ status }) => status === 201).length, 1)
    const flood = await Promise.all(Array.from({ length: 20 }, () => ask({ kind: 'backup' })))
    t.ok(flood.every(({ status }) => [201, 409, 429].includes(status)))
    t.ok(stats.most <= 1, `${stats.most} at once`)
    release()
    const all = async () =>
      await database.query(`select 1 from tasks where state in ('pending', 'running')`)
    while ((await all()).length > 0) await new Promise(setImmediate)
    t.equal(stats.most, 1)
  },
)

t.test('API6: the key of another does not hand out his task', async (t) => {
  const [one, other] = [await person('operator'), await person('operator')]
  const body = { kind: 'backup', idempotency_key: 'mine' }
  const mine = await api.ask('POST', '/api/v1/tasks', { token: one.token, body })
  t.equal(mine.status, 201)
  const differing = { ...body, params: { verify: true } }
  const theirs = await api.ask('POST', '/api/v1/tasks', { token: other.token, body: differing })
  t.match(theirs, { status: 409, body: { code: 'idempotency_key_used' } })
})

t.test('API6: what silences everything is on record, by whom and from where', async (t) => {
  const { token, username } = await person('operator')
  const body = {
    ...{ matchers: [{ name: 'severity', value: '.*', is_regex: true }], comment: 'quiet' },
    end: '2026-11-27T21:00:00Z',
  }
  const { status } = await api.ask('POST', '/api/v1/monitoring/silences', { token, body })
  t.equal(status, 201)
  t.match(
    await database.query(
      `select actor, action, address, after from audit where actor = $1 and action like 'silence%'`,
      [username],
    ),
    [{ actor: username, address: /127\.0\.0\.1/, after: { comment: 'quiet' } }],
  )
  const forged = { ...body, author: 'somebody else' }
  const made = await api.ask('POST', '/api/v1/monitoring/silences', { token, body: forged })
  t.match(made.body, { author: username }, 'whoever he says he is')
})

t.test('API6: an operator takes over nobody by a reset of the password', async (t) => {
  const [admin, operator] = [await person('admin'), await person('operator')]
  const reset = (id: string) =>
    api.ask('POST', `/api/v1/users/${id}/force-password-reset`, { token: operator.token })
  t.equal((await reset(admin.id)).status, 403)
  t.match((await api.ask('GET', '/api/v1/auth/me', { token: admin.token })).status, 200)
  const viewer = await person('viewer')
  const { body } = await reset(viewer.id)
  const { password } = body as { password: string }
  const login = await api.ask('POST', '/api/v1/auth/login', {
    body: { username: viewer.username, password },
  })
  const { token } = login.body as { token: string }
  t.match(await api.ask('GET', '/api/v1/monitoring/alerts', { token }), {
    ...{ status: 403, body: { code: 'password_change_required' } },
  })
  t.equal((await api.ask('GET', '/api/v1/auth/me', { token: viewer.token })).status, 401)
})

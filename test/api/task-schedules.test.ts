import t from 'tap'
import { Type } from 'typebox'
import { listAudit } from '../../src/auth/audit.ts'
import { startTestApi } from '../support/api.ts'
import { UNKNOWN } from '../support/api-samples.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { engineOn, kindOf } from '../support/tasks.ts'

const database = await openTestDatabase(t)
const kinds = [
  kindOf({
    ...{ name: 'inventory', retry: { times: 2, afterSeconds: 30 } },
    schema: Type.Object({ library: Type.String() }, { additionalProperties: false }),
  }),
  kindOf({ name: 'erase', destructive: true, repeatable: false, summary: 'Erases.' }),
]
const { engine } = engineOn(database, kinds)
const api = await startTestApi(database, await makeStateDirectory(t), { tasks: engine })
t.teardown(() => api.stop())
const viewer = await api.session('viewer')
const operator = await api.session('operator')
const other = await api.session('operator')
const admin = await api.session('admin')

const PATH = '/api/v1/tasks/schedules'
const ask = (method: string, path: string, token: string, body?: unknown) =>
  api.ask(method, path, { token, ...(body === undefined ? {} : { body }) })
const nightly = {
  ...{ name: 'nightly inventory', kind: 'inventory', params: { library: 'L1' } },
  ...{ cron: '30 22 * * 1-5', time_zone: 'Europe/Berlin' },
}

t.test('what can be asked for is told, with what it takes', async (t) => {
  const { status, body } = await ask('GET', '/api/v1/tasks/kinds', viewer)
  t.equal(status, 200)
  t.strictSame(body, {
    kinds: [
      {
        ...{ kind: 'erase', summary: 'Erases.', destructive: true, repeatable: false },
        params_schema: { type: 'object', properties: {} },
        ...{ permission: 'tasks:run-destructive', needs_confirmation: true, schedulable: false },
        ...{ timeout_seconds: 60, retry: null },
      },
      {
        ...{ kind: 'inventory', summary: 'Moves.', destructive: false, repeatable: true },
        params_schema: {
          ...{ type: 'object', required: ['library'], additionalProperties: false },
          properties: { library: { type: 'string' } },
        },
        ...{ permission: 'tasks:run', needs_confirmation: false, schedulable: true },
        ...{ timeout_seconds: 60, retry: { times: 2, after_seconds: 30 } },
      },
    ],
  })
})

t.test('a schedule is made, listed, changed and deleted, and each is in the trail', async (t) => {
  t.match(await ask('POST', PATH, viewer, nightly), { status: 403 })
  const made = await ask('POST', PATH, operator, nightly)
  const { id, owner } = made.body as { id: string; owner: string }
  t.match(made, {
    status: 201,
    body: {
      ...{ ...nightly, priority: 0, catch_up: false, enabled: true, missed: 0 },
      ...{ owner: /^operator/, next_at: '2026-11-20T21:30:00.000Z', last_at: null },
    },
  })
  t.equal(made.headers.get('location'), `${PATH}/${id}`)
  t.match(await ask('GET', PATH, viewer), { body: { total: 1, schedules: [{ id }] } })
  t.match(await ask('GET', `${PATH}/${id}`, viewer), { body: { id, params: { library: 'L1' } } })
  t.match(await ask('POST', PATH, other, { ...nightly, name: 'Nightly Inventory' }), {
    ...{ status: 409 },
    body: { code: 'schedule_name_taken', errors: [{ path: '/body/name' }] },
  })
  const change = { enabled: false, priority: 9, catch_up: true }
  t.match(await ask('PATCH', `${PATH}/${id}`, other, change), {
    ...{ status: 403, body: { permission: 'config:write' } },
  })
  t.match(await ask('DELETE', `${PATH}/${id}`, other), { status: 403 })
  t.match(await ask('PATCH', `${PATH}/${id}`, admin, change), {
    status: 200,
    body: { ...change, owner, changed_by: /^admin/, next_at: null, cron: nightly.cron },
  })
  const again = { enabled: true, cron: '0 6 * * *', time_zone: 'UTC', params: { library: 'L2' } }
  t.match(await ask('PATCH', `${PATH}/${id}`, operator, again), {
    ...{ status: 200, body: { ...again, next_at: '2026-11-21T06:00:00.000Z' } },
  })
  t.match(await ask('DELETE', `${PATH}/${id}`, operator), { status: 204 })
  const gone = { status: 404, body: { code: 'schedule_not_found' } }
  t.match(await ask('GET', `${PATH}/${id}`, viewer), gone)
  t.match(await ask('DELETE', `${PATH}/${id}`, operator), gone)
  t.match(await ask('PATCH', `${PATH}/${UNKNOWN}`, operator, { enabled: true }), gone)
  const { entries } = await listAudit(database, { limit: 10, offset: 0, subject: id })
  t.match(
    entries.map(({ action, before, after }) => ({ action, before, after })),
    [
      { action: 'task_schedule.delete', before: { name: nightly.name }, after: null },
      {
        ...{ action: 'task_schedule.change', before: { enabled: false } },
        after: { enabled: true, cron: '0 6 * * *', params: { library: 'L2' } },
      },
      { action: 'task_schedule.change', before: { priority: 0 }, after: { priority: 9 } },
      { action: 'task_schedule.create', before: null, after: { time_zone: 'Europe/Berlin' } },
    ],
  )
})

t.test('a schedule is not that of the next one who has the name of its owner', async (t) => {
  const first = await api.session('operator')
  const me = async (token: string) =>
    (await ask('GET', '/api/v1/auth/me', token)).body as { id: string; username: string }
  const { id: ownerId, username } = await me(first)
  const made = await ask('POST', PATH, first, nightly)
  const { id } = made.body as { id: string }
  t.match(made.body, { owner: username, owner_id: ownerId, blocked_because: null })
  await database.query('delete from users where id = $1', [ownerId])
  const next = await api.session('operator')
  await database.query('update users set username = $2 where id = $1', [
    ...[(await me(next)).id, username],
  ])
  t.match(await ask('GET', `${PATH}/${id}`, viewer), {
    body: {
      ...{ owner: username, owner_id: ownerId },
      blocked_because: `${username}, who made it, is no user any more`,
    },
  })
  const forbidden = { status: 403, body: { permission: 'config:write' } }
  t.match(await ask('PATCH', `${PATH}/${id}`, next, { enabled: false }), forbidden)
  t.match(await ask('DELETE', `${PATH}/${id}`, next), forbidden)
  t.match(await ask('DELETE', `${PATH}/${id}`, admin), { status: 204 })
})

t.test('what can never be is refused with all its faults', async (t) => {
  const wrong = { ...nightly, params: {}, cron: '0 0 30 2 *', time_zone: 'Mars', priority: 500 }
  t.match(await ask('POST', PATH, operator, wrong), {
    status: 400,
    body: {
      errors: [
        { path: '/body/priority' },
        { path: '/body/params/library', message: 'is missing' },
        { path: '/body/time_zone' },
        { path: '/body/cron', message: 'never comes' },
      ],
    },
  })
  t.match(await ask('POST', PATH, admin, { ...nightly, kind: 'erase', params: {} }), {
    status: 400,
    body: {
      errors: [{ path: '/body/kind', message: 'must not be one that destroys something' }],
    },
  })
  const made = await ask('POST', PATH, operator, nightly)
  const path = `${PATH}/${(made.body as { id: string }).id}`
  t.match(await ask('PATCH', path, operator, { cron: '61 * * * *', params: {} }), {
    status: 400,
    body: { errors: [{ path: '/body/params/library' }, { path: '/body/cron' }] },
  })
  t.match(await ask('PATCH', path, operator, {}), { status: 400 })
  t.match(await ask('PATCH', path, operator, { kind: 'erase' }), { status: 400 })
})

t.test('a task is asked for at a time that is to come', async (t) => {
  const asked = { kind: 'inventory', params: { library: 'L1' } }
  const post = (run_at: string) => ask('POST', '/api/v1/tasks', operator, { ...asked, run_at })
  t.match(await post('2026-11-20T23:00:00+01:00'), {
    status: 201,
    body: { run_at: '2026-11-20T22:00:00.000Z', state: 'pending' },
  })
  t.match(await post('2026-11-20T20:00:00Z'), {
    status: 400,
    body: { errors: [{ path: '/body/run_at', message: 'must be in the future' }] },
  })
})

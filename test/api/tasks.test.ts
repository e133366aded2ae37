import t from 'tap'
import { Type } from 'typebox'
import { listAudit } from '../../src/auth/audit.ts'
import { dataRetention } from '../../src/tasks/kinds/data-retention.ts'
import { startTestApi } from '../support/api.ts'
import { UNKNOWN } from '../support/api-samples.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { engineOn, kindOf } from '../support/tasks.ts'

const database = await openTestDatabase(t)
const forgotten: number[] = []
const kinds = [
  dataRetention([
    {
      ...{ name: 'events', kept: () => '30 days' },
      forget: async () => await Promise.resolve(forgotten.push(1)),
    },
    { name: 'numbers', kept: () => '90 days', forget: () => Promise.resolve(12) },
  ]),
  kindOf({ name: 'erase', destructive: true }),
  kindOf({
    name: 'load',
    schema: Type.Object({ slot: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
    plan: () => {
      const empty = { code: 'ERR_TASK_NOT_POSSIBLE' }
      return Promise.reject(Object.assign(new Error('slot 3 is empty'), empty))
    },
  }),
]
const { engine } = engineOn(database, kinds)
const api = await startTestApi(database, await makeStateDirectory(t), { tasks: engine })
t.teardown(async () => {
  await engine.stop()
  await api.stop()
})
const viewer = await api.session('viewer')
const operator = await api.session('operator')
const admin = await api.session('admin')

const post = (body: unknown, token = operator) => api.ask('POST', '/api/v1/tasks', { token, body })
const get = async (id: string) =>
  (await api.ask('GET', `/api/v1/tasks/${id}`, { token: viewer })).body
const idOf = ({ body }: { body: unknown }) => (body as { id: string }).id

const retention = { kind: 'monitoring_data_retention' }

t.test('a dry run says what would be done, and does nothing', async (t) => {
  const answer = await post({ ...retention, params: { only: ['numbers'] }, dry_run: true })
  t.match(answer, { status: 200 })
  t.strictSame(answer.body, {
    ...{ dry_run: true, kind: 'monitoring_data_retention', params: { only: ['numbers'] } },
    resource: 'retention',
    steps: [{ name: 'numbers', description: 'forget numbers that are older than 90 days' }],
  })
  t.match(await api.ask('GET', '/api/v1/tasks', { token: viewer }), { body: { total: 0 } })
  t.match(await post({ kind: 'load', params: { slot: 3 }, dry_run: true }), {
    status: 409,
    body: { code: 'task_not_possible', detail: 'slot 3 is empty' },
  })
})

t.test('a task is asked for, carried out, and shown with its log', async (t) => {
  const made = await post({ ...retention, idempotency_key: 'tonight', priority: 5 })
  const id = idOf(made)
  t.match(made, {
    status: 201,
    body: {
      state: 'pending',
      progress: 0,
      priority: 5,
      log: [{ message: /^asked for by operator/ }],
    },
  })
  t.equal(made.headers.get('location'), `/api/v1/tasks/${id}`)
  const again = await post({ ...retention, idempotency_key: 'tonight', priority: 9 })
  t.match(again, { status: 200, body: { id, priority: 5 } })
  t.match(await post({ ...retention, params: { only: ['events'] }, idempotency_key: 'tonight' }), {
    status: 409,
    body: { code: 'idempotency_key_used', errors: [{ path: '/body/idempotency_key' }] },
  })
  engine.start()
  await engine.idle()
  t.match(await get(id), {
    ...{ id, state: 'completed', progress: 1, error: null, resource: 'retention', steps_done: 2 },
    steps: [{ name: 'events' }, { name: 'numbers' }],
    log: [
      ...[/asked for/, 'step 1 of 2 (events): forget events that are older than 30 days'],
      ...['events: 1 forgotten', /step 2/, 'numbers: 12 forgotten', 'completed'],
    ].map((message) => ({ message, level: 'info' })),
  })
  t.strictSame(forgotten, [1])
  const { entries } = await listAudit(database, { action: 'task.create', limit: 10, offset: 0 })
  t.match(entries, [
    { subject: id, after: { kind: 'monitoring_data_retention', resource: 'retention' } },
  ])
})

t.test('what cannot be meant is refused with all its faults', async (t) => {
  t.match(await post({ kind: 'nonsense', priority: 500 }), {
    status: 400,
    body: {
      errors: [
        { path: '/body/priority' },
        {
          path: '/body/kind',
          message: 'must be one of monitoring_data_retention, erase, load',
        },
      ],
    },
  })
  t.match(await post({ ...retention, params: { only: ['everything'], really: true } }), {
    status: 400,
    body: {
      errors: [
        { path: '/body/params/really', message: 'is not known' },
        { path: '/body/params/only/0', message: 'must be one of events, numbers' },
      ],
    },
  })
  t.match(await post({ kind: 'load' }), {
    status: 400,
    body: { errors: [{ path: '/body/params/slot', message: 'is missing' }] },
  })
  t.match(await post({}), { status: 400, body: { errors: [{ path: '/body/kind' }] } })
})

t.test('who may have what done', async (t) => {
  t.match(await post(retention, viewer), { status: 403, body: { permission: 'tasks:run' } })
  t.match(await post({ kind: 'erase' }), {
    status: 403,
    body: { permission: 'tasks:run-destructive' },
  })
  t.match(await post({ kind: 'erase' }, admin), { status: 201 })
  await engine.idle()
})

t.test('a task is cancelled while it is not over', async (t) => {
  await engine.stop()
  const id = idOf(await post({ kind: 'load', params: { slot: 3 } }))
  const cancel = (of: string, token = operator) =>
    api.ask('POST', `/api/v1/tasks/${of}/cancel`, { token })
  t.match(await cancel(id, viewer), { status: 403 })
  t.match(await cancel(id), {
    status: 200,
    body: { state: 'cancelled', cancel_requested_by: /^operator/ },
  })
  t.match(await cancel(id), { status: 200, body: { state: 'cancelled' } }, 'once more')
  const { entries } = await listAudit(database, { action: 'task.cancel', limit: 10, offset: 0 })
  t.match(entries, [{ subject: id, after: { kind: 'load', state: 'cancelled' } }])
  t.equal(entries.length, 1)
  t.match(await cancel(UNKNOWN), { status: 404, body: { code: 'task_not_found' } })
  engine.start()
  const failing = idOf(await post({ kind: 'load', params: { slot: 3 } }))
  await engine.idle()
  t.match(await get(failing), { state: 'failed', error: 'slot 3 is empty' })
  t.match(await cancel(failing), { status: 409, body: { code: 'task_ended' } })
})

t.test('a task that cannot be accounted for is not asked for', async (t) => {
  api.db.failure = Object.assign(new Error('away'), { code: 'ERR_DATABASE_UNAVAILABLE' })
  t.match(await post({ kind: 'erase' }, admin), { status: 503 })
  api.db.failure = null
})

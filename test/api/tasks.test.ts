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
let erasing = 1
const kinds = [
  dataRetention([
    {
      ...{ name: 'events', kept: () => '30 days' },
      forget: async () => await Promise.resolve(forgotten.push(1)),
    },
    { name: 'numbers', kept: () => '90 days', forget: () => Promise.resolve(12) },
  ]),
  kindOf({
    ...{ name: 'erase', destructive: true, repeatable: false },
    plan: () => Promise.resolve([{ name: 'erase', description: `erases ${erasing}` }]),
  }),
  kindOf({
    name: 'load',
    schema: Type.Object({ slot: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
    plan: () => {
      const empty = { code: 'ERR_TASK_NOT_POSSIBLE' }
      return Promise.reject(Object.assign(new Error('slot 3 is empty'), empty))
    },
  }),
]
const { engine, clock } = engineOn(database, kinds)
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
    ...{ resource: 'retention', resources: ['retention'] },
    steps: [{ name: 'numbers', description: 'forget numbers that are older than 90 days' }],
    ...{ plan_hash: '5e74870abddf1a55', destructive: false },
    ...{ confirmation: null, confirmation_expires_at: null },
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
})

t.test('what destroys something is done by who has looked at it, once', async (t) => {
  const erase = { kind: 'erase', params: { library: 'L1' } }
  const needed = {
    status: 409,
    body: { code: 'confirmation_needed', errors: [{ path: '/body/confirmation' }] },
  }
  t.match(await post(erase, admin), needed)
  t.match(await post({ ...erase, dry_run: true }), { status: 403 })
  const look = async () => {
    const { body } = await post({ ...erase, dry_run: true }, admin)
    t.match(body, {
      ...{ destructive: true, plan_hash: /^[0-9a-f]{16}$/, resource: 'L1' },
      confirmation_expires_at: new Date(api.clock.now.getTime() + 600_000).toISOString(),
    })
    return (body as { confirmation: string; plan_hash: string }).confirmation
  }
  const confirmation = await look()
  t.match(await post({ ...erase, confirmation: 'guessed' }, admin), needed)
  t.match(await post({ kind: 'erase', confirmation }, admin), needed, 'other parameters')
  const other = await api.session('admin')
  t.match(await post({ ...erase, confirmation }, other), needed, 'another user')
  t.match(await post({ ...erase, confirmation }), { status: 403 })
  const made = await post({ ...erase, confirmation, idempotency_key: 'e' }, admin)
  t.match(made, { status: 201, body: { confirmed_plan: /^[0-9a-f]{16}$/ } })
  t.match(await post({ ...erase, confirmation }, admin), needed, 'once more')
  const again = await post({ ...erase, confirmation, idempotency_key: 'e' }, admin)
  t.match(again, { status: 200, body: { id: idOf(made) } }, 'the same request, sent once more')
  const { entries } = await listAudit(database, { action: 'task.create', limit: 1, offset: 0 })
  t.match(entries, [{ subject: idOf(made), after: { confirmed_plan: /^[0-9a-f]{16}$/ } }])
  t.notMatch(JSON.stringify([made, entries]), confirmation)
  await engine.idle()
  t.match(await get(idOf(made)), { state: 'completed' })

  const late = await look()
  api.clock.advance(600)
  clock.advance(600)
  t.match(await post({ ...erase, confirmation: late }, admin), needed, 'too late')
  const before = await look()
  erasing = 3
  t.match(await post({ ...erase, confirmation: before }, admin), {
    status: 409,
    body: { code: 'plan_changed', detail: /was confirmed, and what would be done now is/ },
  })
  const { total } = (await api.ask('GET', '/api/v1/tasks?kind=erase', { token: viewer })).body as {
    total: number
  }
  t.equal(total, 1)
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

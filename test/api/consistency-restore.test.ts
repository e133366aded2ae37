import t from 'tap'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { restorable } from '../support/restoring.ts'

const database = await openTestDatabase(t)
const { simulation, consistency, tasks, change, loop } = await restorable(database)
const api = await startTestApi(database, await makeStateDirectory(t), {
  ...{ consistency, tasks: tasks.engine },
})
t.teardown(async () => {
  await tasks.engine.stop()
  await api.stop()
})
const viewer = await api.session('viewer')
const operator = await api.session('operator')
const admin = await api.session('admin')

const BASE = '/api/v1/monitoring/consistency'
const reconcile = (body: object, token = admin) =>
  api.ask('POST', `${BASE}/reconcile`, {
    token,
    body: { strategy: 'restore_config', checks: ['scst'], ...body },
  })
const shown = async () => ((await reconcile({})).body as { plan: string }).plan
const tasksThereAre = async () =>
  ((await api.ask('GET', '/api/v1/tasks', { token: viewer })).body as { total: number }).total

t.test('without the plan, or the permission, or leave nothing is asked for', async (t) => {
  const plan = await shown()
  t.match(await reconcile({ dry_run: false }), {
    status: 400,
    body: {
      code: 'invalid_request',
      errors: [{ path: '/body/plan', message: 'must be the plan that was answered with dry_run' }],
    },
  })
  t.match(await reconcile({ dry_run: false, plan: 'burn' }), {
    ...{ status: 400, body: { errors: [{ path: '/body/plan' }] } },
  })
  const all = { dry_run: false, plan, allow_disruptive: true }
  for (const token of [viewer, operator]) {
    t.match(await reconcile(all, token), { status: 403, body: { code: 'permission_missing' } })
    const params = { plan, allow_disruptive: true }
    const body = { kind: 'consistency_restore_config', params }
    t.match(await api.ask('POST', '/api/v1/tasks', { token, body }), {
      ...{ status: 403, body: { code: 'permission_missing' } },
    })
  }
  const refusals: [object, RegExp][] = [
    [{ ...all, plan: '0123456789abcdef' }, /^the plan 0123456789abcdef is not what would be done/],
    [{ dry_run: false, plan }, /^takes something away that may be in use: /],
  ]
  for (const [body, detail] of refusals) {
    t.match(await reconcile(body), { status: 409, body: { code: 'task_not_possible', detail } })
  }
  t.equal(await tasksThereAre(), 0)
  t.strictSame(simulation.written, [])
})

t.test('a plan that was shown is carried out by a task, which is in the audit trail', async (t) => {
  const plan = await shown()
  const made = await reconcile({ dry_run: false, plan, allow_disruptive: true })
  const { id } = made.body as { id: string }
  const params = { checks: ['scst'], plan, allow_disruptive: true }
  t.match(made, {
    status: 202,
    body: { kind: 'consistency_restore_config', resource: 'scst', params, priority: 0 },
  })
  t.equal(made.headers.get('location'), `/api/v1/tasks/${id}`)
  await tasks.engine.idle()
  t.match(await api.ask('GET', `/api/v1/tasks/${id}`, { token: viewer }), {
    body: { state: 'completed', error: null, steps_done: 2, created_by: /^admin/ },
  })
  t.equal(simulation.written.length, 4)
  t.match(await api.ask('GET', '/api/v1/audit?limit=1', { token: admin }), {
    body: {
      entries: [
        {
          action: 'task.create',
          subject: id,
          actor: /^admin/,
          after: { params, resource: 'scst' },
        },
      ],
    },
  })
  t.match(await api.ask('GET', `${BASE}?check=scst`, { token: viewer }), { body: { total: 0 } })
  t.match(await reconcile({ dry_run: false, plan, allow_disruptive: true }), { status: 409 })
})

t.test('a dry run of the task says what it would write', async (t) => {
  await change('/targets/iscsi/iqn.2026-01.org.example:vtl1/enabled', '0')
  await loop.collect('scst')
  const body = {
    ...{ kind: 'consistency_restore_config', params: { plan: await shown() }, dry_run: true },
  }
  t.match(await api.ask('POST', '/api/v1/tasks', { token: admin, body }), {
    status: 200,
    body: {
      resource: 'scst',
      steps: [
        { name: 'apply 1', description: /^Enable the target iqn.*"1" to .*vtl1\/enabled$/ },
        { name: 'compare 2', description: 'read everything of it anew, and compare' },
      ],
    },
  })
  t.equal(simulation.written.length, 4, 'and writes nothing')
})

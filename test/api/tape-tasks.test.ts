import t from 'tap'
import { listAudit } from '../../src/auth/audit.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { tapeBench } from '../support/tape-tasks.ts'
import { engineOn } from '../support/tasks.ts'

const database = await openTestDatabase(t)
const { model, kinds } = tapeBench({ media: ['A00001L9', 'A00002L9'] })
const { engine } = engineOn(database, kinds)
const api = await startTestApi(database, await makeStateDirectory(t), { tasks: engine })
t.teardown(async () => {
  await engine.stop()
  await api.stop()
})
const operator = await api.session('operator')
const admin = await api.session('admin')

const post = (params: object, more: object = {}, token = operator) =>
  api.ask('POST', '/api/v1/tasks', {
    token,
    body: {
      kind: 'tape_load',
      params: { library: 'LIB0001', slot: 1, drive: 0, ...params },
      ...more,
    },
  })

t.test('parameters are checked before anything is read', async (t) => {
  t.match(await post({ drive: -1 }), { status: 400, body: { code: 'invalid_request' } })
  t.match(await post({ slot: { address: 1000, number: 1 } }), { status: 400 })
  t.match(await post({ cartridge: 'A B' }), { status: 400 })
  t.match(await post({ cartridge: '-f;reboot', library: '' }), { status: 400 })
  t.match(await post({ drive: 5 }, { dry_run: true }), {
    ...{ status: 409, body: { code: 'task_not_possible' } },
    body: { detail: 'LIB0001: has no data transfer element 5' },
  })
})

t.test(
  'a drive that is in use is refused to operators, and taken by admins who confirm it',
  async (t) => {
    for (const drive of model.drives) {
      drive.holders = [{ node: drive.node, pid: 812, parent: 1, command: 'bareos-sd' }]
    }
    t.match(await post({}, { dry_run: true }), {
      status: 409,
      body: { detail: /: bareos-sd \(process 812\) has \/dev\/sg1 open$/ },
    })
    t.match(await post({ force: true }), { status: 403, body: { code: 'permission_missing' } })
    t.match(await post({ force: true }, { dry_run: true }), { status: 403 })
    t.match(await post({ force: true }, {}, admin), { body: { code: 'confirmation_needed' } })
    const plan = await post({ force: true }, { dry_run: true }, admin)
    t.match(plan, { status: 200, body: { destructive: true, steps: { length: 2 } } })
    const { confirmation } = plan.body as { confirmation: string }
    const made = await post({ force: true }, { confirmation }, admin)
    t.match(made, { status: 201, body: { kind: 'tape_load', resource: 'LIB0001' } })
    engine.start()
    await engine.idle()
    t.strictSame(model.moved, ['load 1 0'])
    const { entries } = await listAudit(database, { limit: 1, offset: 0 })
    t.match(entries, [
      {
        action: 'task.create',
        actor: /admin/,
        after: { kind: 'tape_load', params: { force: true } },
      },
    ])
  },
)

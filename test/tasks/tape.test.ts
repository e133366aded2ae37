import t from 'tap'
import { openTestDatabase } from '../support/database.ts'
import { tapeBench } from '../support/tape-tasks.ts'
import { engineOn } from '../support/tasks.ts'

const database = await openTestDatabase(t)
const MEDIA = ['A00001L9', 'A00002L9']

t.test('a load is a task, with its log', async (t) => {
  const { model, kinds } = tapeBench({ media: MEDIA })
  const tasks = engineOn(database, kinds, { owner: 'one' })
  t.teardown(() => tasks.engine.stop())
  const id = await tasks.ask({ library: model.serial, slot: 2, drive: 0 }, { kind: 'tape_load' })
  tasks.engine.start()
  await tasks.engine.idle()
  t.match(await tasks.task(id), { state: 'completed', resource: 'LIB0001', stepsDone: 2 })
  t.strictSame(await tasks.log(id), [
    'asked for by ada',
    'step 1 of 2 (move 1): move A00002L9 from storage element 2 to data transfer element 0',
    'A00002L9 is in data transfer element 0 now',
    'step 2 of 2 (wait_ready 2): wait until data transfer element 0 is ready',
    'data transfer element 0 is ready',
    'completed',
  ])
})

t.test(
  'a daemon that dies in a move does not repeat it, and the log says what looking tells',
  async (t) => {
    for (const fault of ['dies-before', 'dies-after'] as const) {
      const { model, kinds } = tapeBench({ media: MEDIA })
      model.fault = fault
      const never = new Promise<never>(() => undefined)
      // Who has died writes nothing down any more.
      const dying = kinds.map((kind) => ({
        ...kind,
        run: (...given: Parameters<typeof kind.run>) => kind.run(...given).catch(() => never),
      }))
      const dead = engineOn(database, dying, { owner: fault, graceMs: 1 })
      const params = { library: model.serial, cartridge: 'A00001L9', to: 5 }
      const id = await dead.ask(params, { kind: 'tape_transfer' })
      dead.engine.start()
      await begun(dead.task, id)
      model.fault = null
      const next = engineOn(database, kinds, { owner: fault })
      t.teardown(async () => {
        await next.engine.stop()
        await dead.engine.stop()
      })
      next.engine.start()
      await next.engine.idle()
      t.match(await next.task(id), {
        state: 'failed',
        error:
          'the daemon ended during step 1 of 1 (move 1): it is not known whether that was done',
      })
      const place = fault === 'dies-before' ? 'storage element 1' : 'storage element 5'
      const told = `A00001L9 is in ${place}, as the library says now`
      while (!(await next.log(id)).includes(told))
        await new Promise((resolve) => setTimeout(resolve, 20))
      t.equal(model.moved.length, fault === 'dies-before' ? 0 : 1)
    }
  },
)

t.test('force is asked for by a plan that was looked at', async (t) => {
  const { model, kinds } = tapeBench({ media: MEDIA })
  for (const drive of model.drives) drive.busy = 1
  const tasks = engineOn(database, kinds, { owner: 'two' })
  t.teardown(() => tasks.engine.stop())
  const params = { library: model.serial, slot: 1, drive: 0, force: true }
  const asked = { kind: 'tape_load', params }
  await t.rejects(tasks.engine.submit(asked, { user: 'ada' }), { code: 'ERR_CONFIRMATION_NEEDED' })
  await t.rejects(tasks.engine.plan({ kind: 'tape_load', params: { ...params, force: false } }), {
    code: 'ERR_TASK_NOT_POSSIBLE',
    message: /1 command is under way/,
  })
  const plan = await tasks.engine.plan(asked, { user: 'ada' })
  const confirmation = plan.confirmation?.token ?? ''
  const { task } = await tasks.engine.submit({ ...asked, confirmation }, { user: 'ada' })
  tasks.engine.start()
  await tasks.engine.idle()
  t.match(await tasks.task(task.id), { state: 'completed' })
  t.match(await tasks.log(task.id), { 2: /taken by force, 1 command is under way$/ })
})

async function begun(
  task: (id: string) => Promise<{ stepBegun: boolean }>,
  id: string,
): Promise<void> {
  while (!(await task(id)).stepBegun) await new Promise((resolve) => setTimeout(resolve, 20))
}

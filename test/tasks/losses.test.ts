import t from 'tap'
import { afterLoss, progressOf } from '../../src/tasks/decide.ts'
import type { Task } from '../../src/tasks/task.ts'
import { Clock } from '../support/clock.ts'
import { openTestDatabase } from '../support/database.ts'
import { engineOn, gate, kindOf } from '../support/tasks.ts'

const database = await openTestDatabase(t)
t.afterEach(async () => {
  await database.query('delete from tasks')
})

const lost = (changes: Partial<Task> = {}): Task => ({
  ...{ id: 'x', kind: 'move', params: {}, state: 'running', progress: 0, resource: null },
  ...{ resources: [], runAt: null, notBefore: null, retries: 0, confirmedPlan: null },
  ...{ advice: null, scheduleId: null },
  ...{ priority: 0, stepsDone: 1, stepBegun: true, attempts: 1, error: null },
  steps: ['load', 'rewind'].map((name) => ({ name, description: name })),
  ...{ idempotencyKey: null, createdBy: null, createdAt: new Date(0), startedAt: null },
  ...{ finishedAt: null, cancelRequestedAt: null, cancelRequestedBy: null },
  ...changes,
})

t.test('what becomes of a task depends on what is known of its step', (t) => {
  const again = kindOf()
  const once = kindOf({ repeatable: false })
  const unknown = {
    becomes: 'failed',
    error: 'the daemon ended during step 2 of 2 (rewind): it is not known whether that was done',
  }
  const cancelRequestedAt = new Date(0)
  t.strictSame(afterLoss(lost(), again), { becomes: 'resumed' })
  t.strictSame(afterLoss(lost(), once), unknown)
  t.strictSame(afterLoss(lost({ stepBegun: false }), once), { becomes: 'resumed' })
  t.strictSame(afterLoss(lost({ cancelRequestedAt }), again), { becomes: 'cancelled' })
  t.strictSame(afterLoss(lost({ cancelRequestedAt }), once), unknown)
  t.strictSame(afterLoss(lost({ attempts: 3 }), again), {
    becomes: 'failed',
    error: 'the daemon ended 3 times while it ran',
  })
  t.strictSame(afterLoss(lost({ attempts: 5, retries: 3 }), again), { becomes: 'resumed' })
  t.strictSame(afterLoss(lost(), undefined), {
    becomes: 'failed',
    error: 'this daemon does not know tasks of the kind move',
  })
  t.end()
})

t.test('how much is done is never more than all', (t) => {
  t.strictSame(
    [progressOf(4, 1, 0.5), progressOf(4, 3, 7), progressOf(4, 4, 0), progressOf(0, 0, 0)],
    [0.375, 1, 1, 1],
  )
  t.equal(progressOf(2, 0, -1), 0)
  t.end()
})

/** A daemon that ends, and its time with it, during the first step of a task; resolves with the task. */
async function ended(kinds: Parameters<typeof engineOn>[1]) {
  const begun = gate()
  const work = () => {
    begun.open()
    return new Promise<never>(() => undefined)
  }
  const dying = engineOn(
    database,
    kinds.map(({ name, repeatable }) => kindOf({ name, repeatable, work })),
    { owner: 'one', graceMs: 1 },
  )
  t.teardown(() => dying.engine.stop())
  dying.engine.start()
  const id = await dying.ask({ library: 'L1' })
  await begun.passed
  return { id, dying }
}

t.test('a daemon that is started anew takes its tasks up where they were', async (t) => {
  const clock = new Clock()
  const done: string[] = []
  const kind = kindOf({
    async work({ name }) {
      await Promise.resolve(done.push(name))
    },
  })
  const { id } = await ended([kind])
  const { engine, task, told, log } = engineOn(database, [kind], { owner: 'one', clock })
  t.teardown(() => engine.stop())
  engine.start()
  await engine.idle()
  t.match(await task(id), { state: 'completed', attempts: 2, stepsDone: 2 })
  t.strictSame(done, ['s1', 's2'])
  t.strictSame(told(id), [...['task_resumed', 'task_progress', 'task_progress', 'task_completed']])
  t.ok((await log(id)).includes('taken up again: the daemon had ended'))
})

t.test('what may not be repeated fails, with what is known', async (t) => {
  const clock = new Clock()
  const kind = kindOf({ repeatable: false })
  const { id } = await ended([kind])
  const { engine, task, told } = engineOn(database, [kind], { owner: 'one', clock })
  t.teardown(() => engine.stop())
  engine.start()
  await engine.idle()
  t.match(await task(id), {
    state: 'failed',
    error: 'the daemon ended during step 1 of 2 (s1): it is not known whether that was done',
  })
  t.strictSame(told(id), ['task_failed'])
})

t.test('another daemon takes over when the lease is over, and not before', async (t) => {
  const clock = new Clock()
  const kind = kindOf()
  const { id, dying } = await ended([kind])
  const { engine, task, ask } = engineOn(database, [kind], { owner: 'two', clock })
  t.teardown(() => engine.stop())
  engine.start()
  await engine.idle()
  t.match(await task(id), { state: 'running', attempts: 1 })
  const waits = await ask({ library: 'L1' })
  await engine.idle()
  t.match(await task(waits), { state: 'pending' }, 'its library is taken')
  clock.advance(61)
  engine.wake()
  await engine.idle()
  t.match(await task(id), { state: 'completed', attempts: 2 })
  t.match(await task(waits), { state: 'completed' })
  const before = await task(id)
  await dying.engine.cancel(id, { user: 'eve' }).catch(() => undefined)
  t.strictSame(await task(id), before, 'who has lost it changes nothing')
})

t.test('who has lost a task writes nothing any more, whatever its step has done', async (t) => {
  const clock = new Clock()
  const begun = gate()
  const held = gate()
  const slow = engineOn(
    database,
    [
      kindOf({
        async work() {
          begun.open()
          await held.passed
        },
      }),
    ],
    { owner: 'one', clock },
  )
  t.teardown(() => slow.engine.stop())
  slow.engine.start()
  const id = await slow.ask()
  await begun.passed
  clock.advance(61)
  const fast = engineOn(database, [kindOf()], { owner: 'two', clock })
  t.teardown(() => fast.engine.stop())
  fast.engine.start()
  await fast.engine.idle()
  const after = await fast.task(id)
  t.match(after, { state: 'completed', attempts: 2 })
  held.open()
  await slow.engine.idle()
  t.strictSame(await fast.task(id), after)
  t.strictSame(slow.told(id), ['task_created', 'task_started'])
  t.strictSame(slow.errors, [])
})

t.test('a daemon that stops lets a step end that may not be repeated', async (t) => {
  const clock = new Clock()
  const begun = gate()
  const held = gate()
  const kinds = (work?: () => Promise<void>) => [
    kindOf({ repeatable: false, ...(work === undefined ? {} : { work }) }),
  ]
  const one = engineOn(
    database,
    kinds(() => {
      begun.open()
      return held.passed
    }),
    { owner: 'one', clock },
  )
  one.engine.start()
  const id = await one.ask()
  await begun.passed
  const stopped = one.engine.stop()
  held.open()
  await stopped
  t.match(await one.task(id), { state: 'running', stepsDone: 1, stepBegun: false })
  const two = engineOn(database, kinds(), { owner: 'two', clock })
  t.teardown(() => two.engine.stop())
  two.engine.start()
  await two.engine.idle()
  t.match(await two.task(id), { state: 'completed', attempts: 2 }, 'nobody waits for its lease')
})

t.test('a database that goes away and comes back costs nothing but time', async (t) => {
  const away = Object.assign(new Error('away'), { code: 'ERR_DATABASE_UNAVAILABLE' })
  let refusals = 0
  const flaky: Parameters<typeof engineOn>[0] = {
    query: (text, values) => database.query(text, values),
    transaction(work) {
      refusals += 1
      return refusals % 2 === 0 ? Promise.reject(away) : database.transaction(work)
    },
  }
  const done: string[] = []
  const kind = kindOf({
    async work({ name }) {
      await Promise.resolve(done.push(name))
    },
  })
  const { engine, ask, task } = engineOn(flaky, [kind])
  t.teardown(() => engine.stop())
  const id = await ask()
  engine.start()
  while ((await task(id)).state !== 'completed') {
    engine.wake()
    await engine.idle()
  }
  t.strictSame(done, ['s1', 's2'], 'each once')
})

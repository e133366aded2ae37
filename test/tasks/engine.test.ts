import t from 'tap'
import { setTimeout as pause } from 'node:timers/promises'
import { taskFailure } from '../../src/rules/tasks.ts'
import { forgetOldTasks } from '../../src/tasks/retention.ts'
import { summariseTasks } from '../../src/tasks/store.ts'
import { openTestDatabase } from '../support/database.ts'
import { engineOn, gate, kindOf, type Gate } from '../support/tasks.ts'

const database = await openTestDatabase(t)
t.afterEach(async () => {
  await database.query('delete from tasks')
})

t.test('a task does its steps in order, tells of each and is completed', async (t) => {
  const done: string[] = []
  const kind = kindOf({
    async work(step, progress) {
      done.push(step.name)
      progress.affect(3)
      await progress.log(`moved in ${step.name}`)
    },
  })
  const { engine, ask, task, log, told, toldLines, events, errors } = engineOn(database, [kind])
  t.teardown(() => engine.stop())
  const id = await ask({ library: 'L1' }, { priority: 7 })
  t.match(await task(id), { state: 'pending', steps: null, progress: 0, startedAt: null })
  engine.start()
  await engine.idle()
  const now = new Date('2026-11-20T21:00:00Z')
  t.strictSame(await task(id), {
    ...{ id, kind: 'move', params: { library: 'L1' }, state: 'completed', progress: 1 },
    ...{ resource: 'L1', priority: 7, stepsDone: 2, stepBegun: false, attempts: 1, error: null },
    steps: [
      { name: 's1', description: 'does 1' },
      { name: 's2', description: 'does 2' },
    ],
    ...{ resources: ['L1'], runAt: null, notBefore: null, retries: 0, confirmedPlan: null },
    ...{ advice: null, scheduleId: null },
    ...{ idempotencyKey: null, createdBy: 'ada', createdAt: now, startedAt: now, finishedAt: now },
    ...{ cancelRequestedAt: null, cancelRequestedBy: null },
  })
  t.strictSame(done, ['s1', 's2'])
  t.strictSame(await log(id), [
    ...['asked for by ada', 'step 1 of 2 (s1): does 1', 'moved in s1'],
    ...['step 2 of 2 (s2): does 2', 'moved in s2', 'completed'],
  ])
  t.strictSame(toldLines(id), await log(id), 'each line as it is written')
  t.match(
    events.find(({ data }) => data.event === 'task_log'),
    {
      ...{ type: 'task', level: 'debug', message: 'the task move: step 1 of 2 (s1): does 1' },
      data: { id, state: 'running', line: { level: 'info', message: 'step 1 of 2 (s1): does 1' } },
    },
  )
  t.strictSame(told(id), [
    ...['task_created', 'task_started', 'task_progress', 'task_progress', 'task_completed'],
  ])
  t.match(events.at(-1), {
    type: 'task',
    message: 'the task move was completed',
    data: { id, kind: 'move', state: 'completed', progress: 1, resource: 'L1', created_by: 'ada' },
  })
  const seqs = events.map(({ seq }) => seq)
  t.strictSame(
    seqs,
    [...seqs].sort((one, other) => one - other),
    'in the order of commits',
  )
  t.strictSame(errors, [])
})

t.test(
  'a resource has one task at a time, the most urgent first; others do not wait',
  async (t) => {
    const order: string[] = []
    const gates = new Map<string, Gate>()
    const begun = gate()
    const kind = kindOf({
      plan: ({ name }) => Promise.resolve([{ name: String(name), description: 'x' }]),
      async work({ name }) {
        order.push(name)
        const held = gates.get(name)
        if (order.length === 2) begun.open()
        await held?.passed
      },
    })
    const { engine, ask, clock } = engineOn(database, [kind])
    t.teardown(() => engine.stop())
    for (const name of ['first', 'other library']) gates.set(name, gate())
    engine.start()
    await ask({ library: 'L1', name: 'first' })
    await ask({ library: 'L2', name: 'other library' })
    await begun.passed
    await ask({ library: 'L1', name: 'usual' })
    clock.advance(1)
    await ask({ library: 'L1', name: 'urgent' }, { priority: 1 })
    await ask({ library: 'L1', name: 'usual too' })
    engine.wake()
    t.strictSame([...order].sort(), ['first', 'other library'])
    for (const { open } of gates.values()) open()
    await engine.idle()
    t.strictSame(order.slice(2), ['urgent', 'usual', 'usual too'])
  },
)

t.test('who asks again with the same key gets the task that there is', async (t) => {
  const { engine, events } = engineOn(database, [kindOf(), kindOf({ name: 'clean' })])
  const ask = (draft: object) =>
    engine.submit(
      { kind: 'move', params: { a: 1, b: [2] }, idempotencyKey: 'k', ...draft },
      { user: 'ada' },
    )
  const [one, two] = await Promise.all([ask({}), ask({ params: { b: [2], a: 1 } })])
  t.equal(one.task.id, two.task.id)
  t.strictSame([one.created, two.created].sort(), [false, true])
  t.equal(events.length, 1)
  await t.rejects(ask({ params: { a: 2 } }), { code: 'ERR_IDEMPOTENCY_KEY_USED' })
  await t.rejects(ask({ kind: 'clean' }), { code: 'ERR_IDEMPOTENCY_KEY_USED' })
  t.equal((await ask({ idempotencyKey: 'other' })).created, true)
})

t.test('what goes with a change is written with it, or neither is', async (t) => {
  const { engine, ask, task, events } = engineOn(database, [kindOf()])
  const note = () => Promise.reject(new Error('the audit trail is full'))
  const draft = { kind: 'move', params: {} }
  await t.rejects(engine.submit(draft, { user: 'ada', note }), /audit trail/)
  t.strictSame(await database.query('select id from tasks'), [])
  const id = await ask()
  await t.rejects(engine.cancel(id, { user: 'ada', note }), /audit trail/)
  t.match(await task(id), { state: 'pending', cancelRequestedAt: null })
  t.equal(events.length, 1)
})

t.test('a task that waits is cancelled at once, and only then', async (t) => {
  const { engine, ask, task, told } = engineOn(database, [kindOf()])
  const id = await ask()
  t.match(await engine.cancel(id, { user: 'eve' }), {
    ...{ state: 'cancelled', cancelRequestedBy: 'eve', startedAt: null },
  })
  t.match(await engine.cancel(id, { user: 'bob' }), { cancelRequestedBy: 'eve' }, 'once more')
  t.strictSame(told(id), ['task_created', 'task_cancelled'])
  engine.start()
  await engine.idle()
  await engine.stop()
  t.match(await task(id), { state: 'cancelled', attempts: 0 })
  await t.rejects(engine.cancel('x', { user: 'eve' }), { code: 'ERR_TASK_NOT_FOUND' })
})

t.test('a task that runs is cancelled when its step ends, or is ended', async (t) => {
  const begun = gate()
  const held = gate()
  let working = 0
  const begin = () => {
    working += 1
    if (working === 3) begun.open()
  }
  const heeding = kindOf({
    name: 'heeding',
    async work(_step, { signal }) {
      begin()
      await pause(3_600_000, undefined, { signal, ref: false })
    },
  })
  const late = kindOf({
    async work({ name }) {
      begin()
      if (name === 's1') await held.passed
    },
  })
  const { engine, ask, task, told, log } = engineOn(database, [heeding, late])
  t.teardown(() => engine.stop())
  engine.start()
  const one = await ask({}, { kind: 'heeding' })
  const two = await ask()
  const three = await ask({ steps: 1 })
  await begun.passed
  for (const id of [one, two, three]) {
    t.match(await engine.cancel(id, { user: 'eve' }), { state: 'running' })
  }
  held.open()
  await engine.idle()
  t.match(await task(one), { state: 'cancelled', stepsDone: 0, error: null })
  t.match(await task(two), { state: 'cancelled', stepsDone: 1 })
  t.match(await task(three), { state: 'completed', stepsDone: 1 }, 'it came too late')
  t.strictSame(told(one), [
    ...['task_created', 'task_started', 'task_cancelling', 'task_cancelled'],
  ])
  t.match(await log(one), [/asked/, /step 1/, 'to be cancelled: eve wants it', 'cancelled'])
  await t.rejects(engine.cancel(three, { user: 'eve' }), { code: 'ERR_TASK_ENDED' })
})

t.test(
  'a step that fails ends the task, unless its kind goes on; secrets are not told',
  async (t) => {
    const work = ({ name }: { name: string }) =>
      name === 's2' ? Promise.resolve() : Promise.reject(new Error(`no robot, geheim, in ${name}`))
    const kinds = [kindOf({ work }), kindOf({ name: 'on', work, goesOn: true })]
    const { engine, ask, task, log, events } = engineOn(database, kinds, {
      redact: (text) => text.replace('geheim', 'REDACTED'),
    })
    t.teardown(() => engine.stop())
    engine.start()
    const [ends, goes] = [await ask({ steps: 3 }), await ask({ steps: 3 }, { kind: 'on' })]
    await engine.idle()
    t.match(await task(ends), {
      ...{ state: 'failed', stepsDone: 0, progress: 0, error: 'no robot, REDACTED, in s1' },
    })
    t.match(await task(goes), {
      ...{ state: 'failed', stepsDone: 3, progress: 1 },
      error: 's1: no robot, REDACTED, in s1; s3: no robot, REDACTED, in s3',
    })
    t.notMatch(JSON.stringify([await log(ends), await log(goes), events]), 'geheim')
    t.match(
      events.find(({ data }) => data.event === 'task_failed' && data.id === ends),
      { level: 'error', message: /^the task move failed: no robot/ },
    )
  },
)

t.test('a task that fails raises its alert, for an hour', async (t) => {
  const kind = kindOf({ work: () => Promise.reject(new Error('no robot')) })
  const { engine, ask, clock } = engineOn(database, [kind])
  t.teardown(() => engine.stop())
  const id = await ask()
  engine.start()
  await engine.idle()
  const found = async () => taskFailure.check(await summariseTasks(database, clock.now))
  t.match(await found(), [
    {
      labels: { task: id },
      message:
        'The task move failed in step 1 of 2 (s1): no robot. Mend the cause and ask for it again: nothing is left half done.',
    },
  ])
  clock.advance(3600)
  t.strictSame(await found(), [])
})

t.test('old tasks are forgotten, never those that run, and stay counted', async (t) => {
  await database.query(
    `insert into tasks (kind, state, created_at, started_at, finished_at) values
       ('x', 'completed', '2026-01-01Z', '2026-01-01Z', '2026-08-22T20:59:59Z'),
       ('x', 'failed', '2026-01-01Z', '2026-01-01Z', '2026-08-01Z'),
       ('x', 'completed', '2026-01-01Z', '2026-01-01Z', '2026-08-22T21:00:01Z'),
       ('x', 'running', '2026-01-01Z', '2026-01-01Z', null),
       ('x', 'pending', '2026-01-01Z', null, null)`,
  )
  const now = new Date('2026-11-20T21:00:00Z')
  t.equal(await forgetOldTasks(database, 90, now), 2)
  t.equal(await forgetOldTasks(database, 90, now), 0)
  t.match(await summariseTasks(database, now), {
    ...{ total: 3, completed: 1, failed: 0, running: 1, pending: 1 },
    forgotten: { completed: 1, failed: 1 },
    missed: 0,
  })
})

t.test('a plan that cannot be made fails the task, and a dry run says why', async (t) => {
  const kind = kindOf({ plan: () => Promise.reject(new Error('slot 3 is empty')) })
  const { engine, ask, task } = engineOn(database, [kind, kindOf({ name: 'fine' })])
  t.teardown(() => engine.stop())
  await t.rejects(engine.plan({ kind: 'move', params: {} }), /slot 3 is empty/)
  t.strictSame(await engine.plan({ kind: 'fine', params: { library: 'L1', steps: 1 } }), {
    ...{ resource: 'L1', resources: ['L1'], steps: [{ name: 's1', description: 'does 1' }] },
    ...{ hash: 'ac908ae1f2392641', confirmation: null },
  })
  t.strictSame(await database.query('select id from tasks'), [], 'nothing was asked for')
  const id = await ask()
  engine.start()
  await engine.idle()
  t.match(await task(id), { state: 'failed', error: 'slot 3 is empty', steps: null })
})

t.test(
  'a task that takes too long fails, and its resource waits for what does not end',
  async (t) => {
    const held = gate()
    const kinds = [
      kindOf({ timeoutSeconds: 1.5, work: () => held.passed }),
      kindOf({ name: 'next' }),
    ]
    const { engine, ask, task, timeouts } = engineOn(database, kinds, { graceMs: 20 })
    t.teardown(() => engine.stop())
    engine.start()
    const id = await ask({ library: 'L1' })
    await engine.idle()
    t.match(await task(id), {
      ...{ state: 'failed', error: 'not done within 1.5 s: step 1 of 2 (s1)', stepsDone: 0 },
    })
    t.strictSame(timeouts, ['move'])
    const next = await ask({ library: 'L1' }, { kind: 'next' })
    const other = await ask({ library: 'L2' }, { kind: 'next' })
    await engine.idle()
    t.match(await task(next), { state: 'pending' }, 'the step may still move something')
    t.match(await task(other), { state: 'completed' })
    held.open()
    await held.passed
    await new Promise(setImmediate)
    await engine.idle()
    t.match(await task(next), { state: 'completed' })
  },
)

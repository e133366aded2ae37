import t from 'tap'
import {
  ConfirmationNeededError,
  TaskNotBegunError,
  TaskNotPossibleError,
} from '../../src/tasks/kind.ts'
import { openTestDatabase } from '../support/database.ts'
import { engineOn, gate, kindOf, type Gate } from '../support/tasks.ts'

const database = await openTestDatabase(t)
t.afterEach(async () => {
  await database.query('delete from tasks')
})

const several = ({ needs }: { needs?: unknown }) => (Array.isArray(needs) ? needs.map(String) : [])

t.test('a task runs when all that it needs is free, and is not overtaken meanwhile', async (t) => {
  const order: string[] = []
  const gates = new Map<string, Gate>()
  const begun = new Map<string, Gate>()
  const kind = kindOf({
    resources: several,
    plan: ({ name }) => Promise.resolve([{ name: String(name), description: 'x' }]),
    async work({ name }) {
      order.push(name)
      begun.get(name)?.open()
      await gates.get(name)?.passed
    },
  })
  const { engine, task, clock, ...asked } = engineOn(database, [kind])
  t.teardown(() => engine.stop())
  const ask = async (params: Record<string, unknown>) => {
    clock.advance(1)
    return await asked.ask(params)
  }
  const names = ['drive', 'inventory', 'other drive', 'elsewhere', 'library']
  for (const name of names) {
    gates.set(name, gate())
    begun.set(name, gate())
  }
  engine.start()
  const drive = await ask({ name: 'drive', needs: ['D1'] })
  await begun.get('drive')?.passed
  const inventory = await ask({ name: 'inventory', library: 'L1', needs: ['D1', 'D2', 'D1'] })
  await ask({ name: 'other drive', needs: ['D2'] })
  await ask({ name: 'library', library: 'L1' })
  await ask({ name: 'elsewhere', library: 'L2', needs: ['D3'] })
  await begun.get('elsewhere')?.passed
  t.match(await task(inventory), {
    ...{ state: 'pending', resource: 'L1', resources: ['L1', 'D1', 'D2'] },
  })
  t.strictSame(order, ['drive', 'elsewhere'], 'what overlaps with one that waits waits behind it')
  gates.get('drive')?.open()
  await begun.get('inventory')?.passed
  t.strictSame(order, ['drive', 'elsewhere', 'inventory'])
  t.strictSame(await database.query('select resource from task_holds order by resource'), [
    ...['D1', 'D2', 'D3', 'L1', 'L2'].map((resource) => ({ resource })),
  ])
  for (const { open } of gates.values()) open()
  await engine.idle()
  t.strictSame(order.slice(3).sort(), ['library', 'other drive'])
  t.match(await task(drive), { state: 'completed', resource: 'D1' })
  t.strictSame(await database.query('select * from task_holds'), [], 'nothing is held any more')
})

t.test('two daemons never hold the same at the same time', async (t) => {
  const held = new Set<string>()
  const clashes: string[] = []
  const kind = kindOf({
    resources: several,
    plan: ({ needs }) =>
      Promise.resolve([{ name: 's1', description: 'x', data: { needs: several({ needs }) } }]),
    async work({ data }) {
      const needs = new Set(several({ needs: data?.needs }))
      for (const one of needs) {
        if (held.has(one)) clashes.push(one)
        held.add(one)
      }
      await database.query('select pg_sleep(0.005)')
      for (const one of needs) held.delete(one)
    },
  })
  const [one, two] = ['one', 'two'].map((owner) => engineOn(database, [kind], { owner }))
  if (!one || !two) return
  t.teardown(() => Promise.all([one.engine.stop(), two.engine.stop()]))
  for (let n = 0; n < 24; n += 1) {
    await one.ask({ needs: [`D${n % 3}`, `D${(n * 2 + 1) % 4}`] })
  }
  one.engine.start()
  two.engine.start()
  const left = async () =>
    (await database.query(`select id from tasks where state <> 'completed'`)).length
  while ((await left()) > 0) {
    await Promise.all([one, two].map(({ engine }) => engine.idle()))
    for (const { engine } of [one, two]) engine.wake()
  }
  t.strictSame(clashes, [])
  t.strictSame([...one.errors, ...two.errors], [])
})

const retry = { times: 2, afterSeconds: 30 }

t.test('what may be repeated is tried again, later each time and not for ever', async (t) => {
  let failing = 2
  const kind = kindOf({
    retry,
    work: ({ name }) =>
      name === 's2' && failing-- > 0 ? Promise.reject(new Error('no robot')) : Promise.resolve(),
  })
  const changes: string[] = []
  const { engine, ask, task, log, told, events, clock } = engineOn(database, [kind], {
    onChange: (event, { id: one }) => changes.push(`${one} ${event}`),
  })
  t.teardown(() => engine.stop())
  engine.start()
  const id = await ask({ library: 'L1' })
  await engine.idle()
  t.match(await task(id), {
    ...{ state: 'pending', retries: 1, stepsDone: 1, stepBegun: false, error: 'no robot' },
    notBefore: new Date(clock.now.getTime() + 30_000),
  })
  const other = await ask({ library: 'L1', steps: 1 })
  await engine.idle()
  t.match(await task(other), { state: 'pending' }, 'what was half done keeps its library')
  clock.advance(30)
  engine.wake()
  await engine.idle()
  t.match(await task(id), { retries: 2, notBefore: new Date(clock.now.getTime() + 60_000) })
  clock.advance(60)
  engine.wake()
  await engine.idle()
  t.match(await task(id), {
    ...{ state: 'completed', retries: 2, attempts: 3, error: null, notBefore: null, advice: null },
  })
  t.match(await task(other), { state: 'completed' })
  t.strictSame((await log(id)).slice(1), [
    ...['step 1 of 2 (s1): does 1', 'step 2 of 2 (s2): does 2', 'no robot; try 2 of 3 in 30 s'],
    ...['step 2 of 2 (s2): does 2', 'no robot; try 3 of 3 in 60 s', 'step 2 of 2 (s2): does 2'],
    'completed',
  ])
  t.equal(told(id).filter((event) => event === 'task_retrying').length, 2)
  t.equal(changes.filter((change) => change === `${id} retrying`).length, 2)
  t.equal(changes.filter((change) => change === `${id} completed`).length, 1)
  t.match(
    events.find(({ data }) => data.event === 'task_retrying'),
    { level: 'warning', message: 'the task move failed, and is tried again: no robot' },
  )
  failing = 9
  const fails = await ask()
  for (let n = 0; n < 4; n += 1) {
    await engine.idle()
    clock.advance(3600)
    engine.wake()
  }
  t.match(await task(fails), {
    ...{ state: 'failed', retries: 2, attempts: 3, error: 'no robot' },
    advice: 'Mend the cause and ask for it again: nothing is left half done.',
  })
})

t.test('what may not be repeated is tried again only when it did nothing', async (t) => {
  const failures = [new TaskNotBegunError('the drive is busy'), new Error('it is stuck')]
  let plans = 0
  const kind = kindOf({
    ...{ retry, repeatable: false },
    plan: () => {
      plans += 1
      if (plans === 1) return Promise.reject(new Error('the library is away'))
      return Promise.resolve([{ name: 'load', description: 'loads' }])
    },
    work: () => Promise.reject(failures.shift() ?? new Error('more than there may be')),
  })
  const impossible = kindOf({
    ...{ name: 'impossible', retry },
    plan: () => Promise.reject(new TaskNotPossibleError('slot 3 is empty')),
  })
  const { engine, ask, task, log, clock } = engineOn(database, [kind, impossible])
  t.teardown(() => engine.stop())
  engine.start()
  const id = await ask({ library: 'L1' })
  const never = await ask({}, { kind: 'impossible' })
  await engine.idle()
  t.match(await task(id), { state: 'pending', steps: null, retries: 1 }, 'planning changes nothing')
  t.strictSame(await database.query('select * from task_holds'), [], 'nor does it hold anything')
  t.match(await task(never), { state: 'failed', retries: 0 }, 'it would be no different')
  for (let n = 0; n < 3; n += 1) {
    clock.advance(3600)
    engine.wake()
    await engine.idle()
  }
  t.match(await task(id), {
    ...{ state: 'failed', retries: 2, error: 'it is stuck', stepBegun: true },
    advice:
      'Look at what the step has left behind before it is asked for again: it may be done, or half done.',
  })
  t.strictSame(plans, 3, 'what was not begun is planned anew')
  t.strictSame((await log(id)).slice(1), [
    'the library is away; try 2 of 3 in 30 s',
    ...['step 1 of 1 (load): loads', 'the drive is busy; try 3 of 3 in 60 s'],
    ...['step 1 of 1 (load): loads', 'it is stuck'],
  ])
})

t.test('one that waits to be tried again is cancelled at once, and lets go', async (t) => {
  const kind = kindOf({
    retry,
    work: ({ name }) => (name === 's2' ? Promise.reject(new Error('x')) : Promise.resolve()),
  })
  const { engine, ask, task } = engineOn(database, [kind])
  t.teardown(() => engine.stop())
  engine.start()
  const id = await ask({ library: 'L1' })
  await engine.idle()
  t.match(await task(id), { state: 'pending', stepsDone: 1 })
  await engine.cancel(id, { user: 'eve' })
  t.match(await task(id), { state: 'cancelled', notBefore: null })
  t.strictSame(await database.query('select * from task_holds'), [])
})

t.test('a confirmed plan is carried out, and no other that it has become meanwhile', async (t) => {
  let size = 1
  const kind = kindOf({
    destructive: true,
    plan: () => Promise.resolve([{ name: 'erase', description: `erases ${size}` }]),
  })
  const free = kindOf({
    ...{ name: 'random', destructive: true, comparable: ({ name }: { name: string }) => name },
    plan: () =>
      Promise.resolve([{ name: 'erase', description: 'x', data: { id: String(size++) } }]),
  })
  const named = kindOf({ name: 'named', destructive: true, namesPlan: true })
  const { engine, task } = engineOn(database, [kind, free, named])
  t.teardown(() => engine.stop())
  const look = async (draft: { kind: string; params: { library: string } }) =>
    (await engine.plan(draft, { user: 'ada' })).confirmation?.token ?? null
  const move = { kind: 'move', params: { library: 'L1' } }
  const random = { kind: 'random', params: { library: 'L1' } }
  await t.rejects(engine.submit(move, { user: 'ada' }), ConfirmationNeededError)
  t.equal((await engine.plan(move)).confirmation, null, 'nobody was said to have looked')
  t.equal(await look({ kind: 'named', params: { library: 'L1' } }), null)
  await engine.submit({ kind: 'named', params: {} }, { user: 'ada' })
  const { task: made } = await engine.submit(
    { ...move, confirmation: await look(move) },
    { user: 'ada' },
  )
  const { task: same } = await engine.submit(
    { ...random, confirmation: await look(random) },
    { user: 'ada' },
  )
  size = 7
  engine.start()
  await engine.idle()
  t.match(await task(made.id), {
    state: 'failed',
    error: /^the plan [0-9a-f]{16} was confirmed, and what would be done now is [0-9a-f]{16}/,
    advice: 'Look at the plan again, and confirm that.',
  })
  t.match(await task(same.id), { state: 'completed' })
  t.strictSame(await database.query('select kind from task_confirmations'), [], 'all are used up')
})

t.test(
  'how far a step is is told when it is further, and not each time that it says so',
  async (t) => {
    const kind = kindOf({
      async work(_step, progress) {
        for (let n = 0; n <= 100; n += 1) {
          clock.advance(0.1)
          progress.report(n / 100)
        }
        await progress.log('moved', 'warning')
      },
    })
    const { engine, ask, clock, told, events } = engineOn(database, [kind])
    t.teardown(() => engine.stop())
    const id = await ask({ steps: 1 })
    engine.start()
    await engine.idle()
    const progress = events.filter(({ data }) => data.event === 'task_progress')
    const values = progress.map(({ data }) => data.progress as number)
    // One may come too late, when the step is over already.
    t.ok(values.length >= 1 && values.length <= 12, `${values.length} were told`)
    t.strictSame(values.at(-1), 1)
    t.equal(told(id).at(-1), 'task_completed')
    t.match(
      events.find(({ data }) => data.event === 'task_log' && data.progress !== 0),
      { level: 'warning', message: 'the task move: moved' },
    )
  },
)

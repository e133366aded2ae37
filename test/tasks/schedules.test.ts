import t from 'tap'
import { listAudit } from '../../src/auth/audit.ts'
import { findSchedule } from '../../src/tasks/schedule-store.ts'
import { summariseTasks } from '../../src/tasks/store.ts'
import { Clock } from '../support/clock.ts'
import { openTestDatabase } from '../support/database.ts'
import { engineOn, kindOf } from '../support/tasks.ts'
import { hourly, schedulersOn } from '../support/task-schedules.ts'

const database = await openTestDatabase(t)
t.afterEach(async () => {
  await database.query('delete from tasks')
  await database.query('delete from task_schedules')
  await database.query('delete from users')
})

const { daemon, userNamed } = schedulersOn(database)
const noNote = async () => undefined

const tasks = () =>
  database.query<{ kind: string; state: string; createdBy: string; scheduleId: string }>(
    `select kind, state, params, priority, created_by as "createdBy", schedule_id as "scheduleId"
     from tasks order by created_at, id`,
  )

t.test('two daemons ask for what is due once', async (t) => {
  const clock = new Clock()
  const [one, two] = [daemon(clock, 'one'), daemon(clock, 'two')]
  const ada = await userNamed('ada')
  const made = await one.schedules.create(hourly, ada)
  t.match(made, {
    owner: 'ada',
    ownerId: ada.userId,
    nextAt: new Date('2026-11-20T22:00:00Z'),
    missed: 0,
  })
  await Promise.all([one.look(), two.look()])
  t.strictSame(await tasks(), [], 'not yet')
  clock.advance(3600)
  await Promise.all([one.look(), two.look(), one.look()])
  const task = { kind: 'move', params: { library: 'L1' }, priority: 3, state: 'pending' }
  t.strictSame(await tasks(), [{ ...task, createdBy: 'ada', scheduleId: made.id }])
  t.match(await findSchedule(database, made.id), {
    ...{ lastAt: clock.now, nextAt: new Date('2026-11-20T23:00:00Z'), missed: 0 },
  })
  await one.look()
  t.equal((await tasks()).length, 1, 'nor again')
  clock.advance(3600)
  await two.look()
  t.equal((await tasks()).length, 1, 'nor while it waits')
  t.match(await findSchedule(database, made.id), {
    ...{ missed: 1, lastMissedBecause: 'the last one is pending still' },
  })
  one.engine.start()
  await one.engine.idle()
  await one.engine.stop()
  clock.advance(3600)
  await two.look()
  t.equal((await tasks()).length, 2)
  t.strictSame([...one.errors, ...two.errors], [])
})

t.test('what was missed while no daemon ran is told, and is not done in a burst', async (t) => {
  const clock = new Clock()
  const { schedules, look, events } = daemon(clock, 'one')
  const made = await schedules.create(hourly, await userNamed('ada'))
  clock.advance(8 * 3600 + 1800)
  await look()
  t.strictSame(await tasks(), [])
  t.match(events, [
    {
      ...{ type: 'task', level: 'warning' },
      message:
        'the task move of the schedule hourly inventory was not asked for 8 times: no daemon carried out tasks then',
      data: { event: 'task_missed', schedule_id: made.id, missed: 8, owner: 'ada' },
    },
  ])
  t.match(await findSchedule(database, made.id), {
    ...{ missed: 8, lastMissedAt: clock.now, lastAt: null },
    nextAt: new Date('2026-11-21T06:00:00Z'),
  })
  await schedules.change(made.id, { catchUp: true }, await userNamed('eve'))
  clock.advance(5 * 3600)
  await look()
  t.equal((await tasks()).length, 1, 'once, where that is wanted')
  t.match(await findSchedule(database, made.id), { missed: 12, owner: 'ada', changedBy: 'eve' })
  t.match(events.at(-1), { data: { event: 'task_missed', missed: 4 } })
})

t.test('the trail tells which schedule has asked for a task, and for whom', async (t) => {
  const clock = new Clock()
  const { schedules, look } = daemon(clock, 'one')
  const { userId, change } = await userNamed('ada')
  const made = await schedules.create(hourly, { user: 'ada', userId, note: noNote })
  await change(`username = 'ada.l'`)
  clock.advance(3600)
  await look()
  const [task] = await database.query<{ id: string; createdBy: string }>(
    'select id, created_by as "createdBy" from tasks',
  )
  t.equal(task?.createdBy, 'ada.l', 'as he is called now')
  const { entries } = await listAudit(database, { limit: 10, offset: 0, subject: task?.id })
  t.match(entries, [
    {
      ...{ at: clock.now, actor: 'ada.l', credential: `schedule:${made.id}`, address: null },
      ...{ action: 'task.create', before: null },
      after: {
        ...{ kind: 'move', params: { library: 'L1' }, resource: 'L1', priority: 3 },
        ...{ schedule_id: made.id, schedule: hourly.name, owner: 'ada.l', owner_id: userId },
      },
    },
  ])
})

t.test('it is done for who made it, as long as he may, and for nobody of his name', async (t) => {
  const clock = new Clock()
  const { schedules, look, errors, events } = daemon(clock, 'one')
  const ada = await userNamed('ada')
  const { id } = await schedules.create(hourly, ada)
  const next = async () => {
    clock.advance(3600)
    await look()
    const { missed, lastMissedBecause, owner } = (await findSchedule(database, id)) ?? {}
    return [(await tasks()).length, missed, lastMissedBecause, owner]
  }
  await ada.change('disabled_at = now()')
  t.strictSame(await next(), [0, 1, 'ada is disabled', 'ada'])
  t.match(events, [
    {
      level: 'warning',
      message:
        'the task move of the schedule hourly inventory was not asked for once: ada is disabled',
      data: { event: 'task_missed', schedule_id: id, owner: 'ada', owner_id: ada.userId },
    },
  ])
  await ada.change(`disabled_at = null, role = 'viewer'`)
  const lacks = 'ada may not any more: it takes tasks:run'
  t.strictSame(await next(), [0, 2, lacks, 'ada'])
  await ada.change(`role = 'operator', must_change_password = true`)
  t.strictSame(await next(), [0, 3, 'ada has to change his password first', 'ada'])
  await ada.change('must_change_password = false')
  t.strictSame(await next(), [1, 3, 'ada has to change his password first', 'ada'])
  await database.query(`update tasks set state = 'completed', finished_at = $1`, [clock.now])
  await database.query('delete from users where id = $1', [ada.userId])
  await userNamed('ada', 'admin')
  const gone = 'ada, who made it, is no user any more'
  t.strictSame(await next(), [1, 4, gone, 'ada'])
  await database.query('update task_schedules set owner_id = null')
  t.strictSame(await next(), [1, 5, gone, 'ada'], 'nor where nobody knows who he was')
  t.equal(events.filter(({ data }) => data.event === 'task_missed').length, 5)
  t.strictSame(errors, [])
})

t.test('a kind that is gone is missed, and tried again each time', async (t) => {
  const clock = new Clock()
  const { schedules, look, errors } = daemon(clock, 'one')
  const by = await userNamed('ada')
  const { id } = await schedules.create({ ...hourly, name: 'unknown', kind: 'gone' }, by)
  const counted = async () => (await summariseTasks(database, clock.now)).missed
  const before = await counted()
  for (let turn = 0; turn < 2; turn += 1) {
    clock.advance(3600)
    await look()
  }
  t.match(await findSchedule(database, id), {
    ...{ missed: 2, lastMissedBecause: 'gone: is no kind of task' },
  })
  t.equal((await counted()) - before, 2)
  await schedules.remove(id, by)
  t.equal((await counted()) - before, 2, 'also when the schedule is gone')
  t.strictSame(errors, [])
})

t.test('schedules are changed, switched off and deleted, with what goes with that', async (t) => {
  const clock = new Clock()
  const { schedules, look } = daemon(clock, 'one')
  const noted: unknown[] = []
  const note = async (_: unknown, { before, after }: { before: unknown; after: unknown }) => {
    await Promise.resolve(noted.push([before !== null, after !== null]))
  }
  const by = { ...(await userNamed('ada')), note }
  const { id } = await schedules.create(hourly, by)
  await t.rejects(schedules.create({ ...hourly, name: 'HOURLY inventory' }, by), {
    code: 'ERR_SCHEDULE_NAME_TAKEN',
  })
  const other = await schedules.create({ ...hourly, name: 'nightly' }, by)
  await t.rejects(schedules.change(other.id, { name: hourly.name }, by), {
    code: 'ERR_SCHEDULE_NAME_TAKEN',
  })
  t.match(await schedules.change(id, { enabled: false }, by), { enabled: false, nextAt: null })
  clock.advance(7 * 3600)
  t.match(await schedules.change(id, { enabled: true, cron: '30 * * * *' }, by), {
    ...{ nextAt: new Date('2026-11-21T04:30:00Z'), missed: 0 },
  })
  await schedules.remove(other.id, by)
  const denied = () => {
    throw new Error('not yours')
  }
  await t.rejects(schedules.remove(id, { ...by, permit: denied }), /not yours/)
  await t.rejects(schedules.remove(other.id, by), { code: 'ERR_SCHEDULE_NOT_FOUND' })
  await t.rejects(schedules.change('x', {}, by), { code: 'ERR_SCHEDULE_NOT_FOUND' })
  await look()
  t.strictSame(await tasks(), [])
  t.strictSame(noted, [
    ...[
      [false, true],
      [false, true],
      [true, true],
      [true, true],
      [true, false],
    ],
  ])
})

t.test('a task that is to begin at a time waits for it', async (t) => {
  const { engine, ask, task, log, clock } = engineOn(database, [kindOf()])
  t.teardown(() => engine.stop())
  engine.start()
  const runAt = new Date(clock.now.getTime() + 3_600_000)
  const id = await ask({ library: 'L1' }, { runAt })
  const other = await ask({ library: 'L1' })
  await engine.idle()
  t.match(await task(id), { state: 'pending', runAt })
  t.match(await task(other), { state: 'completed' }, 'it holds nothing until then')
  clock.advance(3599)
  engine.wake()
  await engine.idle()
  t.match(await task(id), { state: 'pending' })
  clock.advance(1)
  engine.wake()
  await engine.idle()
  t.match(await task(id), { state: 'completed', startedAt: clock.now })
  t.equal((await log(id))[0], 'asked for by ada, to begin at 2026-11-20T22:00:00.000Z')
})

t.test(
  'one whose time no daemon saw to is not done late; one that waits its turn is',
  async (t) => {
    const clock = new Clock()
    const before = engineOn(database, [kindOf()], { clock })
    const runAt = new Date(clock.now.getTime() + 60_000)
    const missed = await before.ask({ library: 'L1' }, { runAt })
    const seen = await before.ask({ library: 'L2' }, { runAt: new Date(runAt.getTime() + 900_000) })
    clock.advance(60 + 900)
    const { engine, task, told, events, log } = engineOn(database, [], { clock })
    engine.start()
    await engine.idle()
    await engine.stop()
    t.match(await task(missed), {
      ...{ state: 'failed', startedAt: null, finishedAt: clock.now },
      error: 'no daemon carried out tasks when it was to begin: it was not done',
      advice: 'Ask for it again, if it is wanted still.',
    })
    t.strictSame(told(missed), ['task_failed'])
    t.match(events.at(-1), { level: 'error' })
    t.equal((await log(missed)).length, 2)
    t.match(await task(seen), { state: 'pending' })
    clock.advance(7200)
    before.engine.start()
    await before.engine.idle()
    await before.engine.stop()
    t.match(await task(seen), { state: 'completed' })
  },
)

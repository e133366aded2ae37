import { randomUUID } from 'node:crypto'
import t from 'tap'
import { dueNow, type ScheduleDraft, type TaskSchedule } from '../../src/tasks/schedule.ts'
import { findSchedule } from '../../src/tasks/schedule-store.ts'
import { TaskSchedules } from '../../src/tasks/schedules.ts'
import { countTimes, nextTime, timetableFaults } from '../../src/tasks/timetable.ts'
import { Clock } from '../support/clock.ts'
import { openTestDatabase } from '../support/database.ts'
import { engineOn, kindOf } from '../support/tasks.ts'

const database = await openTestDatabase(t)
t.afterEach(async () => {
  await database.query('delete from tasks')
  await database.query('delete from task_schedules')
})

const berlin = (cron: string) => ({ cron, timeZone: 'Europe/Berlin' })

t.test('a timetable is read in its time zone, also when the clocks are changed', (t) => {
  const next = (cron: string, after: string) =>
    nextTime(berlin(cron), new Date(after))?.toISOString() ?? null
  t.equal(next('30 22 * * 1-5', '2026-11-20T21:30:00Z'), '2026-11-23T21:30:00.000Z')
  t.equal(next('30 2 * * *', '2026-03-28T12:00:00Z'), '2026-03-29T01:00:00.000Z', 'skipped')
  t.equal(next('0 0 30 2 *', '2026-01-01T00:00:00Z'), null)
  const first = new Date('2026-11-20T00:00:00Z')
  t.equal(countTimes(berlin('0 * * * *'), first, new Date('2026-11-20T05:59:00Z')), 6)
  t.equal(countTimes(berlin('* * * * *'), first, new Date('2027-11-20Z')), 10_000, 'no more')
  t.end()
})

t.test('what is wrong with a timetable is told', (t) => {
  const now = new Date('2026-11-20T21:00:00Z')
  const five = 'must be five fields: minute, hour, day, month, weekday, such as 30 22 * * 1-5'
  const nowhere = 'must be the name of a time zone such as Europe/Berlin'
  const faults = (cron: string, timeZone = 'UTC') => timetableFaults({ cron, timeZone }, now)
  t.strictSame(faults('17 3 * * *'), [])
  t.strictSame(faults('* * * * * *'), [{ path: '/cron', message: five }])
  t.strictSame(faults('@daily'), [{ path: '/cron', message: five }])
  t.strictSame(faults('0 0 30 2 *'), [{ path: '/cron', message: 'never comes' }])
  t.strictSame(faults('61 * * * *', 'Mars/Olympus'), [
    { path: '/time_zone', message: nowhere },
    { path: '/cron', message: five },
  ])
  t.end()
})

const hourly: ScheduleDraft = {
  ...{ name: 'hourly inventory', kind: 'move', params: { library: 'L1' }, priority: 3 },
  ...{ cron: '0 * * * *', timeZone: 'UTC', catchUp: false, enabled: true },
}
const noNote = async () => undefined

t.test('what is due is asked for once, and what is late is not', (t) => {
  const schedule = (changes: Partial<TaskSchedule> = {}) =>
    ({ ...hourly, nextAt: new Date('2026-11-20T21:00:00Z'), ...changes }) as TaskSchedule & {
      nextAt: Date
    }
  const at = (time: string) => new Date(`2026-11-21T${time}Z`)
  const soon = new Date('2026-11-20T21:00:04Z')
  const nextAt = new Date('2026-11-20T22:00:00Z')
  t.strictSame(dueNow(schedule(), null, soon), { ask: true, nextAt, missed: 0, because: null })
  t.strictSame(dueNow(schedule(), 'completed', soon), {
    ...{ ask: true, nextAt, missed: 0, because: null },
  })
  t.strictSame(dueNow(schedule(), 'running', soon), {
    ...{ ask: false, nextAt, missed: 1, because: 'the last one is running still' },
  })
  const because = 'no daemon carried out tasks then'
  t.strictSame(dueNow(schedule(), null, at('07:30:00')), {
    ...{ ask: false, nextAt: at('08:00:00'), missed: 11, because },
  })
  t.strictSame(dueNow(schedule({ catchUp: true }), null, at('07:30:00')), {
    ...{ ask: true, nextAt: at('08:00:00'), missed: 10, because },
  })
  const often = schedule({ cron: '* * * * *' })
  t.match(dueNow(often, null, new Date('2026-11-20T21:03:04Z')), { ask: true, missed: 3 })
  t.end()
})

/** Schedules of a daemon, on a clock that they share with its engine. */
function daemon(clock: Clock, owner: string, mayRun: (user: string) => boolean = () => true) {
  const around = engineOn(database, [kindOf(), kindOf({ name: 'erase', destructive: true })], {
    ...{ owner, clock },
  })
  const schedules = new TaskSchedules({
    ...{ database, now: () => clock.now, newId: randomUUID },
    mayRun: async (user) => Promise.resolve(mayRun(user)),
    onEvents: (events) => around.events.push(...events),
    onError: ({ message, cause }) => around.errors.push(`${message}: ${String(cause)}`),
  })
  const look = () => schedules.look(around.engine)
  return { ...around, schedules, look }
}

const tasks = () =>
  database.query<{ kind: string; state: string; createdBy: string; scheduleId: string }>(
    `select kind, state, params, priority, created_by as "createdBy", schedule_id as "scheduleId"
     from tasks order by created_at, id`,
  )

t.test('two daemons ask for what is due once', async (t) => {
  const clock = new Clock()
  const [one, two] = [daemon(clock, 'one'), daemon(clock, 'two')]
  const made = await one.schedules.create(hourly, { user: 'ada', note: noNote })
  t.match(made, { owner: 'ada', nextAt: new Date('2026-11-20T22:00:00Z'), missed: 0 })
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
  const made = await schedules.create(hourly, { user: 'ada', note: noNote })
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
  await schedules.change(
    made.id,
    { catchUp: true },
    { user: 'eve', note: noNote, permit: () => undefined },
  )
  clock.advance(5 * 3600)
  await look()
  t.equal((await tasks()).length, 1, 'once, where that is wanted')
  t.match(await findSchedule(database, made.id), { missed: 12, owner: 'ada', changedBy: 'eve' })
  t.match(events.at(-1), { data: { event: 'task_missed', missed: 4 } })
})

t.test('it is done for who made it, as long as he may', async (t) => {
  const clock = new Clock()
  let may = false
  const { schedules, look, errors } = daemon(clock, 'one', () => may)
  const made = await schedules.create(hourly, { user: 'ada', note: noNote })
  const unknown = { ...hourly, name: 'unknown', kind: 'gone' }
  const other = await schedules.create(unknown, { user: 'ada', note: noNote })
  clock.advance(3600)
  await look()
  const because = 'ada may not have tasks done any more'
  t.match(await findSchedule(database, made.id), { missed: 1, lastMissedBecause: because })
  may = true
  clock.advance(3600)
  await look()
  t.equal((await tasks()).length, 1)
  t.match(await findSchedule(database, other.id), {
    ...{ missed: 2, lastMissedBecause: 'gone: is no kind of task' },
  })
  t.strictSame(errors, [])
})

t.test('schedules are changed, switched off and deleted, with what goes with that', async (t) => {
  const clock = new Clock()
  const { schedules, look } = daemon(clock, 'one')
  const noted: unknown[] = []
  const note = async (_: unknown, { before, after }: { before: unknown; after: unknown }) => {
    await Promise.resolve(noted.push([before !== null, after !== null]))
  }
  const by = { user: 'ada', note, permit: () => undefined }
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

import { mock } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import type { Database } from '../../src/db/database.ts'
import { listSchedules } from '../../src/tasks/schedule-store.ts'
import { Clock } from '../support/clock.ts'
import { openTestDatabase } from '../support/database.ts'
import { until } from '../support/embedded.ts'
import { hourly, schedulersOn } from '../support/task-schedules.ts'

const database = await openTestDatabase(t)
const { daemon, userNamed } = schedulersOn(database)

async function taskCount() {
  return (await database.query('select from tasks')).length
}

t.test('what is not due is not asked for all the time, what is new is in time', async (t) => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => {
    mock.timers.reset()
  })
  let asked = 0
  let last: Promise<unknown> = Promise.resolve()
  const counted: Database = {
    query(text, values) {
      asked += 1
      const answer = database.query<never>(text, values)
      last = answer
      return answer
    },
    transaction: (work) => database.transaction(work),
  }
  const clock = new Clock()
  const { schedules, engine } = daemon(clock, 'one', counted)
  const askedIn = async (seconds: number) => {
    asked = 0
    for (let each = 0; each < seconds; each += 5) {
      clock.advance(5)
      mock.timers.tick(5000)
      for (let before = -1; before !== asked;) {
        before = asked
        await last
        await setImmediate()
      }
    }
    return asked
  }
  schedules.start(engine)
  t.teardown(() => schedules.stop())
  await askedIn(5)
  t.equal(await askedIn(600), 20, 'two statements a minute')
  await schedules.create({ ...hourly, cron: '* * * * *' }, await userNamed('ada'))
  await askedIn(65)
  await until(async () => (await taskCount()) === 1)
  const [{ id } = { id: '' }] = (await listSchedules(database, { limit: 1, offset: 0 })).schedules
  await schedules.change(id, { enabled: false }, await userNamed('eve'))
  await askedIn(5)
  t.equal(await askedIn(600), 20)
  t.equal(await taskCount(), 1)
})

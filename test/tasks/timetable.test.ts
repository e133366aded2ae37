import t from 'tap'
import { dueNow, type TaskSchedule } from '../../src/tasks/schedule.ts'
import { countTimes, nextTime, timetableFaults } from '../../src/tasks/timetable.ts'

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

t.test('what is due is asked for once, and what is late is not', (t) => {
  const hourly = { cron: '0 * * * *', timeZone: 'UTC', catchUp: false, enabled: true }
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

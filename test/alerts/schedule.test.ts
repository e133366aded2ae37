import t from 'tap'
import { windowsOf } from '../../src/alerts/schedule.ts'

const HOUR_MS = 3_600_000

/** What a clock on the wall says: `02:30`. */
function wallClock(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
    at,
  )
}

/** Minutes of a day in which the window lasts, found by asking of every minute. */
function minutesOpen(day: string, given: Parameters<typeof windowsOf>[0]): string[] {
  const windowAt = windowsOf(given)
  const begin = Date.parse(`${day}T00:00:00Z`) - 12 * HOUR_MS
  return Array.from({ length: 48 * 60 }, (_, minute) => begin + minute * 60_000).flatMap((time) => {
    const window = windowAt(new Date(time))
    const open = window !== null && window.startsAt.getTime() <= time
    return open
      ? [`${new Date(time).toISOString().slice(5, 16)} ${wallClock(time, given.timeZone)}`]
      : []
  })
}

const nightly = { cron: '30 2 * * *', durationSeconds: 2 * 3600, timeZone: 'Europe/Berlin' }
const ends = (minutes: string[]) => [minutes[0], minutes.at(-1), minutes.length]

t.test('a window lasts as long as it says, by the clocks of its time zone', (t) => {
  t.strictSame(ends(minutesOpen('2026-07-01', { ...nightly, cron: '30 2 1 * *' })), [
    '07-01T00:30 02:30',
    '07-01T02:29 04:29',
    120,
  ])
  t.end()
})

t.test('in the night in which an hour is skipped it begins right after it', (t) => {
  t.strictSame(ends(minutesOpen('2026-03-29', { ...nightly, cron: '30 2 29 3 *' })), [
    '03-29T01:00 03:00',
    '03-29T02:59 04:59',
    120,
  ])
  t.end()
})

t.test('in the night in which an hour comes twice it is there once', (t) => {
  t.strictSame(ends(minutesOpen('2026-10-25', { ...nightly, cron: '30 2 25 10 *' })), [
    '10-25T00:30 02:30',
    '10-25T02:29 03:29',
    120,
  ])
  t.strictSame(
    ends(minutesOpen('2026-10-25', { ...nightly, cron: '30 2 25 10 *', durationSeconds: 600 })),
    ['10-25T00:30 02:30', '10-25T00:39 02:39', 10],
  )
  t.end()
})

t.test('whoever asks late gets the same answer as who has asked all the time', (t) => {
  for (const day of ['2026-03-29', '2026-10-25', '2026-07-01']) {
    const asked = windowsOf(nightly)
    const begin = Date.parse(`${day}T00:00:00Z`) - 12 * HOUR_MS
    const differing = Array.from({ length: 48 * 4 }, (_, quarter) => begin + quarter * 900_000)
      .map((time) => new Date(time))
      .filter((at) => {
        const [one, other] = [asked(at), windowsOf(nightly)(at)]
        return one?.startsAt.getTime() !== other?.startsAt.getTime()
      })
    t.strictSame(differing, [], day)
  }
  t.end()
})

t.test('windows that overlap are open all the time', (t) => {
  const minutes = minutesOpen('2026-07-01', {
    cron: '0 * * * *',
    durationSeconds: 5400,
    timeZone: 'UTC',
  })
  t.equal(minutes.length, 48 * 60)
  t.end()
})

t.test('there may be no window any more', (t) => {
  const windowAt = windowsOf({ cron: '0 0 30 2 *', durationSeconds: 60, timeZone: 'UTC' })
  t.equal(windowAt(new Date('2026-07-01T00:00:00Z')), null)
  t.end()
})

import { Cron } from 'croner'
import { valueAt } from './tree.ts'
import type { Fault } from './validate.ts'

/** Settings that say when something is done, and in which time zone. */
const SCHEDULES: readonly { schedule: readonly string[]; timeZone: readonly string[] }[] = [
  {
    schedule: ['notifications', 'digest', 'schedule'],
    timeZone: ['notifications', 'digest', 'time_zone'],
  },
  { schedule: ['backups', 'schedule'], timeZone: ['backups', 'time_zone'] },
  {
    schedule: ['reports', 'weekly', 'schedule'],
    timeZone: ['reports', 'weekly', 'time_zone'],
  },
]

/** Schedules that cron would not understand, and time zones that are nowhere. */
export function scheduleFaults(filled: unknown): Fault[] {
  return SCHEDULES.flatMap(({ schedule, timeZone }) => {
    const when = valueAt(filled, schedule)
    const where = valueAt(filled, timeZone)
    return [
      ...(typeof when === 'string' && !isSchedule(when)
        ? [{ path: schedule, message: 'must be a schedule of five fields such as 0 7 * * *' }]
        : []),
      ...(typeof where === 'string' && !isTimeZone(where)
        ? [{ path: timeZone, message: 'must be the name of a time zone such as Europe/Berlin' }]
        : []),
    ]
  })
}

function isSchedule(text: string): boolean {
  try {
    return new Cron(text, { paused: true, mode: '5-part' }).nextRun(new Date(0)) !== null
  } catch {
    return false
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

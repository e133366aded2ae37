import { Cron } from 'croner'

/** When something is due again and again. */
export interface Timetable {
  /** Five fields: minute, hour, day, month, weekday. */
  cron: string
  /** By its name, e.g. Europe/Berlin. */
  timeZone: string
}

/** What is wrong with a timetable, and where: `/cron`. */
export interface TimetableFault {
  path: string
  message: string
}

/** Times that are counted at most, of those that were missed. */
const MOST_COUNTED = 10_000

/** The first time after a moment; null when there is none. Throws what Cron throws. */
export function nextTime({ cron, timeZone }: Timetable, after: Date): Date | null {
  return new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' }).nextRun(after)
}

/** How many times there are from the first to a moment, both included; 10,000 at most. */
export function countTimes(timetable: Timetable, first: Date, until: Date): number {
  let count = 0
  let at: Date | null = first
  while (at !== null && at <= until && count < MOST_COUNTED) {
    count += 1
    at = nextTime(timetable, at)
  }
  return count
}

/** All that is wrong with a timetable. */
export function timetableFaults({ cron, timeZone }: Timetable, now: Date): TimetableFault[] {
  const faults: TimetableFault[] = []
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    const message = 'must be the name of a time zone such as Europe/Berlin'
    faults.push({ path: '/time_zone', message })
  }
  try {
    const zone = faults.length === 0 ? timeZone : 'UTC'
    // Cron knows nicknames such as @daily besides.
    if (cron.trim().split(/\s+/).length !== 5) throw new Error('not five fields')
    if (nextTime({ cron, timeZone: zone }, now) === null) {
      faults.push({ path: '/cron', message: 'never comes' })
    }
  } catch {
    const message = 'must be five fields: minute, hour, day, month, weekday, such as 30 22 * * 1-5'
    faults.push({ path: '/cron', message })
  }
  return faults
}

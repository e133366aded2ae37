import { createHash } from 'node:crypto'
import { Cron } from 'croner'
import { clockOf } from './words.ts'

const DAY_MS = 86_400_000
/** What should have been sent longer ago is not made up for: it would be another week. */
const LATEST_MS = DAY_MS

/** The week of ISO 8601 that a time is in, e.g. `2026-W48`, in a time zone. Pure. */
export function weekOf(at: Date, timeZone: string): string {
  const day = new Date(`${clockOf(timeZone).day(at)}T00:00:00Z`)
  // A week belongs to the year of its Thursday.
  const thursday = new Date(day.getTime() + (4 - (day.getUTCDay() || 7)) * DAY_MS)
  const year = thursday.getUTCFullYear()
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1
  return `${year}-W${String(week).padStart(2, '0')}`
}

/** When a report should have been sent last; null when that was too long ago. Pure. */
export function dueAt(
  { schedule, timeZone }: { schedule: string; timeZone: string },
  now: Date,
): Date | null {
  const cron = new Cron(schedule, { paused: true, timezone: timeZone })
  // What is due this very moment counts.
  const soon = new Date(now.getTime() + 1000)
  const [at] = cron.previousRuns(2, soon).filter((time) => time <= now)
  return at === undefined || now.getTime() - at.getTime() >= LATEST_MS ? null : at
}

/** The key of the task that sends the report of a week: whoever asks, and however often, it is sent once. */
export function weeklyKey(week: string): string {
  return `weekly report ${week}`
}

/** The id of a message: always the same for a channel and what has it sent, so that a step done again sends no second. */
export function messageId(channel: string, cause: string): string {
  const hash = createHash('sha256').update(`report ${channel} ${cause}`).digest('hex')
  // Version 8 of RFC 9562: made by a rule of one's own.
  return hash.replace(
    /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/,
    (_, ...parts: string[]) => `${parts[0]}-${parts[1]}-8${parts[2]}-8${parts[3]}-${parts[4]}`,
  )
}

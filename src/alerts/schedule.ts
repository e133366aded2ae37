import { Cron } from 'croner'
import type { Schedule } from './silence.ts'

/** From when to when, the end not included. */
export interface Window {
  startsAt: Date
  endsAt: Date
}

/**
 * Tells of a moment the window that lasts then, or else the next one; null when there will be none. A window lasts
 * as many seconds as it says, also when the clocks are changed in it; one that would begin in the hour that is
 * skipped begins right after it, one in the hour that comes twice the first time. Throws what Cron throws.
 */
export function windowsOf({
  cron,
  durationSeconds,
  timeZone,
}: Schedule): (at: Date) => Window | null {
  const beginnings = new Cron(cron, { timezone: timeZone, paused: true })
  const durationMs = durationSeconds * 1000
  let last: { from: number; window: Window | null } | null = null
  return (at) => {
    const time = at.getTime()
    // The same as the last time, up to its end.
    if (last !== null && time >= last.from) {
      if (last.window === null || time < last.window.endsAt.getTime()) return last.window
    }
    const startsAt = beginnings.nextRun(new Date(time - durationMs))
    const window = startsAt && { startsAt, endsAt: new Date(startsAt.getTime() + durationMs) }
    last = { from: time, window }
    return window
  }
}

import type { Alert } from './alert.ts'
import { matching } from './matchers.ts'
import { windowsOf, type Window } from './schedule.ts'
import type { Silence, SilenceState } from './silence.ts'

/** Which silences mute an alert at a moment, by their ids. */
export type Silencing = (alert: Alert, at: Date) => readonly string[]

/** A silence that was read, to be asked again and again. */
export interface ReadSilence {
  silence: Silence
  stateAt: (at: Date) => SilenceState
  /** The window that lasts at a moment, or the next; null without a schedule and after the end. */
  windowAt: (at: Date) => Window | null
  matches: (alert: Alert) => boolean
}

/** Reads a silence. Throws when a pattern or the schedule cannot be read, which was seen to when it was made. */
export function readSilence(silence: Silence): ReadSilence {
  const { schedule, startsAt, maintenance } = silence
  const windows = schedule === null ? null : windowsOf(schedule)
  // A time zone that there is none of is noticed when it is used first.
  windows?.(startsAt)
  const matches = matching(silence.matchers)
  const endsAt = earlier(silence.endsAt, silence.cancelledAt)
  const isOver = (at: Date) => endsAt !== null && at >= endsAt
  const windowAt = (at: Date) => {
    if (windows === null || isOver(at)) return null
    const window = windows(at < startsAt ? startsAt : at)
    return window !== null && endsAt !== null && window.startsAt >= endsAt ? null : window
  }
  return {
    silence,
    windowAt,
    stateAt(at) {
      if (isOver(at)) return 'expired'
      if (at < startsAt) return 'pending'
      if (windows === null) return 'active'
      const window = windowAt(at)
      if (window === null) return 'expired'
      return window.startsAt <= at ? 'active' : 'pending'
    },
    matches: (alert) => !(maintenance && alert.severity === 'critical') && matches(alert),
  }
}

/** What silences do together; ids come in their order. One that cannot be read mutes nothing, and is told. */
export function silencingBy(
  silences: readonly Silence[],
  onUnreadable: (silence: Silence, error: unknown) => void,
): Silencing {
  const read = silences.flatMap((silence) => {
    try {
      return [readSilence(silence)]
    } catch (error) {
      onUnreadable(silence, error)
      return []
    }
  })
  let active: { at: Date; silences: readonly ReadSilence[] } | null = null
  return (alert, at) => {
    // Asked of one alert after the other at the same moment.
    if (active?.at.getTime() !== at.getTime()) {
      active = { at, silences: read.filter(({ stateAt }) => stateAt(at) === 'active') }
    }
    return active.silences.filter(({ matches }) => matches(alert)).map(({ silence }) => silence.id)
  }
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other
  return one < other ? one : other
}

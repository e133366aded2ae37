/** What is not told for a time, though it is raised and shown. */
export interface Silence {
  id: string
  /** All of them have to match. */
  matchers: readonly Matcher[]
  /** Somebody works at the appliance: whatever is not critical is muted. */
  maintenance: boolean
  startsAt: Date
  /** Null lasts until it is ended. */
  endsAt: Date | null
  /** Mutes only in the windows that begin then; null: all the time. */
  schedule: Schedule | null
  comment: string
  /** The user. */
  author: string
  createdAt: Date
  /** When a user ended it before its time; null when nobody did. */
  cancelledAt: Date | null
  cancelledBy: string | null
}

/** What an alert has to be like, in one respect. */
export interface Matcher {
  /** A label, one of what the place belongs to, or `rule` (also `alertname`), `severity`, `source`, `resource`. */
  name: string
  /** A text, or a regular expression that has to match all of the value. */
  value: string
  isRegex: boolean
  /** False: the alert must not be like that. */
  isEqual: boolean
}

/** When windows begin, and for how long they last. */
export interface Schedule {
  /** Minute, hour, day of the month, month, weekday. */
  cron: string
  durationSeconds: number
  /** Name of the time zone, e.g. `Europe/Berlin`. */
  timeZone: string
}

/** The states of a silence, in the order it goes through them; with a schedule it is pending between windows. */
export const silenceStates = ['pending', 'active', 'expired'] as const

/** `active`: it mutes now. */
export type SilenceState = (typeof silenceStates)[number]

/** There is no silence with this id. */
export class SilenceNotFoundError extends Error {
  readonly code = 'ERR_SILENCE_NOT_FOUND'

  constructor(id: string) {
    super(`silence ${id}: not found`)
    this.name = 'SilenceNotFoundError'
  }
}

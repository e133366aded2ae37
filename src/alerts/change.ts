import type { Alert } from './alert.ts'

/** What one evaluation does to one alert. An alert that stays as it is has none. */
export interface Change {
  kind: ChangeKind
  /** After the change. */
  alert: Alert
  /** Before it; null when it is new. */
  before: Alert | null
}

/**
 * opened: new, pending or firing; fired: it held long enough; seen: found again; gone: not found any more, and
 * kept firing; resolved: over; dropped: gone before it fired, so it never was; lapsed: the acknowledgement
 * expired; calmed: it flaps no more; shown, hidden: no more, or newly, inhibited; silenced: by others than before.
 */
export type ChangeKind =
  | 'opened'
  | 'fired'
  | 'seen'
  | 'gone'
  | 'resolved'
  | 'dropped'
  | 'lapsed'
  | 'calmed'
  | 'shown'
  | 'hidden'
  | 'silenced'

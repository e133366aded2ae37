import type { TaskParams, TaskState } from './task.ts'
import { countTimes, nextTime, type Timetable } from './timetable.ts'

/** A task that is asked for again and again. */
export interface TaskSchedule extends Timetable {
  id: string
  /** Tells it from the others, in whatever case. */
  name: string
  kind: string
  params: TaskParams
  priority: number
  /** Whether what was missed while no daemon ran is made up for, once. */
  catchUp: boolean
  enabled: boolean
  /** For whom it is done: who may not have it done any more has it done no more. What he was called, once he is gone. */
  owner: string
  /** Tells him from others who have the name before or after him; null where nobody knows. */
  ownerId: string | null
  createdAt: Date
  changedAt: Date
  changedBy: string
  /** Null when there is none, or it is switched off. */
  nextAt: Date | null
  lastAt: Date | null
  /** The task of the last time; it may not be kept any more. */
  lastTaskId: string | null
  /** How often it was due and not asked for, and why the last time. */
  missed: number
  lastMissedAt: Date | null
  lastMissedBecause: string | null
}

/** What a user says of a schedule. */
export type ScheduleDraft = Pick<
  TaskSchedule,
  'name' | 'kind' | 'params' | 'priority' | 'cron' | 'timeZone' | 'catchUp' | 'enabled'
>

/** What is done about a schedule whose time has come. */
export type Due =
  | { ask: true; nextAt: Date | null; missed: number; because: string | null }
  | { ask: false; nextAt: Date | null; missed: number; because: string }

/** Later than this it was missed: what should be done at night is not done by day without being asked. */
export const LATE_MS = 600_000

/**
 * Decides it: what is due is asked for once; what is late was missed, and is made up for once where that is wanted;
 * what still goes on is not asked for on top of itself.
 */
export function dueNow(
  schedule: TaskSchedule & { nextAt: Date },
  lastState: TaskState | null,
  now: Date,
): Due {
  const { nextAt: dueAt, catchUp } = schedule
  const next = { nextAt: nextTime(schedule, now) }
  const goesOn = lastState === 'pending' || lastState === 'running'
  if (goesOn) {
    const missed = countTimes(schedule, dueAt, now)
    return { ask: false, ...next, missed, because: `the last one is ${lastState} still` }
  }
  if (now.getTime() - dueAt.getTime() <= LATE_MS) {
    // Of one that comes every minute the later ones of a pause are left out.
    const missed = countTimes(schedule, dueAt, now) - 1
    return { ask: true, ...next, missed, because: missed === 0 ? null : NO_DAEMON }
  }
  const missed = countTimes(schedule, dueAt, now)
  if (!catchUp) return { ask: false, ...next, missed, because: NO_DAEMON }
  return { ask: true, ...next, missed: missed - 1, because: missed === 1 ? null : NO_DAEMON }
}

const NO_DAEMON = 'no daemon carried out tasks then'

/** There is no such schedule. */
export class ScheduleNotFoundError extends Error {
  readonly code = 'ERR_SCHEDULE_NOT_FOUND'

  constructor(id: string) {
    super(`schedule ${id}: not found`)
    this.name = 'ScheduleNotFoundError'
  }
}

/** Another schedule has the name. */
export class ScheduleNameTakenError extends Error {
  readonly code = 'ERR_SCHEDULE_NAME_TAKEN'

  constructor(name: string) {
    super(`${name}: is the name of another schedule`)
    this.name = 'ScheduleNameTakenError'
  }
}

/** There are as many as there can be. */
export class TooManySchedulesError extends Error {
  readonly code = 'ERR_TOO_MANY_SCHEDULES'

  constructor(most: number) {
    super(`there are ${most} schedules already`)
    this.name = 'TooManySchedulesError'
  }
}

import type { Database, Queryable } from '../db/database.ts'
import type { NewEvent, StoredEvent } from '../events/event.ts'
import { appendEvents } from '../events/store.ts'
import type { Note as TaskNote, TaskDraft } from './requests.ts'
import type { Task } from './task.ts'
import {
  dueNow,
  ScheduleNameTakenError,
  ScheduleNotFoundError,
  TooManySchedulesError,
  type Due,
  type ScheduleDraft,
  type TaskSchedule,
} from './schedule.ts'
import {
  countSchedules,
  deleteSchedule,
  dueSchedules,
  insertSchedule,
  lockSchedule,
  nextDue,
  noteTurn,
  updateSchedule,
  type DueSchedule,
} from './schedule-store.ts'
import { nextTime } from './timetable.ts'

/** Who asks for tasks. */
export interface Submitting {
  submit(
    draft: TaskDraft & { scheduleId: string },
    by: { user: string; note: TaskNote },
  ): Promise<unknown>
}

/** What schedules are kept with. */
export interface TaskSchedulesOptions {
  database: Database
  now: () => Date
  newId: () => string
  /** Why the owner of a schedule may not have tasks done; null when he may, until the transaction ends. */
  whyNot: (transaction: Queryable, schedule: TaskSchedule) => Promise<string | null>
  /** Writes into the audit trail, in the transaction that makes it, that a schedule has asked for a task. */
  audit: (transaction: Queryable, made: { task: Task; schedule: TaskSchedule }) => Promise<void>
  /** Told of events once they are committed. */
  onEvents: (events: readonly StoredEvent[]) => void
  onError: (error: Error) => void
  /** From one look at what is due to the next; 5 s if not said. */
  pollMs?: number
}

/** Writes what goes with a change, in its transaction: when it rejects, nothing has changed. */
export type ScheduleNote = (
  transaction: Queryable,
  change: { before: TaskSchedule | null; after: TaskSchedule | null },
) => Promise<void>

/** More are not kept: each may ask for a task every minute. */
const MOST_SCHEDULES = 200
/** What others have changed is heeded a minute later at the latest. */
const POLLS_WITHOUT_CHANGE = 12

/**
 * Tasks that are asked for again and again. Each time is asked for once, however many daemons are on the database: the
 * next time is written down in the transaction in which the task is.
 */
export class TaskSchedules {
  readonly #options: TaskSchedulesOptions
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #failing = false
  /** When the next is due, as far as this daemon knows; null when none is. */
  #nextAt: Date | null = null
  #isNextKnown = false
  /** How often it was not looked since. */
  #skipped = 0

  constructor(options: TaskSchedulesOptions) {
    this.#options = options
  }

  /** Asks for what is due from now on. */
  start(engine: Submitting): void {
    this.#timer ??= setInterval(() => {
      this.#skipped += 1
      if (this.#mayBeDue()) this.#look(engine)
    }, this.#options.pollMs ?? 5_000)
    this.#look(engine)
  }

  /** Asks for nothing more. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#looking
  }

  /** Rejects with ScheduleNameTakenError or TooManySchedulesError. */
  async create(
    draft: ScheduleDraft,
    by: { user: string; userId: string; note: ScheduleNote },
  ): Promise<TaskSchedule> {
    const { database, now, newId } = this.#options
    const at = now()
    const made = await database.transaction(async (transaction) => {
      if ((await countSchedules(transaction)) >= MOST_SCHEDULES) {
        throw new TooManySchedulesError(MOST_SCHEDULES)
      }
      const made = await insertSchedule(transaction, {
        ...{ ...draft, id: newId(), owner: by.user, ownerId: by.userId },
        ...{ createdAt: at, changedAt: at },
        ...{ changedBy: by.user, nextAt: draft.enabled ? nextTime(draft, at) : null },
        ...{ lastAt: null, lastTaskId: null, missed: 0 },
        ...{ lastMissedAt: null, lastMissedBecause: null },
      })
      if (made === null) throw new ScheduleNameTakenError(draft.name)
      await by.note(transaction, { before: null, after: made })
      return made
    })
    this.#isNextKnown = false
    return made
  }

  /**
   * Changes one; what its time was to be is reckoned anew, so that nothing is missed. `permit` throws where who asks
   * may not. Rejects with ScheduleNotFoundError or ScheduleNameTakenError.
   */
  async change(
    id: string,
    changes: Partial<Omit<ScheduleDraft, 'kind'>>,
    by: { user: string; note: ScheduleNote; permit: (schedule: TaskSchedule) => void },
  ): Promise<TaskSchedule> {
    const { database, now } = this.#options
    const at = now()
    const work = async (transaction: Queryable) => {
      const before = await existing(transaction, id)
      by.permit(before)
      const wanted = { ...before, ...changes, changedAt: at, changedBy: by.user }
      const nextAt = wanted.enabled ? nextTime(wanted, at) : null
      const after = await updateSchedule(transaction, { ...wanted, nextAt })
      if (after === null) throw new ScheduleNotFoundError(id)
      await by.note(transaction, { before, after })
      return after
    }
    const after = await database.transaction(work).catch((error: unknown) => {
      const isTaken = (error as { code?: unknown }).code === '23505'
      throw isTaken ? new ScheduleNameTakenError(changes.name ?? '') : error
    })
    this.#isNextKnown = false
    return after
  }

  /** Forgets one; tasks that it has asked for stay. Rejects with ScheduleNotFoundError. */
  async remove(
    id: string,
    by: { note: ScheduleNote; permit: (schedule: TaskSchedule) => void },
  ): Promise<void> {
    await this.#options.database.transaction(async (transaction) => {
      const before = await existing(transaction, id)
      by.permit(before)
      await deleteSchedule(transaction, before.id)
      await by.note(transaction, { before, after: null })
    })
  }

  /** Asks for what is due; resolves when that is done. Never rejects: what fails is tried again at the next look. */
  async look(engine: Submitting): Promise<void> {
    const { database, now, onError } = this.#options
    const failures: unknown[] = []
    const failed = (error: unknown) => {
      failures.push(error)
    }
    this.#skipped = 0
    this.#isNextKnown = true
    try {
      for (const schedule of await dueSchedules(database, now()))
        await this.#take(schedule, engine).catch(failed)
      this.#nextAt = await nextDue(database)
    } catch (error) {
      failed(error)
    }
    if (failures.length > 0 && !this.#failing) {
      onError(new Error('what is due by schedules is not asked for', { cause: failures[0] }))
    }
    this.#failing = failures.length > 0
    if (this.#failing) this.#isNextKnown = false
  }

  #mayBeDue(): boolean {
    if (!this.#isNextKnown || this.#skipped >= POLLS_WITHOUT_CHANGE) return true
    return this.#nextAt !== null && this.#options.now() >= this.#nextAt
  }

  #look(engine: Submitting): void {
    this.#looking ??= this.look(engine).finally(() => {
      this.#looking = null
    })
  }

  async #take(schedule: DueSchedule, engine: Submitting): Promise<void> {
    const { now } = this.#options
    const { id, owner, kind, params, priority, nextAt: dueAt, lastState } = schedule
    const due = dueNow(schedule, lastState, now())
    if (!due.ask) {
      await this.#miss(schedule, due)
      return
    }
    const key = `schedule ${id} ${dueAt.toISOString()}`
    const draft = { kind, params, priority, idempotencyKey: key, scheduleId: id }
    let told: readonly StoredEvent[] = []
    const note: TaskNote = async (transaction, task) => {
      told = await this.#note(transaction, { schedule, due, task })
    }
    try {
      await engine.submit(draft, { user: owner, note })
      this.#options.onEvents(told)
    } catch (error) {
      if (error instanceof TurnTakenError) return
      // What is not the database's fault is no different at the next look.
      if (!/^ERR_(?:TASK|CONFIRMATION|PLAN|IDEMPOTENCY|OWNER)/.test(codeOf(error))) throw error
      await this.#miss(schedule, notAsked(due, (error as Error).message))
    }
  }

  /** What goes with a task that is asked for, in its transaction: authority, the trail, and what was missed before. */
  async #note(
    transaction: Queryable,
    { schedule, due, task }: { schedule: DueSchedule; due: Due; task: Task },
  ): Promise<StoredEvent[]> {
    const { now, whyNot, audit } = this.#options
    const refusal = await whyNot(transaction, schedule)
    if (refusal !== null) throw new OwnerMayNotError(refusal)
    const turn = { ...due, id: schedule.id, dueAt: schedule.nextAt, taskId: task.id, at: now() }
    if (!(await noteTurn(transaction, turn))) throw new TurnTakenError(schedule.name)
    await audit(transaction, { task, schedule })
    const { missed, because } = due
    if (because === null) return []
    return await appendEvents(transaction, [missedEvent(schedule, { missed, because }, now())])
  }

  async #miss(schedule: DueSchedule, due: Due & { because: string }): Promise<void> {
    const { database, now, onEvents } = this.#options
    const turn = { ...due, id: schedule.id, dueAt: schedule.nextAt, taskId: null, at: now() }
    const told = await database.transaction(async (transaction) => {
      if (!(await noteTurn(transaction, turn))) return []
      return await appendEvents(transaction, [missedEvent(schedule, due, now())])
    })
    onEvents(told)
  }
}

/** Another daemon was faster, or the schedule was changed. */
class TurnTakenError extends Error {
  constructor(name: string) {
    super(`schedule ${name}: its time is not the one that was read`)
    this.name = 'TurnTakenError'
  }
}

/** Who has the schedule may not have tasks done. */
class OwnerMayNotError extends Error {
  readonly code = 'ERR_OWNER_MAY_NOT'

  constructor(reason: string) {
    super(reason)
    this.name = 'OwnerMayNotError'
  }
}

function notAsked({ nextAt, missed }: Due, because: string): Due & { because: string } {
  return { ask: false, nextAt, missed: missed + 1, because }
}

function missedEvent(
  { id, name, kind, owner, ownerId, nextAt }: DueSchedule,
  { missed, because }: { missed: number; because: string },
  at: Date,
): NewEvent {
  const times = missed === 1 ? 'once' : `${missed} times`
  const message = `the task ${kind} of the schedule ${name} was not asked for ${times}: ${because}`
  return {
    ...{ type: 'task', source: 'tasks', level: 'warning', message, at },
    data: {
      ...{ event: 'task_missed', message, schedule_id: id, schedule: name, kind, owner },
      ...{ owner_id: ownerId, missed, because, due_at: nextAt.toISOString() },
    },
  }
}

async function existing(transaction: Queryable, id: string): Promise<TaskSchedule> {
  const found = await lockSchedule(transaction, id)
  if (found === null) throw new ScheduleNotFoundError(id)
  return found
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

import type { Queryable } from '../db/database.ts'
import type { Journal } from './journal.ts'
import { giveConfirmation, useConfirmation } from './confirmations.ts'
import {
  ConfirmationNeededError,
  IdempotencyKeyUsedError,
  TaskEndedError,
  TaskNotFoundError,
  type TaskKind,
} from './kind.ts'
import { hashOfPlan, resourcesOf } from './plan.ts'
import {
  cancelWaiting,
  insertTask,
  lockTask,
  requestCancel,
  taskByKey,
  type NewTask,
} from './queue.ts'
import type { Step, Task, TaskParams } from './task.ts'

/** Something that somebody asks for. */
export interface TaskDraft {
  kind: string
  /** Valid by the schema of the kind. */
  params: TaskParams
  /** 0 if not said. */
  priority?: number | undefined
  /** Who asks again with the same gets the task that there is. */
  idempotencyKey?: string | null | undefined
  /** Not begun before; as soon as can be if not said. */
  runAt?: Date | null | undefined
  /** What asks for it, when that is a schedule. */
  scheduleId?: string | null | undefined
  /** Of a destructive kind: what planning it answered. */
  confirmation?: string | null | undefined
}

/** Writes what goes with a change, in its transaction: when it rejects, nothing has changed. */
export type Note = (transaction: Queryable, task: Task) => Promise<void>

/** What a task would do. */
export interface TaskPlan {
  resource: string | null
  /** All that it would have to itself, `resource` first. */
  resources: string[]
  steps: Step[]
  /** Tells the plan from others. */
  hash: string
  /** What a destructive task is asked for with; null where none is needed, or nobody was said to look. */
  confirmation: { token: string; expiresAt: Date } | null
}

/** What a task would do; a destructive one can be asked for by `user` with what confirms it. Rejects as the kind does. */
export async function planTask(
  database: Queryable,
  kind: TaskKind,
  { params, user, now }: { params: TaskParams; user: string | null; now: () => Date },
): Promise<TaskPlan> {
  const steps = await kind.plan(params)
  const [resource = null, ...more] = resourcesOf(kind, params)
  const hash = hashOfPlan(kind, params, steps)
  const confirmed = { kind: kind.name, params, plan: hash }
  const confirmation =
    user !== null && needsConfirmation(kind, params)
      ? await giveConfirmation(database, { ...confirmed, user }, now())
      : null
  return {
    ...{ resource, resources: resource === null ? [] : [resource, ...more], steps, hash },
    confirmation,
  }
}

/** Whether a task destroys something, or what somebody uses: what its kind says, of all or of these parameters. */
export function isDestructive(
  kind: Pick<TaskKind, 'destructive' | 'isDestructive'>,
  params: TaskParams,
): boolean {
  return kind.destructive || kind.isDestructive?.(params) === true
}

/** Whether a task is not done before somebody has looked at its plan. */
export function needsConfirmation(
  kind: Pick<TaskKind, 'destructive' | 'isDestructive' | 'namesPlan'>,
  params: TaskParams,
): boolean {
  return isDestructive(kind, params) && kind.namesPlan !== true
}

/** What asking for a task takes. */
export interface Asking {
  journal: Journal
  database: Queryable
  newId: () => string
  now: () => Date
}

/**
 * Asks for a task of a kind; with a key that was used for the same, answers that one. Rejects with
 * IdempotencyKeyUsedError, ConfirmationNeededError or PlanChangedError.
 */
export async function askForTask(
  around: Asking,
  kind: TaskKind,
  draft: TaskDraft,
  { user, note }: { user: string; note?: Note | undefined },
): Promise<{ task: Task; created: boolean }> {
  const { params, priority = 0, idempotencyKey = null, confirmation = null } = draft
  const { runAt = null, scheduleId = null } = draft
  const given: NewTask = {
    ...{ id: around.newId(), kind: kind.name, params, resources: resourcesOf(kind, params) },
    ...{ priority, idempotencyKey, runAt, scheduleId, createdBy: user, createdAt: around.now() },
  }
  if (!needsConfirmation(kind, params)) return await submitTask(around, given, note)
  const before = idempotencyKey && (await taskByKey(around.database, idempotencyKey, given))
  if (before && before.same) return { task: before.task, created: false }
  if (confirmation === null) throw new ConfirmationNeededError(`${kind.name} destroys something`)
  const plan = hashOfPlan(kind, params, await kind.plan(params))
  const confirmed = { kind: kind.name, params, plan, user }
  return await submitTask(around, { ...given, confirmedPlan: plan }, async (transaction, task) => {
    await useConfirmation(transaction, confirmation, confirmed, around.now())
    await note?.(transaction, task)
  })
}

/**
 * Puts a task into the queue; with a key that was used for the same, answers that one. Rejects with
 * IdempotencyKeyUsedError.
 */
export async function submitTask(
  { journal, database }: { journal: Journal; database: Queryable },
  given: NewTask,
  note: Note | undefined,
): Promise<{ task: Task; created: boolean }> {
  const { kind, params, createdBy, idempotencyKey, runAt } = given
  const task = await journal.change(async (transaction) => {
    const made = await insertTask(transaction, given)
    if (made !== null) await note?.(transaction, made)
    const when = runAt ? `, to begin at ${runAt.toISOString()}` : ''
    const by = given.scheduleId == null ? createdBy : `a schedule of ${createdBy}`
    const line = { message: `asked for by ${by}${when}` }
    return { task: made, event: 'created', line }
  })
  if (task !== null) return { task, created: true }
  const key = idempotencyKey ?? ''
  const found = await taskByKey(database, key, { kind, params })
  if (found?.same === true) return { task: found.task, created: false }
  throw new IdempotencyKeyUsedError(key, found?.task.id ?? 'unknown')
}

/**
 * Ends a task that waits, and notes of one that runs that it is to end. One that was cancelled stays as it is.
 * Rejects with TaskNotFoundError or TaskEndedError.
 */
export async function cancelTask(
  journal: Journal,
  id: string,
  { by, at, note }: { by: string; at: Date; note: Note | undefined },
): Promise<Task> {
  const task = await journal.change(async (transaction) => {
    const before = await lockTask(transaction, id)
    if (before === null) throw new TaskNotFoundError(id)
    if (before.state === 'completed' || before.state === 'failed') {
      throw new TaskEndedError(id, before.state)
    }
    if (before.cancelRequestedAt !== null) return { task: before, event: null }
    await requestCancel(transaction, id, { by, at })
    const cancelled = await cancelWaiting(transaction, id, at)
    const after = cancelled ?? (await lockTask(transaction, id))
    if (after !== null) await note?.(transaction, after)
    const line = { message: `to be cancelled: ${by} wants it` }
    return { task: after, event: cancelled === null ? 'cancelling' : 'cancelled', line }
  })
  if (task === null) throw new TaskNotFoundError(id)
  return task
}

import type { Queryable } from '../db/database.ts'
import type { Journal } from './journal.ts'
import { IdempotencyKeyUsedError, TaskEndedError, TaskNotFoundError } from './kind.ts'
import {
  cancelWaiting,
  insertTask,
  lockTask,
  requestCancel,
  taskByKey,
  type NewTask,
} from './queue.ts'
import type { Task, TaskParams } from './task.ts'

/** Something that somebody asks for. */
export interface TaskDraft {
  kind: string
  /** Valid by the schema of the kind. */
  params: TaskParams
  /** 0 if not said. */
  priority?: number | undefined
  /** Who asks again with the same gets the task that there is. */
  idempotencyKey?: string | null | undefined
}

/** Writes what goes with a change, in its transaction: when it rejects, nothing has changed. */
export type Note = (transaction: Queryable, task: Task) => Promise<void>

/**
 * Puts a task into the queue; with a key that was used for the same, answers that one. Rejects with
 * IdempotencyKeyUsedError.
 */
export async function submitTask(
  { journal, database }: { journal: Journal; database: Queryable },
  given: NewTask,
  note: Note | undefined,
): Promise<{ task: Task; created: boolean }> {
  const { kind, params, createdBy, idempotencyKey } = given
  const task = await journal.change(async (transaction) => {
    const made = await insertTask(transaction, given)
    if (made !== null) await note?.(transaction, made)
    return { task: made, event: 'created', line: { message: `asked for by ${createdBy}` } }
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

import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import { isUuid } from '../db/uuid.ts'
import { taskColumns } from './rows.ts'
import type { Task, TaskLine, TaskParams } from './task.ts'

/** Something that is asked for. */
export interface NewTask {
  id: string
  kind: string
  params: TaskParams
  /** All that it has to itself; the first is what is shown. */
  resources: readonly string[]
  priority: number
  runAt?: Date | null
  confirmedPlan?: string | null
  scheduleId?: string | null
  idempotencyKey: string | null
  createdBy: string
  createdAt: Date
}

/** Puts a task into the queue; null when there is one with the same key. */
export async function insertTask(transaction: Queryable, given: NewTask): Promise<Task | null> {
  const { id, kind, params, priority, idempotencyKey, createdBy, createdAt } = given
  const { runAt = null, confirmedPlan = null, scheduleId = null } = given
  const resources = given.resources.map(storable)
  const [row] = await transaction.query<Task>(
    `insert into tasks (id, kind, params, resource, resources, priority, idempotency_key,
       created_by, created_at, run_at, confirmed_plan, schedule_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (idempotency_key) do nothing
     returning ${taskColumns}`,
    [
      ...[id, kind, jsonb(params), resources[0] ?? null, resources, priority, idempotencyKey],
      ...[storable(createdBy), createdAt, runAt, confirmedPlan, scheduleId],
    ],
  )
  return row ?? null
}

/** The task that was asked for with a key, and whether that was the same; null when there is none. */
export async function taskByKey(
  database: Queryable,
  key: string,
  { kind, params }: Pick<NewTask, 'kind' | 'params'>,
): Promise<{ task: Task; same: boolean } | null> {
  const [row] = await database.query<Task & { same: boolean }>(
    `select ${taskColumns}, kind = $2 and params = $3::jsonb as same
     from tasks where idempotency_key = $1`,
    [key, kind, jsonb(params)],
  )
  if (row === undefined) return null
  const { same, ...task } = row
  return { task, same }
}

/** A task that nobody else changes until the transaction ends; null when there is none with the id. */
export async function lockTask(transaction: Queryable, id: string): Promise<Task | null> {
  if (!isUuid(id)) return null
  const [row] = await transaction.query<Task>(
    `select ${taskColumns} from tasks where id = $1 for update`,
    [id],
  )
  return row ?? null
}

/** Notes that a task is to end. */
export async function requestCancel(
  transaction: Queryable,
  id: string,
  { by, at }: { by: string; at: Date },
): Promise<void> {
  await transaction.query(
    `update tasks set cancel_requested_at = $2, cancel_requested_by = $3
     where id = $1 and cancel_requested_at is null`,
    [id, at, storable(by)],
  )
}

/** Ends a task that was not begun. */
export async function cancelWaiting(
  transaction: Queryable,
  id: string,
  at: Date,
): Promise<Task | null> {
  const [row] = await transaction.query<Task>(
    `with ended as (
       update tasks set state = 'cancelled', finished_at = $2, not_before = null
       where id = $1 and state = 'pending'
       returning ${taskColumns}
     ), freed as (
       delete from task_holds where task_id in (select id from ended)
     )
     select * from ended`,
    [id, at],
  )
  return row ?? null
}

/** Adds a line to the log of a task. */
export async function appendLine(
  database: Queryable,
  id: string,
  { at, level, message }: TaskLine,
): Promise<void> {
  await database.query(
    'insert into task_log (task_id, at, level, message) values ($1, $2, $3, $4)',
    [id, at, level, storable(message)],
  )
}

/** Whether any task waits for its turn or its time, or is carried out. */
export async function isAnyOpen(database: Queryable): Promise<boolean> {
  const [row] = await database.query<{ open: boolean }>(
    `select exists (select from tasks where state in ('pending', 'running')) as open`,
  )
  return row?.open ?? false
}

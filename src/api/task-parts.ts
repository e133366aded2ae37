import { Type } from 'typebox'
import { appendAudit, auditActor } from '../auth/audit.ts'
import type { Origin, Principal } from '../auth/principal.ts'
import type { Queryable } from '../db/database.ts'
import { getTask, taskLog } from '../tasks/list.ts'
import { taskStates, type Task } from '../tasks/task.ts'
import type { ApiContext } from './context.ts'
import { toJson, type Json } from './json.ts'
import { ProblemError } from './problem.ts'
import { data, flag, integer, nullable, number, oneOf, text, time } from './schemas.ts'

/** One step of a task. */
export const taskStep = { name: text, description: text, data: Type.Optional(data) }

/** A task in brief. */
export const taskShape = {
  id: text,
  kind: text,
  params: data,
  state: oneOf(taskStates),
  progress: number,
  resource: nullable(text),
  /** All that it has to itself while it runs. */
  resources: Type.Array(text),
  priority: integer,
  /** When it is to begin at the soonest. */
  run_at: nullable(time),
  /** When it is tried again, after a failure. */
  not_before: nullable(time),
  retries: integer,
  /** The plan that somebody has confirmed, by its hash. */
  confirmed_plan: nullable(text),
  /** Null until it was planned. */
  steps: nullable(Type.Array(Type.Object(taskStep))),
  steps_done: integer,
  step_begun: flag,
  attempts: integer,
  error: nullable(text),
  /** What to do, of one that failed. */
  advice: nullable(text),
  schedule_id: nullable(text),
  idempotency_key: nullable(text),
  created_by: nullable(text),
  created_at: time,
  started_at: nullable(time),
  finished_at: nullable(time),
  cancel_requested_at: nullable(time),
  cancel_requested_by: nullable(text),
}

const line = { id: integer, at: time, level: oneOf(['info', 'warning', 'error']), message: text }
/** A task with its log. */
export const taskDetail = { ...taskShape, log: Type.Array(Type.Object(line)) }

/** A task with its log, as it goes out. Rejects with ProblemError. */
export async function taskJson({ db }: ApiContext, taskId: string) {
  const found = await getTask(db, taskId)
  if (found === null) throw new ProblemError('task_not_found', `task ${taskId}: not found`)
  const log = await taskLog(db, taskId)
  return { ...(toJson(found) as object), log: log.map(toJson) }
}

/** Writes what is done with a task into the audit trail, in its transaction. */
export async function auditTask(
  transaction: Queryable,
  { now }: ApiContext,
  done: { principal: Principal; origin: Origin; action: string; task: Task },
): Promise<void> {
  const { principal, origin, action, task: changed } = done
  const { kind, params, state: became, resource, priority, runAt, confirmedPlan } = changed
  const made = action === 'task.create'
  const given = { kind, params, resource, priority, runAt, confirmedPlan }
  const after = made ? given : { kind, state: became }
  await appendAudit(transaction, {
    at: now(),
    ...auditActor(principal, origin),
    action,
    subject: changed.id,
    before: null,
    after: toJson(after) as Record<string, Json>,
  })
}

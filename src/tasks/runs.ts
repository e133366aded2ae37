import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import { taskColumns } from './rows.ts'
import type { Step, Task } from './task.ts'

/** Who carries a task out, and until when others leave it to them. */
export interface Lease {
  runId: string
  owner: string
  until: Date
}

/** A task as it is carried out; `run` tells this time from others. */
export interface RunOf {
  id: string
  runId: string
}

/**
 * Begins the next task that waits, of those whose resource is free; null when there is none. Rejects with 23505 when
 * another daemon has just taken the resource.
 */
export async function claimTask(
  transaction: Queryable,
  wanted: { kinds: readonly string[]; blocked: readonly string[]; lease: Lease; at: Date },
): Promise<Task | null> {
  const { kinds, blocked, lease, at } = wanted
  const [row] = await transaction.query<Task>(
    `with next as (
       select id from tasks as waiting
       where state = 'pending' and kind = any ($1::text[])
         and (resource is null or resource <> all ($2::text[]) and not exists (
           select from tasks as other
           where other.state = 'running' and other.resource = waiting.resource))
       order by priority desc, created_at, id
       limit 1
       for update skip locked
     )
     update tasks
     set state = 'running', started_at = $3, attempts = attempts + 1,
         run_id = $4, owner = $5, leased_until = $6
     where id = (select id from next)
     returning ${taskColumns}`,
    [kinds, blocked, at, lease.runId, lease.owner, lease.until],
  )
  return row ?? null
}

/** A task that runs, and by whom. */
export type LostTask = Task & { runId: string | null }

/** Tasks that run and that nobody carries out: their lease is over, or they are left from an earlier life of the owner. */
export async function lostTasks(
  database: Queryable,
  { owner, running, at }: { owner: string; running: readonly string[]; at: Date },
): Promise<LostTask[]> {
  return database.query<LostTask>(
    `select ${taskColumns}, run_id as "runId" from tasks
     where state = 'running' and (run_id is null or run_id <> all ($2::uuid[]))
       and (leased_until is null or leased_until <= $3 or owner = $1)
     order by started_at, id`,
    [owner, running, at],
  )
}

/** Takes up a task whose run was lost; null when another daemon was faster. */
export async function takeOver(
  transaction: Queryable,
  { id, runId }: { id: string; runId: string | null },
  lease: Lease,
): Promise<Task | null> {
  const [row] = await transaction.query<Task>(
    `update tasks
     set run_id = $3, owner = $4, leased_until = $5, attempts = attempts + 1
     where id = $1 and state = 'running' and run_id is not distinct from $2
     returning ${taskColumns}`,
    [id, runId, lease.runId, lease.owner, lease.until],
  )
  return row ?? null
}

/** Holds runs for longer; resolves with those that are still held, and whether they are to be cancelled. */
export async function renewLeases(
  database: Queryable,
  runIds: readonly string[],
  until: Date,
): Promise<{ runId: string; cancelled: boolean }[]> {
  return database.query(
    `update tasks set leased_until = $2
     where run_id = any ($1::uuid[]) and state = 'running'
     returning run_id as "runId", cancel_requested_at is not null as cancelled`,
    [runIds, until],
  )
}

/** Lets others take up what is not carried out any more. */
export async function releaseRun(
  database: Queryable,
  { id, runId }: RunOf,
  at: Date,
): Promise<void> {
  await database.query(
    `update tasks set leased_until = $3 where id = $1 and run_id = $2 and state = 'running'`,
    [id, runId, at],
  )
}

/** Keeps what is to be done; null when the run is lost. */
export async function storePlan(
  transaction: Queryable,
  { id, runId }: RunOf,
  steps: readonly Step[],
): Promise<Task | null> {
  const [row] = await transaction.query<Task>(
    `update tasks set steps = $3
     where id = $1 and run_id = $2 and state = 'running'
     returning ${taskColumns}`,
    [id, runId, jsonb(steps)],
  )
  return row ?? null
}

/** Notes, before it is begun, that the next step is, unless the task is to be cancelled; null when the run is lost. */
export async function beginStep(
  transaction: Queryable,
  { id, runId }: RunOf,
): Promise<Task | null> {
  const [row] = await transaction.query<Task>(
    `update tasks set step_begun = cancel_requested_at is null
     where id = $1 and run_id = $2 and state = 'running'
     returning ${taskColumns}`,
    [id, runId],
  )
  return row ?? null
}

/** Notes that the step that was begun is over, and why it failed where it did; null when the run is lost. */
export async function endStep(
  transaction: Queryable,
  { id, runId }: RunOf,
  { progress, error }: { progress: number; error: string | null },
): Promise<Task | null> {
  const [row] = await transaction.query<Task>(
    `update tasks
     set steps_done = steps_done + 1, step_begun = false, progress = greatest(progress, $3),
         error = case when $4::text is null then error else concat_ws('; ', error, $4::text) end
     where id = $1 and run_id = $2 and state = 'running'
     returning ${taskColumns}`,
    [id, runId, progress, error === null ? null : storable(error)],
  )
  return row ?? null
}

/** Notes how much is done. */
export async function noteProgress(
  database: Queryable,
  { id, runId }: RunOf,
  progress: number,
): Promise<void> {
  await database.query(
    `update tasks set progress = greatest(progress, $3)
     where id = $1 and run_id = $2 and state = 'running'`,
    [id, runId, progress],
  )
}

/** Ends a task; null when the run is lost. */
export async function endRun(
  transaction: Queryable,
  { id, runId }: { id: string; runId: string | null },
  {
    state,
    error,
    at,
  }: { state: 'completed' | 'failed' | 'cancelled'; error: string | null; at: Date },
): Promise<Task | null> {
  const [row] = await transaction.query<Task>(
    `update tasks
     set state = $3, error = $4, finished_at = $5, leased_until = null,
         progress = case when $3 = 'completed' then 1 else progress end
     where id = $1 and state = 'running' and run_id is not distinct from $2
     returning ${taskColumns}`,
    [id, runId, state, error === null ? null : storable(error), at],
  )
  return row ?? null
}

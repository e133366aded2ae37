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
 * Begins the next task that waits, of those whose time has come and whose resources are free; null when there is none.
 * One that needs several is not overtaken by those that need some of them. Rejects with 23505 when another daemon has
 * just taken a resource.
 */
export async function claimTask(
  transaction: Queryable,
  wanted: { kinds: readonly string[]; blocked: readonly string[]; lease: Lease; at: Date },
): Promise<Task | null> {
  const { kinds, blocked, lease, at } = wanted
  const [row] = await transaction.query<Task>(
    `with due as (
       select id, resources, priority, created_at from tasks
       where state = 'pending' and kind = any ($1::text[]) and not resources && $2::text[]
         and (run_at is null or run_at <= $3) and (not_before is null or not_before <= $3)
     ), next as (
       select id from tasks as waiting
       where state = 'pending' and id in (select id from due)
         and not exists (
           select from task_holds as held
           where held.resource = any (waiting.resources) and held.task_id <> waiting.id)
         and not exists (
           select from due as earlier
           where cardinality(earlier.resources) > 1 and earlier.resources && waiting.resources
             and (-earlier.priority, earlier.created_at, earlier.id)
               < (-waiting.priority, waiting.created_at, waiting.id))
       order by priority desc, created_at, id
       limit 1
       for update skip locked
     ), claimed as (
       update tasks
       set state = 'running', started_at = coalesce(started_at, $3), attempts = attempts + 1,
           run_id = $4, owner = $5, leased_until = $6, not_before = null, error = null
       where id = (select id from next)
       returning ${taskColumns}
     ), held as (
       insert into task_holds (resource, task_id)
       select wanted.resource, claimed.id
       from claimed, unnest(claimed.resources) as wanted (resource)
       where not exists (
         select from task_holds as own
         where own.resource = wanted.resource and own.task_id = claimed.id)
     )
     select * from claimed`,
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

/** Notes how much is done; null when the run is lost. */
export async function noteProgress(
  transaction: Queryable,
  { id, runId }: RunOf,
  progress: number,
): Promise<Task | null> {
  const [row] = await transaction.query<Task>(
    `update tasks set progress = greatest(progress, $3)
     where id = $1 and run_id = $2 and state = 'running'
     returning ${taskColumns}`,
    [id, runId, progress],
  )
  return row ?? null
}

/** Ends a task; null when the run is lost. */
export async function endRun(
  transaction: Queryable,
  { id, runId }: { id: string; runId: string | null },
  given: {
    state: 'completed' | 'failed' | 'cancelled'
    error: string | null
    at: Date
    advice?: string | null
  },
): Promise<Task | null> {
  const { state, error, at, advice = null } = given
  const [row] = await transaction.query<Task>(
    `with ended as (
       update tasks
       set state = $3, error = $4, finished_at = $5, leased_until = null, advice = $6,
           progress = case when $3 = 'completed' then 1 else progress end
       where id = $1 and state = 'running' and run_id is not distinct from $2
       returning ${taskColumns}
     ), freed as (
       delete from task_holds where task_id in (select id from ended)
     )
     select * from ended`,
    [id, runId, state, error === null ? null : storable(error), at, advice],
  )
  return row ?? null
}

/**
 * Has a task that failed wait, to be tried again; null when the run is lost. With steps that are done it keeps its plan
 * and what it holds; without any it is planned anew.
 */
export async function putBack(
  transaction: Queryable,
  { id, runId }: RunOf,
  { error, notBefore }: { error: string; notBefore: Date },
): Promise<Task | null> {
  const [row] = await transaction.query<Task>(
    `with waiting as (
       update tasks
       set state = 'pending', run_id = null, owner = null, leased_until = null,
           step_begun = false, retries = retries + 1, not_before = $4, error = $3,
           steps = case when steps_done > 0 then steps end
       where id = $1 and run_id = $2 and state = 'running'
       returning ${taskColumns}
     ), freed as (
       delete from task_holds
       where task_id in (select id from waiting where "stepsDone" = 0)
     )
     select * from waiting`,
    [id, runId, storable(error), notBefore],
  )
  return row ?? null
}

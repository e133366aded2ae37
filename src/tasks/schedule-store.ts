import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import { isUuid } from '../db/uuid.ts'
import type { TaskSchedule } from './schedule.ts'
import type { TaskState } from './task.ts'

const columns = `id, name, kind, params, priority, cron, time_zone as "timeZone",
  catch_up as "catchUp", enabled, owner_id as "ownerId",
  coalesce((select username from users where users.id = owner_id), owner) as owner,
  created_at as "createdAt", changed_at as "changedAt",
  changed_by as "changedBy", next_at as "nextAt", last_at as "lastAt",
  last_task_id as "lastTaskId", missed, last_missed_at as "lastMissedAt",
  last_missed_because as "lastMissedBecause"`

/** By name, and how many there are without limit and offset. */
export async function listSchedules(
  database: Queryable,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ schedules: TaskSchedule[]; total: number }> {
  const [count] = await database.query<{ total: number }>(
    'select count(*) as total from task_schedules',
  )
  const schedules = await database.query<TaskSchedule>(
    `select ${columns} from task_schedules order by lower(name) limit $1 offset $2`,
    [limit, offset],
  )
  return { schedules, total: count?.total ?? 0 }
}

/** One of them; null when there is none with the id. */
export async function findSchedule(database: Queryable, id: string): Promise<TaskSchedule | null> {
  if (!isUuid(id)) return null
  const [row] = await database.query<TaskSchedule>(
    `select ${columns} from task_schedules where id = $1`,
    [id],
  )
  return row ?? null
}

/** The same, which nobody else changes until the transaction ends. */
export async function lockSchedule(
  transaction: Queryable,
  id: string,
): Promise<TaskSchedule | null> {
  if (!isUuid(id)) return null
  const [row] = await transaction.query<TaskSchedule>(
    `select ${columns} from task_schedules where id = $1 for update`,
    [id],
  )
  return row ?? null
}

/** Keeps a new one; null when the name is taken. */
export async function insertSchedule(
  transaction: Queryable,
  given: TaskSchedule,
): Promise<TaskSchedule | null> {
  const { id, name, kind, params, priority, cron, timeZone, catchUp, enabled } = given
  const [row] = await transaction.query<TaskSchedule>(
    `insert into task_schedules (id, name, kind, params, priority, cron, time_zone, catch_up,
       enabled, owner, owner_id, created_at, changed_at, changed_by, next_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $10, $13)
     on conflict (lower(name)) do nothing
     returning ${columns}`,
    [
      ...[id, storable(name), kind, jsonb(params), priority, cron, timeZone, catchUp, enabled],
      ...[storable(given.owner), given.ownerId, given.createdAt, given.nextAt],
    ],
  )
  return row ?? null
}

/** Changes what a user says of one. Rejects with 23505 when the name is taken. */
export async function updateSchedule(
  transaction: Queryable,
  given: TaskSchedule,
): Promise<TaskSchedule | null> {
  const { id, name, params, priority, cron, timeZone, catchUp, enabled, changedAt } = given
  const [row] = await transaction.query<TaskSchedule>(
    `update task_schedules
     set name = $2, params = $3, priority = $4, cron = $5, time_zone = $6, catch_up = $7,
         enabled = $8, changed_at = $9, changed_by = $10, next_at = $11
     where id = $1
     returning ${columns}`,
    [
      ...[id, storable(name), jsonb(params), priority, cron, timeZone, catchUp, enabled],
      ...[changedAt, storable(given.changedBy), given.nextAt],
    ],
  )
  return row ?? null
}

/** Forgets one; how often it was missed stays known. */
export async function deleteSchedule(transaction: Queryable, id: string): Promise<void> {
  await transaction.query(
    `with gone as (
       delete from task_schedules where id = $1 returning missed
     )
     insert into tasks_forgotten (state, count)
     select 'missed', missed from gone where missed > 0
     on conflict (state) do update set count = tasks_forgotten.count + excluded.count`,
    [id],
  )
}

/** How many there are. */
export async function countSchedules(database: Queryable): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    'select count(*) as count from task_schedules',
  )
  return row?.count ?? 0
}

/** A schedule whose time has come, and how the task of the last time stands. */
export type DueSchedule = TaskSchedule & { nextAt: Date; lastState: TaskState | null }

/** Those whose time has come, the longest waiting first. */
export async function dueSchedules(database: Queryable, at: Date): Promise<DueSchedule[]> {
  return await database.query<DueSchedule>(
    `select schedule.*, task.state as "lastState"
     from (select ${columns} from task_schedules where enabled and next_at <= $1) as schedule
     left join tasks as task on task.id = schedule."lastTaskId"
     order by schedule."nextAt", schedule.id`,
    [at],
  )
}

/** When the next of them is due; null when none will be. */
export async function nextDue(database: Queryable): Promise<Date | null> {
  const [row] = await database.query<{ at: Date | null }>(
    'select min(next_at) as at from task_schedules where enabled',
  )
  return row?.at ?? null
}

/** What became of a schedule whose time had come. */
export interface Turn {
  id: string
  /** The time that it was; another daemon may have seen to it. */
  dueAt: Date
  nextAt: Date | null
  /** The task that was asked for; null when none was. */
  taskId: string | null
  missed: number
  because: string | null
  at: Date
}

/** Notes it; false when somebody else has, or has changed the schedule meanwhile. */
export async function noteTurn(transaction: Queryable, turn: Turn): Promise<boolean> {
  const { id, dueAt, nextAt, taskId, missed, because, at } = turn
  const rows = await transaction.query(
    `update task_schedules
     set next_at = $3, missed = missed + $5,
         last_at = case when $4::uuid is null then last_at else $7 end,
         last_task_id = coalesce($4, last_task_id),
         last_missed_at = case when $6::text is null then last_missed_at else $7 end,
         last_missed_because = coalesce($6, last_missed_because)
     where id = $1 and enabled and next_at = $2
     returning id`,
    [id, dueAt, nextAt, taskId, missed, because === null ? null : storable(because), at],
  )
  return rows.length > 0
}

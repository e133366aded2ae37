import type { Queryable } from '../db/database.ts'
import type { TaskSummary } from './task.ts'

/** How long a failure is news. */
const RECENT_MINUTES = 60

/** The tasks in numbers as of `now`, and those that failed within the hour before it, newest first. */
export async function summariseTasks(database: Queryable, now: Date): Promise<TaskSummary> {
  const [counts] = await database.query<
    Omit<TaskSummary, 'recentFailures' | 'forgotten' | 'missed'>
  >(
    `select count(*) as total,
            count(*) filter (where state = 'pending') as pending,
            count(*) filter (where state = 'running') as running,
            count(*) filter (where state = 'completed') as completed,
            count(*) filter (where state = 'failed') as failed,
            count(*) filter (where state = 'cancelled') as cancelled,
            (avg(extract(epoch from finished_at - started_at))
               filter (where state = 'completed'))::double precision as "averageDurationSeconds"
     from tasks`,
  )
  const recentFailures = await database.query<TaskSummary['recentFailures'][number]>(
    `select id, kind, finished_at as "finishedAt", error, advice,
            case when step_begun then
              format('step %s of %s (%s)', steps_done + 1, jsonb_array_length(steps),
                steps -> steps_done ->> 'name') end as step
     from tasks
     where state = 'failed' and finished_at > $1::timestamptz - make_interval(mins => $2)
     order by finished_at desc, id`,
    [now, RECENT_MINUTES],
  )
  const { missed, ...forgotten } = await forgottenTasks(database)
  if (!counts) throw new Error('tasks: an aggregate without a row')
  return { ...counts, forgotten, missed: missed + (await missedTimes(database)), recentFailures }
}

async function missedTimes(database: Queryable): Promise<number> {
  const [row] = await database.query<{ missed: number }>(
    'select coalesce(sum(missed), 0) as missed from task_schedules',
  )
  return row?.missed ?? 0
}

// `missed` is that of schedules that were deleted.
async function forgottenTasks(
  database: Queryable,
): Promise<TaskSummary['forgotten'] & { missed: number }> {
  const rows = await database.query<{ state: string; count: number }>(
    'select state, count from tasks_forgotten',
  )
  const of = (state: string) => rows.find((row) => row.state === state)?.count ?? 0
  return { completed: of('completed'), failed: of('failed'), missed: of('missed') }
}

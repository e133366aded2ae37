import type { Queryable } from '../db/database.ts'

const DAY_MS = 86_400_000

/**
 * Forgets the tasks that ended longer ago than they are kept, with their logs; resolves with how many that were. How
 * many have ended so stays known.
 */
export async function forgetOldTasks(
  database: Queryable,
  keptDays: number,
  now: Date,
): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `with gone as (
       delete from tasks where finished_at < $1 returning state
     ), noted as (
       insert into tasks_forgotten (state, count)
       select state, count(*) from gone group by state
       on conflict (state) do update set count = tasks_forgotten.count + excluded.count
     )
     select count(*) as count from gone`,
    [new Date(now.getTime() - keptDays * DAY_MS)],
  )
  return row?.count ?? 0
}

import type { Queryable } from '../db/database.ts'

/** How many events are kept, and how many of them happened since `date`. */
export async function countEvents(
  database: Queryable,
  date: Date,
): Promise<{ total: number; since: number }> {
  const [all] = await database.query<{ total: number }>(
    'select coalesce(sum(events), 0) as total from event_days',
  )
  const [late] = await database.query<{ since: number }>(
    'select count(*) as since from events where "timestamp" >= $1',
    [date],
  )
  return { total: all?.total ?? 0, since: late?.since ?? 0 }
}

import type { Queryable } from '../db/database.ts'

/** How many events are kept, and how many of them happened since `date`. */
export async function countEvents(
  database: Queryable,
  date: Date,
): Promise<{ total: number; since: number }> {
  const [row] = await database.query<{ total: number; since: number }>(
    `select count(*) as total, count(*) filter (where "timestamp" >= $1) as since from events`,
    [date],
  )
  return row ?? { total: 0, since: 0 }
}

import type { Queryable } from '../db/database.ts'

/** How many events were ever stored, also those that are not kept any more. */
export async function countEventsEver(database: Queryable): Promise<number> {
  const [row] = await database.query<{ total: number }>(
    `select coalesce((select sum(events) from event_days), 0)
          + coalesce((select sum(events) from events_forgotten), 0) as total`,
  )
  return row?.total ?? 0
}

import type { Queryable } from '../db/database.ts'

/** How many events of the stream are kept, and how many numbers there are from the first of them to the last given. */
export async function countStream(
  database: Queryable,
): Promise<{ events: number; numbers: number }> {
  const [row] = await database.query<{ events: number; numbers: number }>(
    `select count(seq) as events,
            coalesce((select last from event_sequence) - min(seq) + 1, 0) as numbers
     from events
     where seq is not null`,
  )
  return row ?? { events: 0, numbers: 0 }
}

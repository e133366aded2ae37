import { jsonb } from '../db/json.ts'
import type { Queryable } from '../db/database.ts'
import type { HandedInEvent } from './event.ts'

/**
 * Keeps events that somebody hands in, all of them or none, and resolves with their ids in their order. They
 * are not numbered and do not go out on the stream. `by` is the id of the user, null for none.
 */
export async function keepEvents(
  transaction: Queryable,
  events: readonly HandedInEvent[],
  by: string | null,
): Promise<string[]> {
  if (events.length === 0) return []
  const rows = await transaction.query<{ id: string }>(
    `with given as materialized (
       select gen_random_uuid() as id, event.position, event.value
       from jsonb_array_elements($1::jsonb) with ordinality as event (value, position)
     ), kept as (
       insert into events (id, event_type, source, message, level, tags, payload, "timestamp", created_by)
       select id, value->>'eventType', value->>'source', value->>'message', value->>'level',
              value->'tags', value->'payload', (value->>'at')::timestamptz, $2
       from given
     )
     select id from given order by position`,
    [jsonb(events), by],
  )
  return rows.map(({ id }) => id)
}

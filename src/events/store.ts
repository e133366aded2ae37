import { jsonb } from '../db/json.ts'
import type { Queryable } from '../db/database.ts'
import {
  isStreamType,
  type NewEvent,
  type StoredEvent,
  type StreamType,
  type ToldEvent,
} from './event.ts'

/**
 * Stores events and gives each its place on the stream. The row of the last number stays locked
 * until the transaction ends, so numbers are without gap and in the order of commits: append as the
 * last step of a transaction, and hand out what comes back only after the commit.
 */
export async function appendEvents(
  transaction: Queryable,
  events: readonly (NewEvent | ToldEvent)[],
): Promise<StoredEvent[]> {
  if (events.length === 0) return []
  const rows = await transaction.query<{ id: string; seq: number }>(
    `with taken as (
       update event_sequence set last = last + jsonb_array_length($1::jsonb)
       returning last - jsonb_array_length($1::jsonb) as before
     )
     insert into events (
       seq, stream, event_type, source, message, level, payload, "timestamp", appliance, appliance_seq
     )
     select taken.before + event.position, event.value->>'type',
            case event.value->>'type' when 'alert' then 'alert' when 'metrics' then 'metric' else 'log' end,
            event.value->>'source', event.value->>'message', event.value->>'level',
            event.value->'data', (event.value->>'at')::timestamptz,
            event.value->>'appliance', (event.value->>'applianceSeq')::bigint
     from taken, jsonb_array_elements($1::jsonb) with ordinality as event (value, position)
     returning id, seq`,
    [jsonb(events)],
  )
  const stored = rows.sort((one, other) => one.seq - other.seq)
  return events.map((event, index) => {
    const row = stored[index]
    if (!row) throw new Error('events: fewer rows were stored than events were given')
    return { ...event, ...row, appliance: 'appliance' in event ? event.appliance : null }
  })
}

/** Has whoever else appends wait until the transaction ends: what is decided now is still so when it is appended. */
export async function lockSequence(transaction: Queryable): Promise<void> {
  await transaction.query('select last from event_sequence for update')
}

/**
 * The events after `seq`, oldest first, at most `limit`; of all types unless some are given, and of all appliances
 * of a fleet and the daemon's own unless some are, null among them for its own.
 */
export async function eventsSince(
  database: Queryable,
  seq: number,
  limit: number,
  types?: readonly StreamType[],
  whose: readonly (string | null)[] | null = null,
): Promise<StoredEvent[]> {
  const since = await beginOf(database, seq)
  if (since === null) return []
  const rows = await database.query<EventRow>(
    `select ${COLUMNS}
     from events
     where seq > $1 and ($2::text[] is null or stream = any ($2)) and "timestamp" >= $4
       and ($5::text[] is null or appliance = any ($5) or ($6 and appliance is null))
     order by seq
     limit $3`,
    [
      ...[seq, types ?? null, limit, since],
      ...[whose?.flatMap((name) => name ?? []) ?? null, whose?.includes(null) ?? false],
    ],
  )
  return rows.map(eventOfRow)
}

/** The first moment that events after `seq` can be of, so that earlier days are not looked at; null when there are none. */
async function beginOf(database: Queryable, seq: number): Promise<Date | null> {
  const [row] = await database.query<{ since: Date | null }>(
    `select min(day)::timestamp at time zone 'UTC' as since from event_days where last_seq > $1`,
    [seq],
  )
  return row?.since ?? null
}

/**
 * What happened here, or at an appliance of a fleet, and was told on the stream from `since` to `until`, both included,
 * the newest first; without what was told of one alert, and without what the audit trail here has besides.
 */
export async function eventsBetween(
  database: Queryable,
  wanted: {
    since: Date
    until: Date
    limit: number
    exceptAlert: string
    appliance?: string | null
  },
): Promise<StoredEvent[]> {
  const { since, until, limit, exceptAlert, appliance = null } = wanted
  const rows = await database.query<EventRow>(
    `select ${COLUMNS}
     from events
     where case when $5::text is null then appliance is null and source <> 'audit' else appliance = $5 end
       and "timestamp" >= $1 and "timestamp" <= $2 and seq is not null and level <> 'debug'
       and (stream <> 'alert' or payload->>'id' is distinct from $3)
     order by "timestamp" desc, seq desc
     limit $4`,
    [since, until, exceptAlert, limit, appliance],
  )
  return rows.map(eventOfRow)
}

/** As much is told of one alert. */
const MOST_OF_ALERT = 200

/** What an appliance of a fleet told of one of its alerts, the oldest first; the last 200. */
export async function eventsOfAlert(
  database: Queryable,
  { appliance, id, since }: { appliance: string; id: string; since: Date },
): Promise<StoredEvent[]> {
  const rows = await database.query<EventRow>(
    `select ${COLUMNS}
     from events
     where appliance = $1 and stream = 'alert' and payload->>'id' = $2 and "timestamp" >= $3
     order by "timestamp" desc, seq desc
     limit $4`,
    [appliance, id, since, MOST_OF_ALERT],
  )
  return rows.map(eventOfRow).reverse()
}

/** The number of the last committed event; 0 before the first. */
export async function lastSeq(database: Queryable): Promise<number> {
  const [row] = await database.query<{ last: number }>('select last from event_sequence')
  return row?.last ?? 0
}

/** The oldest number that is still kept; null when none is. */
export async function oldestSeq(database: Queryable): Promise<number | null> {
  const [row] = await database.query<{ seq: number | null }>(
    'select min(first_seq) as seq from event_days',
  )
  return row?.seq ?? null
}

/** What the event stream reads of a database: events by number, the last, and the oldest that is kept. */
export function storedEvents(database: Queryable) {
  return {
    since: (
      seq: number,
      limit: number,
      types: readonly string[] | null,
      whose: readonly (string | null)[] | null,
    ) => {
      return eventsSince(database, seq, limit, types?.filter(isStreamType), whose)
    },
    last: () => lastSeq(database),
    oldest: () => oldestSeq(database),
  }
}

const COLUMNS = 'id, seq, appliance, stream, source, level, message, payload, "timestamp"'

interface EventRow {
  id: string
  seq: number
  appliance: string | null
  stream: StreamType
  source: string
  level: StoredEvent['level']
  message: string
  payload: Record<string, unknown>
  timestamp: Date
}

function eventOfRow({ stream, payload, timestamp, ...row }: EventRow): StoredEvent {
  return { ...row, type: stream, data: payload, at: timestamp }
}

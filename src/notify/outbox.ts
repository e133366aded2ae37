import { jsonb, storable } from '../db/json.ts'
import type { Queryable } from '../db/database.ts'
import type { Message } from './notifier.ts'

/** A message that waits to be sent. */
export interface Waiting extends Message {
  channel: string
  /** Attempts that failed. */
  attempts: number
  nextAttemptAt: Date
}

/**
 * Puts messages up for sending on every channel: part of the transaction that stores what they tell of,
 * so that neither is there without the other.
 */
export async function enqueue(
  transaction: Queryable,
  channels: readonly string[],
  messages: readonly Message[],
): Promise<void> {
  if (channels.length === 0 || messages.length === 0) return
  const rows = channels.flatMap((channel) => messages.map((message) => ({ channel, ...message })))
  await transaction.query(
    `insert into notifications (id, channel, kind, payload, at, next_attempt_at)
     select id, channel, content->>'kind', content, at, at
     from jsonb_to_recordset($1) as message (id uuid, channel text, content jsonb, at timestamptz)`,
    [jsonb(rows)],
  )
}

/** The messages of a channel whose turn has come, the oldest first. */
export async function dueMessages(
  database: Queryable,
  channel: string,
  now: Date,
  limit: number,
): Promise<Waiting[]> {
  return database.query<Waiting>(
    `select id, channel, payload as content, at, attempts, next_attempt_at as "nextAttemptAt"
     from notifications
     where channel = $1 and next_attempt_at <= $2
     order by at, id
     limit $3`,
    [channel, now, limit],
  )
}

/** Notes that the other side has taken a message. */
export async function noteDelivered(
  database: Queryable,
  { channel, id }: Waiting,
  at: Date,
): Promise<void> {
  await database.query(
    `update notifications
     set attempts = attempts + 1, next_attempt_at = null, delivered_at = $3, last_error = null
     where channel = $1 and id = $2 and next_attempt_at is not null`,
    [channel, id, at],
  )
}

/** Notes that a message was not taken; `retryAt` null gives it up. */
export async function noteFailed(
  database: Queryable,
  { channel, id }: Waiting,
  failure: { error: string; at: Date; retryAt: Date | null },
): Promise<void> {
  const { error, at, retryAt } = failure
  await database.query(
    `update notifications
     set attempts = attempts + 1, next_attempt_at = $4, last_error = $5,
         given_up_at = case when $4::timestamptz is null then $3::timestamptz end
     where channel = $1 and id = $2 and next_attempt_at is not null`,
    [channel, id, at, retryAt, storable(error)],
  )
}

/** Makes everything due that waits on a channel. */
export async function hurry(database: Queryable, channel: string, now: Date): Promise<void> {
  await database.query(
    'update notifications set next_attempt_at = $2 where channel = $1 and next_attempt_at > $2',
    [channel, now],
  )
}

const DAY_MS = 86_400_000

/** Forgets what was delivered or given up longer ago than it is kept; resolves with how many messages that were. */
export async function forgetOldMessages(
  database: Queryable,
  keptDays: number,
  now: Date,
): Promise<number> {
  const rows = await database.query(
    `delete from notifications
     where next_attempt_at is null and coalesce(delivered_at, given_up_at) < $1
     returning id`,
    [new Date(now.getTime() - keptDays * DAY_MS)],
  )
  return rows.length
}

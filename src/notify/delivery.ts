import { storable } from '../db/json.ts'
import type { Queryable } from '../db/database.ts'
import type { Message } from './notifier.ts'

/** A message that is being sent. */
export interface Sending extends Message {
  channel: string
  /** Attempts that were begun, this one included. */
  attempts: number
  /** Until then nobody else sends it. */
  leasedUntil: Date
}

/** How an attempt ended. */
export interface Attempt {
  beganAt: Date
  endedAt: Date
  /** What the other side said, or why it could not be asked. */
  answer: string
}

/**
 * Takes the next message of a channel to send it; null when none is due. Only one that sends gets it, and not the
 * next about the same condition before this one is settled, so that no end is told before its begin.
 * `id` asks for one message alone.
 */
export async function claimNext(
  database: Queryable,
  channel: string,
  { now, leasedUntil, id = null }: { now: Date; leasedUntil: Date; id?: string | null },
): Promise<Sending | null> {
  const [row] = await database.query<Sending & Record<string, unknown>>(
    `update notifications
     set attempts = attempts + 1, leased_until = $3
     where (channel, id) = (
       select channel, id
       from notifications as due
       where channel = $1 and next_attempt_at <= $2 and (leased_until is null or leased_until <= $2)
         and ($4::uuid is null or id = $4)
         and not exists (
           select from notification_alerts as mine
           join notification_alerts as theirs
             on theirs.channel = mine.channel and theirs.fingerprint = mine.fingerprint
           join notifications as earlier
             on earlier.channel = theirs.channel and earlier.id = theirs.notification_id
           where mine.channel = due.channel and mine.notification_id = due.id
             and earlier.next_attempt_at is not null and earlier.position < due.position
         )
       order by position
       limit 1
       for update skip locked
     )
     returning id, channel, payload as content, at, attempts, leased_until as "leasedUntil"`,
    [channel, now, leasedUntil, id],
  )
  return row ?? null
}

/** Notes that the other side has taken a message. May be called again when it is not known whether it was noted. */
export async function noteDelivered(
  database: Queryable,
  { channel, id }: Sending,
  attempt: Attempt,
): Promise<void> {
  await database.query(
    `with settled as (
       update notifications
       set next_attempt_at = null, leased_until = null, delivered_at = $4, last_error = null, answer = $5
       where channel = $1 and id = $2 and next_attempt_at is not null
       returning channel, id
     )
     insert into notification_attempts (channel, notification_id, at, duration_seconds, delivered, answer)
     select channel, id, $3, $6, true, $5 from settled`,
    [channel, id, attempt.beganAt, attempt.endedAt, storable(attempt.answer), secondsOf(attempt)],
  )
}

/** Notes that a message was not taken; `retryAt` null gives it up. May be called again like noteDelivered(). */
export async function noteFailed(
  database: Queryable,
  { channel, id, leasedUntil }: Sending,
  attempt: Attempt,
  retryAt: Date | null,
): Promise<void> {
  await database.query(
    `with settled as (
       update notifications
       set next_attempt_at = $7, leased_until = null, last_error = $5, answer = $5,
           given_up_at = case when $7::timestamptz is null then $4::timestamptz end
       where channel = $1 and id = $2 and next_attempt_at is not null and leased_until = $8
       returning channel, id
     )
     insert into notification_attempts (channel, notification_id, at, duration_seconds, delivered, answer)
     select channel, id, $3, $6, false, $5 from settled`,
    [
      ...[channel, id, attempt.beganAt, attempt.endedAt, storable(attempt.answer)],
      ...[secondsOf(attempt), retryAt, leasedUntil],
    ],
  )
}

/** Makes everything due that waits on a channel for another attempt. */
export async function hurry(database: Queryable, channel: string, now: Date): Promise<void> {
  await database.query(
    `update notifications
     set next_attempt_at = $2
     where channel = $1 and next_attempt_at > $2 and attempts > 0`,
    [channel, now],
  )
}

/** Lets everything be sent at once that somebody was sending; for whoever knows that nobody is. */
export async function endLeases(database: Queryable): Promise<void> {
  await database.query(
    'update notifications set leased_until = null where leased_until is not null',
  )
}

/** Gives up what is older and waits for a channel that is not set up any more; resolves with how much that is. */
export async function abandon(
  database: Queryable,
  { channels, before, now }: { channels: readonly string[]; before: Date; now: Date },
): Promise<{ channel: string; count: number }[]> {
  return database.query(
    `with abandoned as (
       update notifications
       set next_attempt_at = null, leased_until = null, given_up_at = $3,
           last_error = 'the channel is not set up any more'
       where next_attempt_at is not null and channel <> all ($1) and at < $2
       returning channel
     )
     select channel, count(*) as count from abandoned group by channel order by channel`,
    [channels, before, now],
  )
}

function secondsOf({ beganAt, endedAt }: Attempt): number {
  return Math.max(0, (endedAt.getTime() - beganAt.getTime()) / 1000)
}

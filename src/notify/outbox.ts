import { jsonb } from '../db/json.ts'
import type { Queryable } from '../db/database.ts'
import type { LastMessage } from './grouping.ts'
import type { AlertNews, Message } from './notifier.ts'

/** A message to one channel. */
export interface Outgoing extends Message {
  channel: string
  /** Alerts that are told of together have the same one; null where there is no such thing. */
  groupKey?: string | null
  /** When it is sent first; at once without. */
  dueAt?: Date
}

/**
 * Puts messages up for sending, in this order: part of the transaction that stores what they tell of, so that
 * neither is there without the other. One that is there already, by channel and id, is not put up again.
 */
export async function enqueue(
  transaction: Queryable,
  messages: readonly Outgoing[],
): Promise<void> {
  if (messages.length === 0) return
  await transaction.query(
    `with given as (
       select position, message.*
       from jsonb_array_elements($1) with ordinality as item (value, position),
         jsonb_to_record(value) as message (
           id uuid, channel text, content jsonb, "groupKey" text, at timestamptz, "dueAt" timestamptz
         )
     ), put as (
       insert into notifications (id, channel, kind, payload, group_key, at, next_attempt_at)
       select id, channel, content->>'kind', content, "groupKey", at, coalesce("dueAt", at)
       from given
       order by position
       on conflict (channel, id) do nothing
       returning id, channel
     )
     insert into notification_alerts (notification_id, channel, alert_id, event, fingerprint)
     select id, channel, (news->'alert'->>'id')::uuid, news->>'event', news->>'fingerprint'
     from put join given using (id, channel), jsonb_array_elements(content->'alerts') as news
     where content->>'kind' = 'alerts'
     on conflict do nothing`,
    [jsonb(messages)],
  )
}

/** Which messages to groups on channels are meant. */
export interface GroupOnChannel {
  channel: string
  groupKey: string
}

/** The last messages about these groups; until the transaction ends nobody begins to send one that is held. */
export async function lastMessages(
  transaction: Queryable,
  groups: readonly GroupOnChannel[],
): Promise<LastMessage[]> {
  if (groups.length === 0) return []
  return transaction.query<LastMessage & Record<string, unknown>>(
    `select wanted.channel, "groupKey", id, coalesce(delivered_at, given_up_at, at) as at,
            case when attempts = 0 then next_attempt_at end as "heldTo",
            jsonb_array_length(payload->'alerts') as size
     from jsonb_to_recordset($1) as wanted (channel text, "groupKey" text),
       lateral (
         select id, at, delivered_at, given_up_at, attempts, next_attempt_at, payload
         from notifications as message
         where message.channel = wanted.channel and group_key = "groupKey"
         order by message.position desc
         limit 1
         for update
       ) as last`,
    [jsonb(groups)],
  )
}

/** Adds news to messages that wait, of those that lastMessages() told are held. */
export async function joinMessages(
  transaction: Queryable,
  joining: readonly { channel: string; id: string; alerts: readonly AlertNews[] }[],
): Promise<void> {
  if (joining.length === 0) return
  await transaction.query(
    `with joined as (
       update notifications as message
       set payload = jsonb_set(payload, '{alerts}', (payload->'alerts') || alerts)
       from jsonb_to_recordset($1) as given (channel text, id uuid, alerts jsonb)
       where message.channel = given.channel and message.id = given.id
       returning message.channel, message.id, alerts
     )
     insert into notification_alerts (notification_id, channel, alert_id, event, fingerprint)
     select id, channel, (news->'alert'->>'id')::uuid, news->>'event', news->>'fingerprint'
     from joined, jsonb_array_elements(alerts) as news
     on conflict do nothing`,
    [jsonb(joining)],
  )
}

/** Lets nothing about these groups wait any longer. */
export async function releaseGroups(
  transaction: Queryable,
  groups: readonly GroupOnChannel[],
  now: Date,
): Promise<void> {
  if (groups.length === 0) return
  await transaction.query(
    `update notifications as message
     set next_attempt_at = $2
     from jsonb_to_recordset($1) as wanted (channel text, "groupKey" text)
     where message.channel = wanted.channel and group_key = "groupKey"
       and attempts = 0 and next_attempt_at > $2`,
    [jsonb(groups), now],
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

import type { Queryable } from '../db/database.ts'

/** How a channel is doing: as its last attempt ended, until the next one ends otherwise. */
export interface ChannelHealth {
  /** Of the channel; `heartbeat` for the URL that is asked while all is well. */
  name: string
  /** Whether the last attempt was taken; null when there was none. */
  up: boolean | null
  /** When the first attempt failed since one that did not; null when the last did not, or there was none. */
  failingSince: Date | null
  /** Attempts that failed since then. */
  failuresInARow: number
  /** Why the last of them did. */
  lastError: string | null
  /** When something was taken last; null when it is not known of. */
  lastDeliveredAt: Date | null
  /** Messages that were not sent yet, those included that wait for their turn. */
  waiting: number
  /** When the oldest of them was put up. */
  oldestWaitingAt: Date | null
  /** For how long that has waited, in seconds. */
  oldestWaitingSeconds: number | null
  /** Messages that were given up within a day. */
  givenUp: number
  /** When the last of them was. */
  lastGivenUpAt: Date | null
}

/** For so long it matters that something was given up. */
const GIVEN_UP_MS = 24 * 3600_000

/** How these channels are doing, in their order. */
export async function channelHealth(
  database: Queryable,
  channels: readonly string[],
  now: Date,
): Promise<ChannelHealth[]> {
  if (channels.length === 0) return []
  return database.query<ChannelHealth & Record<string, unknown>>(
    `select name,
            case when "failingSince" is not null then false
                 when "lastDeliveredAt" is not null then true end as up,
            "failingSince", "failuresInARow", "lastError", "lastDeliveredAt",
            waiting, "oldestWaitingAt",
            extract(epoch from $2 - "oldestWaitingAt")::double precision as "oldestWaitingSeconds",
            "givenUp", "lastGivenUpAt"
     from unnest($1::text[]) with ordinality as listed (name, position)
     left join lateral (
       select id, at as "lastDeliveredAt"
       from notification_attempts
       where channel = name and delivered
       order by id desc
       limit 1
     ) as delivered on true
     cross join lateral (
       select count(*) as "failuresInARow", min(at) as "failingSince",
              (array_agg(answer order by id desc))[1] as "lastError"
       from notification_attempts as attempt
       where channel = name and attempt.id > coalesce(delivered.id, 0)
     ) as failed
     cross join lateral (
       select count(*) as waiting, min(at) as "oldestWaitingAt"
       from notifications
       where channel = name and next_attempt_at is not null
     ) as waits
     cross join lateral (
       select count(*) as "givenUp", max(given_up_at) as "lastGivenUpAt"
       from notifications
       where channel = name and given_up_at > $3
     ) as lost
     order by position`,
    [channels, now, new Date(now.getTime() - GIVEN_UP_MS)],
  )
}

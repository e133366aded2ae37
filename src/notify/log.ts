import type { Queryable } from '../db/database.ts'
import { storable } from '../db/json.ts'
import { isUuid } from '../db/uuid.ts'
import type { Content } from './notifier.ts'

/** What has become of a message. */
export const messageStates = ['waiting', 'delivered', 'given_up'] as const

/** waiting: it was not taken yet; given_up: it is not tried any more. */
export type MessageState = (typeof messageStates)[number]

/** A message, and what became of it. */
export interface LoggedMessage {
  id: string
  channel: string
  /** They are put up, and sent if nothing is in the way, in the order of this. */
  position: number
  kind: Content['kind']
  /** What its alerts have in common, e.g. `library=L700`; null where it tells of none. */
  group: string | null
  /** What it tells of, without what was known of it. */
  brief: Brief
  state: MessageState
  /** Those begun, of which the last may be under way. */
  attempts: number
  createdAt: Date
  nextAttemptAt: Date | null
  deliveredAt: Date | null
  givenUpAt: Date | null
  /** What the other side said last. */
  answer: string | null
  /** Why the last attempt failed; null when none did, or it was delivered in the end. */
  lastError: string | null
}

/** The alerts of a message, and of other kinds a text. */
export interface Brief {
  alerts: readonly { id: string; event: string; title: string; resource: string; message: string }[]
  /** Of an event, a test or a report. */
  text: string | null
  /** How many alerts a digest counts. */
  firing: number | null
  resolved: number | null
}

/** An attempt to send a message. */
export interface LoggedAttempt {
  at: Date
  durationSeconds: number
  delivered: boolean
  answer: string
}

/** Which messages are wanted; what is left out excludes nothing. */
export interface MessageFilter {
  channel?: string | undefined
  kind?: string | undefined
  state?: MessageState | undefined
  /** Id of an alert that is told of. */
  alert?: string | undefined
  /** Bounds of the time it was put up, both included. */
  since?: Date | undefined
  until?: Date | undefined
  limit: number
  offset: number
  /** `nextCursor` of the page before; the offset then counts for nothing. */
  cursor?: string | undefined
}

/** One page of messages, newest first, and how many there are in all. */
export interface MessagePage {
  messages: LoggedMessage[]
  total: number
  /** Where the next page begins; null at the end. */
  nextCursor: string | null
}

/** The cursor is none that was handed out. */
export class MessageCursorError extends Error {
  readonly code = 'ERR_CURSOR'

  constructor(cursor: string) {
    super(`cursor ${cursor}: is none that was handed out`)
    this.name = 'MessageCursorError'
  }
}

const STATE = `case when delivered_at is not null then 'delivered'
                   when given_up_at is not null then 'given_up'
                   else 'waiting' end`

const COLUMNS = `
  id, channel, position, kind, group_key as "group", ${STATE} as state, attempts, at as "createdAt",
  next_attempt_at as "nextAttemptAt", delivered_at as "deliveredAt", given_up_at as "givenUpAt",
  answer, last_error as "lastError",
  jsonb_build_object(
    'alerts', coalesce((
      select jsonb_agg(
        jsonb_build_object(
          'id', alert->'id', 'event', news->'event', 'title', alert->'title',
          'resource', alert->'resource', 'message', alert->'message'
        ) order by position
      )
      from jsonb_array_elements(payload->'alerts') with ordinality as item (news, position),
        lateral (select news->'alert' as alert) as told
    ), '[]'),
    'text', coalesce(payload->'event'->'message', payload->'message', payload->'headline'),
    'firing', jsonb_array_length(payload->'firing') + (payload->>'firing_not_listed')::integer,
    'resolved', jsonb_array_length(payload->'resolved') + (payload->>'resolved_not_listed')::integer
  ) as brief`

const FILTER = `
  ($1::text is null or channel = $1)
  and ($2::text is null or kind = $2)
  and ($3::text is null or ${STATE} = $3)
  and ($4::uuid is null or exists (
    select from notification_alerts as told
    where told.channel = message.channel and told.notification_id = message.id and told.alert_id = $4
  ))
  and ($5::timestamptz is null or at >= $5)
  and ($6::timestamptz is null or at <= $6)`

/** Lists messages, newest first. Rejects with MessageCursorError. */
export async function listMessages(
  database: Queryable,
  filter: MessageFilter,
): Promise<MessagePage> {
  const { limit, offset, cursor } = filter
  // Nothing tells of what is none.
  if (filter.alert !== undefined && !isUuid(filter.alert)) {
    return { messages: [], total: 0, nextCursor: null }
  }
  const wanted = [
    filter.channel === undefined ? null : storable(filter.channel),
    filter.kind ?? null,
    filter.state ?? null,
    filter.alert ?? null,
    filter.since ?? null,
    filter.until ?? null,
  ]
  const before = cursor === undefined ? null : readCursor(cursor)
  const [counted] = await database.query<{ total: number }>(
    `select count(*) as total from notifications as message where ${FILTER}`,
    wanted,
  )
  // One more than asked for tells whether there is another page.
  const rows = await database.query<LoggedMessage & Record<string, unknown>>(
    `select ${COLUMNS} from notifications as message
     where ${FILTER} and ($7::bigint is null or position < $7)
     order by position desc
     limit $8 offset $9`,
    [...wanted, before, limit + 1, before === null ? offset : 0],
  )
  const messages = rows.slice(0, limit)
  const last = messages.at(-1)
  return {
    messages,
    total: counted?.total ?? 0,
    nextCursor: last !== undefined && rows.length > limit ? cursorOf(last.position) : null,
  }
}

/** Messages by id, in the order in which they were put up; of those that there are. */
export async function findMessages(
  database: Queryable,
  ids: readonly string[],
): Promise<LoggedMessage[]> {
  return database.query<LoggedMessage & Record<string, unknown>>(
    `select ${COLUMNS} from notifications where id = any ($1::uuid[]) order by position`,
    [ids],
  )
}

/** What a message says: the same at every attempt. Null when there is none with the id. */
export async function contentOf(database: Queryable, id: string): Promise<Content | null> {
  const [row] = await database.query<{ payload: Content }>(
    'select payload from notifications where id = $1 order by position limit 1',
    [id],
  )
  return row?.payload ?? null
}

/** Each attempt to send a message, the first first. */
export async function attemptsOf(
  database: Queryable,
  { id, channel }: Pick<LoggedMessage, 'id' | 'channel'>,
): Promise<LoggedAttempt[]> {
  return database.query<LoggedAttempt & Record<string, unknown>>(
    `select at, duration_seconds as "durationSeconds", delivered, answer
     from notification_attempts
     where notification_id = $1 and channel = $2
     order by id`,
    [id, channel],
  )
}

function cursorOf(position: number): string {
  return Buffer.from(`notifications ${position}`).toString('base64url')
}

function readCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString()
  const [, position] = /^notifications (\d{1,15})$/.exec(text) ?? []
  if (position === undefined) throw new MessageCursorError(cursor)
  return Number(position)
}

import { Type } from 'typebox'
import { appendAudit, auditActor } from '../../auth/audit.ts'
import { may } from '../../auth/permissions.ts'
import type { Principal } from '../../auth/principal.ts'
import { isUuid } from '../../db/uuid.ts'
import {
  attemptsOf,
  contentOf,
  findMessages,
  listMessages,
  messageStates,
  type LoggedMessage,
} from '../../notify/log.ts'
import { newsEvents, type Content } from '../../notify/notifier.ts'
import { summaryOf } from '../../notify/summary.ts'
import { wasTried } from '../../notify/test-message.ts'
import type { ApiContext } from '../context.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import {
  data,
  DEFAULT_LIMIT,
  flag,
  id,
  integer,
  nullable,
  number,
  oneOf,
  optionalDate,
  page,
  text,
  time,
} from '../schemas.ts'

const kinds = ['alerts', 'event', 'test', 'digest', 'report'] as const

const fields = {
  id: text,
  channel: text,
  kind: oneOf(kinds),
  group: nullable(text),
  summary: text,
  alerts: Type.Array(
    Type.Object({ id: text, event: oneOf(newsEvents), title: text, resource: text }),
  ),
  state: oneOf(messageStates),
  attempts: integer,
  created_at: time,
  next_attempt_at: nullable(time),
  delivered_at: nullable(time),
  given_up_at: nullable(time),
  answer: nullable(text),
  last_error: nullable(text),
}

/** A message, and what became of it. */
export const notification = Type.Object(fields)

const list = route({
  method: 'get',
  path: '/api/v1/monitoring/notifications',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The delivery log: who was told what, and whether it arrived',
  query: Type.Object({
    channel: Type.Optional(text),
    state: Type.Optional(oneOf(messageStates)),
    kind: Type.Optional(oneOf(kinds)),
    alert: Type.Optional(text),
    since: Type.Optional(time),
    until: Type.Optional(time),
    ...page,
    cursor: Type.Optional(text),
  }),
  answers: {
    200: {
      description:
        'Newest first. `alert` is the id of one that is told of; `since` and `until` bound `created_at`. ' +
        '`next_cursor` is null on the last page.',
      schema: Type.Object({
        notifications: Type.Array(notification),
        total: integer,
        next_cursor: nullable(text),
      }),
    },
  },
  async handle({ query, context }) {
    const { messages, total, nextCursor } = await listMessages(context.db, {
      ...query,
      since: optionalDate(query.since, '/query/since'),
      until: optionalDate(query.until, '/query/until'),
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
    })
    const json = { notifications: messages.map(messageJson), total, next_cursor: nextCursor }
    return { status: 200, json }
  },
})

const get = route({
  method: 'get',
  path: '/api/v1/monitoring/notifications/:id',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'One message, with what it says and each attempt to send it',
  params: id,
  answers: {
    200: {
      description:
        'The message. `content` is the same at every attempt; of a report who may not manage users sees no sections.',
      schema: Type.Object({
        ...fields,
        content: data,
        attempt_log: Type.Array(
          Type.Object({ at: time, duration_seconds: number, delivered: flag, answer: text }),
        ),
      }),
    },
  },
  problems: ['notification_not_found'],
  async handle({ params, principal, context: { db } }) {
    const [message] = isUuid(params.id) ? await findMessages(db, [params.id]) : []
    if (message === undefined) {
      throw new ProblemError('notification_not_found', `notification ${params.id}: not found`)
    }
    const attempts = await attemptsOf(db, message)
    const json = {
      ...messageJson(message),
      content: shownTo(principal, await contentOf(db, message.id)),
      attempt_log: attempts.map(({ at, durationSeconds, delivered, answer }) => ({
        ...{ at: at.toISOString(), duration_seconds: durationSeconds, delivered, answer },
      })),
    }
    return { status: 200, json }
  },
})

/** A report names users and their tokens, and incidents. */
function shownTo({ role }: Principal, content: Content | null): Content | null {
  if (content?.kind !== 'report' || may(role, 'users:manage')) return content
  return { ...content, sections: [] }
}

/** So long a test message is waited for. */
const PATIENCE_MS = 5_000

const test = route({
  method: 'post',
  path: '/api/v1/monitoring/notifications/test',
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'Send a message that says nothing but that it arrives',
  description: 'On one channel, or on all; also on one that is taken to be down.',
  body: Type.Object({
    channel: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    message: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
  }),
  answers: Object.fromEntries(
    Object.entries({
      200: 'What became of it, channel by channel; one that was not taken is tried again.',
      202: 'Not every channel has answered within a few seconds; the delivery log tells.',
    }).map(([status, description]) => [
      status,
      { description, schema: Type.Object({ notifications: Type.Array(notification) }) },
    ]),
  ),
  problems: ['channel_not_found', 'no_channels'],
  async handle({ body, principal, origin, context }) {
    const channels = channelsFor(context, body.channel)
    const message = body.message ?? 'This is a test: messages arrive.'
    await appendAudit(context.db, {
      ...{ at: context.now(), ...auditActor(principal, origin), action: 'notification.test' },
      ...{ subject: channels.join(', '), before: null, after: { channels, message } },
    })
    const request = { channels, message, user: principal.username, patienceMs: PATIENCE_MS }
    const sent = await context.notifications.send(request)
    const status = sent.every(wasTried) ? 200 : 202
    return { status, json: { notifications: sent.map(messageJson) } }
  },
})

/** The delivery log, and test messages; the path of the latter goes before that of one message. */
export const notificationRoutes = [list, test, get]

/** Messages that tell of an alert, the newest first. */
export async function notificationsOf({ db }: ApiContext, alertId: string) {
  const filter = { alert: alertId, limit: DEFAULT_LIMIT, offset: 0 }
  const { messages } = await listMessages(db, filter)
  return messages.map(messageJson)
}

function messageJson(message: LoggedMessage) {
  return {
    id: message.id,
    channel: message.channel,
    kind: message.kind,
    group: message.group,
    summary: summaryOf(message),
    alerts: message.brief.alerts.map(({ id, event, title, resource }) => ({
      ...{ id, event, title, resource },
    })),
    state: message.state,
    attempts: message.attempts,
    created_at: message.createdAt.toISOString(),
    next_attempt_at: message.nextAttemptAt?.toISOString() ?? null,
    delivered_at: message.deliveredAt?.toISOString() ?? null,
    given_up_at: message.givenUpAt?.toISOString() ?? null,
    answer: message.answer,
    last_error: message.lastError,
  }
}

function channelsFor({ notifications }: ApiContext, wanted: string | undefined): string[] {
  const channels = notifications.channels()
  if (wanted === undefined) {
    if (channels.length > 0) return channels
    throw new ProblemError('no_channels', 'no channel that takes messages is set up')
  }
  if (channels.includes(wanted)) return [wanted]
  throw new ProblemError('channel_not_found', `channel ${wanted}: is not set up`)
}

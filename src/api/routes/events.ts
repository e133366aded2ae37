import { Type } from 'typebox'
import {
  eventLevels,
  eventTypes,
  streamTypes,
  type HandedInEvent,
  type ListedEvent,
} from '../../events/event.ts'
import { keepEvents } from '../../events/handed-in.ts'
import { COUNTED, findEvent, listEvents } from '../../events/list.ts'
import { appliance, whoseOf } from '../fleet/asked.ts'
import { faultsOfEvent, type GivenEvent, tagsOf, textFaults } from '../given-event.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import {
  data,
  DEFAULT_LIMIT,
  flag,
  id as idParam,
  integer,
  labels,
  nullable,
  oneOf,
  optionalDate,
  page,
  text,
  time,
} from '../schemas.ts'
import { EVENTS_PATH } from '../upgrade.ts'

const event = {
  id: text,
  /** Its number on the stream; null for what was handed in. */
  seq: nullable(integer),
  /** Type of its frame on the stream. */
  type: nullable(oneOf(streamTypes)),
  /** Of a fleet: the appliance it happened at; null for what happened here. */
  appliance: nullable(text),
  event_type: oneOf(eventTypes),
  source: text,
  level: oneOf(eventLevels),
  message: text,
  tags: labels,
  payload: data,
  timestamp: time,
  created_at: time,
  created_by: nullable(text),
}

const short = Type.String({ minLength: 1, maxLength: 1024 })

const list = route({
  method: 'get',
  path: EVENTS_PATH,
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'Stored events; with Upgrade: websocket the event stream',
  description:
    '`q` finds events of which message, source or tags have words that begin with each of its words. ' +
    '`tags` is `name=value`, several separated by commas. ' +
    'The stream: text frames `{"type", "data", "timestamp", "seq"}`, the first `{"type":"system","data":{"event":"hello",…}}`. ' +
    'The client may send `{"action":"subscribe","types":[…],"since":seq}` and `{"action":"unsubscribe","types":[…]}`. ' +
    'Frames of the type `metrics` are not stored: their data is what `GET /metrics` answers. ' +
    'Of a fleet frames have `appliance` besides where it happened at one or has its numbers, and ' +
    '`"appliances":["tape-01","_own"]` in `subscribe` chooses whose are told, `_own` for what is of here; an empty ' +
    'list all of them again; `metrics_of` the same of numbers alone. ' +
    'Authentication also by `Sec-WebSocket-Protocol: storwarden.v1, bearer.<token>`. ' +
    'Closed with 1013 when the client is too slow, with 4401 when its token is revoked.',
  query: Type.Object({
    event_type: Type.Optional(oneOf(eventTypes)),
    source: Type.Optional(short),
    level: Type.Optional(oneOf(eventLevels)),
    start_time: Type.Optional(time),
    end_time: Type.Optional(time),
    q: Type.Optional(short),
    tags: Type.Optional(short),
    appliance,
    ...page,
    cursor: Type.Optional(text),
  }),
  answers: {
    101: { description: 'The stream.' },
    200: {
      description:
        `Newest first. With a filter besides times they are counted up to ${COUNTED}: \`more_than_total\` ` +
        'tells whether there are more. `next_cursor` is null on the last page.',
      schema: Type.Object({
        events: Type.Array(Type.Object(event)),
        total: integer,
        more_than_total: flag,
        next_cursor: nullable(text),
      }),
    },
  },
  problems: ['upgrade_required', 'busy'],
  async handle({ query, context }) {
    const { q } = query
    const faults = q === undefined ? [] : textFaults(q, '/query/q')
    if (faults[0] !== undefined) {
      throw new ProblemError('invalid_request', `/query/q ${faults[0].message}`, { errors: faults })
    }
    const { events, total, more, nextCursor } = await listEvents(context.db, {
      eventType: query.event_type,
      ...{ source: query.source, level: query.level, q },
      since: optionalDate(query.start_time, '/query/start_time'),
      until: optionalDate(query.end_time, '/query/end_time'),
      tags: query.tags === undefined ? undefined : tagsOf(query.tags, '/query/tags'),
      appliance: whoseOf(query.appliance),
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
      cursor: query.cursor,
    })
    return {
      status: 200,
      json: {
        events: events.map(eventJson),
        ...{ total, more_than_total: more, next_cursor: nextCursor },
      },
    }
  },
})

const one = route({
  method: 'get',
  path: `${EVENTS_PATH}/:id`,
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'One stored event',
  params: idParam,
  answers: { 200: { description: 'The event.', schema: Type.Object(event) } },
  problems: ['event_not_found'],
  async handle({ params, context }) {
    const found = await findEvent(context.db, params.id)
    if (found === null) throw new ProblemError('event_not_found', `event ${params.id}: not found`)
    return { status: 200, json: eventJson(found) }
  },
})

/** At a time; a body is at most 1 MiB besides. */
const MOST_EVENTS = 1000

const create = route({
  method: 'post',
  path: EVENTS_PATH,
  guard: 'events:write',
  tag: 'monitoring',
  summary: 'Hand in an event, or a list of them',
  description:
    'They are kept, all of them or none, and are not sent on the stream, which tells of the appliance alone. ' +
    '`source` names who says so, always alike; what belongs together has the same tag, e.g. `request_id`. ' +
    'Times are taken as far back as events are kept, at most 30 days, and up to an hour ahead. ' +
    'The event itself tells who handed it in: there is no entry in the audit trail besides.',
  several: MOST_EVENTS,
  body: Type.Object({
    event_type: oneOf(eventTypes),
    source: Type.String({ minLength: 1, maxLength: 128 }),
    message: Type.String({ minLength: 1, maxLength: 8192 }),
    level: Type.Optional(oneOf(eventLevels)),
    tags: Type.Optional(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        maxProperties: 32,
        additionalProperties: { type: 'string', maxLength: 256 },
      }),
    ),
    payload: Type.Optional(data),
    timestamp: Type.Optional(time),
  }),
  answers: {
    201: {
      description: 'The ids, in the order of the events, and the first of them by itself.',
      schema: Type.Object({ id: text, ids: Type.Array(text) }),
    },
  },
  async faultsOf(body, { now, eventDays }) {
    return await Promise.resolve(faultsOfEvent(body, now(), eventDays()))
  },
  async handle({ bodies, principal, context }) {
    const now = context.now()
    const events = bodies.map((given) => handedIn(given, now))
    const ids = await context.db.transaction((transaction) =>
      keepEvents(transaction, events, principal.userId),
    )
    const [id] = ids
    if (id === undefined) throw new Error('events: nothing was kept of what was handed in')
    return { status: 201, json: { id, ids } }
  },
})

/** Events: list, one, hand in. */
export const eventRoutes = [list, one, create]

function handedIn(given: GivenEvent, now: Date): HandedInEvent {
  const { event_type: eventType, source, message, timestamp } = given
  return {
    ...{ eventType, source, message },
    level: given.level ?? 'info',
    tags: given.tags ?? {},
    payload: given.payload ?? {},
    at: timestamp === undefined ? now : new Date(timestamp),
  }
}

function eventJson({ eventType, at, createdAt, createdBy, stream, ...event }: ListedEvent) {
  return {
    id: event.id,
    seq: event.seq,
    type: stream,
    appliance: event.appliance,
    event_type: eventType,
    source: event.source,
    level: event.level,
    message: event.message,
    tags: event.tags,
    payload: event.payload,
    timestamp: at.toISOString(),
    created_at: createdAt.toISOString(),
    created_by: createdBy,
  }
}

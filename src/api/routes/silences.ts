import { Type } from 'typebox'
import { InvalidSilenceError } from '../../alerts/new-silence.ts'
import { silenceStates, SilenceNotFoundError, type Silence } from '../../alerts/silence.ts'
import { findSilence, listSilences } from '../../alerts/silence-store.ts'
import { readSilence } from '../../alerts/silences.ts'
import { auditNote } from '../audit-note.ts'
import type { ApiContext } from '../context.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import {
  dateOf,
  DEFAULT_LIMIT,
  flag,
  id,
  integer,
  nullable,
  number,
  oneOf,
  page,
  text,
  time,
} from '../schemas.ts'

const matcher = { name: text, value: text, is_regex: flag, is_equal: flag }

const silence = {
  id: text,
  matchers: Type.Array(Type.Object(matcher)),
  maintenance: flag,
  start: time,
  end: nullable(time),
  schedule: nullable(Type.Object({ cron: text, duration_seconds: number, time_zone: text })),
  /** Of a schedule: the window that lasts now, or the next. */
  window: nullable(Type.Object({ start: time, end: time })),
  comment: text,
  author: text,
  state: oneOf(silenceStates),
  created_at: time,
  cancelled_at: nullable(time),
  cancelled_by: nullable(text),
}

const list = route({
  method: 'get',
  path: '/api/v1/monitoring/silences',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'Silences and maintenance windows, also those that are over',
  query: Type.Object({ ...page }),
  answers: {
    200: {
      description: 'Newest first. With a schedule a silence is `pending` between its windows.',
      schema: Type.Object({ silences: Type.Array(Type.Object(silence)), total: integer }),
    },
  },
  async handle({ query, context }) {
    const { silences, total } = await listSilences(context.db, {
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
    })
    const now = context.now()
    return { status: 200, json: { silences: silences.map((one) => silenceJson(one, now)), total } }
  },
})

const get = route({
  method: 'get',
  path: '/api/v1/monitoring/silences/:id',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'One silence',
  params: id,
  answers: { 200: { description: 'The silence.', schema: Type.Object(silence) } },
  problems: ['silence_not_found'],
  async handle({ params, context }) {
    return { status: 200, json: silenceJson(await existing(context, params.id), context.now()) }
  },
})

const short = (maxLength: number) => Type.String({ maxLength })

/** A matcher, or text that holds one or several: in one schema, so that each fault is named once. */
const matcherGiven = Type.Unsafe<
  string | { name: string; value: string; is_regex?: boolean; is_equal?: boolean }
>({
  type: ['string', 'object'],
  maxLength: 8192,
  properties: {
    name: Type.String({ minLength: 1, maxLength: 256 }),
    value: short(4096),
    is_regex: Type.Boolean({ default: false }),
    is_equal: Type.Boolean({ default: true }),
  },
  required: ['name', 'value'],
  additionalProperties: false,
})

const create = route({
  method: 'post',
  path: '/api/v1/monitoring/silences',
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'Mute alerts for a time',
  description:
    'What is muted is raised and shown, and no channel is told of it; its end is told if it was told before. ' +
    'All matchers have to match: labels, what the place belongs to, `rule`, `severity`, `source`, `resource`. ' +
    'A matcher may be text such as `severity=~"warning|info"`. `maintenance` mutes whatever is not critical; ' +
    'it needs no matchers. With a schedule it mutes in the windows that begin then. Without an end it lasts ' +
    'until it is ended. The author is who asks, whatever is said.',
  body: Type.Object({
    matchers: Type.Optional(Type.Array(matcherGiven)),
    maintenance: Type.Optional(Type.Boolean({ default: false })),
    start: Type.Optional(nullable(time)),
    end: Type.Optional(nullable(time)),
    schedule: Type.Optional(
      nullable(
        Type.Object(
          {
            cron: short(256),
            duration_seconds: Type.Integer({ minimum: 60, maximum: 31 * 86_400 }),
            time_zone: Type.Optional(nullable(short(64))),
          },
          { additionalProperties: false },
        ),
      ),
    ),
    comment: Type.Optional(nullable(short(4096))),
    author: Type.Optional(nullable(text)),
  }),
  answers: { 201: { description: 'The silence.', schema: Type.Object(silence) } },
  async handle({ body, principal, origin, context }) {
    const { matchers = [], maintenance = false, schedule, comment } = body
    const draft = {
      matchers: matchers.map((given) =>
        typeof given === 'string'
          ? given
          : {
              ...{ name: given.name, value: given.value },
              ...{ isRegex: given.is_regex ?? false, isEqual: given.is_equal ?? true },
            },
      ),
      maintenance,
      startsAt: dateOrNull(body.start, '/body/start'),
      endsAt: dateOrNull(body.end, '/body/end'),
      schedule: schedule
        ? {
            ...{ cron: schedule.cron, durationSeconds: schedule.duration_seconds },
            timeZone: schedule.time_zone ?? null,
          }
        : null,
      comment: comment ?? '',
    }
    const made = await context.alerts
      .silence(
        draft,
        { user: principal.username },
        auditNote(context, {
          action: 'silence.create',
          principal,
          origin,
          fieldsOf: silenceFields,
        }),
      )
      .catch((error: unknown) => {
        throw error instanceof InvalidSilenceError ? problemOfFaults(error) : error
      })
    return {
      status: 201,
      json: silenceJson(made, context.now()),
      headers: { Location: `/api/v1/monitoring/silences/${made.id}` },
    }
  },
})

const end = route({
  method: 'delete',
  path: '/api/v1/monitoring/silences/:id',
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'End a silence now',
  description: 'It is kept, as history. One that is over already stays as it is.',
  params: id,
  answers: { 204: { description: 'It mutes nothing any more.' } },
  problems: ['silence_not_found'],
  async handle({ params, principal, origin, context }) {
    await context.alerts.endSilence(
      params.id,
      { user: principal.username },
      auditNote(context, { action: 'silence.end', principal, origin, fieldsOf: silenceFields }),
    )
    return { status: 204 }
  },
})

/** Silences: list, one, make, end. */
export const silenceRoutes = [list, get, create, end]

async function existing({ db }: ApiContext, silenceId: string): Promise<Silence> {
  const found = await findSilence(db, silenceId)
  if (found === null) throw new SilenceNotFoundError(silenceId)
  return found
}

/** The silence as it goes out. One that cannot be read, because its time zone is no more, mutes nothing. */
function silenceJson(given: Silence, now: Date) {
  const read = readable(given)
  const window = read?.windowAt(now) ?? null
  return {
    id: given.id,
    ...silenceFields(given),
    state: read?.stateAt(now) ?? 'expired',
    window: window && { start: window.startsAt.toISOString(), end: window.endsAt.toISOString() },
  }
}

function readable(given: Silence) {
  try {
    return readSilence(given)
  } catch {
    return null
  }
}

function silenceFields({ matchers, maintenance, schedule, comment, author, ...times }: Silence) {
  return {
    matchers: matchers.map(({ name, value, isRegex, isEqual }) => ({
      ...{ name, value },
      ...{ is_regex: isRegex, is_equal: isEqual },
    })),
    maintenance,
    start: times.startsAt.toISOString(),
    end: times.endsAt?.toISOString() ?? null,
    schedule: schedule && {
      cron: schedule.cron,
      duration_seconds: schedule.durationSeconds,
      time_zone: schedule.timeZone,
    },
    comment,
    author,
    created_at: times.createdAt.toISOString(),
    cancelled_at: times.cancelledAt?.toISOString() ?? null,
    cancelled_by: times.cancelledBy,
  }
}

function dateOrNull(given: string | null | undefined, path: string): Date | null {
  return given === null || given === undefined ? null : dateOf(given, path)
}

function problemOfFaults({ faults, message }: InvalidSilenceError): ProblemError {
  const errors = faults.map((fault) => ({ path: `/body${fault.path}`, message: fault.message }))
  return new ProblemError('invalid_request', message, { errors })
}

import { Type } from 'typebox'
import {
  IncidentChangedError,
  incidentSeverities,
  incidentStatuses,
  incidentToJson,
} from '../../incidents/incident.ts'
import { archivedBefore } from '../../incidents/keeping.ts'
import { listIncidents } from '../../incidents/list.ts'
import { IncidentStatusError } from '../../incidents/status.ts'
import { detail, detailJson } from '../incidents/detail.ts'
import { doerOf, given, incident, readerOf, visible } from '../incidents/shapes.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import {
  dateOf,
  DEFAULT_LIMIT,
  id,
  integer,
  nullable,
  oneOf,
  optionalDate,
  page,
  text,
  time,
} from '../schemas.ts'
import { incidentPartRoutes } from './incident-parts.ts'

const INCIDENTS = '/api/v1/monitoring/incidents'
const STARTED_AT = '/body/started_at'

const list = route({
  method: 'get',
  path: INCIDENTS,
  guard: 'monitoring:read',
  tag: 'incidents',
  summary: 'Incidents',
  description:
    'A viewer sees those that he opened or that are assigned to him, who has `incidents:read-all` sees all. What was ' +
    'closed long ago is archived: it is listed with `archived=true`, and by its id it is always to be had.',
  query: Type.Object({
    status: Type.Optional(oneOf(incidentStatuses)),
    severity: Type.Optional(oneOf(incidentSeverities)),
    active: Type.Optional(Type.Boolean({ description: 'Whether it is open or investigating' })),
    assigned_to: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    archived: Type.Optional(Type.Boolean({ default: false })),
    since: Type.Optional(time),
    until: Type.Optional(time),
    q: Type.Optional(text),
    ...page,
    cursor: Type.Optional(text),
  }),
  answers: {
    200: {
      description: 'Newest first. `next_cursor` is null on the last page.',
      schema: Type.Object({
        incidents: Type.Array(Type.Object(incident)),
        total: integer,
        next_cursor: nullable(text),
      }),
    },
  },
  async handle({ query, principal, context }) {
    const { assigned_to: assignedTo, archived = false, ...filter } = query
    const { incidents, total, nextCursor } = await listIncidents(context.db, readerOf(principal), {
      ...filter,
      ...{ assignedTo, archived },
      archivedBefore: archivedBefore(context.incidentKeeping(), context.now()),
      since: optionalDate(query.since, '/query/since'),
      until: optionalDate(query.until, '/query/until'),
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
    })
    const json = { incidents: incidents.map(incidentToJson), total, next_cursor: nextCursor }
    return { status: 200, json }
  },
})

const get = route({
  method: 'get',
  path: `${INCIDENTS}/:id`,
  guard: 'monitoring:read',
  tag: 'incidents',
  summary: 'One incident, with its alerts and notes',
  params: id,
  answers: { 200: { description: 'The incident.', schema: detail } },
  problems: ['incident_not_found'],
  async handle({ params, principal, context }) {
    const reader = readerOf(principal)
    const found = await visible(context, params.id, reader)
    return { status: 200, json: await detailJson(context, found, reader) }
  },
})

const create = route({
  method: 'post',
  path: INCIDENTS,
  guard: 'incidents:write',
  tag: 'incidents',
  summary: 'Open an incident',
  description:
    'It begins as `open`. `assigned_to` is the name or the id of a user, `started_at` when the trouble began: now, if ' +
    'it is not said.',
  body: Type.Object({
    title: given.title,
    description: Type.Optional(given.description),
    severity: Type.Optional(oneOf(incidentSeverities)),
    assigned_to: Type.Optional(given.assigned_to),
    status: Type.Optional(oneOf(['open'])),
    root_cause: Type.Optional(given.root_cause),
    started_at: Type.Optional(given.started_at),
  }),
  answers: { 201: { description: 'The incident.', schema: detail } },
  async handle({ body, principal, origin, context }) {
    const doer = doerOf(principal, origin)
    const made = await context.incidents.open(
      {
        title: body.title,
        description: body.description ?? '',
        severity: body.severity ?? 'medium',
        assignedTo: body.assigned_to ?? null,
        rootCause: body.root_cause ?? null,
        startedAt: body.started_at === undefined ? null : dateOf(body.started_at, STARTED_AT),
      },
      doer,
    )
    return {
      status: 201,
      json: await detailJson(context, made, doer),
      headers: { Location: `${INCIDENTS}/${made.id}` },
    }
  },
})

const update = route({
  method: 'put',
  path: `${INCIDENTS}/:id`,
  guard: 'incidents:write',
  tag: 'incidents',
  summary: 'Change an incident',
  description:
    'What is left out stays. Open can become investigating or resolved, investigating open or resolved, resolved ' +
    'closed or, anew, investigating; what is closed is investigated anew only by those who see all incidents. ' +
    'With a `version` nothing is changed when the incident has another one by now; without, the last to write wins, ' +
    'field by field.',
  params: id,
  body: Type.Object({
    title: Type.Optional(given.title),
    description: Type.Optional(given.description),
    severity: Type.Optional(given.severity),
    assigned_to: Type.Optional(given.assigned_to),
    status: Type.Optional(oneOf(incidentStatuses)),
    root_cause: Type.Optional(given.root_cause),
    started_at: Type.Optional(given.started_at),
    version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
  }),
  answers: { 200: { description: 'The incident.', schema: detail } },
  problems: ['incident_not_found', 'incident_changed', 'incident_status'],
  async handle({ params, body, principal, origin, context }) {
    const doer = doerOf(principal, origin)
    const { started_at: startedAt, description } = body
    const wish = {
      ...{ title: body.title, severity: body.severity, status: body.status, version: body.version },
      ...{ assignedTo: body.assigned_to, rootCause: body.root_cause },
      description: description === null ? '' : description,
      startedAt: startedAt === undefined ? undefined : dateOf(startedAt, STARTED_AT),
    }
    const made = await context.incidents.change(params.id, wish, doer).catch(explained)
    // Whoever gave it away may not see it any more, and is told what he has done.
    return { status: 200, json: await detailJson(context, made, doer) }
  },
})

/** Incidents: list, one, open, change; and what belongs to one. */
export const incidentRoutes = [list, get, create, update, ...incidentPartRoutes]

/** Conflicts, with what a program needs to go on. */
function explained(error: unknown): never {
  if (error instanceof IncidentStatusError) {
    const members = { status_now: error.from, allowed: error.allowed }
    throw new ProblemError('incident_status', error.message, { members })
  }
  if (error instanceof IncidentChangedError) {
    throw new ProblemError('incident_changed', error.message, {
      members: { version: error.version },
    })
  }
  throw error
}

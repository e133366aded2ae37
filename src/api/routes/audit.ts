import { Type } from 'typebox'
import { listAudit } from '../../auth/audit.ts'
import { toJson } from '../json.ts'
import { route } from '../route.ts'
import {
  data,
  DEFAULT_LIMIT,
  integer,
  nullable,
  optionalDate,
  page,
  text,
  time,
} from '../schemas.ts'

const list = route({
  method: 'get',
  path: '/api/v1/audit',
  guard: 'users:manage',
  tag: 'audit',
  summary: 'Who changed what, from where, and what it was before',
  query: Type.Object({
    actor: Type.Optional(text),
    action: Type.Optional(text),
    subject: Type.Optional(text),
    request_id: Type.Optional(text),
    since: Type.Optional(time),
    until: Type.Optional(time),
    ...page,
  }),
  answers: {
    200: {
      description: 'Newest first.',
      schema: Type.Object({
        entries: Type.Array(
          Type.Object({
            id: integer,
            at: time,
            actor: text,
            credential: nullable(text),
            address: nullable(text),
            action: text,
            subject: nullable(text),
            before: nullable(data),
            after: nullable(data),
            request_id: nullable(text),
          }),
        ),
        total: integer,
      }),
    },
  },
  async handle({ query, context }) {
    const { entries, total } = await listAudit(context.db, {
      ...query,
      requestId: query.request_id,
      since: optionalDate(query.since, '/query/since'),
      until: optionalDate(query.until, '/query/until'),
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
    })
    return { status: 200, json: { entries: entries.map(toJson), total } }
  },
})

/** The audit trail. */
export const auditRoutes = [list]

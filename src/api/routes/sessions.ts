import { Type } from 'typebox'
import { toJson } from '../json.ts'
import { route } from '../route.ts'
import { flag, id, integer, nullable, oneOf, text, time } from '../schemas.ts'

const session = {
  id: text,
  username: text,
  address: text,
  user_agent: nullable(text),
  method: oneOf(['password', 'oidc']),
  created_at: time,
  last_used_at: time,
  expires_at: time,
  /** The one that asks. */
  current: flag,
}

const list = route({
  method: 'get',
  path: '/api/v1/auth/sessions',
  guard: 'authenticated',
  tag: 'auth',
  summary: 'Sessions that last: one’s own, for an admin all',
  answers: {
    200: {
      description: 'Those that were used last first; `expires_at` is when one ends, used or not.',
      schema: Type.Object({ sessions: Type.Array(Type.Object(session)), total: integer }),
    },
  },
  async handle({ principal, context }) {
    const sessions = await context.sessions.list(principal)
    const asking = principal.credential
    const json = sessions.map((one) => ({
      ...(toJson(one) as object),
      current: asking.kind === 'session' && asking.id === one.id,
    }))
    return { status: 200, json: { sessions: json, total: sessions.length } }
  },
})

const remove = route({
  method: 'delete',
  path: '/api/v1/auth/sessions/:id',
  guard: 'authenticated',
  tag: 'auth',
  summary: 'End a session',
  description: 'One’s own; for an admin any. Closes its event streams with 4401.',
  params: id,
  answers: { 204: { description: 'The token of the session opens nothing any more.' } },
  problems: ['session_not_found'],
  async handle({ principal, params, origin, context }) {
    await context.sessions.end(principal, params.id, origin)
    return { status: 204 }
  },
})

/** The sessions, for those whose they are. */
export const sessionRoutes = [list, remove]

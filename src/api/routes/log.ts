import { Type } from 'typebox'
import { appendAudit, auditActor } from '../../auth/audit.ts'
import { logLevels, type LogLevelState } from '../../log/level.ts'
import { integer, nullable, oneOf, time } from '../schemas.ts'
import { route } from '../route.ts'

const PATH = '/api/v1/log'
const WEEK_SECONDS = 7 * 86_400

const level = {
  level: oneOf(logLevels),
  configured_level: oneOf(logLevels),
  expires_at: nullable(time),
}

const shape = Type.Object({ ...level, lines_lost: integer })

const show = route({
  method: 'get',
  path: PATH,
  guard: 'config:write',
  tag: 'log',
  summary: 'What the daemon says in its log',
  description:
    'The least that is said, and until when it is another than the configured one. `lines_lost` could not be written ' +
    'since the daemon was started.',
  answers: { 200: { description: 'As it is now.', schema: shape } },
  handle({ context: { log } }) {
    return { status: 200, json: { ...levelJson(log.level()), lines_lost: log.lostLines() } }
  },
})

const change = route({
  method: 'put',
  path: PATH,
  guard: 'config:write',
  tag: 'log',
  summary: 'Have the daemon say more, or less',
  description:
    'For so many seconds, or until the daemon is started anew; then it is as the configuration says (`log.level`). ' +
    'So it is at once with null for the level.',
  body: Type.Object({
    level: nullable(oneOf(logLevels)),
    for_seconds: Type.Optional(
      nullable(Type.Integer({ minimum: 1, maximum: WEEK_SECONDS, description: 'Seconds.' })),
    ),
  }),
  answers: { 200: { description: 'As it is now.', schema: shape } },
  async handle({ body, principal, origin, context: { log, db, now } }) {
    const before = log.level()
    const seconds = body.level === null ? null : (body.for_seconds ?? null)
    const expiresAt = seconds === null ? null : new Date(now().getTime() + seconds * 1000)
    const after = { ...before, level: body.level ?? before.configured, expiresAt }
    // Written down before it is done: what cannot be accounted for is not changed.
    await appendAudit(db, {
      at: now(),
      ...auditActor(principal, origin),
      action: 'log.level',
      subject: null,
      before: levelJson(before),
      after: levelJson(after),
    })
    log.setLevel(body.level, expiresAt)
    return { status: 200, json: { ...levelJson(log.level()), lines_lost: log.lostLines() } }
  },
})

/** What is said in the log. */
export const logRoutes = [show, change]

function levelJson({ level, configured, expiresAt }: LogLevelState) {
  return { level, configured_level: configured, expires_at: expiresAt?.toISOString() ?? null }
}

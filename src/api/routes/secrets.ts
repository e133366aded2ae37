import { Type } from 'typebox'
import { OLD_DAYS, secretAges, secretFaults } from '../../auth/secret-ages.ts'
import { toJson } from '../json.ts'
import { route } from '../route.ts'
import { integer, nullable, oneOf, text, time } from '../schemas.ts'

const list = route({
  method: 'get',
  path: '/api/v1/auth/secrets',
  guard: 'users:manage',
  tag: 'auth',
  summary: 'How old API tokens and passwords are',
  description:
    'With what speaks for replacing one: a token without an end, one that is over and still there, a password that ' +
    'its user has never changed, and what is older than `old_days`. How old the secrets of the configuration, ' +
    'certificates and CHAP secrets are the daemon does not know.',
  query: Type.Object({
    old_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500, default: OLD_DAYS })),
  }),
  answers: {
    200: {
      description: 'The oldest first.',
      schema: Type.Object({
        secrets: Type.Array(
          Type.Object({
            kind: oneOf(['api_token', 'password']),
            id: text,
            name: text,
            username: text,
            since: time,
            age_days: integer,
            expires_at: nullable(time),
            last_used_at: nullable(time),
            faults: Type.Array(oneOf(secretFaults)),
          }),
        ),
        total: integer,
        old_days: integer,
      }),
    },
  },
  async handle({ principal, query, context }) {
    const oldDays = query.old_days ?? OLD_DAYS
    const [tokens, users] = await Promise.all([
      context.accounts.tokens(principal),
      context.users.list(),
    ])
    const secrets = secretAges({ tokens, users }, { now: context.now(), oldDays })
    const json = { secrets: secrets.map(toJson), total: secrets.length, old_days: oldDays }
    return { status: 200, json }
  },
})

/** The ages of secrets. */
export const secretRoutes = [list]

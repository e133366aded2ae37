import t from 'tap'
import { secretAges } from '../../src/auth/secret-ages.ts'

const now = new Date('2026-11-20T21:00:00Z')
const ago = (days: number) => new Date(now.getTime() - days * 86_400_000)
const token = (name: string, days: number, expiresAt: Date | null) => ({
  ...{ id: name, name, username: 'jo', role: 'viewer' as const },
  ...{ createdAt: ago(days), expiresAt, lastUsedAt: null },
})
const user = (username: string, changes: object = {}) => ({
  ...{ id: username, username, role: 'viewer' as const, passwordChangedAt: ago(1) as Date | null },
  ...{ mustChangePassword: false, disabledAt: null, lastLoginAt: null, identity: null },
  ...{ createdAt: ago(400) },
  ...changes,
})

t.test('what speaks for replacing a secret is told with its age', (t) => {
  const ages = secretAges(
    {
      tokens: [
        token('endless', 3, null),
        token('over', 200, ago(100)),
        token('good', 30, ago(-60)),
        token('old', 180, ago(-1)),
      ],
      users: [
        user('fresh'),
        user('first', { passwordChangedAt: null }),
        user('old', { passwordChangedAt: ago(179.9) }),
        user('far', { identity: { issuer: 'x', subject: 'y' }, passwordChangedAt: null }),
        user('gone', { disabledAt: ago(1), passwordChangedAt: null }),
      ],
    },
    { now, oldDays: 180 },
  )
  t.strictSame(
    ages.map(({ kind, name, ageDays, faults }) => [kind, name, ageDays, ...faults]),
    [
      ['password', 'first', 400, 'never_changed', 'old'],
      ['api_token', 'over', 200, 'expired'],
      ['api_token', 'old', 180, 'old'],
      ['password', 'old', 179],
      ['api_token', 'good', 30],
      ['api_token', 'endless', 3, 'no_expiry'],
      ['password', 'fresh', 1],
    ],
  )
  t.end()
})

t.test('no secret is in the report', (t) => {
  const told = secretAges({ tokens: [token('x', 1, null)], users: [] }, { now, oldDays: 1 })
  t.strictSame(told, [
    {
      ...{ kind: 'api_token', id: 'x', name: 'x', username: 'jo', since: ago(1), ageDays: 1 },
      ...{ expiresAt: null, lastUsedAt: null, faults: ['no_expiry', 'old'] },
    },
  ])
  t.end()
})

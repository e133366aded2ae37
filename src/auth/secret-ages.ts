import type { ApiToken } from './tokens.ts'
import type { User } from './users.ts'

/** Days after which a secret counts as old when nobody says otherwise. */
export const OLD_DAYS = 180

/** What speaks for replacing a secret. */
export const secretFaults = ['no_expiry', 'old', 'never_changed', 'expired'] as const

/** A secret as its age is told: never the secret, nor what is stored of it. */
export interface SecretAge {
  kind: 'api_token' | 'password'
  /** Of the token, or of the user whose password it is. */
  id: string
  name: string
  username: string
  /** When it was made or last changed. */
  since: Date
  ageDays: number
  expiresAt: Date | null
  lastUsedAt: Date | null
  faults: (typeof secretFaults)[number][]
}

const DAY_MS = 86_400_000

/** API tokens and passwords with their ages, the oldest first. Pure. */
export function secretAges(
  { tokens, users }: { tokens: readonly ApiToken[]; users: readonly User[] },
  { now, oldDays }: { now: Date; oldDays: number },
): SecretAge[] {
  const ageDays = (since: Date) => Math.floor((now.getTime() - since.getTime()) / DAY_MS)
  const isOld = (since: Date) => ageDays(since) >= oldDays
  const ofTokens = tokens.map((token): SecretAge => {
    const { id, name, username, createdAt, expiresAt, lastUsedAt } = token
    const over = expiresAt !== null && expiresAt <= now
    return {
      ...{ kind: 'api_token', id, name, username, since: createdAt, expiresAt, lastUsedAt },
      ageDays: ageDays(createdAt),
      faults: [
        ...(expiresAt === null ? ['no_expiry' as const] : []),
        ...(over ? ['expired' as const] : []),
        ...(!over && isOld(createdAt) ? ['old' as const] : []),
      ],
    }
  })
  // Who comes from an identity provider has no password, and who is disabled opens nothing with his.
  const own = users.filter(({ identity, disabledAt }) => identity === null && disabledAt === null)
  const ofUsers = own.map((user): SecretAge => {
    const since = user.passwordChangedAt ?? user.createdAt
    return {
      ...{ kind: 'password', id: user.id, name: user.username, username: user.username, since },
      ...{ ageDays: ageDays(since), expiresAt: null, lastUsedAt: user.lastLoginAt },
      faults: [
        ...(user.passwordChangedAt === null ? ['never_changed' as const] : []),
        ...(isOld(since) ? ['old' as const] : []),
      ],
    }
  })
  return [...ofTokens, ...ofUsers].sort((one, other) => one.since.getTime() - other.since.getTime())
}

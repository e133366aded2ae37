import { userInfo } from 'node:os'
import { appendAudit } from '../auth/audit.ts'
import { weakerRole, type Role } from '../auth/permissions.ts'
import { createToken } from '../auth/tokens.ts'
import { findUser } from '../auth/users.ts'
import { schemaVersion } from '../db/migrate.ts'
import { newestMigration } from '../db/migrations.ts'
import type { DatabasePool } from '../db/pool.ts'
import { migrationsFolder } from './migrate.ts'

/** The token that is to be made. */
export interface WantedToken {
  name: string
  role: Role
  expiresAt: Date | null
  /** Whose it is. */
  username: string
}

/** A token that was made, as the REST interface tells it. */
export interface CreatedToken {
  token: string
  id: string | null
  name: string | null
  username: string | null
  role: string | null
  created_at: string | null
  expires_at: string | null
}

/** The token cannot be made; nothing was changed. */
export class TokenError extends Error {
  readonly code = 'ERR_TOKEN'

  constructor(message: string) {
    super(message)
    this.name = 'TokenError'
  }
}

/** Makes the token in the database, with an entry in the audit trail. Rejects with TokenError. */
export async function storeToken(
  database: DatabasePool,
  { name, role, expiresAt, username }: WantedToken,
  now: Date,
): Promise<CreatedToken> {
  await requireSchema(database)
  return await database.transaction(async (transaction) => {
    const found = await findUser(transaction, username)
    if (found === null) {
      const hint = username === 'admin' ? ': storwardend makes it at its first start' : ''
      throw new TokenError(`user ${username}: not found${hint}`)
    }
    const { user } = found
    if (weakerRole(role, user.role) !== role) {
      throw new TokenError(`api token: the role ${role} is above ${user.role}, that of ${username}`)
    }
    const wanted = { userId: user.id, name, role, expiresAt, at: now }
    const { token, record } = await createToken(transaction, wanted)
    const expires = record.expiresAt?.toISOString() ?? null
    await appendAudit(transaction, {
      at: now,
      // Who may read the database is nobody that storwarden knows: the account of the machine is all there is.
      actor: `${userInfo().username} (command line)`,
      credential: null,
      address: null,
      action: 'token.create',
      subject: record.id,
      before: null,
      after: { name, username: record.username, role, expires_at: expires },
    })
    const { id, createdAt } = record
    return {
      token,
      id,
      name,
      username: record.username,
      role,
      created_at: createdAt.toISOString(),
      expires_at: expires,
    }
  })
}

/** The tables have to be those that this version knows. */
async function requireSchema(database: DatabasePool): Promise<void> {
  const newest = await newestMigration(migrationsFolder)
  const found = await schemaVersion(database)
  if (found === newest) return
  throw new TokenError(
    found < newest
      ? `database: schema ${found} is older than ${newest}: storwarden migrate brings it up to date`
      : `database: schema ${found} is newer than ${newest}, the newest this version knows`,
  )
}

import type { Queryable } from '../db/database.ts'
import { isUuid } from '../db/uuid.ts'
import { weakerRole, type Role } from './permissions.ts'
import type { GoodCredential, Principal } from './principal.ts'
import { hashSecret, newSecret } from './secrets.ts'
import { USE_NOTED_EVERY_SECONDS } from './sessions.ts'

/** An API token as it is shown: everything but the token. */
export interface ApiToken {
  id: string
  name: string
  /** Name of the user it belongs to. */
  username: string
  role: Role
  createdAt: Date
  /** Null for one without an end. */
  expiresAt: Date | null
  /** To the minute; null when it was never used. */
  lastUsedAt: Date | null
}

interface TokenRow {
  id: string
  name: string
  username: string
  role: Role
  created_at: Date
  expires_at: Date | null
  last_used_at: Date | null
}

const columns =
  'api_tokens.id, name, username, api_tokens.role, api_tokens.created_at, expires_at, last_used_at'

/** Makes an API token. It is told once; its hash is stored. */
export async function createToken(
  db: Queryable,
  wanted: { userId: string; name: string; role: Role; expiresAt: Date | null; at: Date },
): Promise<{ token: string; record: ApiToken }> {
  const token = newSecret('token')
  const [row] = await db.query<TokenRow>(
    `with created as (
       insert into api_tokens (user_id, name, role, token_hash, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6) returning *
     )
     select created.id, name, username, created.role, created.created_at, expires_at, last_used_at
     from created join users on users.id = user_id`,
    [wanted.userId, wanted.name, wanted.role, hashSecret(token), wanted.at, wanted.expiresAt],
  )
  if (!row) throw new Error(`api token: no user ${wanted.userId}`)
  return { token, record: tokenOf(row) }
}

/** The API tokens of one user, or of all with null; newest first. Those that are over are listed too. */
export async function listTokens(db: Queryable, userId: string | null): Promise<ApiToken[]> {
  const rows = await db.query<TokenRow>(
    `select ${columns} from api_tokens join users on users.id = user_id
     where $1::uuid is null or user_id = $1
     order by api_tokens.created_at desc, api_tokens.id`,
    [userId],
  )
  return rows.map(tokenOf)
}

/** Deletes a token, of this user only unless `userId` is null; null when there is none. */
export async function deleteToken(
  db: Queryable,
  id: string,
  userId: string | null,
): Promise<ApiToken | null> {
  if (!isUuid(id)) return null
  const [row] = await db.query<TokenRow>(
    `delete from api_tokens using users
     where users.id = user_id and api_tokens.id = $1 and ($2::uuid is null or user_id = $2)
     returning ${columns}`,
    [id, userId],
  )
  return row ? tokenOf(row) : null
}

/** Who an API token speaks for; null when it is unknown or over. Its use is written down unless `notesUse` is false. */
export async function findToken(
  db: Queryable,
  token: string,
  now: Date,
  notesUse = true,
): Promise<Principal | null> {
  const [row] = await db.query<{
    id: string
    user_id: string
    username: string
    role: Role
    user_role: Role
    must_change_password: boolean
    last_used_at: Date | null
    expires_at: Date | null
  }>(
    `select api_tokens.id, user_id, username, api_tokens.role, users.role as user_role,
       must_change_password, last_used_at, expires_at
     from api_tokens join users on users.id = user_id
     where token_hash = $1 and disabled_at is null and (expires_at is null or expires_at > $2)`,
    [hashSecret(token), now],
  )
  if (!row) return null
  const usedMs = row.last_used_at?.getTime() ?? 0
  const isDue = usedMs < now.getTime() - USE_NOTED_EVERY_SECONDS * 1000
  if (notesUse && isDue) await touchTokens(db, [row.id], now)
  return {
    userId: row.user_id,
    username: row.username,
    role: weakerRole(row.role, row.user_role),
    credential: { kind: 'token', id: row.id },
    mustChangePassword: row.must_change_password,
    expiresAt: row.expires_at,
  }
}

/** Ids of the API tokens of a user. */
export async function tokenIds(db: Queryable, userId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>('select id from api_tokens where user_id = $1', [
    userId,
  ])
  return rows.map(({ id }) => id)
}

/** Notes that tokens are in use and tells which of them are still good, with what may be done with them. */
export async function touchTokens(
  db: Queryable,
  ids: readonly string[],
  now: Date,
): Promise<GoodCredential[]> {
  const rows = await db.query<{ id: string; role: Role; user_role: Role }>(
    `update api_tokens set last_used_at = greatest(api_tokens.last_used_at, $2)
     from users
     where users.id = user_id and disabled_at is null and not must_change_password
       and api_tokens.id = any($1::uuid[]) and (expires_at is null or expires_at > $2)
     returning api_tokens.id, api_tokens.role, users.role as user_role`,
    [ids, now],
  )
  return rows.map((row) => ({
    kind: 'token',
    id: row.id,
    role: weakerRole(row.role, row.user_role),
  }))
}

function tokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    username: row.username,
    role: row.role,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }
}

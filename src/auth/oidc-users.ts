import type { Queryable } from '../db/database.ts'
import type { Role } from './permissions.ts'
import { userColumns, userOf, type Identity, type User, type UserRow } from './users.ts'

/** Who is known by this identity, locked until the transaction ends; null when nobody is. */
export async function lockIdentity(
  db: Queryable,
  { issuer, subject }: Identity,
): Promise<User | null> {
  const [row] = await db.query<UserRow>(
    `select ${userColumns} from users where oidc_issuer = $1 and oidc_subject = $2 for update`,
    [issuer, subject],
  )
  return row ? userOf(row) : null
}

/** Adds somebody who comes for the first time; null when another user has the name, or he is added at the same moment. */
export async function insertIdentity(
  db: Queryable,
  wanted: { identity: Identity; username: string; role: Role; at: Date },
): Promise<User | null> {
  const { identity, username, role, at } = wanted
  const [row] = await db.query<UserRow>(
    `insert into users (username, role, oidc_issuer, oidc_subject, created_at, last_login_at)
     values ($1, $2, $3, $4, $5, $5) on conflict do nothing returning ${userColumns}`,
    [username, role, identity.issuer, identity.subject, at],
  )
  return row ? userOf(row) : null
}

/** Notes that somebody has come again, and what he may from now on. */
export async function noteIdentityLogin(
  db: Queryable,
  { id, role, at }: { id: string; role: Role; at: Date },
): Promise<void> {
  await db.query('update users set role = $2, last_login_at = $3 where id = $1', [id, role, at])
}

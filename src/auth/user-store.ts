import type { Queryable } from '../db/database.ts'
import type { Role } from './permissions.ts'
import { userColumns, userOf, type User, type UserRow } from './users.ts'

/** A user that is to be made, with a password of his own. */
export interface NewUser {
  username: string
  role: Role
  passwordHash: string
  mustChangePassword: boolean
  at: Date
}

/** Everybody, by name. */
export async function listUsers(db: Queryable): Promise<User[]> {
  const rows = await db.query<UserRow>(`select ${userColumns} from users order by lower(username)`)
  return rows.map(userOf)
}

/** Adds a user; null when the name is taken. */
export async function insertUser(db: Queryable, wanted: NewUser): Promise<User | null> {
  const { username, role, passwordHash, mustChangePassword, at } = wanted
  const [row] = await db.query<UserRow>(
    `insert into users (username, role, password_hash, must_change_password, created_at)
     values ($1, $2, $3, $4, $5) on conflict (lower(username)) do nothing returning ${userColumns}`,
    [username, role, passwordHash, mustChangePassword, at],
  )
  return row ? userOf(row) : null
}

/**
 * The user with this id or name, locked together with every admin until the transaction ends: two requests that
 * would each take away one of the last two admins follow one another, and the second sees what the first has done.
 */
export async function lockUser(db: Queryable, idOrName: string): Promise<User | null> {
  await db.query(
    `select from users where role = 'admin' or id::text = lower($1) or lower(username) = lower($1)
     order by id for update`,
    [idOrName],
  )
  // Read anew: what was waited for may have changed, and the rows of the statement above are those of before.
  const [row] = await db.query<UserRow>(
    `select ${userColumns} from users where id::text = lower($1) or lower(username) = lower($1)
     order by (id::text = lower($1)) desc limit 1`,
    [idOrName],
  )
  return row ? userOf(row) : null
}

/** How many others can log in as admin with a password: who depends on a provider may find it away. */
export async function countOtherAdmins(db: Queryable, userId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*) as count from users
     where role = 'admin' and disabled_at is null and password_hash is not null and id <> $1`,
    [userId],
  )
  return row?.count ?? 0
}

/** Stores role and state of a user. */
export async function updateUser(
  db: Queryable,
  { id, role, disabledAt }: Pick<User, 'id' | 'role' | 'disabledAt'>,
): Promise<void> {
  await db.query('update users set role = $2, disabled_at = $3 where id = $1', [
    id,
    role,
    disabledAt,
  ])
}

/** Stores a password that somebody else has made: its user has to change it. */
export async function resetPassword(
  db: Queryable,
  { userId, passwordHash }: { userId: string; passwordHash: string },
): Promise<void> {
  await db.query(
    `update users set password_hash = $2, password_changed_at = null, must_change_password = true
     where id = $1`,
    [userId, passwordHash],
  )
}

/** Deletes a user, and with him his sessions and API tokens. */
export async function deleteUser(db: Queryable, id: string): Promise<void> {
  await db.query('delete from users where id = $1', [id])
}

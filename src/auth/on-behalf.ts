import type { Queryable } from '../db/database.ts'
import { may, type Permission } from './permissions.ts'
import { userColumns, userOf, type User, type UserRow } from './users.ts'

/**
 * Why nothing may be done in the name of a user who is not there to ask; null when it may. `name` is what he was
 * called. It is as with his API tokens: nothing while he is disabled, or has to change his password first.
 */
export function whyNotFor(
  user: User | null,
  { name, permission }: { name: string; permission: Permission },
): string | null {
  if (user === null) return `${name}, who made it, is no user any more`
  if (user.disabledAt !== null) return `${user.username} is disabled`
  if (user.mustChangePassword) return `${user.username} has to change his password first`
  if (!may(user.role, permission))
    return `${user.username} may not any more: it takes ${permission}`
  return null
}

/** The users with these ids, by them; those that are gone are left out. */
export async function usersById(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, User>> {
  const rows = await db.query<UserRow>(
    `select ${userColumns} from users where id = any ($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, userOf(row)]))
}

/** A user as he stays until the transaction ends; null when he is gone. */
export async function holdUser(transaction: Queryable, id: string): Promise<User | null> {
  const [row] = await transaction.query<UserRow>(
    `select ${userColumns} from users where id = $1 for share`,
    [id],
  )
  return row ? userOf(row) : null
}

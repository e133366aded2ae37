import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database, Queryable } from '../db/database.ts'
import { appendAudit } from './audit.ts'
import type { PasswordHasher } from './passwords.ts'
import type { Role } from './permissions.ts'
import { newPassword } from './secrets.ts'

/** Somebody who can log in. */
export interface User {
  id: string
  username: string
  role: Role
  /** Null while the user still has the password that was made for him. */
  passwordChangedAt: Date | null
  createdAt: Date
}

const FILE = 'initial-admin-password'

/** Where the password of the first start is, mode 0600, until it is changed. */
export function initialPasswordPath(stateDir: string): string {
  return join(stateDir, FILE)
}

/**
 * Creates `admin` when there is no user at all, with a random password in `initial-admin-password`.
 * The file is on disk before the user is committed: a start that dies in between begins anew, one that
 * dies after it has both. When the file is lost later nothing is created again. Resolves with the path
 * when the user was created, with null otherwise.
 */
export async function ensureAdmin(
  db: Database,
  stateDir: string,
  hasher: PasswordHasher,
  now: Date,
): Promise<string | null> {
  const path = initialPasswordPath(stateDir)
  const [known] = await db.query<{ users: boolean; changed: boolean }>(
    `select count(*) > 0 as users,
       coalesce(bool_and(password_changed_at is not null) filter (where lower(username) = 'admin'), true)
         as changed
     from users`,
  )
  if (known?.users) {
    // The password was changed, and the daemon ended before it could remove the file.
    if (known.changed) await removeInitialPassword(stateDir)
    return null
  }
  const password = newPassword()
  const hash = await hasher.hash(password)
  const created = await db.transaction(async (transaction) => {
    if (!(await insertFirstUser(transaction, hash, now))) return false
    await writeSecretFile(path, `${password}\n`)
    await appendAudit(transaction, {
      at: now,
      actor: 'storwardend',
      credential: null,
      address: null,
      action: 'user.create',
      subject: 'admin',
      before: null,
      after: { username: 'admin', role: 'admin' },
    })
    return true
  })
  return created ? path : null
}

// Two daemons on one server that start at once: the lock lets the second see the first one's admin.
async function insertFirstUser(transaction: Queryable, hash: string, now: Date): Promise<boolean> {
  await transaction.query('lock table users in share row exclusive mode')
  const rows = await transaction.query(
    `insert into users (username, role, password_hash, created_at)
     select 'admin', 'admin', $1, $2 where not exists (select from users)
     returning id`,
    [hash, now],
  )
  return rows.length === 1
}

// Renamed into place, so that a link that somebody left there is replaced and not followed.
async function writeSecretFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}

interface UserRow {
  id: string
  username: string
  role: Role
  password_hash: string
  password_changed_at: Date | null
  created_at: Date
}

const columns = 'id, username, role, password_hash, password_changed_at, created_at'

/** A user and the hash of his password; null when nobody has the name. Names differ by more than case. */
export async function findUser(
  db: Queryable,
  username: string,
): Promise<{ user: User; passwordHash: string } | null> {
  const [row] = await db.query<UserRow>(
    `select ${columns} from users where lower(username) = lower($1)`,
    [username],
  )
  return row ? { user: userOf(row), passwordHash: row.password_hash } : null
}

/** Like findUser, by id. */
export async function getUser(
  db: Queryable,
  id: string,
): Promise<{ user: User; passwordHash: string } | null> {
  const [row] = await db.query<UserRow>(`select ${columns} from users where id = $1`, [id])
  return row ? { user: userOf(row), passwordHash: row.password_hash } : null
}

/** Stores a new password; false when it is no longer the one that was checked. */
export async function replacePassword(
  db: Queryable,
  change: { userId: string; from: string; to: string; at: Date },
): Promise<boolean> {
  const rows = await db.query(
    `update users set password_hash = $3, password_changed_at = $4
     where id = $1 and password_hash = $2 returning id`,
    [change.userId, change.from, change.to, change.at],
  )
  return rows.length === 1
}

/** Removes the file of the first start, once the password in it opens nothing any more. */
export async function removeInitialPassword(stateDir: string): Promise<void> {
  await rm(initialPasswordPath(stateDir), { force: true })
}

function userOf(row: UserRow): User {
  return {
    id: row.id,
    username: row.username,
    role: row.role,
    passwordChangedAt: row.password_changed_at,
    createdAt: row.created_at,
  }
}

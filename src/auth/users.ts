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
  /** He may do nothing else until he has changed his password. */
  mustChangePassword: boolean
  /** Since when nobody gets in by this account; null when it is in use. */
  disabledAt: Date | null
  lastLoginAt: Date | null
  /** Who he is at an identity provider (OpenID Connect Core 2, `iss` and `sub`); null for one with a password. */
  identity: Identity | null
  createdAt: Date
}

/** The only two claims that tell a person from all others, for good (OpenID Connect Core 5.7). */
export interface Identity {
  issuer: string
  subject: string
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

/** A row of users. */
export interface UserRow {
  id: string
  username: string
  role: Role
  password_hash: string | null
  password_changed_at: Date | null
  must_change_password: boolean
  disabled_at: Date | null
  last_login_at: Date | null
  oidc_issuer: string | null
  oidc_subject: string | null
  created_at: Date
}

/** The columns of UserRow. */
export const userColumns = `id, username, role, password_hash, password_changed_at, must_change_password,
  disabled_at, last_login_at, oidc_issuer, oidc_subject, created_at`

/** A user, and the hash of his password; null for one who has none here. */
export interface FoundUser {
  user: User
  passwordHash: string | null
}

/** Who has the name; null when nobody has. Names differ by more than case. */
export async function findUser(db: Queryable, username: string): Promise<FoundUser | null> {
  const [row] = await db.query<UserRow>(
    `select ${userColumns} from users where lower(username) = lower($1)`,
    [username],
  )
  return row ? { user: userOf(row), passwordHash: row.password_hash } : null
}

/** Like findUser, by id. */
export async function getUser(db: Queryable, id: string): Promise<FoundUser | null> {
  const [row] = await db.query<UserRow>(`select ${userColumns} from users where id = $1`, [id])
  return row ? { user: userOf(row), passwordHash: row.password_hash } : null
}

/** Stores a new password that its user has chosen; false when the old one is no longer the one that was checked. */
export async function replacePassword(
  db: Queryable,
  change: { userId: string; from: string; to: string; at: Date },
): Promise<boolean> {
  const rows = await db.query(
    `update users set password_hash = $3, password_changed_at = $4, must_change_password = false
     where id = $1 and password_hash = $2 and disabled_at is null returning id`,
    [change.userId, change.from, change.to, change.at],
  )
  return rows.length === 1
}

/**
 * Notes that somebody logs in with the password that was checked; false when it has been changed since, or he was
 * disabled. The row stays locked until the transaction ends, so that nobody slips in beside such a change.
 */
export async function noteLogin(
  db: Queryable,
  login: { userId: string; passwordHash: string; at: Date },
): Promise<boolean> {
  const rows = await db.query(
    `update users set last_login_at = $3
     where id = $1 and password_hash = $2 and disabled_at is null returning id`,
    [login.userId, login.passwordHash, login.at],
  )
  return rows.length === 1
}

/** Removes the file of the first start, once the password in it opens nothing any more. */
export async function removeInitialPassword(stateDir: string): Promise<void> {
  await rm(initialPasswordPath(stateDir), { force: true })
}

/** The user of a row, without the hash. */
export function userOf(row: UserRow): User {
  const { oidc_issuer: issuer, oidc_subject: subject } = row
  return {
    id: row.id,
    username: row.username,
    role: row.role,
    passwordChangedAt: row.password_changed_at,
    mustChangePassword: row.must_change_password,
    disabledAt: row.disabled_at,
    lastLoginAt: row.last_login_at,
    identity: issuer === null || subject === null ? null : { issuer, subject },
    createdAt: row.created_at,
  }
}

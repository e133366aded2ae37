import type { Database, Queryable } from '../db/database.ts'
import { isUuid } from '../db/uuid.ts'
import { appendAudit, auditActor } from './audit.ts'
import { AuthError, requireSession } from './auth-error.ts'
import { passwordFault } from './password-rules.ts'
import type { PasswordHasher } from './passwords.ts'
import { may, type Role } from './permissions.ts'
import type { Credential, Origin, Principal } from './principal.ts'
import { newPassword } from './secrets.ts'
import { deleteSessions } from './sessions.ts'
import { tokenIds } from './tokens.ts'
import {
  countOtherAdmins,
  deleteUser,
  insertUser,
  listUsers,
  lockUser,
  resetPassword,
  updateUser,
} from './user-store.ts'
import { removeInitialPassword, type User } from './users.ts'

/** What users are kept with, and who is told of the end of their credentials. */
export interface UserDirectoryOptions {
  db: Database
  stateDir: string
  hasher: PasswordHasher
  now: () => Date
  /** Told of credentials that open nothing any more, or something else: their sockets are closed. */
  onRevoked: (credentials: readonly Credential[]) => void
}

/** Who does it, and from where. */
export interface By {
  principal: Principal
  origin: Origin
}

/** A user with the password that was made for him: told this once. */
export interface WithPassword {
  user: User
  /** Null when whoever asked has given one. */
  password: string | null
}

/**
 * Letters and digits of the alphabet that everybody can type, and what names of mail and of directories have
 * besides. No name looks like an id: paths take either.
 */
export const USERNAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$'

/** Whether somebody can have the name. */
export function isUsername(name: string): boolean {
  return new RegExp(USERNAME_PATTERN).test(name) && !isUuid(name)
}

/** The users, as those who manage them see and change them. Everything is one transaction with its entry in the audit trail. */
export class UserDirectory {
  readonly #options: UserDirectoryOptions

  constructor(options: UserDirectoryOptions) {
    this.#options = options
  }

  /** Everybody, by name. */
  async list(): Promise<User[]> {
    return await listUsers(this.#options.db)
  }

  /**
   * Makes a user; without a password one is made, and told this once. Rejects with AuthError ERR_USERNAME_TAKEN
   * or ERR_WEAK_PASSWORD, and with TooManyLoginsError.
   */
  async create(
    wanted: { username: string; role: Role; password: string | null; mustChangePassword: boolean },
    by: By,
  ): Promise<WithPassword> {
    const { db, hasher, now } = this.#options
    const { username, role, mustChangePassword } = wanted
    const fault = wanted.password === null ? null : passwordFault(wanted.password, username)
    if (fault !== null) throw new AuthError('ERR_WEAK_PASSWORD', fault)
    const made = wanted.password === null ? newPassword() : null
    const passwordHash = await hasher.hash(wanted.password ?? made ?? '')
    const at = now()
    const user = await db.transaction(async (transaction) => {
      const draft = { username, role, passwordHash, mustChangePassword, at }
      const created = await insertUser(transaction, draft)
      if (created === null) {
        throw new AuthError('ERR_USERNAME_TAKEN', `user ${username}: somebody has the name`)
      }
      await this.#note(transaction, by, { action: 'user.create', before: null, after: created })
      return created
    })
    return { user, password: made }
  }

  /** Changes role or state. Rejects with AuthError ERR_USER_NOT_FOUND or ERR_LAST_ADMIN. */
  async change(
    idOrName: string,
    change: { role?: Role | undefined; disabled?: boolean | undefined },
    by: By,
  ): Promise<User> {
    const { db, now } = this.#options
    const { user, ended } = await db.transaction(async (transaction) => {
      const before = await existing(transaction, idOrName)
      const { disabled = before.disabledAt !== null, role = before.role } = change
      const disabledAt = disabled ? (before.disabledAt ?? now()) : null
      const after = { ...before, role, disabledAt }
      if (role === before.role && disabledAt === before.disabledAt) {
        return { user: before, ended: [] }
      }
      if (role !== 'admin' || disabled) await keepAnAdmin(transaction, before)
      await updateUser(transaction, after)
      await this.#note(transaction, by, { action: 'user.update', before, after })
      return { user: after, ended: await endCredentials(transaction, before.id) }
    })
    this.#options.onRevoked(ended)
    return user
  }

  /** Deletes a user with his sessions and tokens. Rejects with AuthError ERR_USER_NOT_FOUND or ERR_LAST_ADMIN. */
  async delete(idOrName: string, by: By): Promise<void> {
    const { db, stateDir } = this.#options
    const { user, ended } = await db.transaction(async (transaction) => {
      const before = await existing(transaction, idOrName)
      await keepAnAdmin(transaction, before)
      const credentials = await endCredentials(transaction, before.id)
      await deleteUser(transaction, before.id)
      await this.#note(transaction, by, { action: 'user.delete', before, after: null })
      return { user: before, ended: credentials }
    })
    this.#options.onRevoked(ended)
    if (isFirstAdmin(user)) await removeInitialPassword(stateDir)
  }

  /**
   * Replaces the password of a user by one that is told this once, and that he has to change. Who does not manage
   * users can do it to those who are no admins, and not with an API token: it would open a session that outlives
   * the token. Rejects with AuthError ERR_USER_NOT_FOUND, ERR_ADMINS_ONLY, ERR_SESSION_REQUIRED or ERR_NO_PASSWORD.
   */
  async forcePasswordReset(idOrName: string, by: By): Promise<WithPassword> {
    const { db, hasher, stateDir } = this.#options
    const manages = may(by.principal.role, 'users:manage')
    if (!manages) requireSession(by.principal)
    const password = newPassword()
    const passwordHash = await hasher.hash(password)
    const { user, ended } = await db.transaction(async (transaction) => {
      const before = await existing(transaction, idOrName)
      if (before.role === 'admin' && !manages) {
        throw new AuthError(
          'ERR_ADMINS_ONLY',
          `the role ${by.principal.role} lacks users:manage, which the password of an admin needs`,
          { permission: 'users:manage' },
        )
      }
      if (before.identity !== null) {
        throw new AuthError(
          'ERR_NO_PASSWORD',
          `user ${before.username}: logs in at an identity provider, and has no password here`,
        )
      }
      await resetPassword(transaction, { userId: before.id, passwordHash })
      const after = { ...before, mustChangePassword: true, passwordChangedAt: null }
      await this.#note(transaction, by, { action: 'user.force_password_reset', before, after })
      return { user: after, ended: await endCredentials(transaction, before.id) }
    })
    this.#options.onRevoked(ended)
    if (isFirstAdmin(user)) await removeInitialPassword(stateDir)
    return { user, password }
  }

  async #note(
    transaction: Queryable,
    { principal, origin }: By,
    { action, before, after }: { action: string; before: User | null; after: User | null },
  ): Promise<void> {
    await appendAudit(transaction, {
      at: this.#options.now(),
      ...auditActor(principal, origin),
      action,
      subject: (after ?? before)?.username ?? null,
      before: before && audited(before),
      after: after && audited(after),
    })
  }
}

/** What the audit trail tells of a user. */
export function audited({ id, username, role, disabledAt, mustChangePassword, identity }: User) {
  return {
    id,
    username,
    role,
    disabled: disabledAt !== null,
    must_change_password: mustChangePassword,
    ...(identity === null ? {} : { issuer: identity.issuer, subject: identity.subject }),
  }
}

/** Whether the file of the first start may hold his password. */
function isFirstAdmin({ username }: User): boolean {
  return username.toLowerCase() === 'admin'
}

async function existing(transaction: Queryable, idOrName: string): Promise<User> {
  const user = await lockUser(transaction, idOrName)
  if (user !== null) return user
  throw new AuthError('ERR_USER_NOT_FOUND', `user ${idOrName}: not found`)
}

/** Throws when nobody would be left who can log in here as admin. */
async function keepAnAdmin(transaction: Queryable, user: User): Promise<void> {
  const counts = user.role === 'admin' && user.disabledAt === null && user.identity === null
  if (!counts || (await countOtherAdmins(transaction, user.id)) > 0) return
  throw new AuthError(
    'ERR_LAST_ADMIN',
    `user ${user.username}: is the last admin who can log in with a password`,
  )
}

/**
 * Ends the sessions of a user, and tells whose sockets are to be closed: of his tokens too, which stay. What those may is
 * asked at each use, but not by a socket that is open.
 */
export async function endCredentials(
  transaction: Queryable,
  userId: string,
): Promise<Credential[]> {
  const sessions = await deleteSessions(transaction, userId, null)
  const tokens = await tokenIds(transaction, userId)
  return [
    ...sessions.map((id) => ({ kind: 'session' as const, id })),
    ...tokens.map((id) => ({ kind: 'token' as const, id })),
  ]
}

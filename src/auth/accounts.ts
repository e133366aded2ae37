import type { Database } from '../db/database.ts'
import { AccountBrake, networksOfLogins } from './account-brake.ts'
import { appendAudit, auditActor } from './audit.ts'
import { AuthError, requireSession } from './auth-error.ts'
import type { LoginFailure } from './login-failures.ts'
import { badCredentials, PasswordCheck } from './password-check.ts'
import { passwordFault } from './password-rules.ts'
import type { PasswordHasher } from './passwords.ts'
import { may, weakerRole, type Role } from './permissions.ts'
import type { Credential, GoodCredential, Origin, Principal } from './principal.ts'
import { clientNetwork, type RateLimiter } from './rate-limit.ts'
import { hashSecret, kindOfSecret } from './secrets.ts'
import {
  createSession,
  deleteEndedSessions,
  deleteSession,
  deleteSessions,
  findSession,
  touchSessions,
  type SessionLifetime,
} from './sessions.ts'
import {
  createToken,
  deleteToken,
  findToken,
  listTokens,
  touchTokens,
  type ApiToken,
} from './tokens.ts'
import {
  findUser,
  getUser,
  noteLogin,
  removeInitialPassword,
  replacePassword,
  type User,
} from './users.ts'

/** What accounts are kept with, and who is told of their end. */
export interface AccountsOptions {
  db: Database
  stateDir: string
  hasher: PasswordHasher
  /** Of passwords, by client network and account. */
  limiter: RateLimiter
  /** Of API tokens, by client network and token. */
  tokenLimiter: RateLimiter
  /** Of passwords, by account; the usual one if not said. */
  brake?: AccountBrake
  lifetime: SessionLifetime
  /** Whether it is written down when a session or token was used last; it is if not said. */
  notesUse?: boolean
  now: () => Date
  /** Told of credentials that open nothing any more, so that their sockets can be closed. */
  onRevoked: (credentials: readonly Credential[]) => void
  /** Told of each password that was not right, and of each try of who is blocked. Be short. */
  onFailure?: (failure: LoginFailure) => void
}

/** A login that succeeded. */
export interface Login {
  token: string
  /** When the session ends if it is not used. */
  expiresAt: Date
  user: User
}

/**
 * Who may come in: logins, sessions and API tokens. Everything rejects with
 * DatabaseUnavailableError when the database is away, and then nothing has changed.
 */
export class Accounts {
  readonly #options: AccountsOptions
  readonly #check: PasswordCheck

  constructor(options: AccountsOptions) {
    this.#options = options
    const { db, brake } = options
    this.#check = new PasswordCheck({
      ...options,
      brake: brake ?? new AccountBrake((name, now) => networksOfLogins(db, name, now)),
    })
  }

  /**
   * Whose bearer token it is; null when it is nobody's. Rejects with AuthError ERR_RATE_LIMITED when this client has
   * come too often with this API token, which opens nothing.
   *
   * Failures are not counted by client alone: 256 random bits are not guessed, and who shares an address with a
   * forgotten script would be locked out with it. The page of a session that has ended has to be told that it has.
   */
  async authenticate(
    secret: string,
    { address, unattended }: Pick<Origin, 'address' | 'unattended'>,
  ): Promise<Principal | null> {
    const { db, lifetime, now, tokenLimiter, notesUse } = this.#options
    const kind = kindOfSecret(secret)
    if (kind === null) return null
    if (kind === 'session') {
      return await findSession(db, secret, lifetime, now(), { notesUse, unattended })
    }
    // One that was revoked has no id any more; what tells it from others tells nothing of it.
    const id = hashSecret(secret).toString('base64url').slice(0, 16)
    const key = `${clientNetwork(address)} ${id}`
    const retryAfterSeconds = tokenLimiter.retryAfterSeconds(key, now())
    if (retryAfterSeconds !== null) {
      throw new AuthError('ERR_RATE_LIMITED', 'api token: too many failures', { retryAfterSeconds })
    }
    const principal = await findToken(db, secret, now(), notesUse)
    if (principal === null) tokenLimiter.fail(key, now())
    else tokenLimiter.clear(key)
    return principal
  }

  /** Which of the credentials are still good, and for what; those count as used, though by nobody who is there. */
  async stillGood(credentials: readonly Credential[]): Promise<GoodCredential[]> {
    const { db, lifetime, now } = this.#options
    const ids = (kind: Credential['kind']) =>
      credentials.filter((c) => c.kind === kind).map((c) => c.id)
    return [
      ...(await touchSessions(db, ids('session'), lifetime, now())),
      ...(await touchTokens(db, ids('token'), now())),
    ]
  }

  /**
   * Starts a session. Rejects with AuthError ERR_BAD_CREDENTIALS (an unknown user and a wrong password
   * are the same) or ERR_RATE_LIMITED, and with TooManyLoginsError.
   */
  async login(username: string, password: string, origin: Origin): Promise<Login> {
    const { db, lifetime, now } = this.#options
    const { user, passwordHash } = await this.#check.check(username, password, origin, () =>
      findUser(db, username),
    )
    const at = now()
    const session = await db.transaction(async (transaction) => {
      if (!(await noteLogin(transaction, { userId: user.id, passwordHash, at }))) {
        throw badCredentials()
      }
      await deleteEndedSessions(transaction, lifetime, at)
      await appendAudit(transaction, {
        at,
        actor: user.username,
        credential: 'session',
        address: origin.address,
        requestId: origin.requestId ?? null,
        action: 'session.create',
        subject: user.username,
        before: null,
        after: null,
      })
      return await createSession(transaction, user.id, origin, lifetime, at)
    })
    return { ...session, user }
  }

  /** Ends the session; an API token is not ended by this: ERR_SESSION_REQUIRED. */
  async logout(principal: Principal, origin: Origin): Promise<void> {
    const { db, now } = this.#options
    requireSession(principal)
    await db.transaction(async (transaction) => {
      await deleteSession(transaction, principal.credential.id)
      await appendAudit(transaction, {
        at: now(),
        ...auditActor(principal, origin),
        action: 'session.delete',
        subject: principal.username,
        before: null,
        after: null,
      })
    })
    this.#options.onRevoked([principal.credential])
  }

  /**
   * Changes the password of whoever asks, ends his other sessions and removes the file of the first
   * start. Rejects like login, and with ERR_SESSION_REQUIRED and ERR_WEAK_PASSWORD.
   */
  async changePassword(
    principal: Principal,
    change: { from: string; to: string },
    origin: Origin,
  ): Promise<void> {
    const { db, hasher, now, stateDir } = this.#options
    requireSession(principal)
    const { userId, username, credential } = principal
    const fault =
      passwordFault(change.to, username) ??
      (change.to === change.from ? 'must not be the old one' : null)
    if (fault !== null) throw new AuthError('ERR_WEAK_PASSWORD', fault)
    const { passwordHash } = await this.#check.check(username, change.from, origin, () =>
      getUser(db, userId),
    )
    const newHash = await hasher.hash(change.to)
    const ended = await db.transaction(async (transaction) => {
      const at = now()
      if (!(await replacePassword(transaction, { userId, from: passwordHash, to: newHash, at }))) {
        throw badCredentials()
      }
      await appendAudit(transaction, {
        at,
        ...auditActor(principal, origin),
        action: 'user.password',
        subject: username,
        before: null,
        after: null,
      })
      return await deleteSessions(transaction, userId, credential.id)
    })
    this.#options.onRevoked(ended.map((id) => ({ kind: 'session', id })))
    if (username.toLowerCase() === 'admin') await removeInitialPassword(stateDir)
  }

  /** The API tokens of whoever asks; those of everybody for who manages users. */
  async tokens(principal: Principal): Promise<ApiToken[]> {
    return await listTokens(this.#options.db, reach(principal))
  }

  /**
   * Makes an API token. Rejects with ERR_ROLE_TOO_HIGH, ERR_EXPIRY_PASSED, and with ERR_SESSION_REQUIRED:
   * a token that could make tokens would outlive its own revocation.
   */
  async createToken(
    principal: Principal,
    wanted: { name: string; role: Role; expiresAt: Date | null },
    origin: Origin,
  ): Promise<{ token: string; record: ApiToken }> {
    const { db, now } = this.#options
    requireSession(principal)
    const at = now()
    if (weakerRole(wanted.role, principal.role) !== wanted.role) {
      const reason = `the role ${wanted.role} is above ${principal.role}`
      throw new AuthError('ERR_ROLE_TOO_HIGH', `api token: ${reason}`)
    }
    if (wanted.expiresAt !== null && wanted.expiresAt <= at) {
      throw new AuthError('ERR_EXPIRY_PASSED', 'api token: it would have expired already')
    }
    return await db.transaction(async (transaction) => {
      const created = await createToken(transaction, { userId: principal.userId, ...wanted, at })
      await appendAudit(transaction, {
        at,
        ...auditActor(principal, origin),
        action: 'token.create',
        subject: created.record.id,
        before: null,
        after: described(created.record),
      })
      return created
    })
  }

  /** Revokes an API token of one's own, of anybody for who manages users. Rejects with ERR_TOKEN_NOT_FOUND. */
  async revokeToken(principal: Principal, id: string, origin: Origin): Promise<void> {
    const { db, now, onRevoked } = this.#options
    await db.transaction(async (transaction) => {
      const revoked = await deleteToken(transaction, id, reach(principal))
      if (!revoked) throw new AuthError('ERR_TOKEN_NOT_FOUND', `api token ${id}: not found`)
      await appendAudit(transaction, {
        at: now(),
        ...auditActor(principal, origin),
        action: 'token.delete',
        subject: id,
        before: described(revoked),
        after: null,
      })
    })
    onRevoked([{ kind: 'token', id }])
  }
}

/** Whose tokens somebody sees and revokes: null for everybody's. */
function reach({ role, userId }: Principal): string | null {
  return may(role, 'users:manage') ? null : userId
}

function described({ name, username, role, expiresAt }: ApiToken): Record<string, unknown> {
  return { name, username, role, expires_at: expiresAt?.toISOString() ?? null }
}

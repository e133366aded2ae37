import type { Database } from '../db/database.ts'
import { appendAudit, auditActor } from './audit.ts'
import { AuthError } from './auth-error.ts'
import type { LoginFailure } from './login-failures.ts'
import { passwordFault } from './password-rules.ts'
import type { PasswordHasher } from './passwords.ts'
import { may, weakerRole, type Role } from './permissions.ts'
import type { Credential, Origin, Principal } from './principal.ts'
import { clientNetwork, type RateLimiter } from './rate-limit.ts'
import { kindOfSecret } from './secrets.ts'
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
import { Turns } from './turns.ts'
import {
  findUser,
  getUser,
  noteLogin,
  removeInitialPassword,
  replacePassword,
  type FoundUser,
  type User,
} from './users.ts'

/** What accounts are kept with, and who is told of their end. */
export interface AccountsOptions {
  db: Database
  stateDir: string
  hasher: PasswordHasher
  limiter: RateLimiter
  lifetime: SessionLifetime
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
  // One password at a time for each client and account: tries in parallel are counted like tries in a row.
  readonly #turns = new Turns()

  constructor(options: AccountsOptions) {
    this.#options = options
  }

  /** Whose bearer token it is; null when it is nobody's. */
  async authenticate(secret: string): Promise<Principal | null> {
    const { db, lifetime, now } = this.#options
    const kind = kindOfSecret(secret)
    if (kind === null) return null
    return kind === 'session'
      ? await findSession(db, secret, lifetime, now())
      : await findToken(db, secret, now())
  }

  /** Which of the credentials are still good; those count as used. */
  async stillGood(credentials: readonly Credential[]): Promise<Credential[]> {
    const { db, now } = this.#options
    const ids = (kind: Credential['kind']) =>
      credentials.filter((c) => c.kind === kind).map((c) => c.id)
    const sessions = await touchSessions(db, ids('session'), now())
    const tokens = await touchTokens(db, ids('token'), now())
    return [
      ...sessions.map((id) => ({ kind: 'session' as const, id })),
      ...tokens.map((id) => ({ kind: 'token' as const, id })),
    ]
  }

  /**
   * Starts a session. Rejects with AuthError ERR_BAD_CREDENTIALS (an unknown user and a wrong password
   * are the same) or ERR_RATE_LIMITED, and with TooManyLoginsError.
   */
  async login(username: string, password: string, origin: Origin): Promise<Login> {
    const { db, lifetime, now } = this.#options
    const { user, passwordHash } = await this.#checked(username, password, origin, () =>
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
    const { passwordHash } = await this.#checked(username, change.from, origin, () =>
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

  /** The user, when the password is his; every failure counts against the client and the account. */
  async #checked(
    username: string,
    password: string,
    origin: Origin,
    find: () => Promise<FoundUser | null>,
  ): Promise<{ user: User; passwordHash: string }> {
    const { hasher, limiter, now, onFailure } = this.#options
    const network = clientNetwork(origin.address)
    const key = `${network} ${username.toLowerCase()}`
    return await this.#turns.take(key, async () => {
      const retryAfter = limiter.retryAfterSeconds(key, now())
      if (retryAfter !== null) {
        onFailure?.({ network, username: null, kind: 'refused' })
        throw new AuthError('ERR_RATE_LIMITED', 'login: too many failures', {
          retryAfterSeconds: retryAfter,
        })
      }
      const found = await find()
      const stored = found?.passwordHash ?? null
      const matches = await hasher.verify(stored, password)
      // Whether an account is disabled is told to nobody, and takes as long to find out.
      if (!matches || found === null || stored === null || found.user.disabledAt !== null) {
        const kind = limiter.fail(key, now()) ? 'blocked' : 'wrong'
        onFailure?.({ network, username: found?.user.username ?? null, kind })
        throw badCredentials()
      }
      limiter.clear(key)
      return { user: found.user, passwordHash: stored }
    })
  }
}

function badCredentials(): AuthError {
  return new AuthError('ERR_BAD_CREDENTIALS', 'login: unknown user or wrong password')
}

function requireSession(principal: Principal): void {
  if (principal.credential.kind === 'session') return
  throw new AuthError(
    'ERR_SESSION_REQUIRED',
    'an API token cannot do this: log in with the password',
  )
}

/** Whose tokens somebody sees and revokes: null for everybody's. */
function reach({ role, userId }: Principal): string | null {
  return may(role, 'users:manage') ? null : userId
}

function described({ name, username, role, expiresAt }: ApiToken): Record<string, unknown> {
  return { name, username, role, expires_at: expiresAt?.toISOString() ?? null }
}

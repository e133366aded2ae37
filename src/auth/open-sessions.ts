import type { Database, Queryable } from '../db/database.ts'
import { appendAudit, auditActor } from './audit.ts'
import { AuthError, requireSession } from './auth-error.ts'
import { may } from './permissions.ts'
import type { Credential, Origin, Principal } from './principal.ts'
import {
  deleteSessions,
  listSessions,
  takeSession,
  type Session,
  type SessionLifetime,
} from './sessions.ts'

/** What sessions are kept with, and who is told of their end. */
export interface OpenSessionsOptions {
  db: Database
  lifetime: SessionLifetime
  now: () => Date
  /** Told of sessions that have ended, so that their sockets can be closed. */
  onRevoked: (credentials: readonly Credential[]) => void
}

/** The sessions that last: of whoever asks, of everybody for who manages users. */
export class OpenSessions {
  readonly #options: OpenSessionsOptions

  constructor(options: OpenSessionsOptions) {
    this.#options = options
  }

  /** Those that were used last first. */
  async list(principal: Principal): Promise<Session[]> {
    const { db, lifetime, now } = this.#options
    return await listSessions(db, reach(principal), lifetime, now())
  }

  /** Ends one. Rejects with AuthError ERR_SESSION_NOT_FOUND. */
  async end(principal: Principal, id: string, origin: Origin): Promise<void> {
    await this.#options.db.transaction(async (transaction) => {
      const session = await takeSession(transaction, id, reach(principal))
      if (session === null) {
        throw new AuthError('ERR_SESSION_NOT_FOUND', `session ${id}: not found`)
      }
      await this.#note(transaction, { principal, origin }, session.username, {
        ...{ address: session.address, user_agent: session.userAgent, method: session.method },
        created_at: session.createdAt.toISOString(),
      })
    })
    this.#options.onRevoked([{ kind: 'session', id }])
  }

  /** Ends all of whoever asks, also the one he asks with. Rejects with ERR_SESSION_REQUIRED. */
  async endAll(principal: Principal, origin: Origin): Promise<void> {
    requireSession(principal)
    const { username, userId } = principal
    const ended = await this.#options.db.transaction(async (transaction) => {
      const ids = await deleteSessions(transaction, userId, null)
      await this.#note(transaction, { principal, origin }, username, { sessions: ids.length })
      return ids
    })
    this.#options.onRevoked(ended.map((id) => ({ kind: 'session', id })))
  }

  async #note(
    transaction: Queryable,
    { principal, origin }: { principal: Principal; origin: Origin },
    subject: string,
    before: Record<string, unknown>,
  ): Promise<void> {
    await appendAudit(transaction, {
      at: this.#options.now(),
      ...auditActor(principal, origin),
      ...{ action: 'session.delete', subject, before, after: null },
    })
  }
}

/** Whose sessions somebody sees and ends: null for everybody's. */
function reach({ role, userId }: Principal): string | null {
  return may(role, 'users:manage') ? null : userId
}

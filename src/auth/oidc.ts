import type { Database, Queryable } from '../db/database.ts'
import { appendAudit } from './audit.ts'
import { OidcError, type Attempt, type OidcProvider } from './oidc-provider.ts'
import { claimAt, roleOfClaims, type Claims, type OidcSettings } from './oidc-settings.ts'
import { insertIdentity, lockIdentity, noteIdentityLogin } from './oidc-users.ts'
import type { Credential, Origin } from './principal.ts'
import { clientNetwork, type RateLimiter } from './rate-limit.ts'
import { Seal } from './sealing.ts'
import { createSession, type SessionLifetime } from './sessions.ts'
import { audited, endCredentials, isUsername } from './user-directory.ts'
import type { Identity, User } from './users.ts'

/** What logging in at a provider needs, and who is told. */
export interface OidcLoginOptions {
  db: Database
  provider: Pick<OidcProvider, 'begin' | 'finish'>
  settings: OidcSettings
  lifetime: SessionLifetime
  /** Of answers that are not right, by client network. */
  limiter: RateLimiter
  now: () => Date
  onRevoked: (credentials: readonly Credential[]) => void
  /** Told why somebody did not get in, in words without a secret. */
  onFailure: (reason: string) => void
}

/** Why somebody who comes back from the provider is not let in, as the login page is told it. */
export type OidcFailure = 'unavailable' | 'failed' | 'refused' | 'too_many_failures'

/** What a login at the provider came to. */
export type OidcOutcome = { token: string; expiresAt: Date; user: User } | { failure: OidcFailure }

/** How long somebody may take at the provider. */
export const ATTEMPT_SECONDS = 600

/**
 * Lets people in whom an identity provider knows. They are told apart by issuer and subject, never by a name or an
 * address, which others may be given (OpenID Connect Core 5.7); their role follows from the claims at each login. Nothing
 * is kept between the way there and the way back: the browser keeps it, sealed.
 */
export class OidcLogin {
  readonly #options: OidcLoginOptions
  readonly #seal = new Seal()

  constructor(options: OidcLoginOptions) {
    this.#options = options
  }

  /** What is on the button. */
  get label(): string {
    return this.#options.settings.label
  }

  /** Where to send the browser, and what it has to bring back; a failure when the provider is away. */
  async begin(): Promise<{ url: string; cookie: string } | { failure: OidcFailure }> {
    const { provider, now } = this.#options
    try {
      const { url, attempt } = await provider.begin()
      const until = new Date(now().getTime() + ATTEMPT_SECONDS * 1000)
      return { url: url.href, cookie: this.#seal.close(attempt, until) }
    } catch (error) {
      return this.#failed(error)
    }
  }

  /** Takes somebody back from the provider and begins his session. Rejects with DatabaseUnavailableError. */
  async finish(search: string, cookie: string | null, origin: Origin): Promise<OidcOutcome> {
    const { provider, limiter, now } = this.#options
    const network = clientNetwork(origin.address)
    if (limiter.retryAfterSeconds(network, now()) !== null) return { failure: 'too_many_failures' }
    const attempt = cookie === null ? null : (this.#seal.open(cookie, now()) as Attempt | null)
    if (attempt === null) {
      limiter.fail(network, now())
      this.#options.onFailure('identity provider: the browser did not begin here, or too long ago')
      return { failure: 'failed' }
    }
    let claims: Claims
    try {
      claims = await provider.finish(search, attempt)
    } catch (error) {
      limiter.fail(network, now())
      return this.#failed(error)
    }
    limiter.clear(network)
    return await this.#letIn(claims, origin)
  }

  #failed(error: unknown): { failure: OidcFailure } {
    if (!(error instanceof OidcError)) throw error
    this.#options.onFailure(error.message)
    return { failure: error.code === 'ERR_OIDC_UNAVAILABLE' ? 'unavailable' : 'failed' }
  }

  async #letIn(claims: Claims, origin: Origin): Promise<OidcOutcome> {
    const { db, settings, lifetime, now, onRevoked, onFailure } = this.#options
    const identity = { issuer: String(claims.iss), subject: String(claims.sub) }
    const role = roleOfClaims(claims, settings)
    const at = now()
    const ended: Credential[] = []
    const outcome = await db.transaction(async (transaction): Promise<OidcOutcome | string> => {
      const known = await lockIdentity(transaction, identity)
      if (role === null) {
        // He may not come in any more, so neither do the sessions that he still has.
        if (known !== null) ended.push(...(await endCredentials(transaction, known.id)))
        return `${known?.username ?? 'somebody new'} has no role by the claim ${settings.roleClaim}`
      }
      if (known !== null && known.disabledAt !== null) return `${known.username} is disabled`
      const user =
        known === null
          ? await this.#welcome(transaction, claims, { identity, role, at }, origin)
          : { ...known, role, lastLoginAt: at }
      if (user === null) return 'the name is another user’s, or none that a user can have'
      if (known !== null) {
        await noteIdentityLogin(transaction, { id: known.id, role, at })
        if (known.role !== role) {
          ended.push(...(await endCredentials(transaction, known.id)))
          await note(transaction, origin, { at, action: 'user.update', before: known, after: user })
        }
      }
      await appendAudit(transaction, {
        at,
        ...{ actor: user.username, credential: 'session', ...from(origin) },
        ...{ action: 'session.create', subject: user.username, before: null },
        after: { method: 'oidc', issuer: identity.issuer },
      })
      const session = await createSession(transaction, user.id, origin, lifetime, at, 'oidc')
      return { ...session, user }
    })
    if (ended.length > 0) onRevoked(ended)
    if (typeof outcome !== 'string') return outcome
    onFailure(`identity provider: ${outcome}`)
    return { failure: 'refused' }
  }

  /** Makes a user of somebody who comes for the first time. A name that is taken gets the host of the provider. */
  async #welcome(
    transaction: Queryable,
    claims: Claims,
    { identity, role, at }: { identity: Identity; role: User['role']; at: Date },
    origin: Origin,
  ): Promise<User | null> {
    const name = claimAt(claims, this.#options.settings.nameClaim)
    const wanted = typeof name === 'string' && isUsername(name) ? name : identity.subject
    for (const username of [wanted, `${wanted}@${new URL(identity.issuer).hostname}`]) {
      if (!isUsername(username)) continue
      const user = await insertIdentity(transaction, { identity, username, role, at })
      if (user === null) continue
      await note(transaction, origin, { at, action: 'user.create', before: null, after: user })
      return user
    }
    return null
  }
}

async function note(
  transaction: Queryable,
  origin: Origin,
  change: { at: Date; action: string; before: User | null; after: User },
): Promise<void> {
  const { at, action, before, after } = change
  await appendAudit(transaction, {
    ...{ at, action, actor: after.username, credential: 'session', ...from(origin) },
    ...{ subject: after.username, before: before && audited(before), after: audited(after) },
  })
}

/** The part of an entry of the audit trail that tells where it was done. */
function from({ address, requestId = null }: Origin) {
  return { address, requestId }
}

import { loginLimits, oidcSettings, sessionLifetime } from './applied-config.ts'
import { Accounts } from './auth/accounts.ts'
import type { LoginFailure } from './auth/login-failures.ts'
import { OidcLogin } from './auth/oidc.ts'
import { OidcProvider } from './auth/oidc-provider.ts'
import { OpenSessions } from './auth/open-sessions.ts'
import { PasswordHasher } from './auth/passwords.ts'
import type { Credential } from './auth/principal.ts'
import { defaultRateLimit, RateLimiter } from './auth/rate-limit.ts'
import { UserDirectory } from './auth/user-directory.ts'
import { ensureAdmin } from './auth/users.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import type { Hub } from './hub/hub.ts'
import type { Log } from './log.ts'

/** What it is decided with who is let in. */
export interface AdmittingParts {
  /** As it is now: a reload changes the identity provider. */
  config: () => Config
  db: Database
  /** Sockets of credentials that are revoked are closed. */
  hub: () => Hub
  /** Told of logins that fail. */
  events: { loginFailed: (failure: LoginFailure) => void }
  log: Log
  now: () => Date
}

/** Who is let in, and who knows them. */
export interface Admission {
  accounts: Accounts
  users: UserDirectory
  sessions: OpenSessions
  /** Logging in at an identity provider, as it is set up now; null when none is. */
  oidc: () => OidcLogin | null
  /** Uses the provider that the configuration names now; who is on the way there has to begin anew if it is another. */
  reload(): void
}

/** What decides who may read, and writes nothing down. */
export type ReadingParts = Pick<AdmittingParts, 'db' | 'now'> & { config: Config }

/** Who is let in to read what another daemon writes: by sessions and tokens that there are. Its uses are not noted. */
export function admittingReaders({
  config,
  db,
  now,
}: ReadingParts): Omit<Admission, 'oidc' | 'reload'> {
  const limits = { ...defaultRateLimit, ...loginLimits(config) }
  const lifetime = sessionLifetime(config)
  const kept = {
    ...{ db, now, hasher: new PasswordHasher(), stateDir: config.state_dir },
    // What ends, ends at the other.
    onRevoked: () => undefined,
  }
  const limiter = new RateLimiter(limits)
  const accounts = new Accounts({
    ...{ ...kept, lifetime, notesUse: false },
    ...{ limiter, tokenLimiter: limiter },
  })
  return {
    accounts,
    users: new UserDirectory(kept),
    sessions: new OpenSessions({ ...kept, lifetime }),
  }
}

/** Knows who is let in; at the first start the administrator is made, and it is logged where the password is. */
export async function admitting(parts: AdmittingParts): Promise<Admission> {
  const { db, hub, events, log, now } = parts
  const config = parts.config()
  const hasher = new PasswordHasher()
  const passwordFile = await ensureAdmin(db, config.state_dir, hasher, now())
  if (passwordFile !== null) log.info(`the password of admin is in ${passwordFile}`)
  const kept = {
    ...{ db, hasher, now },
    stateDir: config.state_dir,
    onRevoked: (credentials: readonly Credential[]) => {
      hub().revoke(credentials)
    },
  }
  const limits = { ...defaultRateLimit, ...loginLimits(config) }
  const lifetime = sessionLifetime(config)
  const accounts = new Accounts({
    ...kept,
    // Apart: a flood of tokens makes nobody forget whose passwords were guessed.
    limiter: new RateLimiter(limits),
    tokenLimiter: new RateLimiter(limits),
    lifetime,
    onFailure: (failure) => {
      events.loginFailed(failure)
    },
  })
  const limiter = new RateLimiter(limits)
  let oidc: OidcLogin | null = null
  let followed: string | null = null
  const follow = () => {
    const settings = oidcSettings(parts.config())
    const wanted = JSON.stringify(settings)
    if (wanted === followed) return
    followed = wanted
    oidc =
      settings === null
        ? null
        : new OidcLogin({
            ...{ db, lifetime, now, settings, limiter, onRevoked: kept.onRevoked },
            provider: new OidcProvider(settings, now),
            onFailure: (reason) => {
              log.warn(reason)
            },
          })
  }
  follow()
  return {
    oidc: () => oidc,
    reload: follow,
    accounts,
    users: new UserDirectory(kept),
    sessions: new OpenSessions({ ...kept, lifetime }),
  }
}

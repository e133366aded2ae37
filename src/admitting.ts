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
  config: Config
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
  /** Logging in at an identity provider; null when none is set up. */
  oidc: OidcLogin | null
}

/** What decides who may read, and writes nothing down. */
export type ReadingParts = Pick<AdmittingParts, 'config' | 'db' | 'now'>

/** Who is let in to read what another daemon writes: by sessions and tokens that there are. Its uses are not noted. */
export function admittingReaders({ config, db, now }: ReadingParts): Omit<Admission, 'oidc'> {
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
  const { config, db, hub, events, log, now } = parts
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
  const settings = oidcSettings(config)
  const oidc =
    settings === null
      ? null
      : new OidcLogin({
          ...{ db, lifetime, now, settings, onRevoked: kept.onRevoked },
          provider: new OidcProvider(settings, now),
          limiter: new RateLimiter(limits),
          onFailure: (reason) => {
            log.warn(reason)
          },
        })
  return {
    oidc,
    accounts,
    users: new UserDirectory(kept),
    sessions: new OpenSessions({ ...kept, lifetime }),
  }
}

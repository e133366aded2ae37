import { readFile } from 'node:fs/promises'
import { Accounts } from '../../src/auth/accounts.ts'
import { OpenSessions } from '../../src/auth/open-sessions.ts'
import { PasswordHasher } from '../../src/auth/passwords.ts'
import type { Credential, Principal } from '../../src/auth/principal.ts'
import { RateLimiter } from '../../src/auth/rate-limit.ts'
import { UserDirectory } from '../../src/auth/user-directory.ts'
import { ensureAdmin } from '../../src/auth/users.ts'
import type { Database } from '../../src/db/database.ts'
import { Clock } from './clock.ts'
import { makeStateDirectory, type Teardown } from './database.ts'

/** Hashes passwords for all tests of a file. */
export const hasher = new PasswordHasher()
/** Where everybody comes from who comes from nowhere else. */
export const here = { address: '192.0.2.7', userAgent: 'tap' }
/** Seconds of one. */
export const HOUR = 3600

const lifetime = { idleSeconds: HOUR, absoluteSeconds: 3 * HOUR }

/** The accounts of a first start, in a database that is emptied before. */
export async function setUpAccounts(t: Teardown, db: Database) {
  await db.query('truncate users, sessions, api_tokens, audit, events')
  const stateDir = await makeStateDirectory(t)
  const clock = new Clock()
  const revoked: Credential[] = []
  const path = await ensureAdmin(db, stateDir, hasher, clock.now)
  const kept = {
    ...{ db, stateDir, hasher },
    now: () => clock.now,
    onRevoked: (credentials: readonly Credential[]) => {
      revoked.push(...credentials)
    },
  }
  const accounts = new Accounts({
    ...kept,
    limiter: new RateLimiter(),
    tokenLimiter: new RateLimiter(),
    lifetime,
  })
  const sessions = new OpenSessions({ ...kept, lifetime })
  const users = new UserDirectory(kept)
  const password = (await readFile(path ?? '', 'utf8')).trim()
  return { accounts, users, sessions, clock, stateDir, password, revoked }
}

/** The principal that a bearer token stands for. */
export async function principalOf(accounts: Accounts, token: string): Promise<Principal> {
  const principal = await accounts.authenticate(token, here)
  if (!principal) throw new Error('the token opens nothing')
  return principal
}

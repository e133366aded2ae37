import type { Queryable } from '../db/database.ts'
import { clientNetwork, RateLimiter, type RateLimitSettings } from './rate-limit.ts'

/** A hundred wrong passwords of one account within an hour, from wherever (NIST SP 800-63B 5.2.2), brake for an hour. */
export const accountLimit: RateLimitSettings = {
  maxFailures: 100,
  windowSeconds: 3600,
  blockSeconds: 3600,
  maxKeys: 10_000,
}

/** For how long a network is known by a login from it, and how many logins are looked at. */
const KNOWN_DAYS = 90
const LOGINS = 5000

/** Who sits at the machine, or has a shell on it, could do worse than guess. */
const OWN_NETWORKS: ReadonlySet<string> = new Set(['127.0.0.1', '::1'].map(clientNetwork))

/**
 * Slows down guesses at one account that come from many networks, each of which stays below its own limit.
 *
 * Locking the account would hand everybody who can reach the login page the means to lock its user out. So while it
 * brakes, only networks are heard from which somebody has logged in to the account before: the user at his desk does
 * not notice, and who guesses has to sit there too. What he gains is that its user cannot log in from somewhere new
 * for as long as he goes on. A name that nobody has is braked alike, and knows no network.
 */
export class AccountBrake {
  readonly #limiter: RateLimiter
  readonly #knownNetworks: (username: string, now: Date) => Promise<ReadonlySet<string>>

  constructor(
    knownNetworks: (username: string, now: Date) => Promise<ReadonlySet<string>>,
    limiter: RateLimiter = new RateLimiter(accountLimit),
  ) {
    this.#knownNetworks = knownNetworks
    this.#limiter = limiter
  }

  /** Seconds until the network may try again; null when it may now. */
  async retryAfterSeconds(username: string, network: string, now: Date): Promise<number | null> {
    const retryAfter = this.#limiter.retryAfterSeconds(username.toLowerCase(), now)
    if (retryAfter === null || OWN_NETWORKS.has(network)) return null
    const known = await this.#knownNetworks(username, now)
    return known.has(network) ? null : retryAfter
  }

  /** Counts a wrong password; true when it is the one that begins to brake. */
  fail(username: string, now: Date): boolean {
    const name = username.toLowerCase()
    // From networks that are heard meanwhile; the brake is not prolonged by them.
    if (this.#limiter.retryAfterSeconds(name, now) !== null) return false
    return this.#limiter.fail(name, now)
  }
}

/** Networks from which somebody has logged in to the account lately, by the audit trail. */
export async function networksOfLogins(
  db: Queryable,
  username: string,
  now: Date,
): Promise<ReadonlySet<string>> {
  const since = new Date(now.getTime() - KNOWN_DAYS * 86_400_000)
  const rows = await db.query<{ address: string }>(
    `select distinct address from (
       select address from audit
       where subject = (select username from users where lower(username) = lower($1))
         and action = 'session.create' and at > $2 and address is not null
       order by id desc limit $3
     ) as logins`,
    [username, since, LOGINS],
  )
  return new Set(rows.map(({ address }) => clientNetwork(address)))
}

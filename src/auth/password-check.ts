import type { AccountBrake } from './account-brake.ts'
import { AuthError } from './auth-error.ts'
import type { LoginFailure } from './login-failures.ts'
import type { PasswordHasher } from './passwords.ts'
import type { Origin } from './principal.ts'
import { clientNetwork, type RateLimiter } from './rate-limit.ts'
import { Turns } from './turns.ts'
import type { FoundUser, User } from './users.ts'

/** What passwords are checked with, and who is told of those that are wrong. */
export interface PasswordCheckOptions {
  hasher: PasswordHasher
  /** By client network and account. */
  limiter: RateLimiter
  /** By account. */
  brake: AccountBrake
  now: () => Date
  /** Told of each password that was not right, and of each try of who is blocked. Be short. */
  onFailure?: ((failure: LoginFailure) => void) | undefined
}

/** Checks passwords, and counts those that are wrong against the client and the account. */
export class PasswordCheck {
  readonly #options: PasswordCheckOptions
  // One password at a time for each client and account: tries in parallel are counted like tries in a row.
  readonly #turns = new Turns()

  constructor(options: PasswordCheckOptions) {
    this.#options = options
  }

  /**
   * The user, when the password is his. Rejects with AuthError ERR_BAD_CREDENTIALS or ERR_RATE_LIMITED, and with
   * TooManyLoginsError.
   */
  async check(
    username: string,
    password: string,
    origin: Origin,
    find: () => Promise<FoundUser | null>,
  ): Promise<{ user: User; passwordHash: string }> {
    const { hasher, limiter, brake, now, onFailure } = this.#options
    const network = clientNetwork(origin.address)
    const key = `${network} ${username.toLowerCase()}`
    return await this.#turns.take(key, async () => {
      const retryAfterSeconds =
        limiter.retryAfterSeconds(key, now()) ??
        (await brake.retryAfterSeconds(username, network, now()))
      if (retryAfterSeconds !== null) {
        onFailure?.({ network, username: null, kind: 'refused' })
        throw new AuthError('ERR_RATE_LIMITED', 'login: too many failures', { retryAfterSeconds })
      }
      const found = await find()
      const stored = found?.passwordHash ?? null
      const matches = await hasher.verify(stored, password)
      // Whether an account is disabled is told to nobody, and takes as long to find out.
      if (!matches || found === null || stored === null || found.user.disabledAt !== null) {
        brake.fail(username, now())
        const kind = limiter.fail(key, now()) ? 'blocked' : 'wrong'
        onFailure?.({ network, username: found?.user.username ?? null, kind })
        throw badCredentials()
      }
      limiter.clear(key)
      return { user: found.user, passwordHash: stored }
    })
  }
}

/** An unknown user and a wrong password are the same. */
export function badCredentials(): AuthError {
  return new AuthError('ERR_BAD_CREDENTIALS', 'login: unknown user or wrong password')
}

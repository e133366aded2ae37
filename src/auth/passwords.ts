import { hash, verify } from '@node-rs/argon2'

// OWASP's minimum for argon2id: 19 MiB, two passes, one lane (12 to 29 ms a hash).
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** More passwords wait to be checked than the daemon wants to remember. Trying again later may help. */
export class TooManyLoginsError extends Error {
  readonly code = 'ERR_TOO_MANY_LOGINS'

  constructor(waiting: number) {
    super(`password check: ${waiting} others are waiting`)
    this.name = 'TooManyLoginsError'
  }
}

/**
 * Hashes and checks passwords on the thread pool, a few at a time: each takes 19 MiB and a
 * thread that file reads need too, so a flood of logins waits here, and is refused when the line is long.
 */
export class PasswordHasher {
  readonly #concurrency: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0
  #decoy: Promise<string> | null = null

  constructor(concurrency = 2, maxWaiting = 64) {
    this.#concurrency = concurrency
    this.#maxWaiting = maxWaiting
  }

  /** The PHC string of a password (argon2id). Rejects with TooManyLoginsError. */
  async hash(password: string): Promise<string> {
    return await this.#inTurn(() => hash(password, cost))
  }

  /**
   * Whether the password is the one of the PHC string. Without one (unknown user) it costs
   * the same and is false. Rejects with TooManyLoginsError.
   */
  async verify(stored: string | null, password: string): Promise<boolean> {
    return await this.#inTurn(async () => {
      this.#decoy ??= hash('nobody has this password', cost)
      const matches = await verify(stored ?? (await this.#decoy), password)
      return stored !== null && matches
    })
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#concurrency) {
      if (this.#waiting.length >= this.#maxWaiting) throw new TooManyLoginsError(this.#maxWaiting)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    } else {
      this.#running += 1
    }
    try {
      return await work()
    } finally {
      // The slot goes over to the next in line; it is free only when nobody waits.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}

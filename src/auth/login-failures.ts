/** A login that did not succeed. */
export interface LoginFailure {
  /** The network of the client, as failures are counted by. */
  network: string
  /** Name of the user, when there is one; what else was typed may be a password. */
  username: string | null
  /** `wrong`: unknown user or wrong password; `blocked`: the failure that blocks; `refused`: blocked before. */
  kind: 'wrong' | 'blocked' | 'refused'
}

/** Failures since they were last told of. */
export interface FailureCounts {
  failures: number
  refused: number
  /** Networks with the number of their failures, the most first. */
  networks: { network: string; failures: number }[]
  /** Users whose logins failed. */
  usernames: string[]
  /** Networks that were blocked. */
  blocked: string[]
}

/** Networks and users that are remembered; a flood from more of them is counted. */
const REMEMBERED = 100
/** Of each kind that are told. */
const TOLD = 5

/** Counts failed logins between two tellings, in bounded memory. */
export class LoginFailures {
  #failures = 0
  #refused = 0
  #networks = new Map<string, number>()
  readonly #usernames = new Set<string>()
  readonly #blocked = new Set<string>()

  note({ network, username, kind }: LoginFailure): void {
    if (kind === 'refused') this.#refused += 1
    else this.#failures += 1
    const known = this.#networks.get(network)
    if (known !== undefined || this.#networks.size < REMEMBERED) {
      this.#networks.set(network, (known ?? 0) + 1)
    }
    if (username !== null && this.#usernames.size < REMEMBERED) this.#usernames.add(username)
    if (kind === 'blocked' && this.#blocked.size < REMEMBERED) this.#blocked.add(network)
  }

  /** What was counted; from here on it is counted anew. */
  take(): FailureCounts {
    const networks = [...this.#networks]
      .map(([network, failures]) => ({ network, failures }))
      .sort((one, other) => other.failures - one.failures)
      .slice(0, TOLD)
    const counts = {
      ...{ failures: this.#failures, refused: this.#refused, networks },
      usernames: [...this.#usernames].slice(0, TOLD),
      blocked: [...this.#blocked].slice(0, TOLD),
    }
    this.#failures = 0
    this.#refused = 0
    this.#networks = new Map()
    this.#usernames.clear()
    this.#blocked.clear()
    return counts
  }
}

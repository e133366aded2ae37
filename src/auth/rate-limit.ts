/** How many failures of one key are one too many. */
export interface RateLimitSettings {
  maxFailures: number
  windowSeconds: number
  blockSeconds: number
  /** Keys remembered at most, of those that failed and of those that are blocked each. */
  maxKeys: number
}

/** Five failures within a minute block for five. */
export const defaultRateLimit: RateLimitSettings = {
  maxFailures: 5,
  windowSeconds: 60,
  blockSeconds: 300,
  maxKeys: 10_000,
}

/**
 * Counts failures by key in a sliding window and blocks a key that has too many. Time is handed in.
 *
 * Memory is bounded: the keys that have not failed for longest are forgotten first. Blocked ones are kept
 * apart, so that a flood of new keys does not free an old one; each costs a flood `maxFailures` tries.
 */
export class RateLimiter {
  readonly #settings: RateLimitSettings
  readonly #failures = new Map<string, number[]>()
  readonly #blockedUntil = new Map<string, number>()

  constructor(settings: RateLimitSettings = defaultRateLimit) {
    this.#settings = settings
  }

  /** Seconds until the key may try again, rounded up; null when it may now. */
  retryAfterSeconds(key: string, now: Date): number | null {
    const until = this.#blockedUntil.get(key)
    if (until === undefined) return null
    const remainingMs = until - now.getTime()
    if (remainingMs > 0) return Math.ceil(remainingMs / 1000)
    this.#blockedUntil.delete(key)
    return null
  }

  /** Counts a failure; true when it is the one that blocks the key. */
  fail(key: string, now: Date): boolean {
    const { maxFailures, windowSeconds, blockSeconds } = this.#settings
    const since = now.getTime() - windowSeconds * 1000
    const failures = (this.#failures.get(key) ?? []).filter((at) => at > since)
    failures.push(now.getTime())
    if (failures.length < maxFailures) {
      this.#remember(this.#failures, key, failures)
      return false
    }
    this.#failures.delete(key)
    this.#remember(this.#blockedUntil, key, now.getTime() + blockSeconds * 1000)
    return true
  }

  /** A success clears what was counted. */
  clear(key: string): void {
    this.#failures.delete(key)
    this.#blockedUntil.delete(key)
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#failures.size + this.#blockedUntil.size
  }

  // A map iterates in the order of insertion, so its first key is the one to forget.
  #remember<T>(map: Map<string, T>, key: string, value: T): void {
    map.delete(key)
    map.set(key, value)
    if (map.size <= this.#settings.maxKeys) return
    const [oldest] = map.keys()
    if (oldest !== undefined) map.delete(oldest)
  }
}

/**
 * What counts as one client: the address, and of IPv6 its network of 64 bits, which one
 * subscriber has to himself (RFC 6177) and could walk through otherwise.
 */
export function clientNetwork(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (!address.includes(':')) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - after.length
  const all = [...groups, ...Array<string>(Math.max(missing, 0)).fill('0'), ...after]
  return `${all.slice(0, 4).join(':')}::/64`
}

import { Check, type Component, type ComponentHealth, type ComponentStatus } from './components.ts'

/** The health of the whole at one moment. */
export interface Health {
  status: 'up' | 'degraded' | 'down'
  at: Date
  components: readonly ComponentHealth[]
}

/** Down when a critical component is down; degraded when any component is not up, also when it is unknown. */
export function overall(
  components: readonly { critical: boolean; status: ComponentStatus }[],
): Health['status'] {
  if (components.some(({ critical, status }) => critical && status === 'down')) return 'down'
  return components.every(({ status }) => status === 'up') ? 'up' : 'degraded'
}

/** What a model asks, and by which clocks. */
export interface HealthModelOptions {
  /** Those there are now; of one name it is always the one that was there first. */
  components: () => readonly Component[]
  now: () => Date
  /** A clock that only goes forward, in milliseconds. */
  elapsedMs: () => number
  /** Answers are given again for this long, so that a storm of scrapes asks the parts once; 2 s if not said. */
  keepMs?: number
  timeoutMs?: number
}

/** Asks the components, all at once, and remembers the answer for a moment. */
export class HealthModel {
  readonly #options: HealthModelOptions
  /** By the name of the component: a check that hangs is not forgotten. */
  readonly #checks = new Map<string, Check>()
  readonly #kept = new Map<Check, { atMs: number; health: Promise<ComponentHealth> }>()
  #hits = 0
  #misses = 0

  constructor(options: HealthModelOptions) {
    this.#options = options
  }

  /** The health of all components, of those asked on demand only `withConsistency`. Never rejects. */
  async assess(withConsistency = false): Promise<Health> {
    const asked = this.#current().filter(
      ({ component }) => withConsistency || component.onDemand !== true,
    )
    return await this.#assess(asked)
  }

  /** The health of the critical components alone: whether the daemon can serve. Never rejects. */
  async readiness(): Promise<Health> {
    return await this.#assess(this.#current().filter(({ component }) => component.critical))
  }

  /** The checks of the components there are now. */
  #current(): Check[] {
    const { components, elapsedMs, timeoutMs } = this.#options
    return components().map((component) => {
      const known = this.#checks.get(component.name)
      if (known !== undefined) return known
      const check = new Check(component, elapsedMs, timeoutMs)
      this.#checks.set(component.name, check)
      return check
    })
  }

  /** How often a component was not asked, because its answer was just given. */
  cache(): { cache: string; hits: number; misses: number; entries: number; bytes: null } {
    const { size: entries } = this.#kept
    return { cache: 'health', hits: this.#hits, misses: this.#misses, entries, bytes: null }
  }

  async #assess(checks: readonly Check[]): Promise<Health> {
    const components = await Promise.all(checks.map((check) => this.#ask(check)))
    return { status: overall(components), at: this.#options.now(), components }
  }

  #ask(check: Check): Promise<ComponentHealth> {
    const { elapsedMs, keepMs = 2_000 } = this.#options
    const kept = this.#kept.get(check)
    if (kept && elapsedMs() - kept.atMs < keepMs) {
      this.#hits += 1
      return kept.health
    }
    this.#misses += 1
    const health = check.run()
    // Shared while it is on its way, however long that takes, and kept from when it was given.
    const entry = { atMs: Number.POSITIVE_INFINITY, health }
    this.#kept.set(check, entry)
    void health.then(() => (entry.atMs = elapsedMs()))
    return health
  }
}

/** How a component is: `unknown` when it could not be asked. */
export type ComponentStatus = 'up' | 'degraded' | 'down' | 'unknown'

/** What a check found. */
export interface CheckResult {
  status: ComponentStatus
  message: string
  details?: Readonly<Record<string, unknown>>
}

/** A part of the appliance or the daemon whose health is asked for. */
export interface Component {
  readonly name: string
  /** The whole is down when this one is. */
  readonly critical: boolean
  /** Asked only when somebody asks for consistency: it takes longer. */
  readonly onDemand?: boolean
  /** A rejection means down, with the code of the error. */
  check(): Promise<CheckResult> | CheckResult
}

/** A component with what its check found, and how long that took. */
export interface ComponentHealth {
  name: string
  critical: boolean
  status: ComponentStatus
  message: string
  details: Readonly<Record<string, unknown>>
  latencyMs: number
}

/** A check that has no answer by then is down. */
const CHECK_TIMEOUT_MS = 5_000

/**
 * Asks one component, again and again. Never rejects and never takes longer than its deadline; while a check
 * hangs no second one is started beside it, so that a dead mount costs one thread and not one a scrape.
 */
export class Check {
  readonly component: Component
  readonly #timeoutMs: number
  readonly #elapsedMs: () => number
  #running: Promise<CheckResult> | null = null
  #startedMs = 0

  constructor(component: Component, elapsedMs: () => number, timeoutMs = CHECK_TIMEOUT_MS) {
    this.component = component
    this.#elapsedMs = elapsedMs
    this.#timeoutMs = timeoutMs
  }

  async run(): Promise<ComponentHealth> {
    const hanging = this.#running !== null
    if (!hanging) this.#startedMs = this.#elapsedMs()
    const running = (this.#running ??= this.#start())
    const result = hanging ? this.#overdue() : await this.#withDeadline(running)
    const { name, critical } = this.component
    return {
      name,
      critical,
      status: result.status,
      message: result.message,
      details: result.details ?? {},
      latencyMs: Math.round((this.#elapsedMs() - this.#startedMs) * 1000) / 1000,
    }
  }

  async #start(): Promise<CheckResult> {
    try {
      return await this.component.check()
    } catch (error) {
      return { status: 'down', message: failureWord(error) }
    } finally {
      this.#running = null
    }
  }

  async #withDeadline(running: Promise<CheckResult>): Promise<CheckResult> {
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<CheckResult>((resolve) => {
      timer = setTimeout(() => {
        resolve(this.#overdue())
      }, this.#timeoutMs)
    })
    try {
      return await Promise.race([running, deadline])
    } finally {
      clearTimeout(timer)
    }
  }

  #overdue(): CheckResult {
    const seconds = Math.round((this.#elapsedMs() - this.#startedMs) / 100) / 10
    return { status: 'down', message: `no answer for ${seconds} s` }
  }
}

// Anybody may read this, and the texts of errors name users, hosts and paths.
function failureWord(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? `failed: ${code}` : 'failed'
}

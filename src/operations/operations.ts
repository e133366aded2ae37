import { operationNames, type OperationName } from './names.ts'
import type {
  Operation,
  OperationLabels,
  OperationLogging,
  OperationStatus,
  OperationSummary,
} from './operation.ts'
import { Ring } from './ring.ts'
import { Totals } from './totals.ts'

/** What operations are noted with, and who is told. */
export interface OperationsOptions {
  now: () => Date
  /** A clock that only goes forward, in seconds. */
  elapsedSeconds: () => number
  /** Told of each, so that an exporter can count. Called synchronously: be short. */
  onEnded: (ended: Operation) => void
  /** Writes a line, where that is asked for. */
  log: (message: string, fields: object) => void
  /** Whether each is logged when nobody has said otherwise. */
  logged: () => boolean
  /** Takes secrets out of the text of an error. */
  redact: (text: string) => string
}

/** Which of the recent ones are wanted. */
export interface RecentOperations {
  operation?: OperationName | undefined
  status?: OperationStatus | undefined
  limit: number
}

/** What is said of an operation that was timed elsewhere. */
export interface Ended {
  seconds: number
  status: OperationStatus
  labels?: OperationLabels
  affected?: number | null
  error?: string | null
}

/** The last of all, and of those that failed: a drive that is asked much must not push out why another failed. */
const RECENT = 1000
const RECENT_FAILURES = 250
const ERROR_LENGTH = 500

/** Counts and times what the daemon does to the machine, and keeps the last of it. */
export class Operations {
  /** When the counting began. */
  readonly since: Date
  readonly #options: OperationsOptions
  readonly #totals = new Map<OperationName, Totals>()
  readonly #recent = new Ring<Operation>(RECENT)
  readonly #failures = new Ring<Operation>(RECENT_FAILURES)
  #logging: OperationLogging | null = null

  constructor(options: OperationsOptions) {
    this.#options = options
    this.since = options.now()
  }

  /**
   * Does something to the machine, times it and counts how it ended: a rejection is an error, or too late when its
   * `code` is ERR_TIMEOUT. `work` may say how much it affected. Rejects as `work` does.
   */
  async track<T>(
    operation: OperationName,
    labels: OperationLabels,
    work: (affect: (count: number) => void) => Promise<T>,
  ): Promise<T> {
    const began = this.#options.elapsedSeconds()
    let affected: number | null = null
    const note = (status: OperationStatus, error: string | null) => {
      const seconds = this.#options.elapsedSeconds() - began
      this.note(operation, { seconds, status, labels, affected, error })
    }
    try {
      const result = await work((count) => (affected = (affected ?? 0) + count))
      note('ok', null)
      return result
    } catch (error) {
      note(statusOf(error), messageOf(error))
      throw error
    }
  }

  /** Notes an operation that has just ended and was timed already. */
  note(operation: OperationName, ended: Ended): void {
    const { seconds, status, labels = {}, affected = null, error = null } = ended
    const nowMs = this.#options.now().getTime()
    const noted: Operation = {
      operation,
      labels,
      startedAt: new Date(nowMs - seconds * 1000),
      durationSeconds: seconds,
      status,
      affected,
      error: error === null ? null : this.#options.redact(error).slice(0, ERROR_LENGTH),
    }
    let totals = this.#totals.get(operation)
    if (totals === undefined) this.#totals.set(operation, (totals = new Totals(operation)))
    totals.add(noted)
    this.#recent.add(noted)
    if (status !== 'ok') this.#failures.add(noted)
    this.#options.onEnded(noted)
    if (this.#isLogged(operation, nowMs)) this.#log(noted)
  }

  /** Every type that there was, in the order of the table. */
  summary(): OperationSummary[] {
    return operationNames.flatMap((name) => this.#totals.get(name)?.summary() ?? [])
  }

  /** The last ones, the newest first. */
  recent({ operation, status, limit }: RecentOperations): Operation[] {
    const ring = status === undefined || status === 'ok' ? this.#recent : this.#failures
    return ring.newest(
      limit,
      (one) =>
        (operation === undefined || one.operation === operation) &&
        (status === undefined || one.status === status),
    )
  }

  /** What is logged now. */
  logging(): OperationLogging {
    const set = this.#set(this.#options.now().getTime())
    return set ?? { enabled: this.#options.logged(), operations: null, expiresAt: null }
  }

  /** Has operations logged from now on, or not. */
  setLogging(logging: OperationLogging): void {
    this.#logging = logging
  }

  #set(nowMs: number): OperationLogging | null {
    const { expiresAt = null } = this.#logging ?? {}
    if (expiresAt !== null && expiresAt.getTime() <= nowMs) this.#logging = null
    return this.#logging
  }

  #isLogged(operation: OperationName, nowMs: number): boolean {
    const set = this.#set(nowMs)
    if (set === null) return this.#options.logged()
    return set.enabled && (set.operations?.includes(operation) ?? true)
  }

  #log({ operation, labels, durationSeconds, status, affected, error }: Operation): void {
    this.#options.log('operation', {
      ...{ operation, status, duration_seconds: durationSeconds, ...labels },
      ...(affected === null ? {} : { affected }),
      ...(error === null ? {} : { error }),
    })
  }
}

function statusOf(error: unknown): OperationStatus {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  if (name === 'AbortError') return 'cancelled'
  return code === 'ERR_TIMEOUT' ? 'timeout' : 'error'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

import { LoopDelayMeter } from '../loop-delay.ts'
import { declareCaches, type CacheCounts } from './caches.ts'
import { countConsistency } from './consistency.ts'
import { Instruments } from './instruments.ts'
import { declareLoopDelay } from './loop-delay.ts'
import { declarePublishing, type FleetCounts } from './publishing.ts'
import { countTasks } from './tasks.ts'

/** What the daemon asks of its own parts whenever somebody scrapes. */
export interface SelfSources {
  application: { name: string; version: string }
  /** Every breaker that is not at rest. */
  breakers(): readonly { name: string; state: keyof typeof BREAKER_STATES }[]
  /** Failures that breakers have counted since the start, by breaker. */
  breakerFailures(): ReadonlyMap<string, number>
  /** Processes, requests and file calls that never came back. */
  stuckCalls(): number
  connections(): { idle: number; active: number; waiting: number }
  /** Evaluations that wait for the database. */
  heldEvaluations(): number
  websocket(): { clients: number; sent: number; dropped: number; evicted: number }
  /** How often parts of the daemon had to be started again, by their names. */
  watcherRestarts(): Readonly<Record<string, number>>
  /** Lines of the log that could not be written. */
  logLinesLost(): number
  /** What is answered without asking again. */
  caches(): readonly CacheCounts[]
  /** How it stands with the fleet; null without one. */
  fleet(): FleetCounts | null
}

/** Something the daemon did to the machine. */
interface EndedOperation {
  operation: string
  status: string
  durationSeconds: number
  /** Null when nobody counted. */
  affected: number | null
}

const BREAKER_STATES = { closed: 0, half_open: 1, open: 2 } as const
const LOCK_TIMEOUT = '55P03' // lock_not_available
const OPERATION_BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600]
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What the daemon counts about itself. */
export class SelfMetrics {
  readonly #instruments = new Instruments().withProcess()
  readonly #operations = this.#instruments.counter(
    'operations_total',
    'What the daemon asked of the machine.',
    ['operation', 'status'],
  )
  readonly #operationSeconds = this.#instruments.histogram(
    'operation_duration_seconds',
    'How long the machine took to answer.',
    OPERATION_BUCKETS,
    ['operation'],
  )
  readonly #operationAffected = this.#instruments.counter(
    'operation_affected_objects_total',
    'Elements, sessions, LUNs and the like that operations have read or changed.',
    ['operation'],
  )
  readonly #querySeconds = this.#instruments.histogram(
    'db_query_duration_seconds',
    'Time of database statements.',
    REQUEST_BUCKETS,
  )
  readonly #queryErrors = this.#instruments.counter(
    'db_errors_total',
    'Failed statements by SQLSTATE or error code.',
    ['type'],
  )
  readonly #connectionErrors = this.#instruments.counter(
    'db_connection_errors_total',
    'Connections that could not be opened or broke.',
    ['type'],
  )
  readonly #databaseHealth = this.#instruments.gauge(
    'db_health_status',
    'Whether the database took the last connection or statement: 1, or 0.',
  )
  readonly #lockTimeouts = this.#instruments.counter(
    'db_lock_timeouts_total',
    'Statements that gave up waiting for a lock.',
  )
  readonly #requests = this.#instruments.counter('http_requests_total', 'Requests answered.', [
    'method',
    'route',
    'status',
  ])
  readonly #requestSeconds = this.#instruments.histogram(
    'http_request_duration_seconds',
    'Time from request to answer.',
    REQUEST_BUCKETS,
    ['method', 'route'],
  )
  readonly #inProgress = this.#instruments.gauge(
    'http_requests_in_progress',
    'Requests that are being answered.',
  )
  readonly #authFailures = this.#instruments.counter(
    'http_auth_failures_total',
    'Requests without valid credentials or permission.',
    ['reason'],
  )
  readonly #rateLimitHits = this.#instruments.counter(
    'http_rate_limit_hits_total',
    'Logins refused after repeated failures.',
  )
  readonly #refused = this.#instruments.counter(
    'http_connections_refused_total',
    'Connections closed at once, because there were as many as there may be.',
  )

  readonly #notifications = this.#instruments.counter(
    'notifications_total',
    'Attempts to send a notification, by outcome.',
    ['channel', 'result'],
  )

  /** Counts how tasks go. */
  readonly tasks = countTasks(this.#instruments)

  /** Counts what is compared. */
  readonly consistency = countConsistency(this.#instruments)

  /** How late things are done; nothing is measured before it is started. */
  readonly loopDelay = new LoopDelayMeter()

  /** Every breaker that is not at rest. */
  readonly breakers: SelfSources['breakers']

  constructor(sources: SelfSources) {
    this.breakers = () => sources.breakers()
    const instruments = this.#instruments
    const { name, version } = sources.application
    instruments
      .gauge('application_info', 'Name and version of the daemon; always 1.', [
        'name',
        'version',
        'component',
      ])
      .set({ name, version, component: 'daemon' }, 1)
    instruments.live(
      'circuit_breaker_state',
      'State of a breaker: 0 closed, 1 half open, 2 open; no sample for one at rest.',
      ['breaker'],
      () => sources.breakers().map(({ name, state }) => [{ breaker: name }, BREAKER_STATES[state]]),
    )
    instruments.tally(
      'circuit_breaker_failures_total',
      'Failures that a breaker has counted.',
      ['breaker'],
      () => [...sources.breakerFailures()].map(([breaker, count]) => [{ breaker }, count]),
    )
    instruments.live(
      'stuck_calls',
      'Processes and file calls that never came back; what they asked is left alone.',
      [],
      () => [[{}, sources.stuckCalls()]],
    )
    instruments.live(
      'alert_evaluations_held',
      'Evaluations of the rules that are held in memory until the database can take them.',
      [],
      () => [[{}, sources.heldEvaluations()]],
    )
    instruments.live('db_connections', 'Connections of the pool by state.', ['state'], () => {
      const { idle, active, waiting } = sources.connections()
      return Object.entries({ idle, active, waiting }).map(([state, count]) => [{ state }, count])
    })
    instruments.tally(
      'watcher_restarts_total',
      'Parts of the daemon that had to be started again.',
      ['watcher'],
      () =>
        Object.entries(sources.watcherRestarts()).map(([watcher, count]) => [{ watcher }, count]),
    )
    instruments.tally(
      'log_lines_lost_total',
      'Lines of the log of the daemon that could not be written.',
      [],
      () => [[{}, sources.logLinesLost()]],
    )
    declareLoopDelay(instruments, this.loopDelay)
    declareCaches(instruments, () => sources.caches())
    declarePublishing(instruments, () => sources.fleet())
    instruments.live('websocket_clients', 'Clients of the event stream.', [], () => [
      [{}, sources.websocket().clients],
    ])
    instruments.tally('websocket_sent_total', 'Frames handed to clients.', [], () => [
      [{}, sources.websocket().sent],
    ])
    instruments.tally(
      'websocket_dropped_total',
      'Frames of numbers that were replaced by newer ones for slow clients.',
      [],
      () => [[{}, sources.websocket().dropped]],
    )
    instruments.tally(
      'websocket_evicted_total',
      'Clients closed because they did not keep up.',
      [],
      () => [[{}, sources.websocket().evicted]],
    )
  }

  /** Every family with its samples, in the shape of prom-client's JSON. */
  families() {
    return this.#instruments.registry.getMetricsAsJSON()
  }

  /** Says which machine this is. */
  readonly setMachine = <T extends Record<keyof T, string | null>>(identity: T): void => {
    const told = Object.entries<string | null>(identity).map(([name, value]) => [name, value ?? ''])
    this.#instruments
      .gauge('machine_info', 'What the machine is; always 1.', Object.keys(identity))
      .set(Object.fromEntries(told) as Record<string, string>, 1)
  }

  /** Counts what was done to the machine. */
  readonly operation = (ended: EndedOperation): void => {
    const { operation, status, durationSeconds, affected } = ended
    this.#operations.inc({ operation, status })
    this.#operationSeconds.observe({ operation }, durationSeconds)
    if (affected !== null) this.#operationAffected.inc({ operation }, affected)
  }

  /** Counts statements and lost connections. */
  readonly database = {
    query: (seconds: number, error: string | null): void => {
      this.#querySeconds.observe(seconds)
      // A statement that is refused was heard; of a connection that breaks meanwhile is told below.
      if (error === null) this.#databaseHealth.set(1)
      if (error !== null) this.#queryErrors.inc({ type: error })
      if (error === LOCK_TIMEOUT) this.#lockTimeouts.inc()
    },
    connectionError: (error: string): void => {
      this.#connectionErrors.inc({ type: error })
      this.#databaseHealth.set(0)
    },
  }

  /** Counts attempts to send. */
  readonly notifications = (channel: string, result: string, count: number): void => {
    this.#notifications.inc({ channel, result }, count)
  }

  /** Counts requests, and tells `onAnswer` of each. */
  http(onAnswer: (seconds: number, status: number) => void) {
    return {
      started: () => {
        this.#inProgress.inc()
      },
      finished: (answer: { method: string; route: string; status: number; seconds: number }) => {
        const { method, route, status, seconds } = answer
        this.#inProgress.dec()
        this.#requests.inc({ method, route, status: String(status) })
        this.#requestSeconds.observe({ method, route }, seconds)
        onAnswer(seconds, status)
      },
      authFailure: (reason: string) => {
        this.#authFailures.inc({ reason })
      },
      rateLimited: () => {
        this.#rateLimitHits.inc()
      },
      connectionRefused: () => {
        this.#refused.inc()
      },
    }
  }
}

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** What the daemon asks of its own parts whenever somebody scrapes. */
export interface SelfSources {
  breakers(): readonly { name: string; state: 'closed' | 'half-open' | 'open'; failures: number }[]
  /** Commands that were killed and never came back. */
  stuckCommands(): number
  poolConnections(): Readonly<Record<string, number>>
  websocket(): { clients: number; sent: number; dropped: number; evicted: number }
  databaseRestarts(): number
}

const BREAKER_STATES = { closed: 0, 'half-open': 1, open: 2 } as const
const OPERATION_BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600]
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

// Gauges that prom-client calls ..._total, which promtool refuses.
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** Metrics of the daemon about itself, kept by prom-client. */
export class SelfMetrics {
  readonly registry = new Registry()
  readonly httpRequests = this.#counter('http_requests_total', 'Requests answered.', [
    'method',
    'route',
    'status',
  ])
  readonly httpSeconds = this.#histogram(
    'http_request_duration_seconds',
    'Time from request to answer.',
    ['method', 'route'],
    REQUEST_BUCKETS,
  )
  readonly httpInProgress = this.#gauge(
    'http_requests_in_progress',
    'Requests that are being answered.',
  )
  readonly authFailures = this.#counter(
    'http_auth_failures_total',
    'Requests without valid credentials or permission.',
    ['reason'],
  )
  readonly rateLimitHits = this.#counter(
    'http_rate_limit_hits_total',
    'Logins refused after repeated failures.',
  )
  readonly operations = this.#counter('operations_total', 'What the daemon asked of the machine.', [
    'operation',
    'status',
  ])
  readonly operationSeconds = this.#histogram(
    'operation_duration_seconds',
    'How long the machine took to answer.',
    ['operation'],
    OPERATION_BUCKETS,
  )
  readonly databaseSeconds = this.#histogram(
    'db_query_duration_seconds',
    'Time of database queries.',
    [],
    REQUEST_BUCKETS,
  )
  readonly databaseErrors = this.#counter(
    'db_errors_total',
    'Failed queries by SQLSTATE or error code.',
    ['type'],
  )
  readonly lockTimeouts = this.#counter(
    'db_lock_timeouts_total',
    'Queries that gave up waiting for a lock.',
  )
  readonly collectorRestarts = this.#counter(
    'watcher_restarts_total',
    'Collectors and servers that had to be started again.',
    ['watcher'],
  )

  constructor(application: { name: string; version: string }, sources: SelfSources) {
    const { registry } = this
    collectDefaultMetrics({ register: registry })
    for (const name of MISNAMED) registry.removeSingleMetric(name)

    this.#gauge('application_info', 'Name and version of the daemon; always 1.', [
      'name',
      'version',
      'component',
    ]).set({ ...application, component: 'daemon' }, 1)
    this.#live(
      'circuit_breaker_state',
      'State of a breaker: 0 closed, 1 half open, 2 open.',
      ['breaker'],
      (gauge) => {
        for (const { name, state } of sources.breakers())
          gauge.set({ breaker: name }, BREAKER_STATES[state])
      },
    )
    this.#live(
      'stuck_commands',
      'Commands that could not be killed and whose devices are left alone.',
      [],
      (gauge) => {
        gauge.set(sources.stuckCommands())
      },
    )
    this.#live('db_connections', 'Connections of the pool by state.', ['state'], (gauge) => {
      for (const [state, count] of Object.entries(sources.poolConnections()))
        gauge.set({ state }, count)
    })
    this.#live('websocket_clients', 'Clients of the event stream.', [], (gauge) => {
      gauge.set(sources.websocket().clients)
    })
    this.#tally(
      'circuit_breaker_failures_total',
      'Failures that a breaker has counted.',
      ['breaker'],
      (add) => {
        for (const { name, failures } of sources.breakers()) add({ breaker: name }, failures)
      },
    )
    this.#tally('websocket_sent_total', 'Frames handed to clients.', [], (add) => {
      add({}, sources.websocket().sent)
    })
    this.#tally(
      'websocket_dropped_total',
      'Frames of numbers replaced by newer ones for slow clients.',
      [],
      (add) => {
        add({}, sources.websocket().dropped)
      },
    )
    this.#tally(
      'websocket_evicted_total',
      'Clients closed because they did not keep up.',
      [],
      (add) => {
        add({}, sources.websocket().evicted)
      },
    )
    this.#tally(
      'db_server_restarts_total',
      'Times the embedded database server had to be started again.',
      [],
      (add) => {
        add({}, sources.databaseRestarts())
      },
    )
  }

  #counter(name: string, help: string, labelNames: string[] = []) {
    return new Counter({ name: `storwarden_${name}`, help, labelNames, registers: [this.registry] })
  }

  #gauge(name: string, help: string, labelNames: string[] = []) {
    return new Gauge({ name: `storwarden_${name}`, help, labelNames, registers: [this.registry] })
  }

  #histogram(name: string, help: string, labelNames: string[], buckets: number[]) {
    return new Histogram({
      name: `storwarden_${name}`,
      help,
      labelNames,
      buckets,
      registers: [this.registry],
    })
  }

  /** A gauge that is set anew, and from nothing, whenever it is asked. */
  #live(name: string, help: string, labelNames: string[], set: (gauge: Gauge) => void): void {
    const registers = [this.registry]
    new Gauge({
      name: `storwarden_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        set(this)
      },
    })
  }

  /** A counter that somebody else counts. */
  #tally(
    name: string,
    help: string,
    labelNames: string[],
    tell: (add: (labels: Record<string, string>, total: number) => void) => void,
  ): void {
    const registers = [this.registry]
    new Counter({
      name: `storwarden_${name}`,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        tell((labels, total) => {
          this.inc(labels, total)
        })
      },
    })
  }
}

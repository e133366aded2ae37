import { performance } from 'node:perf_hooks'
import { join } from 'node:path'
import type { Admission } from './admitting.ts'
import { configuredRules, submissionLimits } from './applied-config.ts'
import type { AlertEngine } from './alerts/engine.ts'
import type { RuleBook } from './alerts/rule-book.ts'
import type { RuleTrials } from './alerts/rule-trial.ts'
import { ObjectFailures } from './api/hardware/failures.ts'
import { startServer } from './api/server.ts'
import { settingsInForce } from './config/in-force.ts'
import type { Config } from './config/schema.ts'
import type { Consistency } from './consistency/consistency.ts'
import type { Database } from './db/database.ts'
import { formatFor } from './exporter/exposition.ts'
import { HttpStatistics } from './exporter/http-statistics.ts'
import { Exporter } from './exporter/metrics.ts'
import type { SelfMetrics } from './exporter/self.ts'
import type { Gathering } from './gathering.ts'
import { applianceComponents } from './health/appliance.ts'
import { HealthModel, type Health } from './health/model.ts'
import type { History } from './history/history.ts'
import type { Hub } from './hub/hub.ts'
import type { Incidents } from './incidents/incidents.ts'
import type { IncidentKeeping } from './incidents/keeping.ts'
import type { Inventory } from './inventory/inventory.ts'
import type { LogFile } from './log.ts'
import type { Monitor } from './monitor.ts'
import type { TestMessages } from './notify/test-message.ts'
import { numbersOf, type Numbers } from './numbers.ts'
import type { Caches } from './operations/caches.ts'
import type { Operations } from './operations/operations.ts'
import { packageRoot, version } from './package.ts'
import type { Reporting } from './reporting.ts'
import type { Securing } from './securing.ts'
import type { Snapshot } from './snapshot.ts'
import type { Tasking } from './tasking.ts'

/** The parts that the daemon answers from. */
export interface AnsweringParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  db: Database
  admission: Admission
  hub: Hub
  engine: AlertEngine
  rules: { book: RuleBook; trials: RuleTrials }
  incidents: { actions: Incidents; keeping: () => IncidentKeeping }
  inventory: Inventory
  history: Pick<History, 'names'>
  monitor: Monitor
  self: SelfMetrics
  failures: ObjectFailures
  /** What the daemon did to the machine. */
  tasks: Pick<Tasking, 'engine' | 'schedules'>
  operations: Operations
  /** What is answered without asking the machine again. */
  caches: Caches
  /** Who is told. */
  channels: { names: () => readonly string[]; tests: TestMessages }
  consistency: Consistency
  /** What other appliances have told, and who tells others. */
  gathered: Pick<Gathering, 'fleet' | 'standing'>
  reports: Pick<Reporting, 'write' | 'takers' | 'weekKey'>
  /** What protects the wire. */
  secured: Securing
  /** Gives the address away, if it is in use, and tells its port. */
  handOver: () => Promise<number | null>
  log: LogFile
  now: () => Date
}

/** The daemon as it is asked from outside. */
export interface Answering {
  /** `host:port` that answers HTTP. */
  address: string
  /** The same as a URL, `https` where TLS is spoken. */
  url: string
  /** The snapshot of numbers, as it goes out. */
  numbers: () => Numbers
  /** How it is as a whole. */
  health: () => Promise<Health>
  /** The same of any snapshot. */
  numbersOf: (snapshot: Snapshot) => Numbers
  stop(): Promise<void>
}

/** Answers HTTP from now on: health, metrics, REST, the page and the stream. Rejects with ListenError. */
export async function startAnswering(parts: AnsweringParts): Promise<Answering> {
  const { db, hub, engine, inventory, monitor, self, failures, log, now } = parts
  const config = parts.config()
  const { accounts, users, sessions } = parts.admission
  const snapshot = () => monitor.snapshot()
  const http = new HttpStatistics(now())
  const counted = (snapshot: Snapshot) =>
    numbersOf(snapshot, parts.config().monitoring.repositories, http.numbers(now()))
  const numbers = () => counted(snapshot())
  const exporter = new Exporter({ snapshot, alerts: () => monitor.alertCounts, self })
  self.loopDelay.start()
  const health = new HealthModel({
    components: applianceComponents({
      db,
      stateDir: config.state_dir,
      snapshot,
      hub,
      rules: {
        lastAt: () => monitor.evaluatedAt,
        intervalSeconds: config.monitoring.evaluation_interval_seconds,
        heldSince: () => engine.held().since,
      },
      channels: () => parts.channels.names(),
      loopDelay: () => self.loopDelay.delay(),
      certificates: parts.secured.certificates,
      fleet: parts.gathered.standing,
      critical: config.health.critical,
      now,
    }),
    now,
    elapsedMs: () => performance.now(),
  })
  parts.caches.add(() => [health.cache()])
  const port = (await parts.handOver()) ?? config.listen.port
  const server = await startServer({
    host: config.listen.host,
    port,
    tls: parts.secured.tls,
    metricsAt: config.metrics.enabled ? parts.secured.metricsAt : null,
    limits: parts.secured.limits,
    hub,
    context: {
      version,
      db,
      ...{ accounts, users, sessions },
      get oidc() {
        return parts.admission.oidc()
      },
      access: parts.secured.access,
      alerts: engine,
      incidents: parts.incidents.actions,
      incidentKeeping: parts.incidents.keeping,
      notifications: parts.channels.tests,
      consistency: parts.consistency,
      reports: parts.reports,
      snapshot,
      fleet: parts.gathered.fleet,
      failures,
      inventory,
      numbers,
      settings: () => settingsInForce(parts.config()),
      eventDays: () => parts.config().monitoring.event_retention_days,
      submission: () => submissionLimits(parts.config()),
      metricNames: parts.history.names,
      get rules() {
        return configuredRules(parts.config())
      },
      ruleBook: parts.rules.book,
      trials: parts.rules.trials,
      health,
      tasks: parts.tasks.engine,
      taskSchedules: parts.tasks.schedules,
      operations: parts.operations,
      breakers: self.breakers,
      caches: () => parts.caches.statistics(),
      metrics: config.metrics.enabled
        ? {
            render: (accept, more) => exporter.text(formatFor(accept), more),
            json: () => exporter.json(),
          }
        : null,
      metricsToken: config.metrics.token,
      observer: self.http((seconds, status) => {
        http.add(now(), seconds, status)
      }),
      log,
      staticDir: join(packageRoot, 'dist', 'page'),
      runbooksDir: join(packageRoot, 'docs', 'runbooks'),
      now,
      elapsedSeconds: () => performance.now() / 1000,
    },
  })
  if (server.metricsAddress !== null) log.info(`metrics are at ${server.metricsAddress}`)
  const url = `${parts.secured.tls === null ? 'http' : 'https'}://${server.address}`
  return {
    address: server.address,
    url,
    numbers,
    numbersOf: counted,
    health: () => health.assess(),
    async stop() {
      self.loopDelay.stop()
      await server.stop()
    },
  }
}

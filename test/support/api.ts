import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { AlertEngine } from '../../src/alerts/engine.ts'
import { RuleBook } from '../../src/alerts/rule-book.ts'
import { RuleTrials } from '../../src/alerts/rule-trial.ts'
import type { ApiContext } from '../../src/api/context.ts'
import { accessOf } from './access.ts'
import { ObjectFailures } from '../../src/api/hardware/failures.ts'
import { startServer, type RunningServer } from '../../src/api/server.ts'
import { Consistency } from '../../src/consistency/consistency.ts'
import { Accounts } from '../../src/auth/accounts.ts'
import type { Credential } from '../../src/auth/principal.ts'
import { UserDirectory } from '../../src/auth/user-directory.ts'
import { OpenSessions } from '../../src/auth/open-sessions.ts'
import { PasswordHasher } from '../../src/auth/passwords.ts'
import { mayReadStream, type Role } from '../../src/auth/permissions.ts'
import { RateLimiter } from '../../src/auth/rate-limit.ts'
import { createSession } from '../../src/auth/sessions.ts'
import type { Database } from '../../src/db/database.ts'
import { streamTypes } from '../../src/events/event.ts'
import { storedEvents } from '../../src/events/store.ts'
import { families } from '../../src/exporter/metrics.ts'
import { databaseComponent, filesystemComponent } from '../../src/health/checks.ts'
import { HealthModel } from '../../src/health/model.ts'
import { metricNames, metricSources } from '../../src/history/samples.ts'
import { seriesOf } from '../../src/history/reading.ts'
import { steppedSeriesOf } from '../../src/history/stepped.ts'
import { Hub } from '../../src/hub/hub.ts'
import { Incidents } from '../../src/incidents/incidents.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { numbersOf } from '../../src/numbers.ts'
import { Operations } from '../../src/operations/operations.ts'
import { packageRoot } from '../../src/package.ts'
import { Catalogue } from '../../src/rules/expression/names.ts'
import { builtInRules } from '../../src/rules/index.ts'
import type { Rule } from '../../src/rules/rule.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { TaskEngine } from '../../src/tasks/engine.ts'
import { TaskSchedules } from '../../src/tasks/schedules.ts'
import { Clock } from './clock.ts'
import { heardLog, type HeardLine } from './heard-log.ts'
import { noReport, noRequests } from './idle.ts'
import { observing, type Told } from './observing.ts'
import { openRecording } from './recording.ts'
import { snapshotOf } from './readings.ts'

/** A database that a test takes away and brings back. */
export interface SwitchedDatabase extends Database {
  /** What every statement rejects with; null while the database is there. */
  failure: Error | null
  /** Which statements that concerns. */
  of: RegExp
}

function switched(database: Database): SwitchedDatabase {
  return {
    failure: null,
    of: /^/,
    async query(text, values) {
      if (this.failure && this.of.test(text)) throw this.failure
      return await database.query(text, values)
    },
    async transaction(work) {
      if (this.failure && this.of.test('begin')) throw this.failure
      return await database.transaction(work)
    },
  }
}

/** The REST interface and the event stream on a free port of the loopback, with their accounts. */
export interface TestApi {
  url: string
  server: RunningServer
  hub: Hub
  db: SwitchedDatabase
  clock: Clock
  accounts: Accounts
  engine: AlertEngine
  context: ApiContext
  /** What the log was told. */
  heard: readonly HeardLine[]
  /** What of it, and otherwise, is a mistake of the daemon. */
  mistakes(): unknown[]
  /** What the observer was told, and mistakes outside of requests. */
  told: Told
  /** What the snapshot is from now on. */
  show(snapshot: Snapshot): void
  /** A new user of this role, as a session. */
  session(role: Role): Promise<string>
  /** Asks with JSON; a body of text or bytes goes as it is. */
  ask(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<{ status: number; body: unknown; headers: Headers }>
  stop(): Promise<void>
}

const lifetime = { idleSeconds: 12 * 3600, absoluteSeconds: 7 * 24 * 3600 }

let users = 0

/** Starts it; to be stopped by who asked for it. */
export async function startTestApi(
  database: Database,
  stateDir: string,
  changes: Partial<ApiContext> = {},
): Promise<TestApi> {
  const db = switched(database)
  const clock = new Clock()
  const now = () => clock.now
  const observed = observing()
  const { told } = observed
  let snapshot: Snapshot = { takenAt: clock.now, readings: {} }
  const failures = new ObjectFailures()
  const log = heardLog(now)
  const engine = new AlertEngine({
    database: db,
    rules: [],
    now,
    onEvents: (events) => {
      hub.publish(events)
    },
  })
  const hub: Hub = new Hub({
    types: streamTypes,
    mayRead: mayReadStream,
    now,
    greeting: { version: '0.1.0', ...(changes.fleet ? { role: 'fleet' } : {}) },
    stillGood: (credentials) => accounts.stillGood(credentials),
    backlog: storedEvents(db),
  })
  const kept = {
    ...{ db, stateDir, now, hasher: new PasswordHasher() },
    onRevoked: (credentials: readonly Credential[]) => {
      hub.revoke(credentials)
    },
  }
  const accounts = new Accounts({
    ...kept,
    limiter: new RateLimiter(),
    tokenLimiter: new RateLimiter(),
    lifetime,
  })
  const elapsedMs = () => performance.now()
  const names = metricNames(metricSources(families))
  const context: ApiContext = {
    version: '0.0.0-test',
    db,
    accounts,
    users: new UserDirectory(kept),
    sessions: new OpenSessions({ ...kept, lifetime }),
    oidc: null,
    access: accessOf(),
    alerts: engine,
    incidents: new Incidents({
      ...{ database: db, now, newId: randomUUID },
      onEvents: (events) => {
        hub.publish(events)
      },
    }),
    incidentKeeping: () => ({ archiveAfterDays: 90, eventDays: 30 }),
    notifications: { channels: () => [], send: async () => [] },
    reports: {
      write: async () => noReport,
      takers: () => [],
      weekKey: () => 'weekly report 2026-W47',
    },
    consistency: new Consistency({
      ...{ database: db, now, elapsedMs, host: openRecording('06-scst-degraded') },
      snapshot: () => snapshot,
      paths: () => ({ mhvtlConfigDir: '/etc/mhvtl', scstConfigPath: '/etc/scst.conf' }),
      collectAll: async () => undefined,
      seed: () => 1,
      observer: {
        checked: () => undefined,
        inconsistencies: () => undefined,
        reconciled: () => undefined,
      },
      onError: ({ message }) => told.errors.push(message),
    }),
    fleet: null,
    snapshot: () => snapshot,
    failures,
    inventory: new Inventory({ database: db, now }),
    numbers: () => numbersOf(snapshot, [], noRequests),
    eventDays: () => 30,
    submission: () => ({ lateMs: 86_400_000, aheadMs: 300_000, series: 10 }),
    metricNames: names,
    rules: [],
    ruleBook: new RuleBook({
      database: db,
      catalogue: new Catalogue(names),
      builtIn: () => context.rules as readonly Rule[],
      reserved: builtInRules().map(({ alert }) => alert),
      now,
      newId: randomUUID,
      onError: ({ message }) => told.errors.push(message),
    }),
    trials: new RuleTrials({
      names,
      load: (name, { stepSeconds, ...past }) =>
        stepSeconds === null
          ? seriesOf(db, name, past)
          : steppedSeriesOf(db, name, past, { stepMs: stepSeconds * 1000, aggregate: 'last' }),
      elapsedMs,
      pause: async () => undefined,
    }),
    health: new HealthModel({
      components: () => [
        databaseComponent(db, () => snapshotOf({})),
        filesystemComponent(stateDir),
      ],
      now,
      elapsedMs,
      keepMs: 0,
    }),
    tasks: new TaskEngine({
      ...{ database: db, kinds: [], owner: 'test', now, newId: randomUUID },
      onEvents: (events) => {
        hub.publish(events)
      },
      onError: ({ message }) => told.errors.push(message),
    }),
    taskSchedules: new TaskSchedules({
      ...{ database: db, now, newId: randomUUID, whyNot: async () => null },
      audit: async () => undefined,
      onEvents: (events) => {
        hub.publish(events)
      },
      onError: ({ message }) => told.errors.push(message),
    }),
    operations: new Operations({
      ...{ now, elapsedSeconds: () => performance.now() / 1000, onEnded: () => undefined },
      ...{ log: () => undefined, logged: () => false, redact: (text) => text },
    }),
    settings: () => [],
    breakers: () => [],
    caches: () => [],
    metrics: {
      render: async (accept) => ({
        contentType: 'text/plain; version=0.0.4; charset=utf-8',
        body: `# ${accept ?? 'no accept'}\nstorwarden_up 1\n`,
      }),
      json: async () => [{ name: 'storwarden_up' }],
    },
    observer: observed.observer,
    log,
    staticDir: null,
    runbooksDir: join(packageRoot, 'docs', 'runbooks'),
    now,
    elapsedSeconds: () => performance.now() / 1000,
    ...changes,
  }
  await hub.start()
  const server = await startServer({ host: '127.0.0.1', port: 0, context, hub })
  const url = `http://${server.address}`
  return {
    url,
    server,
    hub,
    db,
    clock,
    accounts,
    engine,
    context,
    told,
    heard: log.heard,
    mistakes: () => [
      ...told.errors,
      ...log.heard.filter(({ fields }) => fields.code === 'internal'),
    ],
    show(next) {
      snapshot = next
      failures.observe(next)
    },
    async session(role) {
      users += 1
      const [user] = await database.query<{ id: string }>(
        `insert into users (username, role, password_hash, created_at)
         values ($1, $2, 'none', $3) returning id`,
        [`${role}-${users}`, role, clock.now],
      )
      const origin = { address: '127.0.0.1', userAgent: null }
      const { token } = await createSession(database, user?.id ?? '', origin, lifetime, clock.now)
      return token
    },
    async ask(method, path, { token, body, headers = {} } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : {
              body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
            }),
      })
      const text = await response.text()
      const isJson = (response.headers.get('content-type') ?? '').includes('json')
      return {
        status: response.status,
        body: isJson && text !== '' ? (JSON.parse(text) as unknown) : text,
        headers: response.headers,
      }
    },
    stop: () => server.stop(),
  }
}

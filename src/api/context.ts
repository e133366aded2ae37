import type { AlertEngine } from '../alerts/engine.ts'
import type { RuleBook } from '../alerts/rule-book.ts'
import type { RuleTrials } from '../alerts/rule-trial.ts'
import type { Accounts } from '../auth/accounts.ts'
import type { OidcLogin } from '../auth/oidc.ts'
import type { OpenSessions } from '../auth/open-sessions.ts'
import type { UserDirectory } from '../auth/user-directory.ts'
import type { Consistency } from '../consistency/consistency.ts'
import type { Database } from '../db/database.ts'
import type { Fleet } from '../fleet/appliances.ts'
import type { HealthModel } from '../health/model.ts'
import type { IncidentKeeping } from '../incidents/keeping.ts'
import type { Incidents } from '../incidents/incidents.ts'
import type { MetricName } from '../history/metrics.ts'
import type { TestMessages } from '../notify/test-message.ts'
import type { LogFile } from '../log.ts'
import type { CacheStatistics } from '../operations/operation.ts'
import type { Operations } from '../operations/operations.ts'
import type { Report } from '../reports/report.ts'
import type { Snapshot } from '../snapshot.ts'
import type { TaskEngine } from '../tasks/engine.ts'
import type { TaskSchedules } from '../tasks/schedules.ts'
import type { Access } from './access.ts'
import type { MetricWindow } from './given-metric.ts'
import type { RememberedKind } from './hardware/listing.ts'
import { ProblemError } from './problem.ts'
import type { BuiltInRule } from './rules/shapes.ts'

/** Everything the routes need, handed in: they know no other part of the daemon. */
export interface ApiContext {
  version: string
  db: Database
  accounts: Accounts
  users: UserDirectory
  sessions: OpenSessions
  /** Logging in at an identity provider; null when none is set up. */
  oidc: OidcLogin | null
  /** Whom a request comes from. */
  access: Access
  /** What an operator does to alerts. */
  alerts: Pick<AlertEngine, 'acknowledge' | 'resolve' | 'silence' | 'endSilence'>
  incidents: Incidents
  /** For how long what incidents are told with is kept. */
  incidentKeeping: () => IncidentKeeping
  /** Test messages. */
  notifications: Pick<TestMessages, 'channels' | 'send'>
  consistency: Pick<
    Consistency,
    | 'state'
    | 'check'
    | 'reconcile'
    | 'difference'
    | 'ignore'
    | 'heed'
    | 'importCatalogue'
    | 'forgetCatalogue'
  >
  /** What the appliance looks like now. */
  snapshot: () => Snapshot
  /** What other appliances have told; null where the daemon is not that of a fleet. */
  fleet: Fleet | null
  /** Since when hardware objects could not be read: an ObjectFailures that is told of each snapshot. */
  failures: { since(kind: string, id: string): Date | null }
  /** What is remembered of the hardware; resolves with whether it was known. */
  inventory: { forget(kind: RememberedKind, id: string): Promise<boolean> }
  /** The snapshot of numbers, as it goes out. */
  numbers: () => object
  /** The configuration in force. */
  settings: () => readonly object[]
  /** For how many days events are kept. */
  eventDays: () => number
  /** Of values that are handed in: when they may be of, and how many series there can be. */
  submission: () => MetricWindow & { series: number }
  /** Every metric there is now; others may have been stored. */
  metricNames: readonly MetricName[]
  /** The built-in ones that are evaluated. */
  rules: readonly BuiltInRule[]
  /** Those of users. */
  ruleBook: RuleBook
  trials: RuleTrials
  health: HealthModel
  /** What it is asked to do. */
  tasks: Pick<TaskEngine, 'kinds' | 'plan' | 'submit' | 'cancel'>
  /** What it is asked again and again. */
  taskSchedules: Pick<TaskSchedules, 'create' | 'change' | 'remove'>
  /** Reports of the last days: who may know of users is told their names. */
  reports: {
    write(wanted: { days: number; named: boolean }): Promise<Report>
    /** Channels that get them. */
    takers(): readonly string[]
    /** Of the task that sends the report of this week. */
    weekKey(): string
  }
  /** What the daemon did to the machine. */
  operations: Pick<Operations, 'since' | 'summary' | 'recent' | 'logging' | 'setLogging'>
  /** What is not asked for the moment, because it failed again and again. */
  breakers: () => readonly { name: string; state: 'closed' | 'open' | 'half_open' }[]
  /** What is answered without asking the machine again. */
  caches: () => readonly CacheStatistics[]
  /** Null when they are switched off. */
  metrics: MetricsText | null
  /** What whoever scrapes has to send; null: nothing. */
  metricsToken?: string | null
  observer: HttpObserver
  log: ApiLog
  /** Folder of the built web page; null when there is none. */
  staticDir: string | null
  /** Folder of the pages about the built-in rules. */
  runbooksDir: string
  now: () => Date
  /** A clock that only goes forward, in seconds. */
  elapsedSeconds: () => number
}

/** A metric of one number. */
export interface PlainFamily {
  name: string
  help: string
  type: 'counter' | 'gauge'
  values: readonly { labels: Readonly<Record<string, string>>; value: number }[]
}

/** The metrics of the daemon and the appliance, rendered. */
export interface MetricsText {
  /** In the format that the Accept header asks for, with further families. */
  render(
    accept?: string,
    more?: readonly PlainFamily[],
  ): Promise<{ contentType: string; body: string }>
  /** The same as JSON. */
  json(): Promise<unknown>
}

/** Told of every request, so that an exporter can count. */
export interface HttpObserver {
  started(): void
  /** `route` is the pattern of the path, so that there are not more labels than routes. */
  finished(request: { method: string; route: string; status: number; seconds: number }): void
  authFailure(reason: AuthFailureReason): void
  rateLimited(): void
  /** A connection was closed at once, because there were as many as there may be. */
  connectionRefused(): void
}

/** Why somebody was not let in. */
export type AuthFailureReason =
  | ('missing' | 'invalid' | 'credentials' | 'permission' | 'cross_site' | 'host')
  | 'password_change'
  | 'oidc'

/** Where requests and mistakes of the daemon itself are written down. Never told a body, a query or a token. */
export type ApiLog = Pick<LogFile, 'debug' | 'error' | 'level' | 'setLevel' | 'lostLines'>

/** The metrics, or the answer that there are none. */
export function metricsOf({ metrics }: ApiContext): MetricsText {
  if (metrics === null) throw new ProblemError('not_found', 'metrics are switched off')
  return metrics
}

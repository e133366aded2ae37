import type { BackupsState } from '../../src/backups/state.ts'
import type { DatabaseActivity } from '../../src/db/activity.ts'
import type { FleetState } from '../../src/fleet/state.ts'
import type { ApiNumbers } from '../../src/numbers.ts'
import type { Report } from '../../src/reports/report.ts'
import type { TaskSummary } from '../../src/tasks/task.ts'

/** The numbers of an interface that nobody has asked yet. */
export const noRequests: ApiNumbers = {
  total_requests: 0,
  requests_per_second: null,
  error_rate: null,
  p50_latency_seconds: null,
  p95_latency_seconds: null,
  p99_latency_seconds: null,
}

/** The summary of tasks that nobody has asked for. */
export const noTasks: TaskSummary = {
  total: 0,
  pending: 0,
  running: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  averageDurationSeconds: null,
  missed: 0,
  forgotten: { completed: 0, failed: 0 },
  recentFailures: [],
}

/** Of a daemon that was just installed. */
export function noBackups(at: Date): BackupsState {
  return { at, since: at, overdueHours: 24, last: null, completed: null, verified: null }
}

/** Of a fleet of one appliance, which is well. */
export const smallFleet: FleetState = {
  ...{ at: new Date('2026-11-20T21:00:00Z'), listens: true, silentSeconds: 120 },
  appliances: [
    {
      ...{ name: 'alpha', state: 'reporting', about: null, silentSince: null, other: null },
      ...{ lastHeardAt: new Date('2026-11-20T20:59:45Z'), stored: 7, missing: 2, unreadable: 1 },
    },
  ],
}

/** A database server that has little to do. */
export const goodDatabase: DatabaseActivity = {
  sizesReadAt: new Date('2026-11-20T20:55:00Z'),
  ...{ serverVersion: '15.18', sizeBytes: 5e8, maxConnections: 40, slowQueries: 0 },
  connections: [
    { state: 'active', count: 1 },
    { state: 'idle', count: 4 },
  ],
  ...{ longestQuerySeconds: 0, oldestTransactionSeconds: 0, waitingForLocks: 0, deadlocks: 0 },
  ...{ cacheHitRatio: 0.99, blocksRead: 1000, wraparoundRatio: 0.01, replicationSlots: [] },
  tables: [{ table: 'events', bytes: 1e8, liveRows: 100_000, deadRows: 20 }],
  topStatements: null,
}

/** A report that says nothing. */
export const noReport: Report = {
  ...{ host: 'vault', since: '2026-11-13T21:00:00.000Z', until: '2026-11-20T21:00:00.000Z' },
  ...{ time_zone: 'UTC', period: 'From 2026-11-13 21:00 to 2026-11-20 21:00.', severity: null },
  ...{
    headline: 'well, nothing fires',
    verdict: 'vault is well: nothing fires.',
    doubts: [],
    sections: [],
  },
}

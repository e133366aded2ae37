import type { WeeklyFacts } from '../../src/reports/facts.ts'
import { alertAt } from './notices.ts'
import {
  check,
  good,
  goodWeek,
  HOUR_MS,
  hoursAgo,
  MONDAY,
  noForecast,
  read,
  steady,
  WEEK_MS,
} from './weekly-facts.ts'

const driveAlert = alertAt('HU1234', {
  ...{ title: 'Tape drive does not answer', severity: 'critical', source: 'tape' },
  ...{ message: 'IBM ULT3580-TD8, HU1234, does not answer.', action: 'Look at its panel.' },
  ...{ startedAt: hoursAgo(30), firedAt: hoursAgo(30), acknowledgedBy: 'ada' },
  acknowledgedAt: hoursAgo(29),
})

const fullAlert = alertAt('/srv/repo', {
  ...{ title: 'Storage Capacity Warning', message: '/srv/repo is 88.7 % full.' },
  ...{ startedAt: hoursAgo(80), firedAt: hoursAgo(80), action: 'Expire old backups.' },
  silencedBy: ['s1'],
})

/** The facts of a week in which much went wrong. */
export function badWeek(): WeeklyFacts {
  const failed = { ...good, error: '/b: no space left on device', verifiedAt: null }
  return {
    ...goodWeek(),
    alerts: read({
      firing: [driveAlert, fullAlert],
      firingCounts: { critical: 1, warning: 1, info: 0 },
      raised: { critical: 3, warning: 9, info: 1 },
      ...{ ended: 11, fired: 13, acknowledged: 4, medianSeconds: 5400 },
      noisyRules: [{ title: 'Tape drive does not answer', count: 8 }],
      noisyPlaces: [{ resource: 'HU1234', count: 8 }],
      flapping: [{ title: 'Tape drive does not answer', resource: 'HU1234', count: 8 }],
    }),
    incidents: read({
      ...{ opened: 2, resolved: 1, activeTotal: 1 },
      active: [
        {
          ...{ title: 'Drive HU1234 is gone', severity: 'high', status: 'investigating' },
          ...{ assignedTo: null, startedAt: hoursAgo(30) },
        },
      ],
    }),
    availability: read([
      { ...steady, kind: 'library', name: 'STK L700 (XYZZY_A)' },
      {
        ...{ ...steady, kind: 'drive' as const, name: 'IBM ULT3580-TD8 (HU1234)' },
        ...{ knownMs: 160 * HOUR_MS, downMs: 12.5 * HOUR_MS, outages: 8, longestMs: 6 * HOUR_MS },
      },
      { ...steady, kind: 'drive', name: 'IBM ULT3580-TD8 (HU1235)', knownMs: 0 },
      { ...steady, kind: 'drive', name: 'IBM ULT3580-TD8 (HU1236)', goneSince: hoursAgo(3) },
      {
        ...{ ...steady, kind: 'target' as const, name: 'iqn.2026-01.org.example:spare (iscsi)' },
        ...{ downMs: WEEK_MS, outages: 1, longestMs: WEEK_MS },
      },
    ]),
    forecasts: read({
      computedAt: hoursAgo(1),
      forecasts: [
        depleting('filesystem', '/srv/repo', { used: 8e12, capacity: 9e12, days: 20 }),
        {
          ...depleting('cleaning_cartridge', 'CLN001L1', { used: 45, capacity: 50, days: 90 }),
          unit: 'loads',
        },
        {
          ...depleting('filesystem', '/srv/new', { used: 1, capacity: 2, days: 0 }),
          forecast: {
            state: 'unknown',
            reason: 'values of 7 days are needed',
            usedUpAtMs: null,
            ...noForecast,
          },
        },
      ],
    }),
    loads: read({
      drives: [
        {
          drive: 'HU1234',
          virtual: false,
          loads: 9,
          writtenBytes: 9e12,
          readBytes: 2e11,
          errors: 4,
        },
        { drive: 'VTL1', virtual: true, loads: 40, writtenBytes: 1e12, readBytes: 0, errors: 0 },
      ],
      cartridges: [
        {
          ...{ name: 'E01001L8', library: 'XYZZY_A', drives: ['HU1234', 'HU1235'], loads: 2 },
          ...{ unrecoveredWriteErrors: 3, unrecoveredReadErrors: 1 },
        },
      ],
      cartridgesTotal: 1,
    }),
    verdicts: read([
      {
        ...{ about: 'cartridge', id: 'HP123', name: 'E01001L8', volumeTag: 'E01001L8' },
        ...{ library: 'XYZZY_A', virtual: false, verdict: 'tape', witnesses: ['HU1234', 'HU1235'] },
        ...{ reason: 'it has errors in HU1234 and HU1235, which work well with others' },
        ...{ action: 'Copy its data to another cartridge and retire it.', matrix: [] },
      },
    ]),
    drives: read([], 'HU1234: no answer within 30 s'),
    scst: read({
      running: true,
      targets: 2,
      enabledTargets: 1,
      sessions: null,
      initiators: null,
      differences: 2,
    }),
    consistency: read([check('library', { missing: 2 })]),
    tasks: read({
      ...{ completed: 19, cancelled: 1, failed: 1 },
      failures: [{ kind: 'backup', finishedAt: hoursAgo(4), error: '/b: no space left on device' }],
    }),
    backups: read({
      ...{ at: MONDAY, since: hoursAgo(5000), overdueHours: 24, restoredAt: null },
      ...{ last: failed, completed: null, verified: { ...good, startedAt: hoursAgo(52) } },
    }),
    messages: read([{ channel: 'webhook', givenUp: 3, waiting: 1 }]),
    own: read({ heldEvaluations: 4, heldSince: hoursAgo(1), logLinesLost: 12, stuckCalls: 1 }),
    collectors: read([
      {
        ...{ name: 'tape_health', state: 'failed', intervalSeconds: 300, ageSeconds: 4000 },
        ...{ durationSeconds: 1, error: 'HU1234: no answer', failingSince: hoursAgo(30) },
      },
    ]),
    secrets: read([
      {
        ...{ kind: 'api_token', id: 't1', name: 'grafana', username: 'ada', ageDays: 400 },
        ...{
          since: hoursAgo(9600),
          expiresAt: null,
          lastUsedAt: null,
          faults: ['no_expiry', 'old'],
        },
      },
    ]),
    certificates: read([
      {
        ...{ name: 'listen', place: '/etc/storwarden/tls/cert.pem', selfSigned: false },
        ...{ subject: 'CN=vault', issuer: 'CN=ca', serialNumber: '01', fingerprint: 'AB:CD' },
        ...{ notBefore: hoursAgo(2000), notAfter: new Date(MONDAY.getTime() + 240 * HOUR_MS) },
        ...{ remainingSeconds: 240 * 3600, names: ['vault'], error: null, failingSince: null },
      },
    ]),
    inventory: read([
      {
        kind: 'drive',
        name: 'IBM ULT3580-TD9 (HU9999)',
        virtual: false,
        change: 'new',
        at: hoursAgo(50),
      },
      {
        kind: 'drive',
        name: 'IBM ULT3580-TD8 (HU1236)',
        virtual: false,
        change: 'gone',
        at: hoursAgo(3),
      },
    ]),
  }
}

function depleting(
  kind: 'filesystem' | 'cleaning_cartridge',
  object: string,
  { used, capacity, days }: { used: number; capacity: number; days: number },
) {
  const at = MONDAY.getTime() + days * 24 * HOUR_MS
  return {
    ...{ kind, object, unit: 'bytes' as const, used, capacity },
    forecast: {
      ...{ state: 'depleting' as const, reason: null, usedUpAtMs: at, days: 60 },
      ...{ earliestMs: at - 5 * 24 * HOUR_MS, latestMs: at + 9 * 24 * HOUR_MS, perDay: used / 90 },
    },
  }
}

import type { Part, WeeklyFacts } from '../../src/reports/facts.ts'
import { goodDatabase, noBackups } from './idle.ts'

/** When the reports of tests end: a Monday. */
export const MONDAY = new Date('2026-11-23T05:00:00Z')
/** An hour. */
export const HOUR_MS = 3_600_000
/** A week. */
export const WEEK_MS = 7 * 24 * HOUR_MS

/** So many hours before the end. */
export const hoursAgo = (hours: number) => new Date(MONDAY.getTime() - hours * HOUR_MS)

/** A part that was read. */
export const read = <T>(value: T, gap: string | null = null): Part<T> => ({
  state: 'read',
  value,
  gap,
})

/** A week is known of all of it, in which nothing failed. */
export const steady = {
  ...{ totalMs: WEEK_MS, knownMs: WEEK_MS, downMs: 0, outages: 0, longestMs: 0 },
  ...{ virtual: false, goneSince: null },
}

const noAlerts = {
  firing: [],
  firingCounts: { critical: 0, warning: 0, info: 0 },
  raised: { critical: 0, warning: 0, info: 0 },
  ...{ ended: 0, fired: 0, acknowledged: 0, medianSeconds: null },
  ...{ noisyRules: [], noisyPlaces: [], flapping: [] },
}

/** The facts of an appliance that was just installed. */
export function newInstallation(): WeeklyFacts {
  return {
    ...{ host: 'vault', timeZone: 'Europe/Berlin' },
    ...{ since: new Date(MONDAY.getTime() - WEEK_MS), until: MONDAY },
    watchedSince: read(hoursAgo(1)),
    alerts: read(noAlerts),
    incidents: read({ opened: 0, resolved: 0, active: [], activeTotal: 0 }),
    availability: read([]),
    forecasts: read({ computedAt: null, forecasts: [] }),
    loads: read({ drives: [], cartridges: [], cartridgesTotal: 0 }),
    ...{ verdicts: read([]), drives: read([]), scst: { state: 'absent' }, consistency: read([]) },
    tasks: read({ completed: 0, cancelled: 0, failed: 0, failures: [] }),
    backups: read({ ...noBackups(hoursAgo(1)), at: MONDAY, restoredAt: null }),
    database: read({ sizeBytes: 11 * 2 ** 20, grown: null, largest: [] }),
    messages: read([]),
    own: read({ heldEvaluations: 0, heldSince: null, logLinesLost: 0, stuckCalls: 0 }),
    ...{ collectors: read([]), secrets: read([]), certificates: read([]), inventory: read([]) },
  }
}

/** Of what cannot be told. */
export const noForecast = { earliestMs: null, latestMs: null, perDay: null, days: 60 }
/** A backup that could be restored. */
export const good = {
  ...{ state: 'completed' as const, path: '/b/x.tar', sizeBytes: 3 * 2 ** 30, error: null },
  ...{ startedAt: hoursAgo(4), finishedAt: hoursAgo(4), verifiedAt: hoursAgo(4) },
  ...{ verifySeconds: 60, verifyError: null },
}

/** The facts of a week in which all went well. */
export function goodWeek(): WeeklyFacts {
  return {
    ...newInstallation(),
    watchedSince: read(hoursAgo(5000)),
    alerts: read({
      ...noAlerts,
      raised: { critical: 0, warning: 2, info: 0 },
      ended: 2,
      fired: 2,
      acknowledged: 2,
      medianSeconds: 540,
    }),
    availability: read([
      { ...steady, kind: 'library', name: 'STK L700 (XYZZY_A)' },
      { ...steady, kind: 'drive', name: 'IBM ULT3580-TD8 (XYZZY_A01)' },
      { ...steady, kind: 'drive', name: 'IBM ULT3580-TD8 (XYZZY_A02)' },
      { ...steady, kind: 'target', name: 'iqn.2026-01.org.example:media (iscsi)' },
    ]),
    forecasts: read({
      computedAt: hoursAgo(1),
      forecasts: [
        {
          ...{ kind: 'filesystem', object: '/srv/repo', unit: 'bytes', used: 1e12, capacity: 9e12 },
          forecast: {
            state: 'no_trend',
            reason: 'it does not clearly grow',
            usedUpAtMs: null,
            ...noForecast,
          },
        },
      ],
    }),
    loads: read({
      drives: [
        {
          drive: 'XYZZY_A01',
          virtual: false,
          loads: 21,
          writtenBytes: 9e12,
          readBytes: 2e11,
          errors: 0,
        },
        {
          drive: 'XYZZY_A02',
          virtual: false,
          loads: 3,
          writtenBytes: null,
          readBytes: null,
          errors: null,
        },
      ],
      ...{ cartridges: [], cartridgesTotal: 0 },
    }),
    scst: read({
      running: true,
      targets: 1,
      enabledTargets: 1,
      sessions: 4,
      initiators: 2,
      differences: 0,
    }),
    consistency: read([check('scst', {}), check('library', {})]),
    tasks: read({ completed: 21, cancelled: 0, failed: 0, failures: [] }),
    backups: read({
      ...{ at: MONDAY, since: hoursAgo(5000), overdueHours: 24, restoredAt: hoursAgo(1000) },
      ...{ last: good, completed: good, verified: good },
    }),
    database: read({
      sizeBytes: goodDatabase.sizeBytes,
      grown: { bytes: 4 * 2 ** 20, since: hoursAgo(168) },
      largest: goodDatabase.tables,
    }),
  }
}

/** A comparison, and what it missed. */
export function check(name: 'scst' | 'library' | 'vtl', counts: { missing?: number }) {
  const all = { missing: 0, orphaned: 0, pending: 0, different: 0, ...counts }
  return {
    ...{ check: name, status: all.missing > 0 ? ('down' as const) : ('up' as const), counts: all },
    ...{ message: all.missing > 0 ? `${all.missing} missing` : 'consistent', reasons: [] },
    ...{ checkedAt: hoursAgo(1), durationSeconds: 1, sources: [], ignored: 0 },
    ...{ differences: [], samples: [] },
  }
}

/** The facts of a week of which nothing could be read. */
export function unreadWeek(): WeeklyFacts {
  const { host, timeZone, since, until, ...parts } = goodWeek()
  const failed = { state: 'failed', error: 'no answer within 20 s' } as const
  return {
    ...{ host, timeZone, since, until },
    ...(Object.fromEntries(Object.keys(parts).map((name) => [name, failed])) as Record<
      keyof typeof parts,
      typeof failed
    >),
  }
}

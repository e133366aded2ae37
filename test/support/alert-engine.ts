import type { Alert } from '../../src/alerts/alert.ts'
import { AlertEngine, type AlertEngineOptions } from '../../src/alerts/engine.ts'
import { listAlerts, type AlertFilter } from '../../src/alerts/list.ts'
import type { Database } from '../../src/db/database.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import type { Finding } from '../../src/rules/rule.ts'
import { found as readingOf, ruleOf, start } from './evaluation.ts'
import { snapshotOf } from './readings.ts'

/** A rule that finds what the snapshot holds. */
export const rule = ruleOf({
  alert: 'StorageCapacityWarning',
  name: 'Storage Capacity Warning',
  source: 'storage',
  description: 'Make room.',
})
/** One that mutes it, of what is marked as critical. */
export const critical = ruleOf({
  ...rule,
  alert: 'StorageCapacityCritical',
  name: 'Storage Capacity Critical',
  severity: 'critical',
  inhibits: 'StorageCapacityWarning',
  check: (value) =>
    (value as unknown as Finding[]).filter(({ evidence }) => evidence?.critical === true),
})

/** A place that is full. */
export const place = (mountpoint: string, message = `${mountpoint} is full`): Finding => ({
  labels: { mountpoint },
  message,
})
/** A snapshot in which these are found. */
export const found = (...findings: Finding[]) => snapshotOf({ tasks: readingOf(...findings) })

/** What a stream would show, in brief. */
export const said = (events: readonly StoredEvent[]) =>
  events.map(
    ({ seq, level, data }) => `${seq} ${level} ${String(data.event)} ${String(data.resource)}`,
  )

/** What is listed, in brief. */
export const briefly = (alerts: readonly Alert[]) =>
  alerts.map(({ resource, state, count }) => `${resource} ${state} ${count}`)

type Given = Partial<AlertEngineOptions>

/** Engines on the database of a test. */
export function alertsOn(database: Database) {
  /** An engine on an empty database, its clock 30 s further at each evaluation. */
  async function freshEngine(given: Given = {}) {
    await database.query('truncate alerts, alert_transitions, events')
    await database.query('update event_sequence set last = 0')
    const clock = { seconds: 0 }
    return { clock, ...startEngine(clock, given) }
  }

  function startEngine(clock: { seconds: number }, given: Given = {}) {
    const events: StoredEvent[] = []
    const errors: string[] = []
    const engine = new AlertEngine({
      database,
      rules: [rule],
      now: () => new Date(start + clock.seconds * 1000),
      onEvents: (stored) => events.push(...stored),
      onError: (error) => errors.push(error.message),
      ...given,
    })
    return { engine, events, errors }
  }

  const listed = async (filter: Partial<AlertFilter> = {}) =>
    (await listAlerts(database, { limit: 100, offset: 0, ...filter })).alerts

  return { freshEngine, startEngine, listed }
}

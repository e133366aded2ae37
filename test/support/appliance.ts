import { evaluate, lastingAlerts, type ActiveAlerts } from '../../src/alerts/evaluate.ts'
import type { Alert } from '../../src/alerts/alert.ts'
import { defaultSettings, type CollectorSettings } from '../../src/collectors/collector.ts'
import { collectors } from '../../src/collectors/index.ts'
import type { ScheduledCollector } from '../../src/collectors/lane.ts'
import { CollectorLoop } from '../../src/collectors/loop.ts'
import { noFleet } from '../../src/fleet/state.ts'
import type { Host } from '../../src/host/host.ts'
import { following } from '../../src/host/replay-timeline.ts'
import { families } from '../../src/exporter/metrics.ts'
import { metricsOf, metricSources } from '../../src/history/samples.ts'
import { compare, type Comparison, type Remembered } from '../../src/inventory/compare.ts'
import { present } from '../../src/inventory/present.ts'
import { Monitor } from '../../src/monitor.ts'
import { numbersOf } from '../../src/numbers.ts'
import { builtInRules } from '../../src/rules/index.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { followCartridges } from './cartridges.ts'
import { goodDatabase, noBackups, noRequests, noTasks } from './idle.ts'
import { openRecording } from './recording.ts'
import { watchTapeAlerts } from './tape-alerts.ts'

const rules = builtInRules()
const sources = metricSources(families)

/** An appliance that is watched as the daemon does it, with a clock of its own and without a database. */
export interface WatchedAppliance {
  /** Reads everything anew and evaluates, `seconds` after the time before. */
  watch(seconds?: number): Promise<Watched>
}

/** What was seen of an appliance at one time. */
export interface Watched {
  snapshot: Snapshot
  /** Pending and firing alerts. */
  alerts: readonly Alert[]
  /** Ids of what the inventory misses, by kind. */
  missing: readonly string[]
}

/** An appliance with all its collectors and built-in rules, none of them started. */
export interface OpenedAppliance {
  loop: CollectorLoop
  monitor: Monitor
  /** Pending and firing alerts. */
  alerts(): readonly Alert[]
}

/** Puts a host under the collectors and rules of the daemon, by a clock of the caller's and without a database. */
export function openAppliance(
  host: Host,
  now: () => Date,
  settings: CollectorSettings = defaultSettings,
): OpenedAppliance {
  let active: ActiveAlerts = new Map()
  let remembered: readonly Remembered[] = []
  let ids = 0
  const cartridges = followCartridges(now)
  const loop = new CollectorLoop({
    host,
    collectors: Object.values(collectors) as ScheduledCollector[],
    settings: () => settings,
    now,
  })
  const { tapeAlerts } = watchTapeAlerts(host, () => monitor.snapshot(), now)
  const monitor: Monitor = new Monitor({
    loop,
    engine: {
      async evaluate(snapshot) {
        const context = { now: now(), newId: () => `id-${++ids}` }
        const { changes, errors } = evaluate(active, rules, snapshot, context)
        if (errors.length > 0) throw new AggregateError(errors.map(({ error }) => error))
        const lasting = lastingAlerts(active, changes)
        active = new Map(lasting.map((alert) => [alert.fingerprint, alert]))
        return 'written'
      },
      hold: () => 'held',
      get active() {
        return [...active.values()]
      },
    },
    reach: async () => ({ unreachableSince: null, error: null }),
    kept: {
      async inventory(snapshot) {
        const comparison = compare(remembered, present(snapshot), now())
        remembered = remember(remembered, comparison, now())
        return { missing: comparison.missing }
      },
      cartridges: async (snapshot) => cartridges.update(snapshot),
      async tape_alerts(snapshot) {
        tapeAlerts.look()
        await tapeAlerts.settled()
        return tapeAlerts.update(snapshot)
      },
      tasks: async () => noTasks,
      watchers: async () => [],
      channels: async () => [],
      certificates: async () => [],
      consistency: async () => ({ checks: [] }),
      incidents: async () => [],
      forecasts: async () => ({ computedAt: null, forecasts: [] }),
      backups: async () => noBackups(now()),
      fleet: async () => noFleet(now()),
      database: async () => goodDatabase,
    },
    metrics: async (snapshot) =>
      metricsOf(sources, snapshot, {
        numbers: () => numbersOf(snapshot, [], noRequests),
        over: () => null,
      }),
    onEvaluated: () => undefined,
    onSnapshot: () => undefined,
    intervalSeconds: 30,
    now,
    onError(error) {
      throw error
    },
  })
  return { loop, monitor, alerts: () => [...active.values()] }
}

/** Watches a host with all collectors and all built-in rules. */
export function watchAppliance(
  host: Host,
  settings: CollectorSettings = defaultSettings,
): WatchedAppliance {
  let clock = Date.parse('2026-11-20T21:00:00Z')
  const appliance = openAppliance(host, () => new Date(clock), settings)
  const { loop, monitor } = appliance
  return {
    async watch(seconds = 60) {
      clock += seconds * 1000
      await loop.collectAll()
      await monitor.evaluate()
      const snapshot = monitor.snapshot()
      const { inventory } = snapshot.readings
      const missing = inventory?.state === 'read' ? inventory.value.missing : []
      return {
        snapshot,
        alerts: appliance.alerts(),
        missing: missing.map(({ kind, id }) => `${kind} ${id}`),
      }
    },
  }
}

/** Watches recordings one after the other, a minute apart: what was seen of each. */
export async function watchRecordings(names: readonly string[]): Promise<Watched[]> {
  let current: Host = openRecording(names[0] ?? '')
  const appliance = watchAppliance(following(() => current))
  const seen: Watched[] = []
  for (const [index, name] of names.entries()) {
    if (index > 0) current = openRecording(name)
    seen.push(await appliance.watch())
  }
  return seen
}

/** What is remembered after a comparison, as the store does it. */
function remember(
  before: readonly Remembered[],
  { seen, gone, forgotten }: Comparison,
  now: Date,
): Remembered[] {
  const among = (objects: readonly { kind: string; id: string }[], { kind, id }: Remembered) =>
    objects.some((object) => object.kind === kind && object.id === id)
  return [
    ...before
      .filter((object) => !among(seen, object) && !among(forgotten, object))
      .map((object) => (among(gone, object) ? { ...object, goneSince: now } : object)),
    ...seen.map((object) => ({ ...object, lastSeen: now, goneSince: null })),
  ]
}

/** An alert in words: `ArrayDegraded array=md0`, with what there is to say of its state. */
export function alertText({ rule, labels, state, inhibitedBy }: Alert): string {
  const place = Object.entries(labels).map(([name, value]) => ` ${name}=${value}`)
  const how = state === 'pending' ? ' (pending)' : inhibitedBy === null ? '' : ' (muted)'
  return `${rule}${place.join('')}${how}`
}

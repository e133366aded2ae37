import { fileURLToPath } from 'node:url'
import { evaluate, lastingAlerts, type ActiveAlerts } from '../../src/alerts/evaluate.ts'
import { defaultSettings, type Collector } from '../../src/collectors/collector.ts'
import { collectors } from '../../src/collectors/index.ts'
import type { ScheduledCollector } from '../../src/collectors/lane.ts'
import { CollectorLoop } from '../../src/collectors/loop.ts'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { Monitor } from '../../src/monitor.ts'
import { builtInRules } from '../../src/rules/index.ts'
import type { Snapshot } from '../../src/snapshot.ts'

/** The recordings that are measured: an ordinary appliance, one with 2,000 elements, one with 40 targets. */
export const MEASURED = ['01-steady', '11-big-library', '12-large-scst'] as const

/** Every collector, in the order of the list. */
export const everyCollector = Object.values(collectors) as Collector<unknown>[]

const NOW = new Date('2026-11-20T21:00:00Z')

/** Opens a recording that comes with the project. */
export function openRecording(name: string): ReplayHost {
  const directory = new URL(`../../../fixtures/recordings/${name}`, import.meta.url)
  return new ReplayHost(readRecording(fileURLToPath(directory)))
}

/** What the daemon knows of the recorded appliance after one collection. */
export async function snapshotOf(name: string): Promise<Snapshot> {
  const loop = new CollectorLoop({
    host: openRecording(name),
    collectors: everyCollector as ScheduledCollector[],
    settings: () => defaultSettings,
    now: () => NOW,
  })
  await loop.start()
  loop.stop()
  return monitorOf(loop).snapshot()
}

/** The alerts of a snapshot whose conditions have held for a day. */
export function alertsOf(snapshot: Snapshot): ActiveAlerts {
  const rules = builtInRules()
  let ids = 0
  let active: ActiveAlerts = new Map()
  for (const day of [20, 21]) {
    const context = { now: new Date(Date.UTC(2026, 10, day)), newId: () => `alert-${++ids}` }
    const { changes } = evaluate(active, rules, snapshot, context)
    active = new Map(
      lastingAlerts(active, changes).map((alert) => [alert.fingerprint, alert] as const),
    )
  }
  return active
}

/** A monitor that is only asked for the snapshot: nothing behind it is there. */
function monitorOf(loop: CollectorLoop): Monitor {
  const nothing = () => Promise.reject(new Error('not part of this'))
  return new Monitor({
    loop,
    engine: { evaluate: nothing, hold: () => 'held', active: [] },
    reach: nothing,
    kept: {
      inventory: nothing,
      cartridges: nothing,
      tape_alerts: nothing,
      tasks: nothing,
      watchers: nothing,
      channels: nothing,
      consistency: nothing,
      incidents: nothing,
      forecasts: nothing,
      certificates: nothing,
      backups: nothing,
      database: nothing,
    },
    metrics: nothing,
    onSnapshot: () => undefined,
    onEvaluated: () => undefined,
    intervalSeconds: 30,
    now: () => NOW,
    onError: () => undefined,
  })
}

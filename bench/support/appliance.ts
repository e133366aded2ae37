import { fileURLToPath } from 'node:url'
import { evaluate, lastingAlerts, type ActiveAlerts } from '../../src/alerts/evaluate.ts'
import { defaultSettings, type Collector } from '../../src/collectors/collector.ts'
import { collectors } from '../../src/collectors/index.ts'
import type { ScheduledCollector } from '../../src/collectors/lane.ts'
import { CollectorLoop } from '../../src/collectors/loop.ts'
import type { ExposedFamily } from '../../src/exporter/exposition.ts'
import { families } from '../../src/exporter/metrics.ts'
import type { Host } from '../../src/host/host.ts'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { Monitor } from '../../src/monitor.ts'
import { builtInRules } from '../../src/rules/index.ts'
import type { HardwareSubjects, Snapshot } from '../../src/snapshot.ts'

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

/** What some collectors do of a machine from one beat to the next, when they are told to. */
export interface Cycle {
  /** Asks anew, whatever their intervals; resolves when all have answered. */
  collect(subjects?: readonly (keyof HardwareSubjects)[]): Promise<void>
  /** A snapshot of it, and of that every number that is exported. */
  numbers(): ExposedFamily[]
  /** What cannot be read, in words. */
  failures(): string[]
  stop(): void
}

/** The cycle of some collectors, each of which has run once. */
export async function openCycle(
  host: Host,
  subjects: readonly Collector<unknown>[],
): Promise<Cycle> {
  const loop = new CollectorLoop({
    host,
    // Nothing else is to collect meanwhile.
    collectors: subjects.map((one) => ({ ...one, intervalSeconds: 86_400 }) as ScheduledCollector),
    settings: () => defaultSettings,
    now: () => new Date(),
  })
  await loop.start()
  const monitor = monitorOf(loop)
  return {
    async collect(names) {
      if (names === undefined) await loop.collectAll()
      else await Promise.all(names.map((name) => loop.collect(name)))
    },
    numbers() {
      const snapshot = monitor.snapshot()
      return families.map(({ name, help, type, samplesOf }) => {
        return { name, help, type, values: samplesOf(snapshot) }
      })
    },
    failures() {
      return Object.entries(loop.readings()).flatMap(([name, reading]) =>
        reading.state === 'failed' ? [`${name}: ${reading.error}`] : [],
      )
    },
    stop() {
      loop.stop()
    },
  }
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
      fleet: nothing,
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

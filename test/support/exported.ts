import type { ExposedFamily } from '../../src/exporter/exposition.ts'
import { Exporter, families } from '../../src/exporter/metrics.ts'
import { SelfMetrics } from '../../src/exporter/self.ts'
import { valueOf, type Snapshot, type Subjects } from '../../src/snapshot.ts'
import { watchRecordings } from './appliance.ts'
import { goodBackups } from './backups.ts'
import { fine } from './channels.ts'
import { outcome } from './consistency.ts'
import { goodDatabase, smallFleet } from './idle.ts'
import { readQuery } from './promql.ts'
import { read, snapshotOf } from './readings.ts'
import { busyCommands } from './scst-commands.ts'

/** What is exported under a name that samples have. */
export interface Exported {
  type: string
  /** Labels of its samples; none where this version never has one. */
  labels: ReadonlySet<string>
  /** What it is read from; null of what the daemon says of itself. */
  subject: keyof Subjects | null
}

/** Everything that an appliance with all hardware exports, by the names of the samples. */
export async function exportedMetrics(): Promise<ReadonlyMap<string, Exported>> {
  const snapshot = await completeSnapshot()
  const subjects = new Map(families.map(({ name, subject }) => [name, subject]))
  const exporter = new Exporter({
    snapshot: () => snapshot,
    alerts: () => [{ severity: 'critical', state: 'firing', count: 1 }],
    self: busyDaemon(),
  })
  const exported = new Map<string, Exported>()
  for (const family of await exporter.json()) {
    for (const name of sampleNames(family)) {
      const samples = family.values.filter(({ metricName = family.name }) => metricName === name)
      const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)))
      exported.set(name, { type: family.type, labels, subject: subjects.get(family.name) ?? null })
    }
  }
  return exported
}

const counterFunctions = ['rate', 'increase', 'irate', 'resets']

/** What a query asks for. */
export interface Asked {
  /** What is not exported, or not so: names, labels, rates of what does not count. */
  faults: readonly string[]
  /** Labels that its result may have. */
  labels: ReadonlySet<string>
}

/**
 * Compares a query with what is exported. `others` are metrics besides, with their labels, null where these are not
 * known; with `totals` a count may be shown as it is.
 */
export function compareQuery(
  expr: string,
  exported: ReadonlyMap<string, Exported>,
  others: Readonly<Record<string, readonly string[] | null>>,
  { totals = false } = {},
): Asked {
  const query = readQuery(expr)
  const labels = new Set(['job', 'instance'])
  const faults: string[] = []
  let anyLabel = false
  for (const { metric, matchers, call } of query.selectors) {
    const found = exported.get(metric)
    const other = others[metric]
    if (found === undefined && other === undefined) faults.push(`${metric} is not exported`)
    if (other === null) anyLabel = true
    const own = new Set(['job', 'instance', ...(found?.labels ?? other ?? [])])
    for (const label of own) labels.add(label)
    for (const { label } of matchers) {
      if (other !== null && !own.has(label)) faults.push(`${metric} has no label ${label}`)
    }
    if (found === undefined) continue
    const counts = found.type === 'counter' || /_(bucket|count|sum)$/.test(metric)
    const rated = counterFunctions.includes(call ?? '')
    if (rated && !counts) faults.push(`${metric} does not count: ${call}`)
    if (counts && !rated && !totals) faults.push(`${metric} counts: ${call ?? 'as it is'}`)
  }
  for (const label of anyLabel ? [] : query.labels) {
    if (!labels.has(label)) faults.push(`nothing has a label ${label}`)
  }
  return { faults, labels }
}

function sampleNames({ name, values }: ExposedFamily): Set<string> {
  return new Set([name, ...values.map(({ metricName = name }) => metricName)])
}

type Readings = Snapshot['readings']

/** An appliance of which everything is known: what recordings leave open is 1. */
async function completeSnapshot(): Promise<Snapshot> {
  const [seen] = await watchRecordings(['04-tapealert'])
  if (seen === undefined) throw new Error('it was watched')
  const { sensors, tape_health: health, ...readings } = known(seen.snapshot.readings) as Readings
  const [sensor] = valueOf(sensors) ?? []
  if (sensor === undefined) throw new Error('it has a sensor')
  const exception = { failurePredicted: false, text: null }
  const kinds = ['temperature', 'fan', 'voltage', 'current', 'power'] as const
  const slot = { name: 'Slot 01', slot: 1, status: 'OK', fault: false, locate: false, disk: 'sda' }
  const port = { portName: '0x2100001b32a1b2c3', nodeName: null, state: 'Online', portType: null }
  return snapshotOf({
    ...readings,
    tape_health: read((valueOf(health) ?? []).map((drive) => ({ ...drive, exception }))),
    sensors: read(kinds.map((kind) => ({ ...sensor, kind }))),
    channels: read([fine]),
    backups: read(goodBackups),
    fleet: read(smallFleet),
    database: read({
      ...goodDatabase,
      replicationSlots: [{ slot: 'standby', active: true, retainedBytes: 5 }],
    }),
    consistency: read({ checks: [outcome('vtl', 'up', 'consistent')] }),
    incidents: read([{ status: 'open', severity: 'high', count: 1 }]),
    scst_commands: read(busyCommands),
    enclosures: read([{ id: 'E1', hctl: '7:0:1:0', vendor: null, model: null, slots: [slot] }]),
    fc_hosts: read([
      {
        ...port,
        ...{ id: port.portName, name: 'host7', speedBitsPerSecond: 8e9, fabricName: null },
        statistics: { error_frames: 0, invalid_crc_count: 0 },
      },
    ]),
  })
}

function known(value: unknown): unknown {
  if (value === null) return 1
  if (Array.isArray(value)) return value.map(known)
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, known(part)]))
}

/** One that has done everything once. */
function busyDaemon(): SelfMetrics {
  const self = new SelfMetrics({
    application: { name: 'storwarden', version: '0.0.0' },
    breakers: () => [{ name: '/dev/sg3 sg_io', state: 'open' }],
    breakerFailures: () => new Map([['/dev/sg3 sg_io', 3]]),
    stuckCalls: () => 0,
    heldEvaluations: () => 0,
    connections: () => ({ idle: 1, active: 0, waiting: 0 }),
    websocket: () => ({ clients: 0, sent: 0, dropped: 0, evicted: 0 }),
    watcherRestarts: () => ({ database: 0 }),
    logLinesLost: () => 0,
    caches: () => [{ cache: 'mounts', hits: 3, misses: 1, entries: 20, bytes: 4000 }],
    fleet: () => ({ connected: true, published: { events: 3 }, waiting: 0 }),
  })
  self.operation({
    ...{ operation: 'read_element_status', status: 'ok', durationSeconds: 0.1 },
    affected: 20,
  })
  self.tasks.timedOut('monitoring_data_retention')
  const began = { kind: 'backup', startedAt: new Date(0), finishedAt: new Date(60_000) }
  self.tasks.changed('retrying', { ...began, state: 'pending' })
  self.tasks.changed('completed', { ...began, state: 'completed' })
  self.database.query(0.1, '55P03')
  self.database.connectionError('ECONNREFUSED')
  self.notifications('webhook', 'delivered', 1)
  self.consistency.checked('vtl', 0.1)
  self.consistency.inconsistencies('vtl', 'critical', 1)
  self.consistency.reconciled('adopt_live', 'completed', 0.1)
  const http = self.http(() => undefined)
  http.started()
  http.finished({ method: 'get', route: '/metrics', status: 200, seconds: 0.1 })
  http.authFailure('invalid')
  return self
}

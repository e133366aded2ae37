import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CollectorLoop } from './collectors/loop.ts'
import type { Config } from './config/schema.ts'
import type { CopyingDatabase } from './db/database.ts'
import type { SelfMetrics } from './exporter/self.ts'
import type { HappeningLog } from './happenings/happening-log.ts'
import { Secrets } from './host/redact.ts'
import type { Hub } from './hub/hub.ts'
import { explained } from './incidents/analyse.ts'
import type { IncidentKeeping } from './incidents/keeping.ts'
import { findIncident } from './incidents/store.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor.ts'
import { everyNight } from './nightly.ts'
import { taskName } from './operations/names.ts'
import type { Operations } from './operations/operations.ts'
import { keptData } from './retention.ts'
import { scheduling } from './scheduling.ts'
import { TaskEngine } from './tasks/engine.ts'
import type { TaskKind } from './tasks/kind.ts'
import { alertEvaluation } from './tasks/kinds/alert-evaluation.ts'
import {
  consistencyRestoreConfig,
  type ConfigRestoration,
} from './tasks/kinds/consistency-restore-config.ts'
import { dataRetention } from './tasks/kinds/data-retention.ts'
import { eventProcessing } from './tasks/kinds/event-processing.ts'
import { incidentAnalysis, type IncidentAnalysis } from './tasks/kinds/incident-analysis.ts'
import { scstEnableTarget } from './tasks/kinds/scst-enable-target.ts'
import type { TaskSchedules } from './tasks/schedules.ts'
import { countStream } from './tasks/stream.ts'

/** What tasks are carried out with. */
export interface TaskingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  db: CopyingDatabase
  hub: Hub
  loop: CollectorLoop
  monitor: () => Monitor
  happenings: () => HappeningLog | null
  /** Who sends what is due. */
  channels: { wake: () => void }
  incidents: { keeping: () => IncidentKeeping }
  operations: Operations
  restoration: ConfigRestoration
  /** Kinds that are put together elsewhere. */
  kinds: readonly TaskKind[]
  /** Who asks for them when they are due. */
  schedules: readonly { start(engine: TaskEngine): void; stop(): Promise<void> }[]
  self: SelfMetrics
  log: Log
  now: () => Date
}

/** The tasks, and what has them done each night and by the schedules of users. */
export interface Tasking {
  engine: TaskEngine
  schedules: TaskSchedules
  start(): void
  stop(): Promise<void>
}

/** Who asks for what is done each night. */
const DAEMON = 'storwardend'

/** Carries out tasks; nothing is started. */
export function tasking(parts: TaskingParts): Tasking {
  const { config, db, hub, operations, self, log, now } = parts
  const secrets = new Secrets()
  const engine = new TaskEngine({
    ...{ database: db, now, newId: randomUUID, onError: log.failure },
    kinds: kindsOf(parts),
    owner: daemonId(config().state_dir),
    onEvents: (events) => {
      hub.publish(events)
    },
    onTimeout: self.tasks.timedOut,
    onChange: self.tasks.changed,
    track: ({ id, kind }, work) => operations.track(taskName(kind), { task: id, kind }, work),
    redact: (text) => secrets.inText(text),
  })
  const schedules = scheduling({ db, hub, log, now })
  let nightly: { stop(): Promise<void> } | null = null
  return {
    ...{ engine, schedules },
    start() {
      engine.start()
      for (const schedule of [schedules, ...parts.schedules]) schedule.start(engine)
      nightly ??= everyNight('retention', () => retainTonight(engine, now()), log)
    },
    async stop() {
      for (const schedule of [schedules, ...parts.schedules]) await schedule.stop()
      await nightly?.stop()
      await engine.stop()
    },
  }
}

/** One task of each a night, however many daemons are on the database. */
async function retainTonight(engine: TaskEngine, now: Date): Promise<void> {
  const night = now.toISOString().slice(0, 10)
  const draft = { kind: 'monitoring_data_retention', params: {} }
  await engine.submit({ ...draft, idempotencyKey: `retention ${night}` }, { user: DAEMON })
  const upkeep = { kind: 'database_maintenance', params: {}, priority: -1 }
  await engine.submit({ ...upkeep, idempotencyKey: `maintenance ${night}` }, { user: DAEMON })
}

function kindsOf(parts: TaskingParts): TaskKind[] {
  const { config, db, loop, monitor, happenings, channels, restoration, now } = parts
  return [
    eventProcessing({
      async flush() {
        await happenings()?.flush()
        return happenings()?.waiting ?? 0
      },
      async deliver() {
        channels.wake()
        await Promise.resolve()
      },
      countStream: () => countStream(db),
    }),
    alertEvaluation({
      async collect() {
        await loop.collectAll()
        return loop
          .health()
          .filter(({ state }) => state === 'failed')
          .map(({ name }) => name)
      },
      evaluate: () => evaluateNow(monitor()),
    }),
    incidentAnalysis((id) => analyseIncident(parts, id)),
    dataRetention(keptData({ db, config, now })),
    consistencyRestoreConfig(restoration),
    scstEnableTarget(restoration),
    ...parts.kinds,
  ]
}

/**
 * Logs of tasks can be read by people who may see neither the incidents of others nor the audit trail: what only these
 * tell is left out, the title of the incident too.
 */
async function analyseIncident(
  { db, incidents, now }: TaskingParts,
  id: string,
): Promise<IncidentAnalysis | null> {
  const incident = await findIncident(db, id)
  if (incident === null) return null
  const around = { keeping: incidents.keeping(), now: now() }
  const { causes } = await explained(db, incident, { seesAll: false, seesAudit: false }, around)
  return { title: `incident ${id}`, causes: causes.map(({ sentence }) => sentence) }
}

/** What the monitor reports to the log by itself, a task has to know. */
async function evaluateNow(monitor: Monitor): Promise<{ pending: number; firing: number }> {
  const before = monitor.evaluatedAt
  await monitor.evaluateAnew()
  if (monitor.evaluatedAt === before)
    throw new Error('the rules were not evaluated; the log says why')
  const count = (wanted: string) =>
    monitor.alertCounts
      .filter(({ state }) => state === wanted)
      .reduce((sum, { count: alerts }) => sum + alerts, 0)
  return { pending: count('pending'), firing: count('firing') }
}

/** Tells this state directory from others for as long as it lasts; the daemon has it to itself. */
function daemonId(stateDir: string): string {
  const path = join(stateDir, 'daemon-id')
  try {
    const id = readFileSync(path, 'utf8').trim()
    if (id !== '') return id
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const id = randomUUID()
  writeFileSync(`${path}.new`, `${id}\n`, { mode: 0o644 })
  renameSync(`${path}.new`, path)
  return id
}

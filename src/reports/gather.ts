import { setTimeout as pause } from 'node:timers/promises'
import { secretAges, OLD_DAYS } from '../auth/secret-ages.ts'
import { listTokens } from '../auth/tokens.ts'
import { listUsers } from '../auth/user-store.ts'
import type { Scst } from '../collectors/scst.ts'
import type { Queryable } from '../db/database.ts'
import { firstStart } from '../db/migrate.ts'
import { errorOf, type Reading, type Snapshot } from '../snapshot.ts'
import { alertFigures } from './alert-figures.ts'
import { availabilityFigures } from './availability-figures.ts'
import type { OwnFigures, Part, Period, ScstFigures, WeeklyFacts } from './facts.ts'
import {
  backupFigures,
  databaseGrowth,
  incidentFigures,
  inventoryChanges,
  messageFigures,
  taskFigures,
} from './figures.ts'
import { loadFigures } from './tape-figures.ts'

/** Where the facts of a report come from. */
export interface Sources {
  database: Queryable
  snapshot: () => Snapshot
  /** How the daemon itself does. */
  own: () => OwnFigures
  settings: () => { flappingCount: number; overdueHours: number }
  host: string
  /** How long a part may take, in ms; 20 s otherwise. */
  patienceMs?: number
}

const PATIENCE_MS = 20_000

/** Gathers the facts of a report. Never rejects: what cannot be read in time is named in its place. */
export async function gatherFacts(
  sources: Sources,
  period: Period,
  timeZone: string,
): Promise<WeeklyFacts> {
  const { database, own, settings, host } = sources
  const { flappingCount, overdueHours } = settings()
  const ask = <T>(work: () => Promise<T>) => asked(work, sources)
  // All at once: one that hangs must not use up the time of the others.
  const stored = await allOf({
    own: ask(async () => await Promise.resolve(own())),
    watchedSince: ask(() => firstStart(database)),
    alerts: ask(() => alertFigures(database, period, { flappingCount })),
    incidents: ask(() => incidentFigures(database, period)),
    availability: ask(() => availabilityFigures(database, period)),
    loads: ask(() => loadFigures(database, period)),
    tasks: ask(() => taskFigures(database, period)),
    backups: ask(() => backupFigures(database, period, overdueHours)),
    database: ask(() => databaseFigures(sources, period)),
    messages: ask(() => messageFigures(database, period)),
    inventory: ask(() => inventoryChanges(database, period)),
    secrets: ask(() => agesOfSecrets(database, period.until)),
  })
  return { ...period, host, timeZone, ...currentFacts(sources.snapshot()), ...stored }
}

async function allOf<Given extends Record<string, Promise<unknown>>>(
  given: Given,
): Promise<{ [Name in keyof Given]: Awaited<Given[Name]> }> {
  const entries = Object.entries(given).map(async ([name, value]) => [name, await value] as const)
  return Object.fromEntries(await Promise.all(entries)) as {
    [Name in keyof Given]: Awaited<Given[Name]>
  }
}

async function agesOfSecrets(database: Queryable, now: Date) {
  const [tokens, users] = await Promise.all([listTokens(database, null), listUsers(database)])
  return secretAges({ tokens, users }, { now, oldDays: OLD_DAYS })
}

async function asked<T>(
  work: () => Promise<T>,
  { patienceMs = PATIENCE_MS }: Sources,
): Promise<Part<T>> {
  const patience = new AbortController()
  const late = pause(patienceMs, undefined, { ref: false, signal: patience.signal }).then(() => {
    throw new Error(`no answer within ${patienceMs / 1000} s`)
  })
  late.catch(() => undefined)
  try {
    return { state: 'read', value: await Promise.race([work(), late]), gap: null }
  } catch (error) {
    return { state: 'failed', error: (error as Error).message }
  } finally {
    patience.abort()
  }
}

async function databaseFigures({ database, snapshot }: Sources, period: Period) {
  const grown = await databaseGrowth(database, period)
  const { database: reading } = snapshot().readings
  if (reading?.state !== 'read') return { sizeBytes: null, grown, largest: [] }
  const { sizeBytes, tables } = reading.value
  return { sizeBytes, grown, largest: tables }
}

/** What a snapshot tells: the state of now. Pure. */
function currentFacts({ readings }: Snapshot) {
  return {
    forecasts: partOf(readings.forecasts),
    verdicts: mapped(partOf(readings.cartridges), ({ verdicts }) => verdicts),
    drives: partOf(readings.tape_drives),
    scst: mapped(partOf(readings.scst), (scst) => scstFigures(scst, readings.scst_sessions)),
    consistency: mapped(partOf(readings.consistency), ({ checks }) => checks),
    collectors: partOf(readings.collectors),
    certificates: partOf(readings.certificates),
  }
}

function partOf<T>(reading: Reading<T> | undefined): Part<T> {
  if (reading === undefined) return { state: 'failed', error: 'it was not read yet' }
  if (reading.state === 'absent') return { state: 'absent' }
  if (reading.state === 'failed') return { state: 'failed', error: reading.error }
  return { state: 'read', value: reading.value, gap: errorOf(reading) }
}

function mapped<T, U>(part: Part<T>, of: (value: T) => U): Part<U> {
  return part.state === 'read' ? { ...part, value: of(part.value) } : part
}

function scstFigures(
  { running, targets, config }: Scst,
  sessions: Snapshot['readings']['scst_sessions'],
): ScstFigures {
  const open = sessions?.state === 'read' ? sessions.value.sessions : null
  return {
    running,
    targets: targets.length,
    // Drivers that cannot be switched have targets that are always enabled.
    enabledTargets: targets.filter(({ enabled }) => enabled !== false).length,
    sessions: open?.length ?? null,
    initiators: open === null ? null : new Set(open.map(({ initiator }) => initiator)).size,
    differences: config.differences.length,
  }
}

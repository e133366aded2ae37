import { countScst, type ScstCounts } from './collectors/scst-counts.ts'
import { countActive, countLibraries, countLoaded } from './collectors/library-counts.ts'
import type { CollectorHealth } from './collectors/lane.ts'
import { isRepository } from './repositories/is-repository.ts'
import type { Reading, Snapshot } from './snapshot.ts'
import { stateOf, valueOf } from './snapshot.ts'

type Nullable<T> = { [Key in keyof T]: T[Key] | null }

/** The snapshot of numbers: what `GET /api/v1/monitoring/metrics` answers and `metrics` frames carry. */
export interface Numbers {
  timestamp: string
  system: Nullable<SystemNumbers>
  storage: Nullable<StorageNumbers>
  scst: Nullable<ScstCounts>
  tape: Nullable<TapeNumbers>
  vtl: Nullable<VtlNumbers>
  tasks: Nullable<TaskNumbers>
  api: ApiNumbers
  collectors: Record<string, CollectorNumbers>
}

/** The machine; `disk_` is the root file system. */
export interface SystemNumbers {
  cpu_usage_percent: number
  load1: number
  memory_total_bytes: number
  memory_used_bytes: number
  memory_usage_percent: number
  disk_total_bytes: number
  disk_used_bytes: number
  disk_usage_percent: number
  uptime_seconds: number
}

/** Whole disks, and the file systems that hold backups or VTL media; used/(used+available) like df. */
export interface StorageNumbers {
  total_disks: number
  total_repositories: number
  total_capacity_bytes: number
  used_capacity_bytes: number
  available_bytes: number
  usage_percent: number
}

/** Libraries and drives that are not virtual. */
export interface TapeNumbers {
  total_libraries: number
  total_drives: number
  total_slots: number
  occupied_slots: number
  import_export_slots: number
}

/** Virtual libraries and drives. */
export interface VtlNumbers {
  total_libraries: number
  total_drives: number
  total_slots: number
  occupied_slots: number
  total_tapes: number
  active_drives: number
  loaded_tapes: number
}

/** Tasks by state. */
export interface TaskNumbers {
  total: number
  pending: number
  running: number
  completed: number
  failed: number
  avg_duration_seconds: number
}

/** What the REST interface has answered since the daemon started; rates and latencies of the last minutes. */
export interface ApiNumbers {
  total_requests: number
  requests_per_second: number | null
  /** Share of answers with status 500 and above, 0..1. */
  error_rate: number | null
  p50_latency_seconds: number | null
  p95_latency_seconds: number | null
  p99_latency_seconds: number | null
}

/** How one collector is doing. */
export interface CollectorNumbers {
  state: CollectorHealth['state']
  age_seconds: number | null
  duration_seconds: number | null
  error: string | null
}

/** Counts a snapshot. Pure; a subject that could not be read counts null, one that is absent 0. */
export function numbersOf(
  snapshot: Snapshot,
  repositories: readonly string[],
  api: ApiNumbers,
): Numbers {
  const { readings } = snapshot
  return {
    timestamp: snapshot.takenAt.toISOString(),
    system: systemNumbers(snapshot),
    storage: storageNumbers(snapshot, repositories),
    scst: counted(readings.scst, noScst, (scst) => {
      return countScst(
        scst,
        isKnown(readings.scst_sessions) ? valueOf(readings.scst_sessions) : null,
      )
    }),
    tape: tapeNumbers(snapshot),
    vtl: vtlNumbers(snapshot),
    tasks: taskNumbers(snapshot),
    api,
    collectors: collectorNumbers(valueOf(readings.collectors) ?? []),
  }
}

const noScst: ScstCounts = {
  total_targets: 0,
  active_targets: 0,
  total_luns: 0,
  total_initiators: 0,
  connected_initiators: 0,
  total_sessions: 0,
  total_devices: 0,
}

function systemNumbers({ readings }: Snapshot): Nullable<SystemNumbers> {
  const system = valueOf(readings.system)
  const root = valueOf(readings.filesystems)?.find(({ mountPoint }) => mountPoint === '/')?.usage
  return {
    cpu_usage_percent: system?.cpuUsagePercent ?? null,
    load1: system?.load1 ?? null,
    memory_total_bytes: system?.memoryTotalBytes ?? null,
    memory_used_bytes: system?.memoryUsedBytes ?? null,
    memory_usage_percent: system ? percent(system.memoryUsedBytes, system.memoryTotalBytes) : null,
    disk_total_bytes: root?.totalBytes ?? null,
    disk_used_bytes: root?.usedBytes ?? null,
    disk_usage_percent: root?.usedPercent ?? null,
    uptime_seconds: system?.uptimeSeconds ?? null,
  }
}

function storageNumbers(
  { readings }: Snapshot,
  repositories: readonly string[],
): Nullable<StorageNumbers> {
  const none = {
    total_repositories: 0,
    total_capacity_bytes: 0,
    used_capacity_bytes: 0,
    available_bytes: 0,
    usage_percent: null as number | null,
  }
  return {
    ...counted(readings.disks, { total_disks: 0 }, ({ length }) => ({ total_disks: length })),
    ...counted(readings.filesystems, none, (all) => {
      const found = all.filter((each) => isRepository(each, repositories))
      const known = found.flatMap(({ usage }) => usage ?? [])
      if (known.length === 0 && found.length > 0)
        return { ...nulls(none), total_repositories: found.length }
      const used = sum(known, ({ usedBytes }) => usedBytes)
      const available = sum(known, ({ availableBytes }) => availableBytes)
      return {
        total_repositories: found.length,
        total_capacity_bytes: sum(known, ({ totalBytes }) => totalBytes),
        used_capacity_bytes: used,
        available_bytes: available,
        usage_percent: percent(used, used + available),
      }
    }),
  }
}

function tapeNumbers({ readings }: Snapshot): Nullable<TapeNumbers> {
  const none = { total_libraries: 0, total_slots: 0, occupied_slots: 0, import_export_slots: 0 }
  return {
    ...counted(readings.changers, none, (changers) => {
      const counts = countLibraries(changers.filter(({ virtual }) => !virtual))
      return {
        total_libraries: counts.libraries,
        total_slots: counts.slots,
        occupied_slots: counts.slotsFull,
        import_export_slots: counts.importExport,
      }
    }),
    ...counted(readings.tape_drives, { total_drives: 0 }, (drives) => ({
      total_drives: drives.filter(({ virtual }) => !virtual).length,
    })),
  }
}

function vtlNumbers({ readings }: Snapshot): Nullable<VtlNumbers> {
  const none = { total_libraries: 0, total_slots: 0, occupied_slots: 0, total_tapes: 0 }
  const libraries = valueOf(readings.changers)?.filter(({ virtual }) => virtual) ?? []
  const drives = valueOf(readings.tape_drives)?.filter(({ virtual }) => virtual) ?? []
  return {
    ...counted(readings.changers, none, () => {
      const counts = countLibraries(libraries)
      return {
        total_libraries: counts.libraries,
        total_slots: counts.slots,
        occupied_slots: counts.slotsFull,
        total_tapes: counts.cartridges,
      }
    }),
    ...counted(readings.tape_drives, { total_drives: 0, active_drives: 0 }, () => ({
      total_drives: drives.length,
      active_drives: countActive(drives),
    })),
    loaded_tapes: isKnown(readings.changers) ? countLoaded(libraries, drives) : null,
  }
}

function taskNumbers({ readings }: Snapshot): Nullable<TaskNumbers> {
  const tasks = valueOf(readings.tasks)
  return {
    total: tasks?.total ?? null,
    pending: tasks?.pending ?? null,
    running: tasks?.running ?? null,
    completed: tasks?.completed ?? null,
    failed: tasks?.failed ?? null,
    avg_duration_seconds: tasks?.averageDurationSeconds ?? null,
  }
}

function collectorNumbers(health: readonly CollectorHealth[]): Record<string, CollectorNumbers> {
  return Object.fromEntries(
    health.map(({ name, state, ageSeconds, durationSeconds, error }) => [
      name,
      { state, age_seconds: ageSeconds, duration_seconds: durationSeconds, error },
    ]),
  )
}

/** Counts of a subject: those of its value, zeros when it is absent, nulls when it could not be read. */
function counted<T, Counts extends object>(
  reading: Reading<T> | undefined,
  none: Counts,
  count: (value: T) => Nullable<Counts>,
): Nullable<Counts> {
  if (reading?.state === 'absent') return none
  return reading?.state === 'read' && isKnown(reading) ? count(reading.value) : nulls(none)
}

/** Whether any place of the subject answered, or there is none. */
function isKnown(reading: Reading<unknown> | undefined): boolean {
  return reading !== undefined && stateOf(reading) !== 'failed'
}

function nulls<Counts extends object>(counts: Counts): { [Key in keyof Counts]: null } {
  return Object.fromEntries(Object.keys(counts).map((key) => [key, null])) as {
    [Key in keyof Counts]: null
  }
}

/** `part` of `whole` in percent; null of nothing. */
function percent(part: number, whole: number): number | null {
  return whole > 0 ? (part / whole) * 100 : null
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

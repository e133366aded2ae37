import { countScst, type ScstCounts } from './collectors/scst-counts.ts'
import type { Changer } from './collectors/changers.ts'
import type { CollectorHealth } from './collectors/loop.ts'
import type { FileSystem } from './collectors/filesystems.ts'
import type { TapeDrive } from './collectors/tape-drives.ts'
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

export interface StorageNumbers {
  total_disks: number
  total_repositories: number
  total_capacity_bytes: number
  used_capacity_bytes: number
  available_bytes: number
  usage_percent: number
}

export interface TapeNumbers {
  total_libraries: number
  total_drives: number
  total_slots: number
  occupied_slots: number
  import_export_slots: number
}

export interface VtlNumbers {
  total_libraries: number
  total_drives: number
  total_slots: number
  occupied_slots: number
  total_tapes: number
  active_drives: number
  loaded_tapes: number
}

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
      return countScst(scst, valueOf(readings.scst_sessions))
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
  const usages = counted(readings.filesystems, { usages: [] as FileSystem['usage'][] }, (all) => ({
    usages: all.filter((each) => isRepository(each, repositories)).map(({ usage }) => usage),
  })).usages
  const known = usages?.filter((usage) => usage !== null) ?? null
  const used = known && sum(known, ({ usedBytes }) => usedBytes)
  const available = known && sum(known, ({ availableBytes }) => availableBytes)
  return {
    total_disks: counted(readings.disks, { count: 0 }, ({ length }) => ({ count: length })).count,
    total_repositories: usages?.length ?? null,
    total_capacity_bytes: known && sum(known, ({ totalBytes }) => totalBytes),
    used_capacity_bytes: used,
    available_bytes: available,
    usage_percent: used === null || available === null ? null : percent(used, used + available),
  }
}

const REPOSITORY_TYPES = ['xfs', 'ext4', 'btrfs', 'zfs']
const SYSTEM_MOUNTS = /^\/(?:usr|var|home|tmp|run|boot.*)?$/

/**
 * Whether a file system holds backups or VTL media: one that is named, or by
 * default every XFS, ext4, Btrfs or ZFS that is not part of the system itself.
 */
export function isRepository(
  { mountPoint, type }: Pick<FileSystem, 'mountPoint' | 'type'>,
  named: readonly string[],
): boolean {
  if (named.length > 0) return named.includes(mountPoint)
  return REPOSITORY_TYPES.includes(type) && !SYSTEM_MOUNTS.test(mountPoint)
}

function tapeNumbers({ readings }: Snapshot): Nullable<TapeNumbers> {
  const none = { total_libraries: 0, total_slots: 0, occupied_slots: 0, import_export_slots: 0 }
  return {
    ...counted(readings.changers, none, (changers) => {
      const libraries = changers.filter(({ virtual }) => !virtual)
      const { slots, occupied, importExport } = countElements(libraries)
      return {
        total_libraries: libraries.length,
        total_slots: slots,
        occupied_slots: occupied,
        import_export_slots: importExport,
      }
    }),
    total_drives: countDrives(readings.tape_drives, false),
  }
}

function vtlNumbers({ readings }: Snapshot): Nullable<VtlNumbers> {
  const none = { total_libraries: 0, total_slots: 0, occupied_slots: 0, total_tapes: 0 }
  const drives = valueOf(readings.tape_drives)?.filter(({ virtual }) => virtual) ?? []
  return {
    ...counted(readings.changers, none, (changers) => {
      const libraries = changers.filter(({ virtual }) => virtual)
      const { slots, occupied, cartridges } = countElements(libraries)
      return {
        total_libraries: libraries.length,
        total_slots: slots,
        occupied_slots: occupied,
        total_tapes: cartridges,
      }
    }),
    total_drives: countDrives(readings.tape_drives, true),
    active_drives: counted(readings.tape_drives, { active: 0 }, () => ({
      active:
        drives.some(({ active }) => active !== null) || drives.length === 0
          ? drives.filter(({ active }) => active === true).length
          : null,
    })).active,
    loaded_tapes: countLoaded(readings.changers, drives),
  }
}

function countDrives(
  reading: Reading<readonly TapeDrive[]> | undefined,
  virtual: boolean,
): number | null {
  return counted(reading, { count: 0 }, (drives) => ({
    count: drives.filter((drive) => drive.virtual === virtual).length,
  })).count
}

/** Counts what libraries that answer hold; the last known inventory of one that does not is no count of now. */
function countElements(changers: readonly Changer[]) {
  const elements = changers
    .filter(({ state }) => state === 'online')
    .flatMap(({ inventory }) => inventory?.elements ?? [])
  const storage = elements.filter(({ type }) => type === 'storage')
  return {
    slots: storage.length,
    occupied: storage.filter(({ full }) => full).length,
    importExport: elements.filter(({ type }) => type === 'import-export').length,
    cartridges: elements.filter(({ full }) => full).length,
  }
}

/**
 * Virtual drives that hold a cartridge: as their library says, and for drives
 * of a library that does not answer as they say themselves (page 11h).
 */
function countLoaded(
  reading: Reading<readonly Changer[]> | undefined,
  drives: readonly TapeDrive[],
): number | null {
  const transfer = (valueOf(reading) ?? [])
    .filter(({ virtual, state }) => virtual && state === 'online')
    .flatMap(({ inventory }) => inventory?.elements ?? [])
    .filter(({ type }) => type === 'data-transfer')
  const placed = new Set(transfer.map(({ driveSerial }) => driveSerial))
  const others = drives.filter(({ serial, status }) => status !== null && !placed.has(serial))
  const inLibraries = transfer.filter(({ full }) => full).length
  const known = reading?.state === 'absent' || transfer.length > 0 || others.length > 0
  if (!known && !(reading?.state === 'read' && reading.coverage === 'all')) return null
  // Without serial numbers in the inventory a drive cannot be told from those already counted.
  if (transfer.some(({ driveSerial }) => driveSerial === null)) return inLibraries
  return inLibraries + others.filter(({ status }) => status?.mediumPresent).length
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
  if (reading?.state === 'read' && stateOf(reading) !== 'failed') return count(reading.value)
  return Object.fromEntries(Object.keys(none).map((key) => [key, null])) as Nullable<Counts>
}

/** `part` of `whole` in percent; null of nothing. */
function percent(part: number, whole: number): number | null {
  return whole > 0 ? (part / whole) * 100 : null
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

import type { Numbers } from '../numbers.ts'
import type { Subjects } from '../snapshot.ts'
import type { MetricName } from './metrics.ts'

/** A number of the snapshot of numbers, as a metric without labels. */
export interface NumberName extends MetricName {
  /** What it counts; of the daemon itself nothing. */
  subjects: readonly (keyof Subjects)[]
  valueIn: (numbers: Numbers) => number | null
}

type Sections = Omit<Numbers, 'timestamp' | 'collectors'>
type About = readonly [help: string, ...subjects: (keyof Subjects)[]]

/** Every number, so that one which is added is missed here. */
const sections: {
  readonly [Section in keyof Sections]: { readonly [Key in keyof Sections[Section]]: About }
} = {
  system: {
    cpu_usage_percent: ['Processor time in use since the reading before.', 'system'],
    load1: ['Load average of one minute.', 'system'],
    memory_total_bytes: ['Memory of the machine.', 'system'],
    memory_used_bytes: ['Memory in use.', 'system'],
    memory_usage_percent: ['Share of the memory in use.', 'system'],
    disk_total_bytes: ['Size of the root file system.', 'filesystems'],
    disk_used_bytes: ['Space in use on the root file system.', 'filesystems'],
    disk_usage_percent: ['Share of the root file system in use.', 'filesystems'],
    uptime_seconds: ['Time since the machine was started.', 'system'],
  },
  storage: {
    total_disks: ['Whole disks.', 'disks'],
    total_repositories: ['File systems that hold backups or VTL media.', 'filesystems'],
    total_capacity_bytes: ['Size of all repositories.', 'filesystems'],
    used_capacity_bytes: ['Space in use on all repositories.', 'filesystems'],
    available_bytes: ['Space that is left on all repositories.', 'filesystems'],
    usage_percent: ['Share of all repositories in use.', 'filesystems'],
  },
  scst: {
    total_targets: ['SCST targets.', 'scst'],
    active_targets: ['SCST targets that are enabled.', 'scst'],
    total_luns: ['LUN mappings of all targets and initiator groups.', 'scst'],
    total_initiators: ['Initiators, configured or connected.', 'scst', 'scst_sessions'],
    connected_initiators: ['Initiators that have a session.', 'scst', 'scst_sessions'],
    total_sessions: ['Sessions of all targets.', 'scst', 'scst_sessions'],
    total_devices: ['SCST devices.', 'scst'],
  },
  tape: {
    total_libraries: ['Libraries that are not virtual.', 'changers'],
    total_drives: ['Tape drives that are not virtual.', 'tape_drives'],
    total_slots: ['Storage elements of libraries that are not virtual.', 'changers'],
    occupied_slots: ['Those that hold a cartridge.', 'changers'],
    import_export_slots: ['Import/export elements of such libraries.', 'changers'],
  },
  vtl: {
    total_libraries: ['Virtual libraries.', 'changers'],
    total_drives: ['Virtual tape drives.', 'tape_drives'],
    total_slots: ['Storage elements of virtual libraries.', 'changers'],
    occupied_slots: ['Those that hold a cartridge.', 'changers'],
    total_tapes: ['Cartridges in virtual libraries.', 'changers'],
    active_drives: ['Virtual drives that do work.', 'tape_drives'],
    loaded_tapes: ['Cartridges in virtual drives.', 'changers'],
  },
  tasks: {
    total: ['Tasks, whatever their state.', 'tasks'],
    pending: ['Tasks that wait for their turn.', 'tasks'],
    running: ['Tasks that are carried out now.', 'tasks'],
    completed: ['Tasks that ended well.', 'tasks'],
    failed: ['Tasks that failed.', 'tasks'],
    avg_duration_seconds: ['How long tasks took on average.', 'tasks'],
  },
  api: {
    total_requests: ['Requests answered since the daemon was started.'],
    requests_per_second: ['Requests per second in the last minutes.'],
    error_rate: ['Share of answers with status 500 and above in the last minutes, 0 to 1.'],
    p50_latency_seconds: ['Median of the time to answer in the last minutes.'],
    p95_latency_seconds: ['95th percentile of the time to answer in the last minutes.'],
    p99_latency_seconds: ['99th percentile of the time to answer in the last minutes.'],
  },
}

/** What only grows, but for a restart. */
const COUNTERS: readonly string[] = ['api_total_requests']

/** Every number of the snapshot of numbers by its full name, `system_load1`. */
export const numberNames: readonly NumberName[] = Object.entries(sections).flatMap(
  ([section, keys]) =>
    Object.entries<About>(keys).map(([key, [help, ...subjects]]) => ({
      name: `${section}_${key}`,
      help,
      type: COUNTERS.includes(`${section}_${key}`) ? ('counter' as const) : ('gauge' as const),
      subjects,
      valueIn: (numbers: Numbers) => {
        const numbersOfSection: Partial<Record<string, number | null>> = {
          ...numbers[section as keyof Sections],
        }
        return numbersOfSection[key] ?? null
      },
    })),
)

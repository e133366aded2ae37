import type { BackupsState } from './backups/state.ts'
import type { CartridgesState } from './cartridges/history.ts'
import type { Changer } from './collectors/changers.ts'
import type { CollectorHealth } from './collectors/lane.ts'
import type { Disk } from './collectors/disks.ts'
import type { DriveHealth } from './collectors/drive-health.ts'
import type { Enclosure } from './collectors/enclosures.ts'
import type { FcHost } from './collectors/fc-hosts.ts'
import type { FileSystem } from './collectors/filesystems.ts'
import type { Iscsi } from './collectors/iscsi.ts'
import type { KernelLog } from './collectors/kernel-log.ts'
import type { MdArray } from './collectors/md-arrays.ts'
import type { Mhvtl } from './collectors/mhvtl.ts'
import type { NetworkInterface } from './collectors/network.ts'
import type { Problem } from './collectors/collector.ts'
import type { Quadstor } from './collectors/quadstor.ts'
import type { Repositories } from './collectors/repositories.ts'
import type { Scst } from './collectors/scst.ts'
import type { ScstCommands } from './collectors/scst-commands.ts'
import type { ScstSessions } from './collectors/scst-sessions.ts'
import type { Sensor } from './collectors/sensors.ts'
import type { Service } from './collectors/services.ts'
import type { SmartReport } from './collectors/smart.ts'
import type { System } from './collectors/system.ts'
import type { TapeDrive } from './collectors/tape-drives.ts'
import type { VolumeGroups } from './collectors/volume-groups.ts'
import type { ConsistencyState } from './consistency/outcome.ts'
import type { DatabaseActivity } from './db/activity.ts'
import type { DatabaseReach } from './db/reach.ts'
import type { FleetState } from './fleet/state.ts'
import type { WatcherHealth } from './host/changes.ts'
import type { Forecasts } from './history/forecasts.ts'
import type { Metrics } from './history/metrics.ts'
import type { IncidentCount } from './incidents/store.ts'
import type { InventoryState } from './inventory/inventory.ts'
import type { ChannelHealth } from './notify/channel-health.ts'
import type { TapeAlertState } from './tape-alerts/tape-alert.ts'
import type { TaskSummary } from './tasks/task.ts'
import type { CertificateState } from './tls/server-certificate.ts'

/** What is collected from the hardware; a key per collector. */
export interface HardwareSubjects {
  system: System
  disks: readonly Disk[]
  smart: readonly SmartReport[]
  md_arrays: readonly MdArray[]
  volume_groups: VolumeGroups
  filesystems: readonly FileSystem[]
  repositories: Repositories
  network: readonly NetworkInterface[]
  sensors: readonly Sensor[]
  enclosures: readonly Enclosure[]
  services: readonly Service[]
  scst: Scst
  scst_sessions: ScstSessions
  scst_commands: ScstCommands
  changers: readonly Changer[]
  tape_drives: readonly TapeDrive[]
  tape_health: readonly DriveHealth[]
  mhvtl: Mhvtl
  quadstor: Quadstor
  fc_hosts: readonly FcHost[]
  iscsi: Iscsi
  kernel_log: KernelLog
}

/** What the daemon knows besides the hardware, most of it from its database; a key per store that rules are about. */
export interface KeptSubjects {
  /** What was there once and is not there now. */
  inventory: InventoryState
  /** Cartridges over time: what they were like, and what errors follow. */
  cartridges: CartridgesState
  /** Flags of drives and libraries, which they say once. */
  tape_alerts: TapeAlertState
  tasks: TaskSummary
  /** How many incidents there are, by state and severity. */
  incidents: readonly IncidentCount[]
  /** What tells the daemon of changes; none of them while it replays. */
  watchers: readonly WatcherHealth[]
  /** Who is told, and whether that arrives. */
  channels: readonly ChannelHealth[]
  /** What the comparisons of what is there with what ought to be have found last. */
  consistency: ConsistencyState
  /** What clients are shown when the daemon speaks TLS; none when it does not. */
  certificates: readonly CertificateState[]
  /** When what there is of something will be used up. */
  forecasts: Forecasts
  /** Whether there is a database to know the rest from. */
  database_reach: DatabaseReach
  /** How it stands with backups of the daemon's own. */
  backups: BackupsState
  /** Of a fleet: how it stands with its appliances. */
  fleet: FleetState
  /** The server that the daemon works on. */
  database: DatabaseActivity
}

/** Everything that rules can be about: the hardware and what the daemon knows besides. */
export interface Subjects extends HardwareSubjects, KeptSubjects {
  /** How the collectors themselves are doing. */
  collectors: readonly CollectorHealth[]
  /** All of it as numbers with names, for the rules that users write. */
  metrics: Metrics
}

/** What is known of a subject. What could not be read is never taken for empty. */
export type Reading<T> =
  | {
      state: 'read'
      value: T
      /** Places that could not be read; the value says nothing, or what was last known, of them. */
      problems: readonly Problem[]
      coverage: 'all' | 'some' | 'none'
      takenAt: Date
      durationSeconds: number
    }
  | {
      state: 'failed'
      error: string
      since: Date
      durationSeconds: number
      last: { value: T; takenAt: Date } | null
    }
  | { state: 'absent'; takenAt: Date; durationSeconds: number }

/** What the appliance looked like at one moment. A subject that was not collected yet is missing. */
export interface Snapshot {
  takenAt: Date
  readings: { readonly [Subject in keyof Subjects]?: Reading<Subjects[Subject]> }
}

/** The state that is told to the outside: a reading with gaps is `partial`, one of gaps only is `failed`. */
export type ReadingState = 'read' | 'partial' | 'failed' | 'absent'

/** The state of a reading, as it is told. */
export function stateOf(reading: Reading<unknown>): ReadingState {
  if (reading.state !== 'read') return reading.state
  return { all: 'read', some: 'partial', none: 'failed' }[reading.coverage] as ReadingState
}

/** Ten drives of one library fail for one reason; each has it beside it anyway. */
const ERRORS_TOLD = 3

/** What is wrong with a reading, in words; null when nothing is. */
export function errorOf(reading: Reading<unknown>): string | null {
  if (reading.state === 'failed') return reading.error
  if (reading.state === 'absent' || reading.problems.length === 0) return null
  const told = reading.problems.slice(0, ERRORS_TOLD).map(({ error }) => error)
  const more = reading.problems.length - told.length
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

/** The value of a subject that was read, gaps or not; null when it is unknown or absent. */
export function valueOf<T>(reading: Reading<T> | undefined): T | null {
  return reading?.state === 'read' ? reading.value : null
}

/** Whether two places may be the same: no label of the one says something else in the other. */
export function mayBeSame(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(one).every(
    ([name, value]) => other[name] === undefined || other[name] === value,
  )
}

import { Type, type TObject, type TSchema } from 'typebox'
import { flag, integer, nullable, number, oneOf, text, time } from '../schemas.ts'
import { errorsFollowSchema } from './errors-follow.ts'
import {
  arrays,
  disks,
  enclosures,
  filesystems,
  ports,
  sensors,
  volumeGroups,
} from './storage-schemas.ts'
import { repositorySchema } from './repositories.ts'
import { latencySchema, oldestCommandSchema } from './scst-commands.ts'
import { tapeAlertsSchema } from './tape-alerts.ts'
import { cartridgeHealthSchema, healthSchema } from './tape-health.ts'
import { virtualLibrarySchema } from './virtual-libraries.ts'

// The objects as they go out; the types and units behind them are documented where they are collected.

const list = (schema: TSchema) => Type.Array(schema)

const element = Type.Object({
  type: oneOf(['data-transfer', 'storage', 'import-export']),
  number: integer,
  address: nullable(integer),
  full: flag,
  volume_tag: nullable(text),
  source_element: nullable(integer),
  exception: nullable(integer),
  exception_text: nullable(text),
  /** Whether the robot can reach it. */
  accessible: nullable(flag),
  medium_type: nullable(oneOf(['data', 'cleaning', 'diagnostics', 'write-once', 'microcode'])),
  drive_serial: nullable(text),
})

const scsiUnit = {
  id: text,
  serial: nullable(text),
  wwn: nullable(text),
  vendor: text,
  product: text,
  revision: text,
  device: text,
  paths: list(text),
  hctl: text,
  hctls: list(text),
  virtual: flag,
  /** LUNs as which SCST passes it through; null when that is not known. */
  exported_as: nullable(
    list(Type.Object({ driver: text, target: text, group: nullable(text), lun: integer })),
  ),
}

const libraries = Type.Object({
  ...scsiUnit,
  state: oneOf(['online', 'offline', 'unreachable', 'unknown']),
  inventory: nullable(
    Type.Object({
      taken_at: nullable(time),
      source: oneOf(['scsi', 'mtx']),
      elements: list(element),
    }),
  ),
  tape_alerts: tapeAlertsSchema,
})

const drives = Type.Object({
  ...scsiUnit,
  tape_node: nullable(text),
  reachable: nullable(flag),
  library: nullable(Type.Object({ serial: text, element: integer })),
  /** Whether it sits in no library; null where a library does not tell the serial numbers of its drives. */
  standalone: nullable(flag),
  volume_tag: nullable(text),
  /** By its own word, else by its library's; null while it loads or unloads, and where nobody tells. */
  loaded: nullable(flag),
  /** All its names in one line. */
  place: text,
  status: nullable(
    Type.Object({
      activity: text,
      medium_present: flag,
      mounted: flag,
      write_protected: flag,
      cleaning_requested: flag,
      cleaning_required: flag,
      host_initiated_unload: flag,
      recovery_requested: flag,
      tape_alert_changed: flag,
      in_transition: flag,
    }),
  ),
  recovery: nullable(list(text)),
  statistics: nullable(
    Type.Object({
      in_flight: integer,
      read_bytes: integer,
      written_bytes: integer,
      reads: integer,
      writes: integer,
      others: integer,
      io_seconds: number,
      read_seconds: number,
      write_seconds: number,
      residuals: integer,
    }),
  ),
  active: nullable(flag),
  health: healthSchema,
  errors_follow: errorsFollowSchema,
  tape_alerts: tapeAlertsSchema,
})

const cartridges = Type.Object({
  id: text,
  volume_tag: nullable(text),
  library: text,
  virtual: flag,
  place: oneOf(['data-transfer', 'storage', 'import-export']),
  number: integer,
  drive_serial: nullable(text),
  /** Where it is in one line. */
  place_text: text,
  health: nullable(Type.Object({ ...cartridgeHealthSchema, read_at: time, drive: text })),
  errors_follow: errorsFollowSchema,
})

const luns = list(Type.Object({ lun: integer, device: nullable(text), read_only: nullable(flag) }))

const targets = Type.Object({
  id: text,
  driver: text,
  name: text,
  enabled: nullable(flag),
  relative_target_id: nullable(integer),
  comment: nullable(text),
  black_hole: nullable(integer),
  luns,
  groups: list(
    Type.Object({ name: text, initiators: list(text), luns, black_hole: nullable(integer) }),
  ),
  sessions: integer,
  /** Of its sessions; null when none is under way, or when `commands_complete` is false and it is not known. */
  oldest_command: nullable(oldestCommandSchema),
  commands_complete: flag,
})

const devices = Type.Object({
  id: text,
  name: text,
  handler: nullable(text),
  type: nullable(integer),
  filename: nullable(text),
  file_exists: nullable(flag),
  size_bytes: nullable(integer),
  block_size_bytes: nullable(integer),
  active: nullable(flag),
  read_only: nullable(flag),
  thin_provisioned: nullable(flag),
  nv_cache: nullable(flag),
  write_through: nullable(flag),
  block_count: nullable(integer),
  usn: nullable(text),
  exports: integer,
})

/** ALUA: which target groups are how for which devices. */
const deviceGroups = Type.Object({
  id: text,
  name: text,
  devices: list(text),
  target_groups: list(
    Type.Object({
      name: text,
      group_id: nullable(integer),
      /** active, nonoptimized, standby, unavailable, offline, transitioning. */
      state: nullable(text),
      preferred: nullable(flag),
      targets: list(text),
    }),
  ),
})

const counters = Type.Object({
  read_commands: integer,
  read_bytes: integer,
  write_commands: integer,
  written_bytes: integer,
  bidi_commands: integer,
  bidi_bytes: integer,
  none_commands: integer,
  unknown_commands: integer,
})

const sessions = Type.Object({
  id: text,
  driver: text,
  target: text,
  session: text,
  initiator: text,
  login: nullable(text),
  group: nullable(text),
  active_commands: integer,
  connections: list(Type.Object({ ip: text, target_ip: nullable(text), state: nullable(text) })),
  counters,
  /** Of all logins of the initiator to the target since the daemon watches. */
  totals: nullable(counters),
  /** Null when none is under way, or when `commands_complete` is false and it is not known. */
  oldest_command: nullable(oldestCommandSchema),
  /** Whether all its commands under way are known: SCST lists some twenty of all sessions. */
  commands_complete: flag,
  /** Whether SCST measures how long commands take; null when it does not say. */
  latency_measured: nullable(flag),
  /** Since it began to measure; null when it does not, or that could not be read. */
  latency: nullable(latencySchema),
})

const services = Type.Object({
  id: text,
  unit: text,
  load: text,
  active: text,
  sub: text,
  description: text,
  expected: nullable(text),
})

/** The shape of an object of each kind, by the kind's name. */
export const objectSchemas: Readonly<Record<string, TObject>> = {
  libraries,
  drives,
  cartridges,
  'virtual-libraries': virtualLibrarySchema,
  targets,
  devices,
  'device-groups': deviceGroups,
  sessions,
  disks,
  arrays,
  'volume-groups': volumeGroups,
  filesystems,
  repositories: repositorySchema,
  enclosures,
  sensors,
  ports,
  services,
}

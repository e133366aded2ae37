import type { Subject } from '../collectors/lane.ts'
import type { HardwareSubjects } from '../snapshot.ts'

type Counts = { readonly [Name in Subject]: (value: HardwareSubjects[Name]) => number }

const each = (items: readonly unknown[]) => items.length

/** What there is of each subject: of libraries their elements, of SCST targets, LUNs and devices. */
const counts: Counts = {
  system: () => 1,
  disks: each,
  smart: each,
  md_arrays: each,
  volume_groups: ({ groups, logicalVolumes }) => groups.length + logicalVolumes.length,
  filesystems: each,
  repositories: ({ configured }) => configured.length,
  network: each,
  sensors: each,
  enclosures: (found) => sum(found, ({ slots }) => slots.length),
  services: each,
  scst: ({ targets, devices }) =>
    devices.length +
    sum(
      targets,
      (target) => 1 + target.luns.length + sum(target.groups, ({ luns }) => luns.length),
    ),
  scst_sessions: ({ sessions }) => sessions.length,
  scst_commands: ({ commands, latencies }) => (commands?.length ?? 0) + latencies.length,
  changers: (found) => sum(found, ({ inventory }) => inventory?.elements.length ?? 0),
  tape_drives: each,
  tape_health: each,
  mhvtl: ({ libraries, drives }) => libraries.length + drives.length,
  quadstor: ({ libraries }) => libraries.length,
  fc_hosts: each,
  iscsi: ({ initiatorSessions }) => initiatorSessions.length,
  kernel_log: ({ messages }) => messages.length,
}

/** How many things a collection has read. */
export function affectedBy(subject: Subject, value: unknown): number {
  return (counts[subject] as (of: unknown) => number)(value)
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}

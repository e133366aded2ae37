import type { HardwareSubjects } from '../snapshot.ts'
import { changers } from './changers.ts'
import type { Collector } from './collector.ts'
import { disks } from './disks.ts'
import { enclosures } from './enclosures.ts'
import { fcHosts } from './fc-hosts.ts'
import { filesystems } from './filesystems.ts'
import { iscsi } from './iscsi.ts'
import { kernelLog } from './kernel-log.ts'
import { mdArrays } from './md-arrays.ts'
import { mhvtl } from './mhvtl.ts'
import { network } from './network.ts'
import { quadstor } from './quadstor.ts'
import { repositories } from './repositories.ts'
import { scstCommands } from './scst-commands.ts'
import { scstSessions } from './scst-sessions.ts'
import { scst } from './scst.ts'
import { sensors } from './sensors.ts'
import { services } from './services.ts'
import { smart } from './smart.ts'
import { system } from './system.ts'
import { tapeDrives } from './tape-drives.ts'
import { tapeHealth } from './tape-health.ts'
import { volumeGroups } from './volume-groups.ts'

/** Every collector, by the subject it reads. */
export const collectors: {
  readonly [Name in keyof HardwareSubjects]: Collector<HardwareSubjects[Name]>
} = {
  system,
  disks,
  smart,
  md_arrays: mdArrays,
  volume_groups: volumeGroups,
  filesystems,
  repositories,
  network,
  sensors,
  enclosures,
  services,
  scst,
  scst_sessions: scstSessions,
  scst_commands: scstCommands,
  changers,
  tape_drives: tapeDrives,
  tape_health: tapeHealth,
  mhvtl,
  quadstor,
  fc_hosts: fcHosts,
  iscsi,
  kernel_log: kernelLog,
}

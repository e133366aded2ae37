import { flag, number, section } from './leaf.ts'

const collector = (intervalSeconds: number, subject: string) =>
  section(`Collects ${subject}.`, {
    enabled: flag(true, { description: `Whether ${subject} are looked at at all.` }),
    interval_seconds: number(
      intervalSeconds,
      { minimum: 1, maximum: 86_400 },
      { description: 'From the begin of one collection to the next.', unit: 'seconds' },
    ),
  })

/** What is collected, and how often. */
export const collectors = section('What is collected, and how often.', {
  system: collector(10, 'processors, memory, load and pressure'),
  disks: collector(10, 'disks and their I/O'),
  smart: collector(300, 'SMART reports of disks'),
  md_arrays: collector(30, 'md arrays'),
  volume_groups: collector(300, 'volume groups and thin pools'),
  filesystems: collector(10, 'mounted file systems'),
  repositories: collector(60, 'what is configured to be mounted'),
  network: collector(10, 'network interfaces'),
  sensors: collector(30, 'temperatures, fans and voltages'),
  enclosures: collector(30, 'disk enclosures'),
  services: collector(30, 'systemd units'),
  scst: collector(30, 'SCST targets, groups, LUNs and devices'),
  scst_sessions: collector(30, 'SCST sessions'),
  scst_commands: collector(30, 'commands under way in SCST, and latencies of sessions'),
  changers: collector(30, 'tape libraries'),
  tape_drives: collector(30, 'tape drives'),
  tape_health: collector(300, 'health pages of tape drives and their cartridges'),
  mhvtl: collector(30, 'virtual tape libraries of mhvtl'),
  quadstor: collector(60, 'virtual tape libraries of QUADStor'),
  fc_hosts: collector(30, 'Fibre Channel ports'),
  iscsi: collector(30, 'iSCSI initiator sessions'),
  kernel_log: collector(60, 'messages of the kernel about storage'),
})

/** A directory that is read with everything in it, links to directories followed `links` times. */
export interface Tree {
  path: string
  /** How many directories deep. */
  depth: number
  /** How many links on the way are followed; sysfs is full of loops. */
  links: number
}

/** Files that are read by themselves. */
export const FILES: readonly string[] = [
  '/proc/stat',
  '/proc/meminfo',
  '/proc/loadavg',
  '/proc/uptime',
  '/proc/vmstat',
  '/proc/diskstats',
  '/proc/mounts',
  '/proc/self/mountinfo',
  '/proc/mdstat',
  '/proc/swaps',
  '/proc/cpuinfo',
  '/proc/version',
  '/proc/modules',
  '/proc/devices',
  '/proc/partitions',
  '/proc/filesystems',
  '/proc/scsi/scsi',
  '/proc/net/dev',
  '/proc/net/tcp',
  '/proc/net/tcp6',
  '/proc/pressure/cpu',
  '/proc/pressure/io',
  '/proc/pressure/memory',
  '/etc/os-release',
  '/etc/hostname',
  '/etc/fstab',
  '/etc/scst.conf',
  '/etc/mdadm/mdadm.conf',
  '/etc/exports',
]

/** Trees that tell what the appliance is made of. */
export const TREES: readonly Tree[] = [
  { path: '/sys/kernel/scst_tgt', depth: 10, links: 0 },
  { path: '/sys/class/scsi_changer', depth: 2, links: 1 },
  { path: '/sys/class/scsi_tape', depth: 3, links: 1 },
  { path: '/sys/class/scsi_generic', depth: 3, links: 2 },
  { path: '/sys/class/scsi_host', depth: 2, links: 1 },
  { path: '/sys/class/scsi_disk', depth: 2, links: 1 },
  { path: '/sys/class/block', depth: 3, links: 1 },
  { path: '/sys/class/enclosure', depth: 3, links: 1 },
  { path: '/sys/class/fc_host', depth: 3, links: 1 },
  { path: '/sys/class/iscsi_session', depth: 2, links: 1 },
  { path: '/sys/class/iscsi_connection', depth: 2, links: 1 },
  { path: '/sys/class/hwmon', depth: 2, links: 1 },
  { path: '/sys/class/thermal', depth: 2, links: 1 },
  { path: '/sys/class/net', depth: 3, links: 1 },
  { path: '/sys/class/nvme', depth: 2, links: 1 },
  { path: '/etc/mhvtl', depth: 1, links: 1 },
]

/** Entries of sysfs that lead away from the device, or answer without end. */
export const SKIPPED_NAMES: ReadonlySet<string> = new Set([
  'subsystem',
  'power',
  'driver',
  'bsg',
  'trace',
  'mq',
  'bdi',
  'firmware_node',
  'msi_irqs',
  'latency',
])

/** Commands that read and change nothing. None touches a tape node, none reads the TapeAlert page 2Eh. */
export const COMMANDS: readonly (readonly string[])[] = [
  ['uname', '-a'],
  ['uptime'],
  ['lsmod'],
  ['df', '-B1', '-T'],
  ['df', '-i'],
  ['free', '-b'],
  ['id'],
  ['dmesg'],
  ['findmnt', '-J', '-b'],
  ['lsblk', '-J', '-b', '-O'],
  ['lsscsi', '-g'],
  ['lsscsi', '-g', '-i'],
  ['lsscsi', '-g', '-t', '-s'],
  ['lsscsi', '-H'],
  ['vgs', '--reportformat', 'json', '--units', 'b'],
  ['pvs', '--reportformat', 'json', '--units', 'b'],
  ['lvs', '--reportformat', 'json', '--units', 'b'],
  ['mdadm', '--detail', '--scan'],
  ['smartctl', '--scan', '-j'],
  ['lvs', '-a', '-o', '+lv_health_status,data_percent,metadata_percent,segtype,devices'].concat([
    ...['--reportformat', 'json', '--units', 'b'],
  ]),
  ['iscsiadm', '-m', 'session', '-P', '3'],
  ['iscsiadm', '-m', 'session', '-s'],
  ['systemctl', 'list-units', '--type=service', '--all', '--output=json'],
  ['systemctl', '--failed', '--output=json'],
  ['scstadmin', '-write_config', '/dev/stdout'],
  ['scstadmin', '-check_config', '/etc/scst.conf'],
  ['scstadmin', '-list_handler'],
  ['scstadmin', '-list_driver'],
  ['scstadmin', '-list_device'],
  ['scstadmin', '-list_group'],
  ['scstadmin', '-list_target'],
  ['scstadmin', '-list_sessions'],
  ['systemctl', 'list-timers', '--all', '--output=json'],
  ['journalctl', '-k', '-o', 'json', '-n', '200'],
  ['journalctl', '-o', 'json', '-n', '200'].concat(
    ['scst', 'vtllibrary@*', 'vtltape@*', 'storwardend'].flatMap((unit) => ['-u', unit]),
  ),
  ['ps', '-eo', 'pid,ppid,user,stat,wchan:20,etimes,time,rss,args', '--no-headers'],
  ['ss', '-ltnp'],
  ['ss', '-tnpi'],
  ['ip', '-j', '-s', 'link'],
  ['ip', '-j', 'addr'],
]

/** SMART of a disk: a sleeping one is left asleep, as whoever watches it does; NVMe does not sleep so. */
export function smartCommand(disk: string): readonly string[] {
  const standby = disk.startsWith('nvme') ? [] : ['-n', 'standby']
  return ['smartctl', '-j', '-a', ...standby, `/dev/${disk}`]
}

/** What tells the versions of the tools, in the first line that they print. */
export const VERSION_COMMANDS: readonly (readonly string[])[] = [
  ['sg_inq', '-V'],
  ['mtx', '--version'],
  ['lsscsi', '-V'],
  ['smartctl', '-V'],
  ['mdadm', '--version'],
  ['lvs', '--version'],
  ['iscsiadm', '--version'],
]

/** Peripheral device types of SPC-5 table 150. */
const SEQUENTIAL_ACCESS = 1
const MEDIUM_CHANGER = 8

/** Commands for one generic node, by its peripheral device type. Not tapeinfo, which reads the TapeAlert page. */
export function commandsFor(node: string, type: number): readonly (readonly string[])[] {
  switch (type) {
    case MEDIUM_CHANGER:
      return [
        ['mtx', '-f', node, 'inquiry'],
        ['mtx', '-f', node, 'status'],
        ['sg_inq', node],
      ]
    case SEQUENTIAL_ACCESS:
      return [
        ['sg_inq', node],
        ['sg_logs', '-p', '0x0', node],
        ['sg_logs', '-p', '0x11', node],
      ]
    default:
      return [['sg_inq', node]]
  }
}

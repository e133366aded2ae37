/** How a command is run beside this program. */
export interface Confined {
  argv: readonly string[]
  /** Of the transient unit: one of that name runs at a time. Null for one that systemd names, of what only asks. */
  unit: string | null
  seconds: number
  /** A mount point that it grows; null for none. */
  writable: string | null
}

/**
 * What a command about volumes may do. storwarden-privileged itself reads disks, and writes to none: a program that
 * may write to each of them is one that runs for a command and is nothing else than that command.
 */
export const CONFINEMENT: readonly string[] = [
  // dm ioctls, growing of a mounted XFS: CAP_SYS_ADMIN; of ext4: CAP_SYS_RESOURCE; LVM makes nodes where udev does not.
  'CapabilityBoundingSet=CAP_SYS_ADMIN CAP_SYS_RESOURCE CAP_MKNOD',
  'NoNewPrivileges=yes',
  'PrivateNetwork=yes',
  'RestrictAddressFamilies=AF_UNIX',
  'DevicePolicy=closed',
  'DeviceAllow=block-* rwm',
  'DeviceAllow=/dev/mapper/control rw',
  'ProtectSystem=strict',
  'ReadWritePaths=-/etc/lvm',
  'ReadWritePaths=-/run/lvm',
  'ReadWritePaths=-/run/lock',
  'ProtectHome=read-only',
  'PrivateTmp=yes',
  'ProtectClock=yes',
  'ProtectControlGroups=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectProc=invisible',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'MemoryDenyWriteExecute=yes',
  'KeyringMode=private',
  'UMask=0077',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@mount @swap @reboot @module @raw-io @clock @cpu-emulation @debug @obsolete',
  'SystemCallErrorNumber=EPERM',
  'TasksMax=32',
  'LimitCORE=0',
]

/** The command line that has systemd run it, waits for it and answers with its output and exit code (systemd-run(1)). */
export function confinedArgv({ argv, unit, seconds, writable }: Confined): readonly string[] {
  const more = writable === null ? [] : [`ReadWritePaths=${writable}`]
  const properties = [...CONFINEMENT, ...more, `RuntimeMaxSec=${seconds}`]
  return [
    ...['systemd-run', '--quiet', '--no-ask-password', '--wait', '--pipe', '--collect'],
    ...(unit === null ? [] : [`--unit=${unit}`]),
    ...['--service-type=exec', '--setenv=LC_ALL=C'],
    ...properties.map((property) => `--property=${property}`),
    ...['--', ...argv],
  ]
}

/** The unit of commands about a volume group: there is one at a time, and it is seen when nobody waits for it any more. */
export function volumeUnit(group: string): string {
  return `storwarden-volume-${group.replaceAll('+', '\\x2b')}.service`
}

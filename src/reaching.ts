import { hostLimits, privilegedProgram } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import { nativeOrNone } from './host/load-native.ts'
import { LinuxHost } from './host/linux-host.ts'
import type { Native } from './host/native.ts'
import { throughPrivileged, type Through } from './host/privileged/through.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Log } from './log.ts'
import type { Operating } from './operating.ts'
import { version } from './package.ts'

/** What reaching the machine needs. */
export interface ReachingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  operated: Pick<Operating, 'host' | 'caches'>
  lifecycle: Lifecycle
  log: Log
  now: () => Date
}

/** The machine this process runs on, as it asks it itself and, where there is one, by the privileged program. */
export function reaching({ config, operated, lifecycle, log, now }: ReachingParts): {
  native: Native | null
  machine: LinuxHost
  through: Through
} {
  const native = nativeOrNone(log.warn)
  const observer = operated.host
  const machine = new LinuxHost({ native, observer, now, ...hostLimits(config()) })
  lifecycle.onStop('commands', () => machine.stop())
  const through = throughPrivileged(machine, {
    ...{ ...privilegedProgram(config), version, observer, now },
  })
  lifecycle.onStop('privileged program', () => through.stop())
  operated.caches.add(() => machine.caches())
  return { native, machine, through }
}

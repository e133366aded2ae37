import type { HostChange } from './host.ts'
import type { Native, Subscription } from './native.ts'

/** Told of changes, as they happen. */
export type OnChange = (change: HostChange) => void

/**
 * Reports the uevents of the subsystems that somebody wants to know of. Throws the errors of the addon, when
 * the kernel does not let the daemon listen.
 */
export function watchUevents(
  native: Pick<Native, 'uevents'>,
  subsystems: readonly string[],
  onChange: OnChange,
): Subscription {
  return native.uevents(subsystems, (uevent) => {
    if (uevent.kind === 'lost') {
      onChange({ kind: 'everything' })
      return
    }
    const { action, subsystem, devicePath } = uevent
    onChange({ kind: 'device', action, subsystem, path: `/sys${devicePath}` })
  })
}

import type { HostObserver } from '../commands.ts'
import type { Host } from '../host.ts'
import { ScstManagement } from '../scst-management.ts'
import type { VtlFiles } from '../vtl-files.ts'
import { PrivilegedClient } from './client.ts'
import { PrivilegedHost } from './privileged-host.ts'
import { privilegedVtlFiles } from './vtl-client.ts'

/** Whether there is a privileged program, and how it is asked. */
export interface ThroughOptions {
  /** Path of its socket; null where this process does everything itself. */
  socket: string | null
  /** Of this program. */
  version: string
  /** The configuration file of SCST, as it is called now. */
  scstConfigPath: () => string
  now: () => Date
  observer?: HostObserver
}

/** This machine, and what changes SCST on it. */
export interface Through {
  host: Host
  scst: Pick<ScstManagement, 'write'>
  /** Who changes files of mhvtl; null where this process does everything itself. */
  vtl: VtlFiles | null
  /** Gives up what the privileged program was asked. May be called twice. */
  stop: () => Promise<void>
}

/** The machine as this process asks it; what takes root by the privileged program, where there is one. */
export function throughPrivileged(own: Host, options: ThroughOptions): Through {
  const { socket, version, scstConfigPath, now, observer } = options
  if (socket === null) {
    return {
      host: own,
      scst: new ScstManagement({ now }),
      vtl: null,
      stop: () => Promise.resolve(),
    }
  }
  const client = new PrivilegedClient({ socket, version })
  const given = observer === undefined ? {} : { observer }
  const host = new PrivilegedHost({ own, privileged: client, scstConfigPath, ...given })
  return { host, scst: host, vtl: privilegedVtlFiles(client), stop: () => client.stop() }
}

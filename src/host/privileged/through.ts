import type { HostObserver } from '../commands.ts'
import {
  besides,
  holdersIn,
  type DeviceHolders,
  type Holder,
  type HoldersTold,
} from '../device-holders.ts'
import { HostError, PermissionError, type Host } from '../host.ts'
import { deadlineMsOf, type MediaMover } from '../medium-moves.ts'
import type { RepositoryChanges } from '../repository-changes.ts'
import { ScstManagement } from '../scst-management.ts'
import type { VtlFiles } from '../vtl-files.ts'
import { PrivilegedClient } from './client.ts'
import { requestOfMove } from './closed-list.ts'
import { PrivilegedHost } from './privileged-host.ts'
import { privilegedRepositories } from './repository-client.ts'
import { privilegedVtlFiles } from './vtl-client.ts'

/** What the program waits besides for its turn at the device. */
const MARGIN_MS = 60_000
const HOLDERS_MS = 20_000

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

/** What moves media, and tells who has the nodes of drives open. */
export type Media = MediaMover & DeviceHolders

/** This machine, and what changes SCST and moves media on it. */
export interface Through {
  host: Host
  /** Who changes files of mhvtl; null where this process does everything itself. */
  vtl: VtlFiles | null
  /** Who changes disk repositories; null where this process does everything itself. */
  repositories: RepositoryChanges | null
  scst: Pick<ScstManagement, 'write'> & {
    /** Puts another configuration file in its place; null where this process has to do it itself. */
    writeConfig: PrivilegedHost['writeConfig'] | null
  }
  media: Media
  /** Gives up what the privileged program was asked. May be called twice. */
  stop: () => Promise<void>
}

/** The machine as this process asks it; what takes root by the privileged program, where there is one. */
export function throughPrivileged(own: Host & MediaMover, options: ThroughOptions): Through {
  const { socket, version, scstConfigPath, now, observer } = options
  const ownHolders = holdersIn()
  if (socket === null) {
    const management = new ScstManagement({ now })
    const write: ScstManagement['write'] = (path, text) => management.write(path, text)
    const scst = { write, writeConfig: null }
    const media = { move: own.move.bind(own), holders: ownHolders.holders.bind(ownHolders) }
    const none = { vtl: null, repositories: null }
    return { host: own, scst, ...none, media, stop: () => Promise.resolve() }
  }
  const client = new PrivilegedClient({ socket, version })
  const given = observer === undefined ? {} : { observer }
  const host = new PrivilegedHost({ own, privileged: client, scstConfigPath, ...given })
  const media = mediaThrough(own, ownHolders, client)
  const scst: Through['scst'] = {
    write: (path, text) => host.write(path, text),
    writeConfig: (path, text, sha256) => host.writeConfig(path, text, sha256),
  }
  const repositories = privilegedRepositories(client)
  const vtl = privilegedVtlFiles(client)
  return { host, scst, vtl, repositories, media, stop: () => client.stop() }
}

/** What this process may not do itself the privileged program is asked for: nothing of it was begun then. */
function mediaThrough(own: MediaMover, holders: DeviceHolders, client: PrivilegedClient): Media {
  return {
    async move(move) {
      try {
        await own.move(move)
      } catch (error) {
        if (!(error instanceof PermissionError)) throw error
        await client.call(requestOfMove(move), deadlineMsOf(move) + MARGIN_MS)
      }
    },
    async holders(nodes) {
      const told = await holders.holders(nodes)
      if (told.unknown === null) return told
      const request = { operation: 'device_holders', params: { nodes } } as const
      return besides(holdersOf(await client.call(request, HOLDERS_MS)), process.pid)
    },
  }
}

function holdersOf(said: unknown): HoldersTold {
  const { holders, unknown } = (said ?? {}) as Record<string, unknown>
  if (!Array.isArray(holders) || !(unknown === null || typeof unknown === 'string')) {
    throw new HostError('ERR_PRIVILEGED', 'storwarden-privileged answers no holders')
  }
  return { holders: holders as Holder[], unknown }
}

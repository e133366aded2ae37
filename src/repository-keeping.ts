import { setTimeout as pause } from 'node:timers/promises'
import type { CollectorLoop } from './collectors/loop.ts'
import type { Problem } from './collectors/collector.ts'
import { parseMountinfo } from './collectors/mountinfo.ts'
import { configuredMounts } from './collectors/repositories.ts'
import { readGroups, readVolumes } from './collectors/volume-groups.ts'
import type { Config } from './config/schema.ts'
import { NotFoundError, PermissionError, type Host } from './host/host.ts'
import type { RepositoryChanges } from './host/repository-changes.ts'
import { StuckCalls } from './host/stuck-calls.ts'
import type { Monitor } from './monitor.ts'
import type { Operations } from './operations/operations.ts'
import {
  OWN_PLACES,
  REPOSITORY_PLACES,
  repositoryChanges,
  type RepositoryPlaces,
} from './privileged/repositories.ts'
import type { Facts } from './repositories/plan.ts'
import { volumeOf } from './repositories/volumes.ts'
import { valueOf } from './snapshot.ts'
import type { TaskKind } from './tasks/kind.ts'
import { repositoryKinds } from './tasks/kinds/repositories/index.ts'

/** What tasks about disk repositories need. */
export interface RepositoryKeepingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  host: Host
  /** The privileged program; null where this process changes repositories itself. */
  changes: RepositoryChanges | null
  /** Whether a recording is played, of which nothing is changed. */
  replayed: boolean
  loop: Pick<CollectorLoop, 'collect'>
  monitor: () => Pick<Monitor, 'snapshot'>
  operations: Pick<Operations, 'track'>
  now: () => Date
}

/** How long a task that has changed something waits until that is seen. */
const SEEN_MS = 10_000
const SUBJECTS = ['volume_groups', 'filesystems', 'repositories'] as const

/** The kinds of tasks about disk repositories. */
export function repositoryTaskKinds(parts: RepositoryKeepingParts): TaskKind[] {
  const { config, host, loop, monitor, operations, now } = parts
  if (parts.replayed) return repositoryKinds(null)
  const own = () =>
    repositoryChanges({
      ...{ host, calls: new StuckCalls(now), confined: false, places: OWN_PLACES },
    })
  const changes = counted(parts.changes ?? own(), operations)
  return repositoryKinds({
    changes,
    facts: () => readFacts(host, parts.changes === null ? OWN_PLACES : REPOSITORY_PLACES),
    async touched() {
      const seen = Promise.all(SUBJECTS.map((subject) => loop.collect(subject)))
      await Promise.race([seen, pause(SEEN_MS, undefined, { ref: false })])
    },
    groupOf(mountPoint) {
      const { readings } = monitor().snapshot()
      const mount = valueOf(readings.filesystems)?.find((one) => one.mountPoint === mountPoint)
      const volumes = valueOf(readings.volume_groups)?.logicalVolumes ?? []
      return volumeOf(mount?.device ?? null, volumes)?.group ?? null
    },
    named: () => config().monitoring.repositories,
  })
}

/** All of it anew: what was collected may be minutes old. Rejects where some of it is not known. */
async function readFacts(host: Host, places: RepositoryPlaces): Promise<Facts> {
  const problems: Problem[] = []
  const mountinfo = await host.readText(places.mountinfo).catch((error: unknown) => {
    if (!(error instanceof NotFoundError || error instanceof PermissionError)) throw error
    return host.readText(OWN_PLACES.mountinfo)
  })
  const groups = await readGroups(host, problems)
  const volumes = groups.length === 0 ? [] : await readVolumes(host, problems)
  const configured = await configuredMounts(host, problems)
  const [problem] = problems
  if (problem !== undefined) throw new Error(problem.error)
  return {
    ...{ groups, volumes, mounts: parseMountinfo(mountinfo) },
    configured: configured.map(({ mountPoint, by, unit }) => ({
      ...{ mountPoint, by: by === 'unit' ? unit : '/etc/fstab' },
    })),
  }
}

/** Each change is an operation on the machine, counted and timed. */
function counted(
  changes: RepositoryChanges,
  operations: Pick<Operations, 'track'>,
): RepositoryChanges {
  return {
    ...changes,
    async change(change) {
      const params = Object.fromEntries(
        Object.entries(change).map(([name, value]) => [name, String(value)]),
      )
      await operations.track('change_repository', params, async (affect) => {
        await changes.change(change)
        affect(1)
      })
    },
  }
}

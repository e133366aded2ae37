import { HostError } from '../host.ts'
import type {
  FilesystemFacts,
  Place,
  RepositoryChange,
  RepositoryChanges,
  VolumeContent,
} from '../repository-changes.ts'
import type { PrivilegedClient } from './client.ts'

/** Longer than the program gives each (src/privileged/repositories.ts), as what follows is looked at by itself. */
const CHANGE_MS: Readonly<Record<RepositoryChange['change'], number>> = {
  create_volume: 140_000,
  make_filesystem: 2_100_000,
  write_mount_unit: 140_000,
  mount: 420_000,
  extend_volume: 140_000,
  grow_filesystem: 3_100_000,
}
const ASK_MS = 120_000

/** Has disk repositories changed by the privileged program. */
export function privilegedRepositories(
  privileged: Pick<PrivilegedClient, 'call'>,
): RepositoryChanges {
  const told = async <T>(
    params: Parameters<PrivilegedClient['call']>[0],
    isAnswer: (said: Record<string, unknown>) => boolean,
  ): Promise<T> => {
    const said = ((await privileged.call(params, ASK_MS)) ?? {}) as Record<string, unknown>
    if (isAnswer(said)) return said as T
    throw new HostError('ERR_PRIVILEGED', 'storwarden-privileged answers nothing of a repository')
  }
  return {
    async change(params) {
      const request = { operation: 'change_repository', params } as const
      await privileged.call(request, CHANGE_MS[params.change])
    },
    place: (mountPoint) =>
      told<Place>(
        {
          operation: 'ask_repository',
          params: { question: 'place', mount_point: mountPoint },
        },
        ({ state, at }) => typeof state === 'string' && typeof at === 'string',
      ),
    volume: ({ group, volume }) =>
      told<VolumeContent>(
        { operation: 'ask_repository', params: { question: 'volume', group, volume } },
        ({ signature, tags }) =>
          (signature === null || typeof signature === 'string') && Array.isArray(tags),
      ),
    filesystem: ({ group, volume, filesystem, mount_point }) =>
      told<FilesystemFacts>(
        {
          operation: 'ask_repository',
          params: { question: 'filesystem', group, volume, filesystem, mount_point },
        },
        ({ sizeBytes, fault }) =>
          typeof sizeBytes === 'number' && (fault === null || typeof fault === 'string'),
      ),
  }
}

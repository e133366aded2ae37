import { isRepository } from './is-repository.ts'

/** A mount point that is configured, as far as it tells whether it is a repository. */
interface Configured {
  mountPoint: string
  /** Null where it is left to mount(8). */
  type: string | null
  /** Whether it is mounted when the machine starts. */
  automatic: boolean
}

/** Repositories that ought to be mounted: those that are named, and those that are configured to be when it starts. */
export function wantedRepositories<C extends Configured>(
  named: readonly string[],
  configured: readonly C[],
): Map<string, C | null> {
  const wanted = new Map<string, C | null>(named.map((path) => [path, null]))
  for (const one of configured) {
    const { mountPoint, type, automatic } = one
    const counts = isRepository({ mountPoint, type: type ?? '' }, named)
    if (wanted.has(mountPoint) || (counts && automatic)) wanted.set(mountPoint, one)
  }
  return wanted
}

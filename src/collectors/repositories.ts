import { mountUnitName, UNIT_DIRECTORY } from '../host/repository-changes.ts'
import type { Host } from '../host/host.ts'
import { parseMountUnit } from '../repositories/mount-units.ts'
import { wantedRepositories } from '../repositories/wanted.ts'
import type { Collector, Problem } from './collector.ts'
import { ifFound, isFailure } from './failures.ts'
import { readMountinfo } from './filesystems.ts'
import { parseFstab, parseMountinfo } from './mountinfo.ts'

/** What ought to be mounted, whether it is or not. */
export interface Repositories {
  /** Mount points that the configuration names; none where every file system counts that is not of the system. */
  named: readonly string[]
  configured: readonly ConfiguredMount[]
  /** Of both what ought to be mounted and is not; null when it is not known what is. */
  missing: readonly MissingMount[] | null
}

/** A repository that is not mounted. */
export interface MissingMount {
  mountPoint: string
  /** As it is configured; null where only the configuration of this program names it. */
  device: string | null
  source: 'unit' | 'fstab' | 'configuration'
}

/** A mount point that /etc/fstab or a mount unit has. */
export interface ConfiguredMount {
  mountPoint: string
  /** As it is written there: a path, `UUID=…`. */
  device: string
  /** Null where it is left to mount(8). */
  type: string | null
  by: 'unit' | 'fstab'
  /** Name of the unit, which systemd makes of fstab as well. */
  unit: string
  /** Whether it is mounted when the machine starts. */
  automatic: boolean
}

/** More units than an appliance has. */
const MOST_UNITS = 500

/** What is configured to be mounted. */
export const repositories: Collector<Repositories> & { name: 'repositories' } = {
  name: 'repositories',
  intervalSeconds: 60,
  timeoutMs: 20_000,
  wakes: { paths: () => ['/etc/fstab', UNIT_DIRECTORY] },

  async collect(host, { repositories: named }) {
    const problems: Problem[] = []
    const configured = await configuredMounts(host, problems)
    const mounted = await mountedPoints(host, problems)
    const missing = mounted && missingOf(wantedRepositories(named, configured), mounted)
    const coverage = problems.length === 0 ? 'all' : 'some'
    return { value: { named, configured, missing }, problems, coverage }
  },
}

async function mountedPoints(
  host: Pick<Host, 'readText'>,
  problems: Problem[],
): Promise<ReadonlySet<string> | null> {
  try {
    const mounts = parseMountinfo(await readMountinfo(host))
    return new Set(mounts.map(({ mountPoint }) => mountPoint))
  } catch (error) {
    if (!isFailure(error)) throw error
    problems.push({ labels: {}, error: `what is mounted: ${error.message}` })
    return null
  }
}

function missingOf(
  wanted: ReadonlyMap<string, ConfiguredMount | null>,
  mounted: ReadonlySet<string>,
): MissingMount[] {
  return [...wanted]
    .filter(([mountPoint]) => !mounted.has(mountPoint))
    .map(([mountPoint, one]) => ({
      ...{ mountPoint, device: one?.device ?? null, source: one?.by ?? 'configuration' },
    }))
}

/** What fstab and the mount units of the administrator have, a unit before a line of fstab for the same mount point. */
export async function configuredMounts(
  host: Pick<Host, 'list' | 'readText'>,
  problems: Problem[],
): Promise<ConfiguredMount[]> {
  const found = new Map<string, ConfiguredMount>()
  for (const { device, mountPoint, type, options } of parseFstab(
    (await ifFound(host.readText('/etc/fstab'))) ?? '',
  )) {
    found.set(mountPoint, {
      ...{ mountPoint, device, type: type === 'auto' ? null : type, by: 'fstab' },
      unit: mountUnitName(mountPoint),
      automatic: !options.includes('noauto'),
    })
  }
  const names = (await host.list(UNIT_DIRECTORY)).filter((name) => name.endsWith('.mount'))
  for (const name of names.slice(0, MOST_UNITS)) {
    try {
      const text = await ifFound(host.readText(`${UNIT_DIRECTORY}/${name}`))
      const unit = text === null ? null : parseMountUnit(text)
      if (unit === null) continue
      const { mountPoint, device, type, automatic } = unit
      found.set(mountPoint, { mountPoint, device, type, by: 'unit', unit: name, automatic })
    } catch (error) {
      problems.push({ labels: {}, error: `${name}: ${(error as Error).message}` })
    }
  }
  return [...found.values()]
}

import { parseScstConfig, type ScstConfig } from '../scst/config.ts'
import type { ConsistencyOptions } from './options.ts'
import type { PlanContext } from './plan.ts'

/** What a plan is made from now, besides the differences. */
export async function planContext(
  options: Pick<ConsistencyOptions, 'host' | 'paths' | 'snapshot'>,
): Promise<PlanContext> {
  const { mhvtl } = options.snapshot().readings
  const libraries = mhvtl?.state === 'read' ? mhvtl.value.libraries : []
  return {
    scst: await scstConfig(options),
    libraries: new Map(libraries.map((library) => [library.id, library])),
  }
}

async function scstConfig({
  host,
  paths,
}: Pick<ConsistencyOptions, 'host' | 'paths'>): Promise<ScstConfig | null> {
  const path = paths().scstConfigPath
  try {
    return parseScstConfig(await host.readText(path), path)
  } catch {
    // The check says that it cannot be read, and why; the plan says that it is not known.
    return null
  }
}

import { readRunningScst } from '../collectors/scst-running.ts'
import { parseScstConfig, type ScstConfig } from '../scst/config.ts'
import type { Difference } from './difference.ts'
import type { ConsistencyOptions } from './options.ts'
import type { PlanContext } from './plan.ts'
import type { ScstContext } from './scst-steps.ts'

type Options = Pick<ConsistencyOptions, 'host' | 'paths' | 'snapshot'>

/** What a plan is made from now, besides the differences. SCST is read when something of it is to be settled. */
export async function planContext(
  options: Options,
  differences: readonly Pick<Difference, 'check'>[],
): Promise<PlanContext> {
  const { mhvtl } = options.snapshot().readings
  const libraries = mhvtl?.state === 'read' ? mhvtl.value.libraries : []
  const isAsked = differences.some(({ check }) => check === 'scst')
  return {
    scst: isAsked ? await scstContext(options) : { file: null, running: null, unread: null },
    libraries: new Map(libraries.map((library) => [library.id, library])),
  }
}

async function scstContext({ host, paths }: Options): Promise<ScstContext> {
  const file = await scstConfig(host, paths().scstConfigPath)
  if (file === null) return { file, running: null, unread: null }
  try {
    return { file, running: await readRunningScst(host, file), unread: null }
  } catch (error) {
    return { file, running: null, unread: (error as Error).message }
  }
}

async function scstConfig(host: Options['host'], path: string): Promise<ScstConfig | null> {
  try {
    return parseScstConfig(await host.readText(path), path)
  } catch {
    // The check says that it cannot be read, and why; the plan says that it is not known.
    return null
  }
}

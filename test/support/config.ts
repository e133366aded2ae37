import { join } from 'node:path'
import type { Test } from 'tap'
import { ConfigError } from '../../src/config/config-error.ts'
import { loadConfig, type ConfigSources } from '../../src/config/load.ts'

/** Writes a configuration and loads it, with nothing else that counts. */
export function loadText(t: Test, text: string, sources: Partial<ConfigSources> = {}) {
  const file = join(t.testdir({ 'config.yaml': text }), 'config.yaml')
  return loadConfig({ file, env: {}, ...sources })
}

/** Loads the environment alone. */
export const load = (env: Record<string, string>, sources: Partial<ConfigSources> = {}) =>
  loadConfig({ file: null, env, ...sources })

/** Every fault that the configuration is refused for. */
export async function faultsOf(loading: Promise<unknown>): Promise<readonly string[]> {
  try {
    await loading
  } catch (error) {
    return error instanceof ConfigError ? error.faults : [String(error)]
  }
  return []
}

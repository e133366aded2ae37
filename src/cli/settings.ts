import { join } from 'node:path'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { isClone, packageRoot } from '../package.ts'
import type { Surroundings } from './command.ts'

/** What `configOptions` were given. */
export interface ConfigValues {
  config?: string | undefined
  'state-dir'?: string | undefined
}

/** The configuration that the daemon would run with. Rejects with ConfigError. */
export async function settingsOf(
  values: ConfigValues,
  { env }: Pick<Surroundings, 'env'>,
): Promise<Config> {
  const stateDir = values['state-dir']
  return await loadConfig({
    file: values.config,
    env,
    overrides: stateDir === undefined ? {} : { state_dir: stateDir },
    defaultStateDir: isClone ? join(packageRoot, 'var') : undefined,
  })
}

/** The URL at which a daemon of this configuration is asked from its own machine. */
export function localUrl({ listen: { host, port } }: Config): string {
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
  const address = everywhere[host] ?? host
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`
}

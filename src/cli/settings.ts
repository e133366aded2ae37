import { join } from 'node:path'
import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { isClone, packageRoot } from '../package.ts'
import { selfSignedFile } from '../tls/sources.ts'
import type { Client } from './client.ts'
import type { Surroundings } from './command.ts'
import { trustedFile } from './remote.ts'

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

/** A client of the daemon of this configuration, on its own machine; that knows which certificate it makes. */
export function localClient(
  config: Config,
  around: Surroundings,
  { url = localUrl(config), token = null }: { url?: string; token?: string | null } = {},
): Client {
  const { state_dir: stateDir, listen } = config
  const own = listen.tls.self_signed ? selfSignedFile(stateDir) : null
  return around.connect(url, token, trustedFile(around) ?? own)
}

/** The URL at which a daemon of this configuration is asked from its own machine. */
export function localUrl({ listen: { host, port, tls } }: Config): string {
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
  const address = everywhere[host] ?? host
  const scheme = tls.self_signed || tls.cert_file !== null ? 'https' : 'http'
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`
}

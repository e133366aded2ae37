import { NotFoundError } from '../host/host.ts'
import type { Host } from '../host/host.ts'
import { configuresAnything, parseScstConfig } from '../scst/config.ts'
import type { ScstConfig } from '../scst/config.ts'

/** SCST's configuration file; `config` is null when there is none, or none that can be read: then `error` says why. */
export interface ScstConfigFile {
  config: ScstConfig | null
  error: string | null
}

/** Reads and parses the configuration file. A file that is there and makes no sense is no failure of SCST's. */
export async function readConfigFile(host: Host, path: string): Promise<ScstConfigFile> {
  try {
    return { config: parseScstConfig(await host.readText(path), path), error: null }
  } catch (error) {
    if (error instanceof NotFoundError) return { config: null, error: null }
    return { config: null, error: error instanceof Error ? error.message : String(error) }
  }
}

/** Whether SCST ought to run: the file configures something, or is there and cannot be read. */
export function isConfigured({ config, error }: ScstConfigFile): boolean {
  return error !== null || (config !== null && configuresAnything(config))
}

import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import { readCredentials, type Credential } from './credentials.ts'
import { readEnvironment } from './environment.ts'
import { parseConfigText, type ConfigText } from './file.ts'
import type { Config } from './schema.ts'
import { readSecrets, twinOf } from './secrets.ts'
import { sections, settings } from './settings.ts'
import { isTree, valueAt, withValue, type Tree } from './tree.ts'
import { validate, type Fault } from './validate.ts'

/** Read when no other file is named, if it is there. */
export const DEFAULT_CONFIG_FILE = '/etc/storwarden/config.yaml'

/** The file that the configuration is read from; null when there is none. */
export function configFileOf(given: string | null | undefined): string | null {
  if (given === null) return null
  return given ?? (existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : null)
}

/** What the command line says; it goes before all else. */
export interface Overrides {
  readonly state_dir?: string
  readonly listen?: { readonly host: string; readonly port: number }
}

/** Where the configuration comes from. */
export interface ConfigSources {
  /** A file that has to be there; null for none at all. Without it the default one, if it is there. */
  file?: string | null | undefined
  env: Readonly<Record<string, string | undefined>>
  overrides?: Overrides
  /** The state directory when nobody names one. */
  defaultStateDir?: string | undefined
}

/**
 * The configuration: the command line before the environment before credentials of systemd before the file before
 * the defaults.
 * Rejects with ConfigError, which names every fault at once.
 */
export async function loadConfig(sources: ConfigSources): Promise<Config> {
  const file = await readConfigFile(sources.file)
  const written = withEmptySections(file.value)
  const faults = [...file.faults]
  if (!isTree(written)) faults.push(`${file.name}: must be a section of keys`)

  const { credentials, faults: withoutUse } = await readCredentials(sources.env)
  faults.push(...withoutUse)
  const handedOver = withCredentials(isTree(written) ? written : {}, credentials)
  const layered = layer(handedOver.tree, sources)
  const secrets = await readSecrets(withWordsFolded(layered.tree))
  const result = validate(secrets.tree)
  const wrong = [...secrets.faults, ...('faults' in result ? result.faults : [])]
  const origins = new Map([...handedOver.origins, ...layered.origins])
  faults.push(...layered.faults, ...wrong.map((fault) => located(fault, origins, file)))
  if ('faults' in result || faults.length > 0) throw new ConfigError(faults)
  return withAbsolutePaths(result.config)
}

/** Credentials in place of what the file says, also where that names a file of the secret. */
function withCredentials(tree: Tree, credentials: readonly Credential[]) {
  const origins = new Map<string, string>()
  for (const { setting, name, value } of credentials) {
    const twin = twinOf(setting.path)
    if (twin !== null) tree = withValue(tree, twin, null)
    tree = withValue(tree, setting.path, value)
    origins.set(setting.path.join('.'), `credential ${name}`)
  }
  return { tree, origins }
}

interface Layered {
  tree: Tree
  faults: string[]
  /** Which variable or option a setting comes from, by its path with dots. */
  origins: Map<string, string>
}

/** What was written, with what goes before it on top. */
function layer(tree: Tree, { env, overrides = {}, defaultStateDir }: ConfigSources): Layered {
  const origins = new Map<string, string>()
  const { given, unknown } = readEnvironment(env)
  for (const { setting, variable, value } of given) {
    const twin = twinOf(setting.path)
    // The environment goes before the file, also where the file has the other one of the two.
    if (twin !== null && !origins.has(twin.join('.'))) tree = withValue(tree, twin, null)
    tree = withValue(tree, setting.path, value)
    origins.set(setting.path.join('.'), variable)
  }
  for (const { path } of settings) {
    const value = valueAt(overrides, path)
    if (value === undefined) continue
    tree = withValue(tree, path, value)
    origins.set(path.join('.'), `--${path[0] ?? ''}`.replace('_', '-'))
  }
  if (defaultStateDir !== undefined && tree.state_dir === undefined)
    tree = withValue(tree, ['state_dir'], defaultStateDir)
  return { tree, faults: unknown.map((variable) => `${variable}: no such setting`), origins }
}

interface ConfigFile extends ConfigText {
  name: string
}

async function readConfigFile(file: string | null | undefined): Promise<ConfigFile> {
  const name = file ?? DEFAULT_CONFIG_FILE
  const nothing = { name, value: {}, faults: [], lineOf: () => null }
  if (file === null) return nothing
  try {
    return { name, ...parseConfigText(await readFile(name, 'utf8'), name) }
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    if (file === undefined && code === 'ENOENT') return nothing
    return { ...nothing, faults: [`${name}: cannot be read: ${code}`] }
  }
}

/** A section of which every key is commented out is null in YAML. */
function withEmptySections(value: unknown): unknown {
  if (value === null) return {}
  if (!isTree(value)) return value
  return sections
    .filter(({ path }) => path.length > 0 && valueAt(value, path) === null)
    .reduce((tree, { path }) => withValue(tree, path, {}), value)
}

/**
 * Words in lower case, and synonyms replaced: what is left is in the list of words or wrong. YAML takes a word that
 * looks like a number for one, e.g. version 3 of SNMP.
 */
function withWordsFolded(tree: Tree): Tree {
  return settings.reduce((tree, { path, schema }) => {
    const value = valueAt(tree, path)
    if (schema.enum === undefined || !['string', 'number'].includes(typeof value)) return tree
    const word = String(value).toLowerCase()
    return withValue(tree, path, schema.synonyms?.[word] ?? word)
  }, tree)
}

/** Names the variable that is at fault, or the key and its line. */
function located(fault: Fault, origins: ReadonlyMap<string, string>, file: ConfigText): string {
  const { path, message } = fault
  for (let length = path.length; length > 0; length--) {
    const variable = origins.get(path.slice(0, length).join('.'))
    if (variable !== undefined) return `${variable}: ${message}`
  }
  const line = file.lineOf(path)
  const [first = '', ...rest] = path
  const inner = rest.map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`)).join('')
  return `${first}${inner}: ${message}${line === null ? '' : ` (${line})`}`
}

/** The daemon may change its directory, and tells others where its files are. */
function withAbsolutePaths(config: Config): Config {
  const { log, state_dir } = config
  const file = log.file === null ? null : resolve(log.file)
  return Object.freeze({
    ...config,
    state_dir: resolve(state_dir),
    log: Object.freeze({ ...log, file }),
  })
}

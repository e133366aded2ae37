import { settings, type LeafSchema, type Setting } from './settings.ts'

/** A setting that the environment gives. */
export interface Given {
  setting: Setting
  /** Under which name. */
  variable: string
  value: unknown
}

/** What the command line `storwarden` reads, not the daemon. */
const OF_THE_CLIENT: readonly string[] = ['STORWARDEN_URL', 'STORWARDEN_TOKEN', 'STORWARDEN_CA']

/**
 * What the environment says about the settings; `unknown` are `STORWARDEN_` variables that name none.
 *
 * An empty variable counts as not set, except for a list, which it empties. A value that cannot be
 * converted stays text, for the schema to complain about.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): {
  given: Given[]
  unknown: string[]
} {
  const given = settings.flatMap((setting) => {
    for (const variable of [setting.variable, ...setting.aliases]) {
      const text = env[variable]
      if (text === undefined || (text.trim() === '' && setting.schema.type !== 'array')) continue
      return [{ setting, variable, value: convert(text.trim(), setting.schema) }]
    }
    return []
  })
  const known = new Set([...settings.map(({ variable }) => variable), ...OF_THE_CLIENT])
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('STORWARDEN_') && !known.has(name),
  )
  return { given, unknown: unknown.sort() }
}

const NUMBER = /^-?\d+(\.\d+)?$/
const BOOLEANS = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
])

function convert(text: string, { type }: LeafSchema): unknown {
  if (type === 'array')
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
  if (type === 'boolean') return BOOLEANS.get(text.toLowerCase()) ?? text
  if (type === 'integer' || type === 'number') return NUMBER.test(text) ? Number(text) : text
  return text
}

import { configSchema } from './schema.ts'

/** The annotated JSON schema of one setting. */
export interface LeafSchema {
  type: string | readonly string[]
  default: unknown
  description: string
  unit?: string
  aliases?: readonly string[]
  enum?: readonly string[]
  /** Of a list. */
  items?: { enum?: readonly string[] }
  synonyms?: Readonly<Record<string, string>>
  minimum?: number
  maximum?: number
  secret?: boolean
  expected?: string
}

interface SectionSchema {
  type: 'object'
  description: string
  properties: Readonly<Record<string, LeafSchema | SectionSchema>>
}

/** One key of the configuration, and where else it can come from. */
export interface Setting {
  /** `['listen', 'port']` */
  path: readonly string[]
  /** `STORWARDEN_LISTEN_PORT` */
  variable: string
  /** Other variables, honoured when that one is not set: `DATABASE_URL`. */
  aliases: readonly string[]
  schema: LeafSchema
}

/** A section with its own settings, those of its sections not included. */
export interface Section {
  path: readonly string[]
  description: string
  settings: readonly Setting[]
}

/** Every section, the outermost first. */
export const sections: readonly Section[] = sectionsOf(configSchema as unknown as SectionSchema, [])

/** Every setting, in the order of the schema. */
export const settings: readonly Setting[] = sections.flatMap(({ settings }) => settings)

function sectionsOf(schema: SectionSchema, path: readonly string[]): Section[] {
  const settings: Setting[] = []
  const inner: Section[] = []
  for (const [key, child] of Object.entries(schema.properties)) {
    const childPath = [...path, key]
    if ('properties' in child) inner.push(...sectionsOf(child, childPath))
    else settings.push(settingOf(child, childPath))
  }
  return [{ path, description: schema.description, settings }, ...inner]
}

function settingOf(schema: LeafSchema, path: readonly string[]): Setting {
  const variable = ['storwarden', ...path].join('_').toUpperCase()
  return { path, variable, aliases: schema.aliases ?? [], schema }
}

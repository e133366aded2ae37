import type { Config } from './schema.ts'
import { settings } from './settings.ts'
import { valueAt } from './tree.ts'

/** A setting as it is now. */
export interface SettingInForce {
  /** `listen.port` */
  key: string
  /** Null of a secret: that is never told. */
  value: unknown
  by_default: unknown
  /** Whether it is something else than by default. */
  changed: boolean
  /** Of a secret: whether there is one; null of others. */
  secret_is_set: boolean | null
  description: string
  unit: string | null
  variable: string
}

/** Every setting, in the order of the schema; of secrets whether they are set. */
export function settingsInForce(config: Config): SettingInForce[] {
  return settings.map(({ path, variable, schema }) => {
    const value = valueAt(config, path) ?? null
    const isSecret = schema.secret === true
    return {
      key: path.join('.'),
      value: isSecret ? null : value,
      by_default: schema.default,
      changed: JSON.stringify(value) !== JSON.stringify(schema.default),
      secret_is_set: isSecret ? value !== null : null,
      description: schema.description,
      unit: schema.unit ?? null,
      variable,
    }
  })
}

import type { Config } from './schema.ts'
import { settings } from './settings.ts'
import { valueAt } from './tree.ts'

/** Names of the settings that two configurations differ in, e.g. `monitoring.services`; never what they are. */
export function changedSettings(before: Config, after: Config): string[] {
  return settings
    .filter(
      ({ path }) => JSON.stringify(valueAt(before, path)) !== JSON.stringify(valueAt(after, path)),
    )
    .map(({ path }) => path.join('.'))
}

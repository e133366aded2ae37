import type { Answer } from '../../wire/request.ts'

/** A setting in force. */
export type Setting = Answer<'GET /config'>['settings'][number]

/** Settings that belong together: those of `notifications.email`, say. Null are those of no section. */
export interface Section {
  name: string | null
  settings: readonly Setting[]
}

/** Settings by section, in the order in which they come. */
export function sectionsOf(settings: readonly Setting[]): Section[] {
  const sections = new Map<string | null, Setting[]>()
  for (const setting of settings) {
    const name = sectionOf(setting.key)
    const section = sections.get(name)
    if (section === undefined) sections.set(name, [setting])
    else section.push(setting)
  }
  return [...sections].map(([name, members]) => ({ name, settings: members }))
}

function sectionOf(key: string): string | null {
  const dot = key.lastIndexOf('.')
  if (dot < 0) return null
  const name = key.slice(0, dot)
  // A collector has a section for two settings; together they are read more easily.
  return name.startsWith('collectors.') ? 'collectors' : name
}

/** What a setting is called within its section. */
export function nameIn(section: string | null, key: string): string {
  return section === null ? key : key.slice(section.length + 1)
}

/** Those with all the words, and only changed ones if that is asked for. */
export function foundSettings(
  settings: readonly Setting[],
  sought: string,
  onlyChanged: boolean,
): readonly Setting[] {
  const wanted = sought.toLowerCase().split(/\s+/)
  return settings.filter(({ key, description, variable, changed }) => {
    const text = `${key} ${description} ${variable}`.toLowerCase()
    return (!onlyChanged || changed) && wanted.every((word) => text.includes(word))
  })
}

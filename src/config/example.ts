import { stringify } from 'yaml'
import { valuesText } from './reference.ts'
import { sections, type Section, type Setting } from './settings.ts'

/** As wide as a line of the file may be. */
const WIDTH = 100

/**
 * A configuration file in which every key is a comment, with its default. What is `given`, by its path with dots, is
 * set instead.
 */
export function exampleConfiguration(given: ReadonlyMap<string, unknown> = new Map()): string {
  const lines = sections.flatMap((section) => sectionLines(section, given))
  return `${[...INTRODUCTION, ...lines].join('\n')}\n`
}

const INTRODUCTION = [
  '# Configuration of storwardend, see storwarden.yaml(5). What stands here are the defaults: to change one, take',
  '# the # before its key away. `storwardend --check-config` says what is wrong; `systemctl reload storwardend` has',
  '# the daemon read it. Secrets are better off as files in /etc/storwarden/credentials than here.',
]

function sectionLines(
  { path, description, settings }: Section,
  given: ReadonlyMap<string, unknown>,
): string[] {
  const margin = '  '.repeat(path.length)
  const outer = '  '.repeat(Math.max(0, path.length - 1))
  const head =
    path.length === 0 ? [] : ['', ...comment(outer, description), `${outer}${path.at(-1) ?? ''}:`]
  return [...head, ...settings.flatMap((setting) => settingLines(margin, setting, given))]
}

function settingLines(
  margin: string,
  { path, schema }: Setting,
  given: ReadonlyMap<string, unknown>,
): string[] {
  const isGiven = given.has(path.join('.'))
  const value = isGiven ? given.get(path.join('.')) : schema.default
  const values = valuesText(schema).replaceAll('`', '')
  const unit = schema.unit === undefined ? '' : ` ${schema.unit}`
  const about = `${schema.description} (${values}${unit})`
  const key = stringify({ [path.at(-1) ?? '']: value }, { lineWidth: 0, collectionStyle: 'flow' })
  const pair = key.trim().replace(/^\{ (.*) \}$/, '$1')
  return [...comment(margin, about), `${margin}${isGiven ? '' : '#'}${pair}`]
}

function comment(margin: string, text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && margin.length + 2 + line.length + 1 + word.length > WIDTH) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.map((line) => `${margin}# ${line}`)
}

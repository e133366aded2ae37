import { sections, type LeafSchema, type Section, type Setting } from './settings.ts'

/** The reference of every setting in Markdown, as the schema has it. */
export function configurationReference(): string {
  return [INTRODUCTION, ...sections.filter(hasSettings).map(sectionText)].join('\n\n') + '\n'
}

const INTRODUCTION = `# Configuration

storwardend reads \`/etc/storwarden/config.yaml\`, if it is there, or the file that \`--config\` names. What is not
set has its default. A key that is not listed here is refused, and every fault is named at once:
\`storwardend --check-config\` does nothing else.

Every setting can also come from the environment, under the name given here, which goes before the file; the
command line goes before both. In a variable the items of a list have commas between them, and a switch is
\`true\`, \`yes\`, \`on\` or \`1\`, or \`false\`, \`no\`, \`off\` or \`0\`. An empty variable counts as not set, except for a
list, which it empties.

A secret can come from systemd as well: a file named as the setting is, such as \`notifications.email.password\`, in
\`/etc/storwarden/credentials\`, which only root can read, is handed to the service of the Debian package
(\`LoadCredential=\`). It goes before the configuration file.

\`\`\`yaml
listen:
  host: 0.0.0.0
monitoring:
  repositories: [/srv/backup]
  thresholds:
    storage_warning_percent: 85
collectors:
  smart:
    enabled: false
\`\`\``

const HEADINGS = ['Key', 'Default', 'Unit', 'Values', 'Meaning', 'Variable']

function hasSettings({ settings }: Section): boolean {
  return settings.length > 0
}

function sectionText({ path, description, settings }: Section): string {
  const title = path.length === 0 ? 'Top level' : `\`${path.join('.')}\``
  const rows = [HEADINGS, HEADINGS.map(() => '---'), ...settings.map(cells)]
  const table = rows.map((row) => `| ${row.join(' | ')} |`).join('\n')
  return [`## ${title}`, ...(path.length === 0 ? [] : [description]), table].join('\n\n')
}

function cells({ path, variable, aliases, schema }: Setting): string[] {
  return [
    `\`${path.at(-1) ?? ''}\``,
    defaultText(schema.default),
    schema.unit ?? '',
    valuesText(schema),
    schema.description,
    [variable, ...aliases].map((name) => `\`${name}\``).join(', '),
  ]
}

/** The default of a setting, in backquotes where it is text. */
export function defaultText(value: unknown): string {
  if (value === null) return 'not set'
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : code(value.join(', '))
  return code(JSON.stringify(value).replace(/^"|"$/g, ''))
}

/** What a setting may be. */
export function valuesText({
  type,
  enum: words,
  items,
  synonyms,
  minimum,
  maximum,
  expected,
}: LeafSchema): string {
  if (words !== undefined) return [...words, ...Object.keys(synonyms ?? {})].map(code).join(', ')
  if (items?.enum !== undefined) return `list of ${items.enum.map(code).join(', ')}`
  if (minimum !== undefined && maximum !== undefined)
    return `${type === 'integer' ? 'whole, ' : ''}${minimum} to ${maximum}`
  if (expected !== undefined) return expected
  return { boolean: 'true or false', array: 'list' }[String(type)] ?? 'text'
}

function code(text: string): string {
  return `\`${text}\``
}

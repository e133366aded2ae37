import { sections, type Section, type Setting } from '../config/settings.ts'
import { defaultText, valuesText } from '../config/reference.ts'
import { example, marked, page, roffText, tagged, type Edition } from './roff.ts'

/** storwarden.yaml(5), made of the schema of the configuration. */
export function configurationPage(edition: Edition): string {
  return page('storwarden.yaml', 5, edition, [
    ...['.SH NAME', 'storwarden.yaml \\- configuration of storwardend'],
    ...['.SH SYNOPSIS', '.I /etc/storwarden/config.yaml'],
    '.SH DESCRIPTION',
    marked(
      'A file in YAML, with sections. What is not set has its default, a key that is not listed here is refused, and ' +
        'every fault is named at once: `storwardend --check-config` does nothing else. The daemon reads it at its ' +
        'start and at SIGHUP (`systemctl reload storwardend`).',
    ),
    '.PP',
    marked(
      'Every setting can come from the environment, too, under the name that is given with it, and goes before the ' +
        'file then. In a variable the items of a list have commas between them.',
    ),
    '.PP',
    marked(
      'A secret can be a file in `/etc/storwarden/credentials`, named as the setting is, such as ' +
        '`notifications.email.password`; the service is handed it (`LoadCredential=`), and it goes before this file.',
    ),
    ...['.SH SETTINGS', ...sections.flatMap(sectionLines)],
    '.SH EXAMPLES',
    ...example([
      'listen:',
      '  host: 0.0.0.0',
      'monitoring:',
      '  repositories: [/srv/backup]',
      '  thresholds:',
      '    storage_warning_percent: 85',
    ]),
    ...['.SH SEE ALSO', '.BR storwarden (1),', '.BR storwardend (8)'],
  ])
}

function sectionLines({ path, description, settings }: Section): string[] {
  if (settings.length === 0) return []
  const heading = path.length === 0 ? 'Top level' : path.join('.')
  const about = path.length === 0 ? [] : [marked(description)]
  return [`.SS ${roffText(heading)}`, ...about, ...settings.flatMap(settingLines)]
}

function settingLines({ path, variable, aliases, schema }: Setting): string[] {
  const key = `\\fB${roffText(path.at(-1) ?? '')}\\fR`
  const unit = schema.unit === undefined ? '' : ` ${schema.unit}`
  const names = [variable, ...aliases].map((name) => `\\fB${name}\\fR`).join(', ')
  const bare = (text: string) => roffText(text.replaceAll('`', ''))
  return [
    ...tagged(key, schema.description),
    '.br',
    `Values: ${bare(valuesText(schema))}${unit}. Default: ${bare(defaultText(schema.default))}. Variable: ${names}.`,
  ]
}

import { DAEMON_USAGE } from '../arguments.ts'
import { commands } from '../cli/commands.ts'
import { USAGE as PRIVILEGED_USAGE } from '../privileged/options.ts'
import { example, marked, page, roffText, tagged, type Edition } from './roff.ts'
import { readUsage, type Entry, type Part } from './usage.ts'

/** storwarden(1), made of the help of every command. */
export async function commandPage(edition: Edition): Promise<string> {
  const lines = [
    ...['.SH NAME', 'storwarden \\- ask a storwarden daemon, and look after it'],
    ...['.SH SYNOPSIS', '.B storwarden', '.I COMMAND', '.RI [ options ]'],
    '.SH DESCRIPTION',
    marked(
      'The command line of storwarden, the monitor of a storage appliance. It asks the daemon over REST, but for ' +
        'what works without one. With `--json` every command that prints data prints it for programs.',
    ),
    '.SH COMMANDS',
  ]
  for (const { name, summary, load } of [...commands].sort(byName)) {
    const { usage } = await load()
    const { synopsis, parts } = readUsage(usage)
    lines.push(`.SS ${roffText(name)}`, `${marked(capitalised(summary))}.`, '.PP')
    lines.push(...example(synopsis), ...parts.flatMap(partLines))
  }
  lines.push(
    ...['.SH ENVIRONMENT'],
    ...tagged('.B STORWARDEN_URL', 'Where storwardend answers; `--url` goes before it.'),
    ...tagged('.B STORWARDEN_TOKEN', 'The API token that is asked with; see `token create`.'),
    ...['.SH EXIT STATUS'],
    ...tagged('0', 'Done.'),
    ...tagged('1', 'It was tried and did not succeed, or what was asked for is not in order.'),
    ...tagged('2', 'Bad usage or configuration; nothing was tried.'),
    ...['.SH SEE ALSO', '.BR storwardend (8),', '.BR storwarden.yaml (5)'],
  )
  return page('storwarden', 1, edition, lines)
}

/** storwardend(8). */
export function daemonPage(edition: Edition): string {
  const { parts } = readUsage(DAEMON_USAGE)
  const files: [string, string][] = [
    ['/etc/storwarden/config.yaml', 'The configuration, see `storwarden.yaml`(5).'],
    [
      '/etc/storwarden/credentials',
      'A file for each secret, named as its setting; only root reads them.',
    ],
    [
      '/var/lib/storwarden',
      'The database, unless the configuration names another, and the first password of admin in ' +
        '`initial-admin-password`.',
    ],
    ['/var/log/storwarden', 'Log files, where the configuration asks for one.'],
  ]
  const signals: [string, string][] = [
    ['SIGHUP', 'Opens the log file anew and reads the configuration again.'],
    ['SIGTERM, SIGINT', 'Stops it in order, and its database with it.'],
  ]
  const tags = (rows: readonly [string, string][]) =>
    rows.flatMap(([tag, text]) => tagged(`.B ${roffText(tag)}`, text))
  return page('storwardend', 8, edition, [
    ...['.SH NAME', 'storwardend \\- monitor of a storage appliance'],
    ...['.SH SYNOPSIS', '.B storwardend', '.RI [ options ]'],
    '.SH DESCRIPTION',
    marked(
      'Collects what a storage appliance says of itself: disks, arrays and file systems, tape libraries and drives, ' +
        'virtual tape libraries and SCST targets. Evaluates rules, keeps alerts in PostgreSQL, tells of them, and ' +
        'answers REST, WebSocket and Prometheus. Without a database in its configuration it runs a PostgreSQL of its own.',
    ),
    ...['.SH OPTIONS', ...parts.flatMap(partLines)],
    ...['.SH SIGNALS', ...tags(signals)],
    ...['.SH EXIT STATUS'],
    ...tagged('0', 'Told to stop, and stopped.'),
    ...tagged('1', 'It failed; the last line says why.'),
    ...tagged('2', 'Bad usage or configuration; starting it again does not help.'),
    ...['.SH FILES', ...tags(files)],
    ...['.SH SEE ALSO', '.BR storwarden (1),', '.BR storwarden.yaml (5)'],
  ])
}

/** storwarden-privileged(8). */
export function privilegedPage(edition: Edition): string {
  const { parts } = readUsage(PRIVILEGED_USAGE)
  return page('storwarden-privileged', 8, edition, [
    ...['.SH NAME', 'storwarden\\-privileged \\- do for storwardend what takes root'],
    ...['.SH SYNOPSIS', '.B storwarden\\-privileged', '.RI [ options ]'],
    ...['.SH DESCRIPTION', ...parts.flatMap(partLines).slice(1)],
    ...['.SH SEE ALSO', '.BR storwarden (1),', '.BR storwardend (8)'],
  ])
}

function partLines(part: Part): string[] {
  if (part.kind === 'paragraph') return ['.PP', marked(part.text)]
  if (part.kind === 'example') return ['.PP', ...example(part.lines)]
  return part.entries.flatMap((entry) => tagged(tagOf(entry), entry.text))
}

function tagOf({ names, argument }: Entry): string {
  const words = names.map((name) => `\\fB${roffText(name)}\\fR`).join(', ')
  return argument === null ? words : `${words} \\fI${roffText(argument)}\\fR`
}

function byName({ name: one }: { name: string }, { name: other }: { name: string }): number {
  return one < other ? -1 : 1
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

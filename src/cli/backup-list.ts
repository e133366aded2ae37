import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import {
  atLeastOne,
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  WATCH_USAGE,
  type Command,
} from './command.ts'
import { connected } from './remote.ts'
import { printTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { duration, whenInBrief } from './times.ts'
import { bytes, shown } from './words.ts'

const PATH = '/api/v1/backups'
const DEFAULT_LIMIT = '20'

/** Lists backups, and what came of restoring them. */
export const backupList: Command = {
  name: 'backup list',
  watches: true,
  usage: `usage: storwarden backup list [options]

The backups that were made, or were not, and those that were restored to see that they can be, the
newest first. ROWS and TABLES of the latter are what was restored and was the same.

  --limit NUMBER   how many of each at most; ${DEFAULT_LIMIT} if not said
${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, { limit: { type: 'string' }, ...remoteOptions })
    const limit = atLeastOne('limit', values.limit ?? DEFAULT_LIMIT) ?? 1
    if (limit > 1000) throw new UsageError(['--limit: must be at most 1000'])
    const client = connected(values.url, around)
    const [made, tried] = await Promise.all([
      client.get(PATH, { query: { limit } }),
      client.get(`${PATH}/drills`, { query: { limit } }),
    ])
    const { terminal } = around
    const backups = made.objects('backups')
    const drills = tried.objects('drills')
    if (values.json) {
      terminal.json({ backups, drills })
      return EXIT_DONE
    }
    if (backups.length === 0) terminal.line('no backup was made yet')
    else printBackups(terminal, backups, around.now())
    terminal.line()
    if (drills.length === 0) terminal.line('none was restored to see that it can be')
    else printDrills(terminal, drills, around.now())
    return EXIT_DONE
  },
}

function printBackups(terminal: Terminal, backups: readonly Answer[], now: Date): void {
  printTable(
    terminal,
    [
      { title: 'BEGUN', whole: true },
      { title: 'STATE', whole: true },
      { title: 'VERIFIED', whole: true },
      { title: 'SIZE', right: true },
      { title: 'ROWS', right: true },
      { title: 'FILE' },
    ],
    backups.map((one) => [
      whenInBrief(one.time('started_at'), now),
      one.time('deleted_at') === null ? shown(one.text('state')) : 'deleted',
      verifiedText(one, now),
      one.text('state') === 'failed' ? '' : bytes(one.number('size_bytes')),
      one.text('state') === 'failed' ? '' : shown(one.number('row_count')),
      one.text('error') ?? shown(one.text('path')),
    ]),
  )
}

function verifiedText(backup: Answer, now: Date): string {
  if (backup.text('state') === 'failed') return ''
  if (backup.text('verify_error') !== null) return 'failed'
  const at = backup.time('verified_at')
  return at === null ? 'no' : whenInBrief(at, now)
}

function printDrills(terminal: Terminal, drills: readonly Answer[], now: Date): void {
  printTable(
    terminal,
    [
      { title: 'RESTORED', whole: true },
      { title: 'TOOK', right: true },
      { title: 'TABLES', right: true },
      { title: 'ROWS', right: true },
      { title: 'BY' },
      { title: 'FILE, OR WHY NOT' },
    ],
    drills.map((one) => [
      whenInBrief(one.time('started_at'), now),
      duration(one.number('seconds')),
      // Where it failed nothing was restored that counts.
      one.number('table_count')?.toString() ?? '',
      one.number('row_count')?.toString() ?? '',
      shown(one.text('created_by')),
      one.text('error') ?? shown(one.text('path')),
    ]),
  )
}

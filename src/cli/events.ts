import { UsageError } from '../arguments.ts'
import { severitySpan } from './alert-words.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import {
  atLeastOne,
  EXIT_DONE,
  oneOf,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import { connected } from './remote.ts'
import { printTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { localTime, parseSpan, parseTime } from './times.ts'
import { counted, shown } from './words.ts'

const PATH = '/api/v1/monitoring/events'
const types = ['log', 'metric', 'trace', 'alert'] as const
const levels = ['debug', 'info', 'warning', 'error', 'critical'] as const
const DEFAULT_LIMIT = '50'
const PAGE = 1000

const options = {
  search: { type: 'string' },
  level: { type: 'string' },
  source: { type: 'string' },
  type: { type: 'string' },
  tag: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  limit: { type: 'string' },
  ...remoteOptions,
} as const

/** Lists events. */
export const events: Command = {
  name: 'events',
  watches: true,
  usage: `usage: storwarden events [options]

What happened, the newest first: what the daemon saw, and what others handed in.

  --search TEXT    only with words that begin like these, in message, source or tags
  --level WORD     only ${levels.join(', ')}
  --source NAME    only of this source, e.g. collectors/changers
  --type WORD      only ${types.join(', ')}
  --tag NAME=VALUE only with this tag; several separated by commas
  --since TIME     not older: 2h, 7d, 2026-11-20 or "2026-11-20 22:00", in local time
  --until TIME     not newer
  --limit NUMBER   how many at most; ${DEFAULT_LIMIT} if not said
${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, options)
    const now = around.now()
    const limit = atLeastOne('limit', values.limit ?? DEFAULT_LIMIT) ?? 1
    const query = {
      q: values.search,
      level: oneOf('level', values.level, levels),
      source: values.source,
      event_type: oneOf('type', values.type, types),
      tags: values.tag,
      start_time: pastTime('since', values.since, now),
      end_time: pastTime('until', values.until, now),
    }
    const { found, total, more } = await fetchEvents(connected(values.url, around), query, limit)
    const { terminal } = around
    if (values.json) terminal.json({ events: found, total, more_than_total: more })
    else print(terminal, found, { total, more })
    return EXIT_DONE
  },
}

async function fetchEvents(
  client: Client,
  query: Readonly<Record<string, string | undefined>>,
  limit: number,
): Promise<{ found: Answer[]; total: number; more: boolean }> {
  const found: Answer[] = []
  let cursor: string | undefined
  for (;;) {
    const answer = await client.get(PATH, {
      query: { ...query, limit: Math.min(PAGE, limit - found.length), cursor },
    })
    found.push(...answer.objects('events'))
    cursor = answer.text('next_cursor') ?? undefined
    if (cursor === undefined || found.length >= limit) {
      const total = answer.number('total') ?? found.length
      return { found, total, more: answer.flag('more_than_total') === true }
    }
  }
}

function print(
  terminal: Terminal,
  found: readonly Answer[],
  { total, more }: { total: number; more: boolean },
): void {
  printTable(
    terminal,
    [
      { title: 'TIME', whole: true },
      { title: 'LEVEL', whole: true },
      { title: 'SOURCE' },
      { title: 'MESSAGE' },
    ],
    found.map((event) => {
      const at = event.time('timestamp')
      return [
        at === null ? shown(null) : localTime(at),
        severitySpan(event.text('level')),
        shown(event.text('source')),
        shown(event.text('message')),
      ]
    }),
  )
  if (found.length === 0) terminal.line('no such events')
  else if (more || total > found.length) {
    const all = counted(total, 'event')
    terminal.note(`${found.length} of ${more ? 'more than ' : ''}${all}; --limit NUMBER shows more`)
  }
}

/** A moment: a date, or how long ago. Throws UsageError. */
function pastTime(option: string, text: string | undefined, now: Date): string | undefined {
  if (text === undefined) return undefined
  const seconds = parseSpan(text)
  const at = seconds === null ? parseTime(text, now) : new Date(now.getTime() - seconds * 1000)
  if (at !== null) return at.toISOString()
  throw new UsageError([`--${option} ${text}: must be a time such as 2h or "2026-11-20 22:00"`])
}

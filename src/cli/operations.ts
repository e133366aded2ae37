import { UsageError } from '../arguments.ts'
import {
  atLeastOne,
  EXIT_DONE,
  futureTime,
  oneOf,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import type { Answer } from './answer.ts'
import { connected } from './remote.ts'
import { printTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { when, whenInBrief } from './times.ts'
import { percent, shown, UNKNOWN } from './words.ts'

const PATH = '/api/v1/monitoring/operations'
const statuses = ['ok', 'error', 'timeout', 'cancelled'] as const

/** What the daemon did to the machine, by type. */
export const operations: Command = {
  name: 'operations',
  watches: true,
  usage: `usage: storwarden operations [options]
       storwarden operations recent [options]
       storwarden operations log on|off [options]

What the daemon did to the machine since it was started, by type.

${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, remoteOptions)
    const answer = await connected(values.url, around).get(PATH)
    const { terminal } = around
    if (values.json) {
      terminal.json(answer)
      return EXIT_DONE
    }
    const found = answer.objects('operations')
    printTable(
      terminal,
      [
        { title: 'OPERATION', whole: true },
        { title: 'COUNT', right: true },
        { title: 'FAILED', right: true },
        { title: 'OK', right: true },
        { title: 'P50', right: true },
        { title: 'P95', right: true },
        { title: 'MAX', right: true },
        { title: 'OBJECTS', right: true },
        { title: 'LAST ERROR' },
      ],
      found.map((one) => [
        shown(one.text('operation')),
        shown(one.number('count')),
        shown(one.number('failures')),
        share(one.number('success_rate')),
        seconds(one.number('p50_seconds')),
        seconds(one.number('p95_seconds')),
        seconds(one.number('max_seconds')),
        shown(one.number('affected_objects')),
        one.object('last_error')?.text('error') ?? '',
      ]),
    )
    if (found.length === 0) terminal.line('nothing was done to the machine yet')
    printCaches(terminal, answer.objects('caches'))
    return EXIT_DONE
  },
}

/** The last of them. */
export const operationsRecent: Command = {
  name: 'operations recent',
  watches: true,
  usage: `usage: storwarden operations recent [options]

The last things that the daemon did to the machine, the newest first.

  --operation TYPE only these, e.g. read_element_status
  --status WORD    only ${statuses.join(', ')}
  --limit NUMBER   how many at most, up to 1000; 10 if not said
${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, {
      operation: { type: 'string' },
      status: { type: 'string' },
      limit: { type: 'string' },
      ...remoteOptions,
    })
    const query = {
      limit: Math.min(1000, atLeastOne('limit', values.limit ?? '10') ?? 1),
      operation: values.operation,
      status: oneOf('status', values.status, statuses),
    }
    const answer = await connected(values.url, around).get(`${PATH}/recent`, { query })
    const { terminal } = around
    if (values.json) {
      terminal.json(answer)
      return EXIT_DONE
    }
    const found = answer.objects('operations')
    printTable(
      terminal,
      [
        { title: 'WHEN', whole: true },
        { title: 'OPERATION', whole: true },
        { title: 'STATUS' },
        { title: 'TOOK', right: true },
        { title: 'OBJECTS', right: true },
        { title: 'ABOUT' },
        { title: 'ERROR' },
      ],
      found.map((one) => {
        const status = one.text('status')
        return [
          whenInBrief(one.time('started_at'), around.now()),
          shown(one.text('operation')),
          status === 'ok' ? status : { text: shown(status), style: 'bad' },
          seconds(one.number('duration_seconds')),
          one.number('affected_objects') === null ? '' : shown(one.number('affected_objects')),
          aboutText(one.object('labels')),
          one.text('error') ?? '',
        ]
      }),
    )
    if (found.length === 0) terminal.line('no such operations')
    return EXIT_DONE
  },
}

/** Has them logged, or not. */
export const operationsLog: Command = {
  name: 'operations log',
  usage: `usage: storwarden operations log on|off [options]

Has the daemon write a line of its log for everything that it does to the machine.

  --operation TYPE only these, e.g. read_log_pages
  --for TIME       until then: 15m, 8h, "2026-11-20 22:00"; otherwise until the daemon
                   is started anew
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      { operation: { type: 'string' }, for: { type: 'string' }, ...remoteOptions },
      { named: ['on|off'] },
    )
    const word = positionals[0]
    if (word !== 'on' && word !== 'off') {
      throw new UsageError([`${word ?? ''}: must be one of on, off`])
    }
    const expires = values.for === undefined ? null : futureTime('for', values.for, around.now())
    const answer = await connected(values.url, around).put(`${PATH}/logging`, {
      enabled: word === 'on',
      ...(values.operation === undefined ? {} : { operations: [values.operation] }),
      ...(expires === null ? {} : { expires_at: expires.toISOString() }),
    })
    const { terminal } = around
    if (values.json) terminal.json(answer)
    else {
      const what = answer.texts('operations').join(', ') || 'all operations'
      const until = answer.time('expires_at')
      const logged = answer.flag('enabled') === true ? 'logged' : 'not logged'
      terminal.line(`${what}: ${logged}`)
      if (until !== null) terminal.line(`until ${when(until, around.now())}`)
    }
    return EXIT_DONE
  },
}

function printCaches(terminal: Terminal, caches: readonly Answer[]): void {
  if (caches.length === 0) return
  terminal.line('')
  printTable(
    terminal,
    [
      { title: 'CACHE', whole: true },
      { title: 'HITS', right: true },
      { title: 'MISSES', right: true },
      { title: 'RATE', right: true },
      { title: 'SIZE', right: true },
    ],
    caches.map((one) => [
      shown(one.text('cache')),
      shown(one.number('hits')),
      shown(one.number('misses')),
      share(one.number('hit_rate')),
      shown(one.number('size')),
    ]),
  )
}

/** `collector=changers`, in the order in which the daemon says them. */
function aboutText(labels: Answer | null): string {
  const members = labels?.toJSON()
  return Object.entries(members ?? {})
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ')
}

function share(value: number | null): string {
  return percent(value === null ? null : value * 100)
}

/** With as many digits as tell one from another: `0.004 s`, `1.20 s`, `63 s`. */
function seconds(value: number | null): string {
  if (value === null) return UNKNOWN
  return `${value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 0)} s`
}

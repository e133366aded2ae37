import { UsageError } from '../arguments.ts'
import { shortId } from './alerts.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import {
  atLeastOne,
  EXIT_DONE,
  EXIT_FAILED,
  oneOf,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import { connected, meant } from './remote.ts'
import { printFacts, printTable } from './table.ts'
import type { Span, Terminal } from './terminal.ts'
import { when, whenInBrief } from './times.ts'
import { counted, shown } from './words.ts'

const PATH = '/api/v1/monitoring/notifications'
const states = ['waiting', 'delivered', 'given_up'] as const
const kinds = ['alerts', 'event', 'test', 'digest', 'report'] as const
const DEFAULT_LIMIT = '50'
/** Among so many an id may be shortened. */
const LATEST = 1000

const listOptions = {
  channel: { type: 'string' },
  state: { type: 'string' },
  kind: { type: 'string' },
  alert: { type: 'string' },
  limit: { type: 'string' },
  ...remoteOptions,
} as const

/** Lists messages. */
export const notifications: Command = {
  name: 'notifications',
  watches: true,
  usage: `usage: storwarden notifications [list] [options]
       storwarden notifications show ID
       storwarden notifications test [CHANNEL]

Who was told what, the newest first, and what became of it.

  --channel NAME   only on this channel
  --state WORD     only ${states.join(', ')}
  --kind WORD      only ${kinds.join(', ')}
  --alert ID       only what tells of this alert; the whole id
  --limit NUMBER   how many at most, up to 1000; ${DEFAULT_LIMIT} if not said
${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, listOptions, {
      named: ['list'],
      optional: true,
    })
    const [word = 'list'] = positionals
    if (word !== 'list') throw new UsageError([`${word}: must be list, show or test`])
    const state = oneOf('state', values.state, states)
    const kind = oneOf('kind', values.kind, kinds)
    const limit = Math.min(1000, atLeastOne('limit', values.limit ?? DEFAULT_LIMIT) ?? 1)
    const client = connected(values.url, around)
    const { channel, alert } = values
    const answer = await client.get(PATH, { query: { channel, state, kind, alert, limit } })
    const { terminal } = around
    if (values.json) {
      terminal.json(answer)
      return EXIT_DONE
    }
    const found = answer.objects('notifications')
    printMessages(terminal, found, around.now())
    const total = answer.number('total') ?? found.length
    if (found.length === 0) terminal.line('no such messages')
    else if (total > found.length) {
      terminal.note(`${found.length} of ${counted(total, 'message')}; --limit NUMBER shows more`)
    }
    return EXIT_DONE
  },
}

/** Shows a message with each attempt to send it. */
export const notificationsShow: Command = {
  name: 'notifications show',
  usage: `usage: storwarden notifications show ID [options]

What a message says, and each attempt to send it. ID is that of a message, or as much of its begin as tells it from
the latest others; --json has all that was sent.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['ID'] })
    const client = connected(values.url, around)
    const id = await messageId(client, positionals[0] ?? '')
    const message = await client.get(`${PATH}/${encodeURIComponent(id)}`)
    if (values.json) around.terminal.json(message)
    else printMessage(around.terminal, message, around.now())
    return EXIT_DONE
  },
}

/** Sends a test message. */
export const notificationsTest: Command = {
  name: 'notifications test',
  usage: `usage: storwarden notifications test [CHANNEL] [options]

Sends a message that says nothing but that it arrives, on one channel or on all. Exit status 1 when it was not taken.

  --message TEXT   what it says
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      { message: { type: 'string' }, ...remoteOptions },
      { named: ['CHANNEL'], optional: true },
    )
    const client = connected(values.url, around)
    const [channel] = positionals
    const answer = await client.post(`${PATH}/test`, {
      ...(channel === undefined ? {} : { channel }),
      ...(values.message === undefined ? {} : { message: values.message }),
    })
    const sent = answer.objects('notifications')
    if (values.json) around.terminal.json(answer)
    else printFacts(around.terminal, sent.map(outcomeOf))
    return sent.every((message) => message.text('state') === 'delivered') ? EXIT_DONE : EXIT_FAILED
  },
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id that is meant; one that is whole is for the daemon to judge. */
async function messageId(client: Client, wanted: string): Promise<string> {
  if (UUID.test(wanted)) return wanted.toLowerCase()
  const answer = await client.get(PATH, { query: { limit: LATEST } })
  const ids = answer.objects('notifications').flatMap((message) => message.text('id') ?? [])
  return meant('message', wanted, ids, (id) => [id])
}

function printMessages(terminal: Terminal, found: readonly Answer[], now: Date): void {
  printTable(
    terminal,
    [
      { title: 'ID', whole: true },
      { title: 'CHANNEL' },
      { title: 'STATE' },
      { title: 'TRIED', right: true },
      { title: 'SAYS' },
      { title: 'CREATED', whole: true },
      { title: 'ERROR' },
    ],
    found.map((message) => [
      shortId(message.text('id'), found),
      shown(message.text('channel')),
      stateSpan(message.text('state')),
      shown(message.number('attempts')),
      shown(message.text('summary')),
      whenInBrief(message.time('created_at'), now),
      message.text('last_error') ?? '',
    ]),
  )
}

function printMessage(terminal: Terminal, message: Answer, now: Date): void {
  const optional = (name: string, field: string) => {
    const at = message.time(field)
    return at === null ? [] : [[name, when(at, now)] as const]
  }
  printFacts(terminal, [
    ['message', shown(message.text('id'))],
    ['channel', shown(message.text('channel'))],
    ['says', shown(message.text('summary'))],
    ['state', stateSpan(message.text('state'))],
    ['created', when(message.time('created_at'), now)],
    ...optional('next attempt', 'next_attempt_at'),
    ...optional('delivered', 'delivered_at'),
    ...optional('given up', 'given_up_at'),
  ])
  const alerts = message.objects('alerts')
  if (alerts.length > 0) terminal.line()
  printTable(
    terminal,
    [{ title: 'NEWS' }, { title: 'ALERT' }, { title: 'RESOURCE' }, { title: 'ID', whole: true }],
    alerts.map((alert) => [
      shown(alert.text('event')),
      shown(alert.text('title')),
      shown(alert.text('resource')),
      shown(alert.text('id')),
    ]),
  )
  const attempts = message.objects('attempt_log')
  if (attempts.length > 0) terminal.line()
  printTable(
    terminal,
    [{ title: 'TRIED', whole: true }, { title: 'TOOK', right: true }, { title: 'ANSWER' }],
    attempts.map((attempt) => {
      const answer = shown(attempt.text('answer'))
      const took = attempt.number('duration_seconds')
      return [
        when(attempt.time('at'), now),
        took === null ? shown(null) : `${took.toFixed(1)} s`,
        attempt.flag('delivered') === false ? { text: answer, style: 'bad' } : answer,
      ]
    }),
  )
}

function outcomeOf(message: Answer): readonly [string, Span] {
  const channel = shown(message.text('channel'))
  if (message.text('state') === 'delivered') {
    return [channel, `delivered: ${shown(message.text('answer'))}`]
  }
  const error = message.text('last_error')
  const waiting = message.text('state') === 'waiting'
  if (error === null) return [channel, 'no answer yet; it is in the delivery log']
  return [channel, { text: `${error}${waiting ? '; tried again later' : ''}`, style: 'bad' }]
}

function stateSpan(state: string | null): Span {
  return state === 'given_up' ? { text: 'given up', style: 'bad' } : shown(state)
}

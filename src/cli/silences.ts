import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import {
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import { connected, meant } from './remote.ts'
import { printTable } from './table.ts'
import { whenInBrief } from './times.ts'
import { shown } from './words.ts'

/** Path of the silences. */
export const SILENCES = '/api/v1/monitoring/silences'

const PAGE = 1000
const SHORT = 8

/** Lists silences. */
export const silenceList: Command = {
  name: 'silence list',
  watches: true,
  usage: `usage: storwarden silence list [options]

Silences and maintenance windows that mute, or will, the newest first.

  --all            also those that are over
${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, { all: { type: 'boolean' }, ...remoteOptions })
    const listed = await fetchSilences(connected(values.url, around))
    const silences = listed.filter((one) => values.all === true || isOpen(one))
    const { terminal } = around
    if (values.json) {
      terminal.json({ silences, total: silences.length })
      return EXIT_DONE
    }
    const now = around.now()
    printTable(
      terminal,
      [
        { title: 'ID', whole: true },
        { title: 'STATE' },
        { title: 'MUTES' },
        { title: 'WHEN', whole: true },
        { title: 'BY' },
        { title: 'COMMENT' },
      ],
      silences.map((one) => [
        (one.text('id') ?? shown(null)).slice(0, SHORT),
        shown(one.text('state')),
        matchersText(one),
        untilText(one, now),
        shown(one.text('author')),
        one.text('comment') ?? '',
      ]),
    )
    if (silences.length === 0) terminal.line('nothing is muted')
    return EXIT_DONE
  },
}

/** Ends a silence. */
export const silenceEnd: Command = {
  name: 'silence end',
  usage: `usage: storwarden silence end ID [options]

ID is that of a silence, or as much of its begin as tells it from the others that are not over.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['ID'] })
    const client = connected(values.url, around)
    const open = (await fetchSilences(client)).filter(isOpen)
    const one = meant('silence', positionals[0] ?? '', open, (each) => [each.text('id') ?? ''])
    const path = `${SILENCES}/${encodeURIComponent(one.text('id') ?? '')}`
    await client.delete(path)
    const ended = await client.get(path)
    if (values.json) around.terminal.json(ended)
    else around.terminal.line(`${matchersText(ended)}: ended`)
    return EXIT_DONE
  },
}

/** `severity=~"info|warning", library="L1"`, and what maintenance leaves. */
export function matchersText(silence: Answer): string {
  const matchers = silence.objects('matchers').map((matcher) => {
    const operator = matcher.flag('is_equal') === false ? '!' : ''
    const sign = matcher.flag('is_regex') === true ? `${operator || '='}~` : `${operator}=`
    return `${shown(matcher.text('name'))}${sign}${JSON.stringify(matcher.text('value') ?? '')}`
  })
  if (silence.flag('maintenance') !== true) return matchers.join(', ')
  return ['all that is not critical', ...matchers].join(', ')
}

/** From when, or until when; of a schedule its window. */
export function untilText(silence: Answer, now: Date): string {
  const window = silence.object('window')
  const state = silence.text('state')
  const cancelled = silence.time('cancelled_at')
  if (cancelled !== null) return `ended ${whenInBrief(cancelled, now)}`
  if (state === 'pending') {
    return `from ${whenInBrief((window ?? silence).time('start'), now)}`
  }
  const end = (window ?? silence).time('end')
  return end === null ? 'until it is ended' : `until ${whenInBrief(end, now)}`
}

async function fetchSilences(client: Client): Promise<Answer[]> {
  const silences: Answer[] = []
  for (;;) {
    const query = { limit: PAGE, offset: silences.length }
    const answer = await client.get(SILENCES, { query })
    const found = answer.objects('silences')
    silences.push(...found)
    if (found.length < PAGE) return silences
  }
}

function isOpen(silence: Answer): boolean {
  return silence.text('state') !== 'expired'
}

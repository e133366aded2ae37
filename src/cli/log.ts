import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  futureTime,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
} from './command.ts'
import { connected } from './remote.ts'
import type { Terminal } from './terminal.ts'
import { when } from './times.ts'
import { counted, shown } from './words.ts'

const PATH = '/api/v1/log'
const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const
const CONFIGURED = 'configured'

/** What the daemon says in its log. */
export const log: Command = {
  name: 'log',
  usage: `usage: storwarden log [options]
       storwarden log level LEVEL [options]

The least that the daemon says in its log, and whether lines were lost.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, remoteOptions)
    const answer = await connected(values.url, around).get(PATH)
    if (values.json) around.terminal.json(answer)
    else print(around.terminal, answer, around.now())
    return EXIT_DONE
  },
}

/** Has it say more, or less. */
export const logLevel: Command = {
  name: 'log level',
  usage: `usage: storwarden log level LEVEL [options]

Has the daemon say more or less: ${levels.join(', ')}; or ${CONFIGURED}, as its
configuration says.

  --for TIME       until then: 15m, 8h, "2026-11-20 22:00"; otherwise until the daemon
                   is started anew
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      { for: { type: 'string' }, ...remoteOptions },
      { named: ['LEVEL'] },
    )
    const [word = ''] = positionals
    const level = levels.find((one) => one === word)
    if (level === undefined && word !== CONFIGURED) {
      throw new UsageError([`${word}: must be one of ${levels.join(', ')}, ${CONFIGURED}`])
    }
    if (level === undefined && values.for !== undefined) {
      throw new UsageError([`--for: ${CONFIGURED} has no end`])
    }
    const until = values.for === undefined ? null : futureTime('for', values.for, around.now())
    const seconds = until && Math.ceil((until.getTime() - around.now().getTime()) / 1000)
    const answer = await connected(values.url, around).put(PATH, {
      level: level ?? null,
      ...(seconds === null ? {} : { for_seconds: seconds }),
    })
    if (values.json) around.terminal.json(answer)
    else print(around.terminal, answer, around.now())
    return EXIT_DONE
  },
}

function print(terminal: Terminal, answer: Answer, now: Date): void {
  const level = shown(answer.text('level'))
  const configured = shown(answer.text('configured_level'))
  const until = answer.time('expires_at')
  terminal.line(level === configured ? `level ${level}` : `level ${level} instead of ${configured}`)
  if (until !== null) terminal.line(`until ${when(until, now)}`)
  const lost = answer.number('lines_lost')
  if (lost === null || lost === 0) return
  terminal.line({ text: `${counted(lost, 'line')} could not be written`, style: 'bad' })
}

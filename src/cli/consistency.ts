import { UsageError } from '../arguments.ts'
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
  type Surroundings,
  WATCH_USAGE,
} from './command.ts'
import { connected, meant } from './remote.ts'
import { printTable } from './table.ts'
import type { Span } from './terminal.ts'
import { duration } from './times.ts'
import { counted, shown } from './words.ts'

/** Path of what is compared. */
export const CONSISTENCY = '/api/v1/monitoring/consistency'

/** What can be compared. */
export const CHECKS = ['vtl', 'scst', 'library'] as const
const KINDS = ['missing', 'orphaned', 'pending', 'different'] as const
const DEFAULT_LIMIT = '50'
/** Among so many an id may be shortened. */
const MOST = 1000
const SHORT = 8

/** Lists what was compared last, and its differences. */
export const consistency: Command = {
  name: 'consistency',
  watches: true,
  usage: `usage: storwarden consistency [options]
       storwarden consistency check [CHECK...]
       storwarden consistency ignore ID --reason TEXT
       storwarden consistency heed ID
       storwarden consistency import FILE
       storwarden consistency reconcile STRATEGY [CHECK...]

What is there against what ought to be, as it was compared last: media of virtual libraries (vtl), SCST (scst),
cartridges (library). Exit status 1 when something is missing.

  --check WORD     only ${CHECKS.join(', ')}
  --kind WORD      only ${KINDS.join(', ')}
  --ignored        only what is ignored; otherwise what is not
  --limit NUMBER   how many differences at most, up to 1000; ${DEFAULT_LIMIT} if not said
${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, {
      ...{ check: { type: 'string' }, kind: { type: 'string' }, limit: { type: 'string' } },
      ignored: { type: 'boolean' },
      ...remoteOptions,
    } as const)
    const check = oneOf('check', values.check, CHECKS)
    const kind = oneOf('kind', values.kind, KINDS)
    const limit = Math.min(MOST, atLeastOne('limit', values.limit ?? DEFAULT_LIMIT) ?? 1)
    const query = { check, kind, ignored: values.ignored === true, limit }
    const answer = await connected(values.url, around).get(CONSISTENCY, { query })
    return tell(answer, values.json === true, around)
  },
}

/** Compares now. */
export const consistencyCheck: Command = {
  name: 'consistency check',
  usage: `usage: storwarden consistency check [CHECK...] [options]

Compares now and says what was found. CHECK is ${CHECKS.join(', ')}; all if not said. Exit status 1 when something is missing.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, {
      ...{ named: ['CHECK'], several: true, optional: true },
    })
    const client = connected(values.url, around)
    const checks = checksOf(positionals)
    const body = checks.length === 0 ? {} : { checks }
    const answer = await client.post(`${CONSISTENCY}/check`, body)
    return tell(answer, values.json === true, around)
  },
}

/** The checks that are meant. Throws UsageError. */
export function checksOf(words: readonly string[]): string[] {
  const faults = words
    .filter((word) => !(CHECKS as readonly string[]).includes(word))
    .map((word) => `${word}: must be one of ${CHECKS.join(', ')}`)
  if (faults.length > 0) throw new UsageError(faults)
  return [...new Set(words)]
}

/** The whole id of the difference that is meant. */
export async function differenceId(client: Client, wanted: string): Promise<string> {
  const answer = await client.get(CONSISTENCY, { query: { limit: MOST } })
  const ids = answer.objects('differences').flatMap((one) => one.text('id') ?? [])
  return meant('difference', wanted, ids, (id) => [id])
}

function tell(answer: Answer, asJson: boolean, around: Surroundings): number {
  const { terminal } = around
  const found = answer.objects('differences')
  const isDown = answer.text('status') === 'down'
  if (asJson) {
    terminal.json(answer)
    return isDown ? EXIT_FAILED : EXIT_DONE
  }
  const checks = answer.objects('checks')
  if (checks.length === 0) terminal.line('nothing was compared yet')
  printTable(
    terminal,
    [{ title: 'CHECK' }, { title: 'STATUS' }, { title: 'FOUND' }, { title: 'AGE', right: true }],
    checks.map((check) => [
      shown(check.text('check')),
      statusSpan(check.text('status')),
      shown(check.text('message')),
      duration(check.number('age_seconds')),
    ]),
  )
  for (const check of checks) {
    for (const reason of check.texts('reasons')) {
      terminal.line(`${shown(check.text('check'))} is unknown because ${reason}`)
    }
  }
  if (found.length > 0) terminal.line()
  printTable(
    terminal,
    [{ title: 'ID', whole: true }, { title: 'CHECK' }, { title: 'KIND' }, { title: 'WHAT' }],
    found.map((one) => [
      (one.text('id') ?? shown(null)).slice(0, SHORT),
      shown(one.text('check')),
      kindSpan(one.text('kind')),
      shown(one.text('sentence')),
    ]),
  )
  const total = answer.number('total') ?? found.length
  if (total > found.length) {
    terminal.note(`${found.length} of ${counted(total, 'difference')}; --limit NUMBER shows more`)
  }
  return isDown ? EXIT_FAILED : EXIT_DONE
}

function statusSpan(status: string | null): Span {
  const text = shown(status)
  if (status === 'up') return { text, style: 'good' }
  return { text, style: status === 'down' ? 'bad' : 'warning' }
}

function kindSpan(kind: string | null): Span {
  return kind === 'missing' ? { text: kind, style: 'bad' } : shown(kind)
}

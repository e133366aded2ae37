import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import { connected } from './remote.ts'
import { printTable } from './table.ts'
import type { Span } from './terminal.ts'
import { localTime, when } from './times.ts'
import { bytes, percent, shown } from './words.ts'

const WEEK_MS = 7 * 86_400_000

/** When what there is of something will be used up. */
export const forecast: Command = {
  name: 'forecast',
  watches: true,
  usage: `usage: storwarden forecast [options]

When file systems, thin pools, slots of libraries, cleaning cartridges and the life of
cartridges will be used up, as they were used in the last weeks: about when, and between
when with 95 %. What is used up first comes first.

${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, remoteOptions)
    const answer = await connected(values.url, around).get('/api/v1/monitoring/forecasts')
    const { terminal } = around
    if (values.json) {
      terminal.json(answer)
      return EXIT_DONE
    }
    const computedAt = answer.time('computed_at')
    const found = answer.objects('forecasts')
    printTable(
      terminal,
      [
        { title: 'WHAT' },
        { title: 'OBJECT', whole: true },
        { title: 'USED', right: true },
        { title: 'OF', right: true },
        { title: 'A DAY', right: true },
        { title: 'USED UP' },
        { title: 'BETWEEN' },
      ],
      found.map((one) => [
        shown(one.text('kind')).replaceAll('_', ' '),
        shown(one.text('object')),
        amount(one.number('used'), one),
        amount(one.number('capacity'), one),
        amount(one.number('used_per_day'), one),
        usedUp(one, around.now()),
        between(one),
      ]),
    )
    if (computedAt === null) terminal.note('nothing was reckoned yet')
    else if (found.length === 0) terminal.line('nothing is known that can be used up')
    else terminal.note(`as of ${when(computedAt, around.now())}`)
    return EXIT_DONE
  },
}

function amount(value: number | null, one: Answer): string {
  const unit = one.text('unit')
  if (value === null) return ''
  if (unit === 'bytes') return value < 0 ? `-${bytes(-value)}` : bytes(value)
  if (unit === 'ratio') return percent(value * 100)
  return String(Math.round(value * 100) / 100)
}

function usedUp(one: Answer, now: Date): Span {
  const at = one.time('used_up_at')
  if (one.text('state') === 'used_up') return { text: 'now', style: 'bad' }
  if (at === null)
    return `${shown(one.text('state')).replaceAll('_', ' ')}: ${shown(one.text('reason'))}`
  const soon = at.getTime() - now.getTime() < WEEK_MS
  return soon ? { text: dayOf(at), style: 'bad' } : dayOf(at)
}

function between(one: Answer): string {
  const [from, to] = [one.time('earliest_at'), one.time('latest_at')]
  if (from === null || to === null || one.text('state') === 'used_up') return ''
  return `${dayOf(from)} - ${dayOf(to)}`
}

function dayOf(at: Date): string {
  return localTime(at).slice(0, 10)
}

import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import { EXIT_DONE, parseWords, remoteOptions, REMOTE_USAGE, type Command } from './command.ts'
import { connected } from './remote.ts'
import { askWithRule, FAULTY } from './rule-faults.ts'
import {
  findRule,
  givenAs,
  givenBy,
  readRule,
  ruleOptions,
  RULES,
  RULE_USAGE,
  THRESHOLDLESS,
  type GivenRule,
} from './rule-options.ts'
import { printTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { duration, localTime, parseTime } from './times.ts'
import { counted, shown, UNKNOWN } from './words.ts'

/** Tries a rule. */
export const rulesTest: Command = {
  name: 'rules test',
  usage: `usage: storwarden rules test [NAME] [options]

What a rule says now, and when it would have fired: one of a user, one in a file, or one of options,
which come first. Nothing is kept.

  --file FILE             the rule, a JSON object
  --since TIME            from when on the past is looked at: 8h, 3d or 2w ago, 2026-11-20 or
                          "2026-11-20 22:00"; a day ago if not said
  --until TIME            until when, the same; now if not said
${RULE_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        file: { type: 'string' },
        since: { type: 'string' },
        until: { type: 'string' },
        ...ruleOptions,
        ...remoteOptions,
      },
      { named: ['NAME'], optional: true },
    )
    const [name] = positionals
    if (name === undefined && values.file === undefined && values.query === undefined) {
      throw new UsageError(['a NAME, --file or --query is missing'])
    }
    const since = pastTime('since', values.since, around.now())
    const until = pastTime('until', values.until, around.now())
    const changed: GivenRule = {
      ...(values.file === undefined ? {} : await readRule(values.file)),
      ...givenBy(values),
    }
    const client = connected(values.url, around)
    const kept = name === undefined ? {} : givenAs(await findRule(client, name))
    const rule = {
      ...kept,
      // The thresholds of a query are not those of another.
      ...(name !== undefined && 'query' in changed ? THRESHOLDLESS : {}),
      ...changed,
      ...(since === undefined ? {} : { since: since.toISOString() }),
      ...(until === undefined ? {} : { until: until.toISOString() }),
    }
    const said = await askWithRule('rules test', rule, around, () =>
      client.post(`${RULES}/test`, rule),
    )
    if (said === null) return FAULTY
    if (values.json) around.terminal.json(said)
    else print(around.terminal, said)
    return EXIT_DONE
  },
}

/** `3d` is three days ago here. */
function pastTime(option: string, text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined
  const at = parseTime(text, now)
  if (at === null) {
    throw new UsageError([
      `--${option} ${text}: must be a time such as 8h, 3d, 2026-11-20 or "2026-11-20 22:00"`,
    ])
  }
  const isSpan = /[mhdw]$/.test(text)
  return isSpan ? new Date(2 * now.getTime() - at.getTime()) : at
}

const SOME = 20

function print(terminal: Terminal, said: Answer): void {
  const now = said.object('now')
  const past = said.object('past')
  if (now !== null) printNow(terminal, now)
  terminal.line()
  if (past !== null) printPast(terminal, past)
}

function printNow(terminal: Terminal, now: Answer): void {
  const findings = now.objects('findings')
  const places = now.number('places_total') ?? 0
  terminal.line(
    { text: 'now', style: 'strong' },
    `  it holds at ${findings.length} of ${counted(places, 'place')}`,
  )
  for (const finding of findings.slice(0, SOME)) terminal.line(`  ${finding.text('message') ?? ''}`)
  if (findings.length === 0) {
    printTable(
      terminal,
      [{ title: 'PLACE' }, { title: 'VALUE', right: true }],
      now
        .objects('places')
        .slice(0, SOME)
        .map((place) => [placeText(place), shown(place.number('value'))]),
    )
  }
  const undecided = now.number('undecided_total') ?? 0
  if (undecided > 0) {
    const places = now.objects('undecided').map((labels) => pairs(labels) || 'others there may be')
    terminal.line(`  it cannot tell of ${places.slice(0, SOME).join('; ')}`)
    for (const unread of now.objects('unread').slice(0, SOME)) {
      const place = placeText(unread)
      const of = place === '' ? '' : ` of ${place}`
      terminal.line(`  not read: ${unread.text('metric')}${of}: ${unread.text('error')}`)
    }
  }
}

function printPast(terminal: Terminal, past: Answer): void {
  const periods = past.objects('periods')
  const total = past.number('periods_total') ?? periods.length
  const from = past.time('since')
  const to = past.time('until')
  const time = [from, to].map((at) => (at === null ? UNKNOWN : localTime(at))).join(' to ')
  const fired = periods.filter((period) => period.time('fired_at') !== null).length
  terminal.line(
    { text: 'past', style: 'strong' },
    `  ${time}, every ${duration(past.number('step_seconds'))}: `,
    total > periods.length ? `more than ${counted(fired, 'time')}` : counted(fired, 'time'),
    ' it would have fired',
  )
  printTable(
    terminal,
    [
      { title: 'PENDING', whole: true },
      { title: 'FIRED', whole: true },
      { title: 'OVER', whole: true },
      { title: 'PLACE' },
    ],
    periods.map((period) => [
      moment(period.time('pending_at'), UNKNOWN),
      moment(period.time('fired_at'), 'not yet'),
      moment(period.time('resolved_at'), 'not yet'),
      placeText(period),
    ]),
  )
  const tooShort = past.number('too_short') ?? 0
  if (tooShort > 0)
    terminal.line(`  ${counted(tooShort, 'time')} it was pending and came to nothing`)
  const undecided = past.number('undecided_steps') ?? 0
  if (undecided > 0)
    terminal.line(`  ${counted(undecided, 'time')} it could not tell of some place`)
  const stored = past.time('stored_since')
  if (stored === null) terminal.line('  nothing is stored of its metrics in that time')
  else if (from !== null && stored.getTime() - from.getTime() > 60_000) {
    terminal.line(`  nothing is stored of its metrics before ${localTime(stored)}`)
  }
}

function moment(at: Date | null, otherwise: string): string {
  return at === null ? otherwise : localTime(at)
}

function placeText(place: Answer): string {
  const labels = place.object('labels')
  return labels === null ? '' : pairs(labels)
}

function pairs(labels: Answer): string {
  return Object.entries(labels.toJSON() as Record<string, unknown>)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ')
}

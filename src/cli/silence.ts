import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  futureTime,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Values,
} from './command.ts'
import { connected } from './remote.ts'
import { matchersText, SILENCES, untilText } from './silences.ts'
import { parseSpan, parseTime } from './times.ts'
import { shown } from './words.ts'

const options = {
  for: { type: 'string' },
  until: { type: 'string' },
  from: { type: 'string' },
  comment: { type: 'string' },
  maintenance: { type: 'boolean' },
  schedule: { type: 'string' },
  'time-zone': { type: 'string' },
  ...remoteOptions,
} as const

/** Mutes alerts for a time. */
export const silence: Command = {
  name: 'silence',
  usage: `usage: storwarden silence MATCHER... [options]
       storwarden silence --maintenance [MATCHER...] [options]
       storwarden silence list | end ID

Alerts that match are raised and shown, and no channel is told of them. All matchers have to match:
rule=TapeDriveTooWarm, library=L1, 'severity=~"info|warning"', serial!=D1. Names are those of labels,
of what a place belongs to (library, target), and rule, severity, source, resource.

  --for SPAN        how long: 30m, 2h, 7d; with --schedule how long each window lasts
  --until TIME      when it ends: 2h, 2026-11-20 or "2026-11-20 22:00", in local time
  --from TIME       when it begins; now if not said
  --schedule CRON   mutes in the windows that begin then: minute, hour, day, month, weekday
  --time-zone NAME  of the schedule, e.g. Europe/Berlin; the appliance's own if not said
  --maintenance     mutes whatever is not critical
  --comment TEXT    why
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, options, { named: ['MATCHER'], several: true })
    if (positionals.length === 0 && values.maintenance !== true) {
      throw new UsageError(['MATCHER is missing, and --maintenance is not said'])
    }
    const now = around.now()
    const body = {
      matchers: positionals,
      ...(values.maintenance === true ? { maintenance: true } : {}),
      ...timesOf(values, now),
      ...(values.comment === undefined ? {} : { comment: values.comment }),
    }
    const made = await connected(values.url, around).post(SILENCES, body)
    if (values.json) around.terminal.json(made)
    else say(made, around)
    return EXIT_DONE
  },
}

function say(made: Answer, { terminal, now }: Parameters<Command['run']>[1]): void {
  terminal.line(`${shown(made.text('id'))}: ${matchersText(made)}, ${untilText(made, now())}`)
}

/** When it mutes. One that nobody ends is forgotten, so an end has to be said, or a schedule. */
function timesOf(values: Values<typeof options>, now: Date) {
  const { for: span, until, from, schedule, 'time-zone': timeZone } = values
  const seconds = span === undefined ? null : parseSpan(span)
  if (span !== undefined && seconds === null) {
    throw new UsageError([`--for ${span}: must be a span such as 30m, 2h or 7d`])
  }
  const start = from === undefined ? now : timeOf('from', from, now)
  const end = until === undefined ? null : futureTime('until', until, now)
  const begin = from === undefined ? {} : { start: start.toISOString() }
  if (schedule !== undefined) {
    if (seconds === null) throw new UsageError(['--schedule needs --for: how long a window lasts'])
    const zone = timeZone === undefined ? {} : { time_zone: timeZone }
    return {
      ...begin,
      ...(end === null ? {} : { end: end.toISOString() }),
      schedule: { cron: schedule, duration_seconds: seconds, ...zone },
    }
  }
  if (timeZone !== undefined) throw new UsageError(['--time-zone is that of a --schedule'])
  if ((seconds === null) === (end === null)) {
    throw new UsageError(['either --for or --until says when it ends'])
  }
  const last = end ?? new Date(start.getTime() + (seconds ?? 0) * 1000)
  return { ...begin, end: last.toISOString() }
}

function timeOf(option: string, text: string, now: Date): Date {
  const at = parseTime(text, now)
  if (at !== null) return at
  throw new UsageError([`--${option} ${text}: must be a time such as 8h or "2026-11-20 22:00"`])
}

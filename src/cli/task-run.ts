import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import {
  EXIT_DONE,
  EXIT_FAILED,
  futureTime,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Surroundings,
} from './command.ts'
import { connected } from './remote.ts'
import { printPlan, printTask, TASKS } from './task-actions.ts'
import { followed } from './task-follow.ts'
import type { Terminal } from './terminal.ts'
import { whenInBrief } from './times.ts'
import { shown } from './words.ts'

/** Has a task done. */
export const tasksRun: Command = {
  name: 'tasks run',
  usage: `usage: storwarden tasks run KIND [NAME=VALUE...] [options]

Has the daemon do something. KIND is one of storwarden tasks kinds; a VALUE is JSON, or else text;
of a NAME that ends with _bytes also 500GiB and its like:

  storwarden tasks run monitoring_data_retention 'only=["events"]' --dry-run
  storwarden tasks run monitoring_alert_evaluation collect=true --wait

What destroys something is done by a plan that was looked at: --dry-run prints it, with the
confirmation that is given to --confirm within ten minutes.

  --dry-run        what it would do; nothing is done
  --confirm TOKEN  what a dry run of the same has said
  --at TIME        not before: 2h, 2026-11-20 or "2026-11-20 22:00", in local time
  --wait           until it has ended; exit status 1 when it was not completed
  --key KEY        asked for once more with the same, the task that there is is answered
  --priority=N     from -100 to 100; 0 if not said
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        ...{ 'dry-run': { type: 'boolean' }, wait: { type: 'boolean' }, key: { type: 'string' } },
        ...{ confirm: { type: 'string' }, at: { type: 'string' }, priority: { type: 'string' } },
        ...remoteOptions,
      },
      { named: ['KIND'], several: true },
    )
    const [kind, ...words] = positionals
    if (kind === undefined) throw new UsageError(['KIND is missing'])
    const client = connected(values.url, around)
    const priority = priorityOf(values.priority)
    const at = values.at === undefined ? undefined : futureTime('at', values.at, around.now())
    const answer = await client.post(TASKS, {
      kind,
      params: Object.fromEntries(words.map(paramOf)),
      ...(values['dry-run'] ? { dry_run: true } : {}),
      ...(values.key === undefined ? {} : { idempotency_key: values.key }),
      ...(priority === undefined ? {} : { priority }),
      ...(values.confirm === undefined ? {} : { confirmation: values.confirm }),
      ...(at === undefined ? {} : { run_at: at.toISOString() }),
    })
    const { terminal } = around
    if (values['dry-run']) {
      if (values.json) terminal.json(answer)
      else {
        printPlan(terminal, answer)
        printConfirmation(terminal, answer, around.now())
      }
      return EXIT_DONE
    }
    const task = values.wait ? await ended(client, answer, around) : answer
    if (values.json) terminal.json(task)
    else if (values.wait) printTask(terminal, task, around.now())
    else terminal.line(`${shown(task.text('id'))}: ${kind}, ${shown(task.text('state'))}`)
    return values.wait && task.text('state') !== 'completed' ? EXIT_FAILED : EXIT_DONE
  },
}

/** `slot=3` is a number, `slot=A3` is text, `size_bytes=1TiB` is a number of bytes. Throws UsageError. */
export function paramOf(word: string): [string, unknown] {
  const at = word.indexOf('=')
  if (at <= 0) throw new UsageError([`${word}: must be NAME=VALUE`])
  const name = word.slice(0, at)
  const text = word.slice(at + 1)
  const bytes = name.endsWith('_bytes') ? bytesOf(text) : null
  if (bytes !== null) return [name, bytes]
  try {
    return [name, JSON.parse(text) as unknown]
  } catch {
    return [name, text]
  }
}

/** `1.5TiB` in bytes; null when it is no such amount. */
function bytesOf(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?([KMGTP])iB$/.exec(text) ?? []
  if (amount === undefined || unit === undefined) return null
  return Math.round(Number(amount) * 1024 ** ('KMGTP'.indexOf(unit) + 1))
}

/** From -100 to 100. Throws UsageError. */
export function priorityOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^-?\d{1,3}$/.test(text) && Math.abs(Number(text)) <= 100) return Number(text)
  throw new UsageError([`--priority ${text}: must be a number from -100 to 100`])
}

/** The task when it has ended, or the user does not want to wait any more. */
export async function ended(client: Client, asked: Answer, around: Surroundings): Promise<Answer> {
  return await followed(client, asked, around, () => undefined)
}

/** Says what has a plan done that destroys something; nothing of any other. */
function printConfirmation(terminal: Terminal, plan: Answer, now: Date): void {
  const confirmation = plan.text('confirmation')
  if (confirmation === null) return
  const until = whenInBrief(plan.time('confirmation_expires_at'), now)
  terminal.line(
    `it destroys something; have it done with --confirm ${confirmation}, until ${until}`,
  )
}

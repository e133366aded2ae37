import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import {
  EXIT_DONE,
  EXIT_FAILED,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Surroundings,
} from './command.ts'
import { connected, meant } from './remote.ts'
import { printFacts, printTable } from './table.ts'
import { taskStateSpan } from './tasks.ts'
import type { Terminal } from './terminal.ts'
import { when } from './times.ts'
import { percent, shown } from './words.ts'

const PATH = '/api/v1/tasks'
/** Among so many an id may be shortened. */
const LATEST = 1000
const WAIT_MS = 1_000

/** One task with its log. */
export const tasksShow: Command = {
  name: 'tasks show',
  usage: `usage: storwarden tasks show ID [options]

ID is that of a task, or as much of its begin as tells it from the others.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['ID'] })
    const client = connected(values.url, around)
    const id = await taskId(client, positionals[0] ?? '')
    const task = await client.get(`${PATH}/${encodeURIComponent(id)}`)
    if (values.json) around.terminal.json(task)
    else printTask(around.terminal, task, around.now())
    return EXIT_DONE
  },
}

/** Has a task done. */
export const tasksRun: Command = {
  name: 'tasks run',
  usage: `usage: storwarden tasks run KIND [NAME=VALUE...] [options]

Has the daemon do something. KIND is monitoring_data_retention, monitoring_alert_evaluation,
monitoring_event_processing, monitoring_incident_analysis, consistency_restore_config, backup,
database_maintenance or weekly_report; a VALUE is JSON, or else text:

  storwarden tasks run monitoring_data_retention 'only=["events"]' --dry-run
  storwarden tasks run monitoring_alert_evaluation collect=true --wait

  --dry-run        what it would do; nothing is done
  --wait           until it has ended; exit status 1 when it was not completed
  --key KEY        asked for once more with the same, the task that there is is answered
  --priority=N     from -100 to 100; 0 if not said
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        ...{ 'dry-run': { type: 'boolean' }, wait: { type: 'boolean' }, key: { type: 'string' } },
        ...{ priority: { type: 'string' }, ...remoteOptions },
      },
      { named: ['KIND'], several: true },
    )
    const [kind, ...words] = positionals
    if (kind === undefined) throw new UsageError(['KIND is missing'])
    const client = connected(values.url, around)
    const priority = priorityOf(values.priority)
    const answer = await client.post(PATH, {
      kind,
      params: Object.fromEntries(words.map(paramOf)),
      ...(values['dry-run'] ? { dry_run: true } : {}),
      ...(values.key === undefined ? {} : { idempotency_key: values.key }),
      ...(priority === undefined ? {} : { priority }),
    })
    const { terminal } = around
    if (values['dry-run']) {
      if (values.json) terminal.json(answer)
      else printPlan(terminal, answer)
      return EXIT_DONE
    }
    const task = values.wait ? await ended(client, answer, around) : answer
    if (values.json) terminal.json(task)
    else if (values.wait) printTask(terminal, task, around.now())
    else terminal.line(`${shown(task.text('id'))}: ${kind}, ${shown(task.text('state'))}`)
    return values.wait && task.text('state') !== 'completed' ? EXIT_FAILED : EXIT_DONE
  },
}

/** Ends a task before it is done. */
export const tasksCancel: Command = {
  name: 'tasks cancel',
  usage: `usage: storwarden tasks cancel ID [options]

Ends a task before it is done: one that waits at once, one that runs when its step can be ended.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['ID'] })
    const client = connected(values.url, around)
    const id = await taskId(client, positionals[0] ?? '')
    const task = await client.post(`${PATH}/${encodeURIComponent(id)}/cancel`, {})
    if (values.json) around.terminal.json(task)
    else {
      const state = shown(task.text('state'))
      const told = state === 'running' ? 'will be cancelled when its step ends' : state
      around.terminal.line(`${shown(task.text('kind'))}: ${told}`)
    }
    return EXIT_DONE
  },
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id that is meant; one that is whole is for the daemon to judge. */
async function taskId(client: Client, wanted: string): Promise<string> {
  if (UUID.test(wanted)) return wanted.toLowerCase()
  const answer = await client.get(PATH, { query: { limit: LATEST } })
  const ids = answer.objects('tasks').flatMap((task) => task.text('id') ?? [])
  return meant('task', wanted, ids, (id) => [id])
}

/** `slot=3` is a number, `slot=A3` is text. */
function paramOf(word: string): [string, unknown] {
  const at = word.indexOf('=')
  if (at <= 0) throw new UsageError([`${word}: must be NAME=VALUE`])
  const text = word.slice(at + 1)
  try {
    return [word.slice(0, at), JSON.parse(text) as unknown]
  } catch {
    return [word.slice(0, at), text]
  }
}

function priorityOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^-?\d{1,3}$/.test(text) && Math.abs(Number(text)) <= 100) return Number(text)
  throw new UsageError([`--priority ${text}: must be a number from -100 to 100`])
}

/** The task when it has ended, or the user does not want to wait any more. */
export async function ended(
  client: Client,
  asked: Answer,
  { interrupted, terminal }: Surroundings,
): Promise<Answer> {
  const path = `${PATH}/${encodeURIComponent(asked.text('id') ?? '')}`
  let task = asked
  while (['pending', 'running'].includes(task.text('state') ?? '') && !interrupted.aborted) {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
    task = await client.get(path)
    const progress = task.number('progress')
    const done = progress === null ? '' : ` ${Math.round(progress * 100)} %`
    terminal.progress(`${shown(task.text('kind'))}, ${shown(task.text('state'))}${done}`)
  }
  return task
}

/** Prints what a task would do. */
export function printPlan(terminal: Terminal, answer: Answer): void {
  const steps = answer.objects('steps')
  steps.forEach((step, index) => {
    // A step that does many things has a line of each.
    const [first = '', ...others] = (step.text('description') ?? '').split('\n')
    terminal.line(`${index + 1}. ${shown(first)}`)
    for (const line of others) terminal.line(`   ${shown(line)}`)
  })
  if (steps.length === 0) terminal.line('there is nothing to do')
  const resource = answer.text('resource')
  if (resource !== null) terminal.line(`it has ${resource} to itself meanwhile`)
}

/** Prints a task with its log. */
export function printTask(terminal: Terminal, task: Answer, now: Date): void {
  const optional = (name: string, field: string) => {
    const at = task.time(field)
    return at === null ? [] : [[name, when(at, now)] as const]
  }
  const progress = task.number('progress')
  const error = task.text('error')
  printFacts(terminal, [
    ['task', shown(task.text('id'))],
    ['kind', shown(task.text('kind'))],
    ['state', taskStateSpan(task.text('state'))],
    ['done', percent(progress === null ? null : progress * 100)],
    ['resource', task.text('resource') ?? 'none'],
    ['asked for', when(task.time('created_at'), now)],
    ['by', shown(task.text('created_by'))],
    ...optional('began', 'started_at'),
    ...optional('ended', 'finished_at'),
    ...(error === null ? [] : [['error', { text: error, style: 'bad' } as const] as const]),
  ])
  const log = task.objects('log')
  if (log.length > 0) terminal.line()
  printTable(
    terminal,
    [{ title: 'WHEN', whole: true }, { title: 'LEVEL' }, { title: 'WHAT' }],
    log.map((line) => {
      const level = shown(line.text('level'))
      return [
        when(line.time('at'), now),
        level === 'error' ? { text: level, style: 'bad' } : level,
        shown(line.text('message')),
      ]
    }),
  )
}

import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import { EXIT_DONE, parseWords, remoteOptions, REMOTE_USAGE, type Command } from './command.ts'
import { connected, meant } from './remote.ts'
import { printFacts, printTable } from './table.ts'
import { taskStateSpan } from './tasks.ts'
import type { Terminal } from './terminal.ts'
import { when } from './times.ts'
import { percent, shown } from './words.ts'

/** Path of the tasks. */
export const TASKS = '/api/v1/tasks'
/** Among so many an id may be shortened. */
const LATEST = 1000

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
    const task = await client.get(`${TASKS}/${encodeURIComponent(id)}`)
    if (values.json) around.terminal.json(task)
    else printTask(around.terminal, task, around.now())
    return EXIT_DONE
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
    const task = await client.post(`${TASKS}/${encodeURIComponent(id)}/cancel`, {})
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
export async function taskId(client: Client, wanted: string): Promise<string> {
  if (UUID.test(wanted)) return wanted.toLowerCase()
  const answer = await client.get(TASKS, { query: { limit: LATEST } })
  const ids = answer.objects('tasks').flatMap((task) => task.text('id') ?? [])
  return meant('task', wanted, ids, (id) => [id])
}

/** Prints the steps of a dry run. */
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
  if (resource !== null) terminal.line(`it has ${resourceText(answer)} to itself meanwhile`)
}

/** Prints a task with its log. */
export function printTask(terminal: Terminal, task: Answer, now: Date): void {
  const optional = (name: string, field: string) => {
    const at = task.time(field)
    return at === null ? [] : [[name, when(at, now)] as const]
  }
  const progress = task.number('progress')
  const error = task.text('error')
  const advice = task.text('advice')
  printFacts(terminal, [
    ['task', shown(task.text('id'))],
    ['kind', shown(task.text('kind'))],
    ['state', taskStateSpan(task.text('state'))],
    ['done', percent(progress === null ? null : progress * 100)],
    ['resource', resourceText(task)],
    ['asked for', when(task.time('created_at'), now)],
    ['by', shown(task.text('created_by'))],
    ...optional('began', 'started_at'),
    ...optional('ended', 'finished_at'),
    ...optional('to begin', 'run_at'),
    ...optional('tried again', 'not_before'),
    ...(error === null ? [] : [['error', { text: error, style: 'bad' } as const] as const]),
    ...(advice === null ? [] : [['to do', advice] as const]),
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

function resourceText(task: Answer): string {
  const all = task.texts('resources')
  return all.length > 0 ? all.join(', ') : (task.text('resource') ?? 'none')
}

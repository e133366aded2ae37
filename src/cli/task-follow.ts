import type { Answer } from './answer.ts'
import { askingCommand } from './asking.ts'
import type { Client } from './client.ts'
import { EXIT_DONE, EXIT_FAILED, type Surroundings } from './command.ts'
import { printTask, taskId, TASKS } from './task-actions.ts'
import { localTime } from './times.ts'
import { shown } from './words.ts'

const LOOK_MS = 1_000

/** Prints the log of a task as it is written. */
export const tasksFollow = askingCommand({
  name: 'tasks follow',
  usage: `usage: storwarden tasks follow ID [options]

What a task does, line by line, until it has ended; exit status 1 when it was not completed.
With --json the task when it has ended.

ID is that of a task, or as much of its begin as tells it from the others.

`,
  options: {},
  named: ['ID'],

  async run({ words, connect, json, around }) {
    const client = connect()
    const id = await taskId(client, words[0] ?? '')
    const asked = await client.get(`${TASKS}/${encodeURIComponent(id)}`)
    const print = !json
    const task = await followed(client, asked, around, (line) => {
      if (print) printLine(around.terminal, line)
    })
    if (json) around.terminal.json(task)
    const state = task.text('state')
    if (print && state === 'failed') {
      const advice = task.text('advice')
      if (advice !== null) around.terminal.note(advice)
    }
    return state === 'completed' || around.interrupted.aborted ? EXIT_DONE : EXIT_FAILED
  },
})

/** The task when it has ended, or the user does not want to wait any more; each line of its log is told once. */
export async function followed(
  client: Client,
  asked: Answer,
  { interrupted, terminal }: Surroundings,
  tell: (line: Answer) => void,
): Promise<Answer> {
  const path = `${TASKS}/${encodeURIComponent(asked.text('id') ?? '')}`
  let task = asked
  let last = 0
  const tellNew = () => {
    for (const line of task.objects('log')) {
      const number = line.number('id') ?? 0
      if (number <= last) continue
      last = number
      tell(line)
    }
  }
  tellNew()
  while (['pending', 'running'].includes(task.text('state') ?? '') && !interrupted.aborted) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    task = await client.get(path)
    tellNew()
    const progress = task.number('progress')
    const done = progress === null ? '' : ` ${Math.round(progress * 100)} %`
    terminal.progress(`${shown(task.text('kind'))}, ${shown(task.text('state'))}${done}`)
  }
  return task
}

function printLine(terminal: Surroundings['terminal'], line: Answer): void {
  const at = line.time('at')
  const level = line.text('level')
  const text = shown(line.text('message'))
  const when = at === null ? shown(null) : localTime(at)
  if (level === 'error') terminal.line(`${when}  `, { text, style: 'bad' })
  else if (level === 'warning') terminal.line(`${when}  `, { text, style: 'warning' })
  else terminal.line(`${when}  ${text}`)
}

/** Follows a task to its end and tells how it ended. Resolves with the exit status. */
export async function tellEnd(
  client: Client,
  asked: Answer,
  { json, around }: { json: boolean; around: Surroundings },
): Promise<number> {
  const task = await followed(client, asked, around, () => undefined)
  if (json) around.terminal.json(task)
  else printTask(around.terminal, task, around.now())
  return task.text('state') === 'completed' ? EXIT_DONE : EXIT_FAILED
}

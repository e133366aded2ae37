import {
  atLeastOne,
  EXIT_DONE,
  oneOf,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import { connected } from './remote.ts'
import { printTable } from './table.ts'
import type { Span } from './terminal.ts'
import { whenInBrief } from './times.ts'
import { counted, percent, shown } from './words.ts'

const states = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const
const DEFAULT_LIMIT = '100'

/** Lists tasks. */
export const tasks: Command = {
  name: 'tasks',
  watches: true,
  usage: `usage: storwarden tasks [options]
       storwarden tasks show | follow | cancel ID
       storwarden tasks kinds [KIND]
       storwarden tasks run KIND [NAME=VALUE...]
       storwarden tasks schedules | schedule | reschedule | unschedule

  --state WORD     only ${states.join(', ')}
  --kind WORD      only of this kind
  --limit NUMBER   how many at most, up to 1000; ${DEFAULT_LIMIT} if not said
${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, {
      state: { type: 'string' },
      kind: { type: 'string' },
      limit: { type: 'string' },
      ...remoteOptions,
    })
    const state = oneOf('state', values.state, states)
    const limit = Math.min(1000, atLeastOne('limit', values.limit ?? DEFAULT_LIMIT) ?? 1)
    const client = connected(values.url, around)
    const query = { state, kind: values.kind, limit }
    const answer = await client.get('/api/v1/tasks', { query })
    const { terminal } = around
    if (values.json) {
      terminal.json(answer)
      return EXIT_DONE
    }
    const found = answer.objects('tasks')
    printTable(
      terminal,
      [
        { title: 'ID', whole: true },
        { title: 'KIND' },
        { title: 'STATE' },
        { title: 'DONE', right: true },
        { title: 'RESOURCE' },
        { title: 'CREATED', whole: true },
        { title: 'BY' },
        { title: 'ERROR' },
      ],
      found.map((task) => {
        const progress = task.number('progress')
        return [
          shown(task.text('id')),
          shown(task.text('kind')),
          taskStateSpan(task.text('state')),
          percent(progress === null ? null : progress * 100),
          task.text('resource') ?? 'none',
          whenInBrief(task.time('created_at'), around.now()),
          shown(task.text('created_by')),
          task.text('error') ?? '',
        ]
      }),
    )
    const total = answer.number('total') ?? found.length
    if (found.length === 0) terminal.line('no such tasks')
    else if (total > found.length) {
      terminal.note(`${found.length} of ${counted(total, 'task')}; --limit NUMBER shows more`)
    }
    return EXIT_DONE
  },
}

/** The state of a task, loud when it failed. */
export function taskStateSpan(state: string | null): Span {
  return state === 'failed' ? { text: state, style: 'bad' } : shown(state)
}

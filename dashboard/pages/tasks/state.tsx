import { Badge, type Tone } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'

/** A task in a list. */
export type Task = Answer<'GET /tasks'>['tasks'][number]
/** A task with its log. */
export type TaskDetail = Answer<'GET /tasks/:id'>

const texts = words.tasks
const tones: Readonly<Record<Task['state'], Tone>> = {
  pending: 'quiet',
  running: 'info',
  completed: 'good',
  failed: 'critical',
  cancelled: 'quiet',
}

/** How far a task is, as a word. */
export function TaskState({ task }: { task: Pick<Task, 'state' | 'cancel_requested_at'> }) {
  const { state, cancel_requested_at: cancelling } = task
  const ends = cancelling !== null && (state === 'running' || state === 'pending')
  return (
    <span class="badges">
      <Badge tone={tones[state]}>{texts.states[state]}</Badge>
      {ends && <Badge tone="warning">{texts.cancelling}</Badge>}
    </span>
  )
}

/** How much of a task is done. */
export function Progress({ task }: { task: Pick<Task, 'state' | 'progress'> }) {
  const done = Math.round(task.progress * 100)
  return (
    <span class="usage">
      <span
        class={`meter task-${task.state}`}
        role="progressbar"
        aria-label={texts.columns.progress}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={done}
      >
        <span style={{ width: `${done}%` }} />
      </span>
      {done} %
    </span>
  )
}

/** What a kind is called; one that this page does not know by its own name. */
export function kindText(kind: string): string {
  return texts.kinds[kind] ?? kind
}

/** In seconds; of one that runs up to now, null of one that has not begun. */
export function tookSeconds(task: Task, now: Date): number | null {
  if (task.started_at === null) return null
  const end = task.finished_at === null ? now : new Date(task.finished_at)
  return Math.max(0, (end.getTime() - new Date(task.started_at).getTime()) / 1000)
}

import type { Answer } from '../../wire/request.ts'
import type { Task } from './state.tsx'

/** A task of an appliance, as far as its events tell. */
export interface ToldTask extends Pick<
  Task,
  'id' | 'kind' | 'state' | 'resource' | 'created_by' | 'error'
> {
  progress: number | null
  /** When it was last told of. */
  at: string
  cancel_requested_at: string | null
}

type Event = Answer<'GET /monitoring/events'>['events'][number]

const STATES: readonly unknown[] = ['pending', 'running', 'completed', 'failed', 'cancelled']

/** The tasks that events tell of, those that were told of last first; each as its last event says. */
export function tasksOf(events: readonly Event[]): ToldTask[] {
  const told = new Map<string, ToldTask>()
  const newest = [...events].sort((one, other) => (other.seq ?? 0) - (one.seq ?? 0))
  for (const { payload, timestamp } of newest) {
    const task = taskOf(payload, timestamp)
    if (task !== null && !told.has(task.id)) told.set(task.id, task)
  }
  return [...told.values()]
}

/** Null of what tells of a schedule, or is of another version that says it otherwise. */
function taskOf(payload: Readonly<Record<string, unknown>>, at: string): ToldTask | null {
  const { id, kind, state, progress, event } = payload
  if (typeof id !== 'string' || typeof kind !== 'string' || !STATES.includes(state)) return null
  const text = (name: string) => {
    const value = payload[name]
    return typeof value === 'string' ? value : null
  }
  return {
    ...{ id, kind, state: state as Task['state'], at },
    progress: typeof progress === 'number' ? progress : null,
    ...{ resource: text('resource'), created_by: text('created_by'), error: text('error') },
    cancel_requested_at: event === 'task_cancelling' ? at : null,
  }
}

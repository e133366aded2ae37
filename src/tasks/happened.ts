import type { NewEvent } from '../events/event.ts'
import type { Task, TaskLine } from './task.ts'

/** What is told of a task. */
export type TaskEvent =
  'created' | 'started' | 'resumed' | 'progress' | 'log' | 'retrying' | 'cancelling' | Task['state']

const LEVELS: Readonly<Partial<Record<TaskEvent, NewEvent['level']>>> = {
  failed: 'error',
  retrying: 'warning',
  // Of each step; who looks at what has changed wants the ends.
  progress: 'debug',
}

/** What goes out on the stream when something has happened to a task; `line` is what that adds to its log. */
export function taskEvent(
  event: TaskEvent,
  task: Task,
  { at, line = null }: { at: Date; line?: TaskLine | null },
): NewEvent {
  const message = event === 'log' && line !== null ? logged(task, line) : messageOf(event, task)
  return {
    type: 'task',
    source: 'tasks',
    level: event === 'log' ? levelOf(line) : (LEVELS[event] ?? 'info'),
    message,
    data: {
      event: `task_${event}`,
      message,
      ...{ id: task.id, kind: task.kind, state: task.state, progress: task.progress },
      ...{ resource: task.resource, resources: task.resources, created_by: task.createdBy },
      ...{ error: task.error, not_before: task.notBefore?.toISOString() ?? null },
      line: line && { ...line, at: line.at.toISOString() },
      ...{ steps_done: task.stepsDone, steps_total: task.steps?.length ?? null },
    },
    at,
  }
}

function logged({ kind }: Task, { message }: TaskLine): string {
  return `the task ${kind}: ${message}`
}

// What goes as it should is for who looks on.
function levelOf(line: TaskLine | null): NewEvent['level'] {
  return line === null || line.level === 'info' ? 'debug' : line.level
}

function messageOf(event: TaskEvent, { kind, error, createdBy, steps, stepsDone }: Task): string {
  switch (event) {
    case 'created':
    case 'pending':
      return `${createdBy ?? 'somebody'} asked for the task ${kind}`
    case 'log':
    case 'progress':
      return `the task ${kind} has done ${stepsDone} of ${steps?.length ?? 0} steps`
    case 'retrying':
      return `the task ${kind} failed, and is tried again: ${error ?? 'it gave no reason'}`
    case 'cancelling':
      return `the task ${kind} is to be cancelled`
    case 'failed':
      return `the task ${kind} failed: ${error ?? 'it gave no reason'}`
    case 'running':
    case 'started':
      return `the task ${kind} began`
    case 'resumed':
    case 'completed':
    case 'cancelled':
      return `the task ${kind} was ${event}`
  }
}

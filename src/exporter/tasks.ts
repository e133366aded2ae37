import type { Task } from '../tasks/task.ts'
import type { Instruments } from './instruments.ts'

/** Minutes are usual, a backup or a compaction takes hours. */
const BUCKETS = [0.1, 1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200]

/** Counts how tasks go that this daemon carries out. */
export function countTasks(instruments: Instruments) {
  const timeouts = instruments.counter('tasks_timeouts_total', 'Tasks that took too long.', [
    'kind',
  ])
  const retried = instruments.counter(
    'tasks_retried_total',
    'Failures of tasks after which they were tried again by themselves.',
    ['kind'],
  )
  const seconds = instruments.histogram(
    'tasks_duration_seconds',
    'Time from when a task was begun first to its end, by how it ended.',
    BUCKETS,
    ['kind', 'state'],
  )
  return {
    timedOut: (kind: string): void => {
      timeouts.inc({ kind })
    },
    /** Told of every change of a task; `event` says what it was. */
    changed: (
      event: string,
      task: Pick<Task, 'kind' | 'state' | 'startedAt' | 'finishedAt'>,
    ): void => {
      const { kind, state, startedAt, finishedAt } = task
      if (event === 'retrying') retried.inc({ kind })
      if (event !== state || startedAt === null || finishedAt === null) return
      const durationSeconds = (finishedAt.getTime() - startedAt.getTime()) / 1000
      // The clock was set back meanwhile: nobody knows how long it was.
      if (durationSeconds >= 0) seconds.observe({ kind, state }, durationSeconds)
    },
  }
}

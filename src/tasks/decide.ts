import type { TaskKind } from './kind.ts'
import type { Task } from './task.ts'

/** What becomes of a task whose run has ended without telling how. */
export type AfterLoss =
  { becomes: 'resumed' } | { becomes: 'failed'; error: string } | { becomes: 'cancelled' }

/** A task that ends the daemon each time must not do so for ever. */
const MOST_ATTEMPTS = 3

/** Decides it by what is known: which step was begun, and whether its kind may repeat one. */
export function afterLoss(task: Task, kind: TaskKind | undefined): AfterLoss {
  if (kind === undefined) {
    return { becomes: 'failed', error: `this daemon does not know tasks of the kind ${task.kind}` }
  }
  if (task.stepBegun && !kind.repeatable) {
    return {
      becomes: 'failed',
      error: `the daemon ended during ${stepText(task)}: it is not known whether that was done`,
    }
  }
  if (task.cancelRequestedAt !== null) return { becomes: 'cancelled' }
  if (task.attempts >= MOST_ATTEMPTS) {
    return { becomes: 'failed', error: `the daemon ended ${task.attempts} times while it ran` }
  }
  return { becomes: 'resumed' }
}

/** `step 2 of 3 (numbers)`: the one after those that are done. */
export function stepText({ steps, stepsDone }: Pick<Task, 'steps' | 'stepsDone'>): string {
  const name = steps?.[stepsDone]?.name ?? 'unknown'
  return `step ${stepsDone + 1} of ${steps?.length ?? 0} (${name})`
}

/** How much of a task is done when so much of its next step is, 0..1. */
export function progressOf(steps: number, stepsDone: number, fraction: number): number {
  if (steps === 0) return 1
  return Math.min(1, (stepsDone + Math.min(1, Math.max(0, fraction))) / steps)
}

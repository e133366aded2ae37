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
  const lost = task.attempts - task.retries
  if (lost >= MOST_ATTEMPTS) {
    return { becomes: 'failed', error: `the daemon ended ${lost} times while it ran` }
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

/** What is waited for at most before something is tried again. */
const MOST_RETRY_SECONDS = 3600

/**
 * After how many seconds a task whose planning or step has failed is tried again; null when it is not: its kind does
 * not want that, it was often enough, it would be no different, or nobody knows what the step has done.
 */
export function retryAfter(
  { retries, stepBegun, cancelRequestedAt }: Task,
  { retry, repeatable }: Pick<TaskKind, 'retry' | 'repeatable'>,
  error: unknown,
): number | null {
  if (retry === undefined || retries >= retry.times || cancelRequestedAt !== null) return null
  const code = codeOf(error)
  if (code === 'ERR_TASK_NOT_POSSIBLE' || code === 'ERR_PLAN_CHANGED') return null
  if (stepBegun && !repeatable && code !== 'ERR_TASK_NOT_BEGUN') return null
  return Math.min(MOST_RETRY_SECONDS, retry.afterSeconds * 2 ** retries)
}

/** What whoever reads of a failure is to do about it. */
export function adviceFor(
  task: Pick<Task, 'stepBegun'>,
  kind: Pick<TaskKind, 'advice' | 'repeatable'> | undefined,
  error: unknown,
): string {
  if (kind?.advice !== undefined) return kind.advice
  const code = codeOf(error)
  if (code === 'ERR_PLAN_CHANGED') return 'Look at the plan again, and confirm that.'
  const isUnknown = task.stepBegun && kind?.repeatable !== true && code !== 'ERR_TASK_NOT_BEGUN'
  return isUnknown
    ? 'Look at what the step has left behind before it is asked for again: it may be done, or half done.'
    : 'Mend the cause and ask for it again: nothing is left half done.'
}

function codeOf(error: unknown): unknown {
  return ((error ?? {}) as { code?: unknown }).code
}

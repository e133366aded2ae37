import type { TSchema } from 'typebox'
import type { Step, TaskLine, TaskParams } from './task.ts'

/**
 * A kind of task: what it is asked with, what it has to itself, what it does in which steps. A kind that moves media
 * plans its steps once and carries them out one by one; what it needs of the machine it is made with.
 */
export interface TaskKind<P extends TaskParams = TaskParams> {
  readonly name: string
  /** What it does, in a sentence. */
  readonly summary: string
  /** JSON schema of the parameters, an object. They have been checked by it when the others are called. */
  readonly schema: TSchema
  /** Whether it destroys what cannot be had again, which takes a permission of its own. */
  readonly destructive: boolean
  /**
   * Whether a step that was under way when the daemon ended may be carried out once more. Where it may not, the task
   * fails then, and says which step nobody knows of.
   */
  readonly repeatable: boolean
  /** Whether a step that fails leaves the next ones to be carried out; the task fails in the end. */
  readonly goesOn?: boolean
  /** After so long it is given up. */
  readonly timeoutSeconds: number
  /** What it has to itself while it runs, e.g. a library; null when it needs nothing. */
  resource(params: P): string | null
  /** What it will do. Changes nothing. Rejects when it cannot be done. */
  plan(params: P): Promise<Step[]>
  /** Carries out one step. Rejects when it was not done, also because `progress.signal` was aborted. */
  run(step: Step, progress: Progress): Promise<void>
}

/** What a step tells while it is carried out. */
export interface Progress {
  /** Aborted when the task is to end before it is done. */
  readonly signal: AbortSignal
  /** How much of the step is done, 0..1. */
  report(fraction: number): void
  /** Writes a line of the task's log. Never rejects. */
  log(message: string, level?: TaskLine['level']): Promise<void>
  /** Counts elements, sessions, rows and the like that it has changed or read. */
  affect(count: number): void
}

/** There is no such task. */
export class TaskNotFoundError extends Error {
  readonly code = 'ERR_TASK_NOT_FOUND'

  constructor(id: string) {
    super(`task ${id}: not found`)
    this.name = 'TaskNotFoundError'
  }
}

/** The task has ended, and cannot be cancelled. */
export class TaskEndedError extends Error {
  readonly code = 'ERR_TASK_ENDED'

  constructor(id: string, state: string) {
    super(`task ${id}: it is ${state} already`)
    this.name = 'TaskEndedError'
  }
}

/** What is asked for cannot be done, for a reason that whoever asks can see: the slot is empty, the drive is full. */
export class TaskNotPossibleError extends Error {
  readonly code = 'ERR_TASK_NOT_POSSIBLE'

  constructor(reason: string) {
    super(reason)
    this.name = 'TaskNotPossibleError'
  }
}

/** Something else was asked for with the same key. */
export class IdempotencyKeyUsedError extends Error {
  readonly code = 'ERR_IDEMPOTENCY_KEY_USED'

  constructor(key: string, id: string) {
    super(`${key}: is the key of task ${id}, which was asked for something else`)
    this.name = 'IdempotencyKeyUsedError'
  }
}

/** It took longer than its kind may. */
export class TaskTimeoutError extends Error {
  readonly code = 'ERR_TIMEOUT'

  constructor(seconds: number) {
    super(`not done within ${seconds} s`)
    this.name = 'TaskTimeoutError'
  }
}

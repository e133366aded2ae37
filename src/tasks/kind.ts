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
  /**
   * What is tried again by itself after a failure; nothing if not said. Only what is safe is: planning, a step of a
   * `repeatable` kind, and a step that rejects with TaskNotBegunError. A step whose time is up is not.
   */
  readonly retry?: Retry
  /**
   * Whether its parameters name the plan that somebody has looked at: then these confirm it, and a destructive kind
   * needs no token besides.
   */
  readonly namesPlan?: boolean
  /** What is to be done when it has failed, in a sentence; a general one if not said. */
  readonly advice?: string
  /** Whether it is destructive with these parameters, where it is not with all; if not said it is not. */
  isDestructive?(params: P): boolean
  /**
   * What looking tells of a step that was under way when the daemon ended, and that may not be repeated. Changes
   * nothing. Comes into the log of the task that has failed.
   */
  lookAfterLoss?(step: Step, params: P): Promise<string>
  /** What it has to itself while it runs, e.g. a library; null when it needs nothing. */
  resource(params: P): string | null
  /** What it has to itself besides, e.g. drives of the library: it runs when all of them are free. */
  resources?(params: P): readonly string[]
  /**
   * What of a step tells a plan from another; its name, description and data if not said. For kinds whose data are
   * others each time that the same is planned.
   */
  comparable?(step: Step): unknown
  /** What it will do. Changes nothing. Rejects when it cannot be done. */
  plan(params: P): Promise<Step[]>
  /** Carries out one step. Rejects when it was not done, also because `progress.signal` was aborted. */
  run(step: Step, progress: Progress): Promise<void>
}

/** How often, and after how long, what failed is tried again. */
export interface Retry {
  /** Further tries at most. */
  readonly times: number
  /** Before the first of them; before each other twice as long as before the last, an hour at most. */
  readonly afterSeconds: number
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

/**
 * A step did nothing at all, and may be able to later: the drive is busy, another has reserved it. Of a kind with `retry`
 * it is tried again, also where a step may not be repeated.
 */
export class TaskNotBegunError extends Error {
  readonly code = 'ERR_TASK_NOT_BEGUN'

  constructor(reason: string) {
    super(reason)
    this.name = 'TaskNotBegunError'
  }
}

/** It destroys something, and nobody has confirmed that: or not this plan, or too long ago, or for something else. */
export class ConfirmationNeededError extends Error {
  readonly code = 'ERR_CONFIRMATION_NEEDED'

  constructor(reason: string) {
    super(`${reason}: ask with dry_run, look at the plan, and send its confirmation`)
    this.name = 'ConfirmationNeededError'
  }
}

/** What would be done is not any more what was looked at. */
export class PlanChangedError extends Error {
  readonly code = 'ERR_PLAN_CHANGED'

  constructor(confirmed: string, now: string) {
    super(
      `the plan ${confirmed} was confirmed, and what would be done now is ${now}: look at that first`,
    )
    this.name = 'PlanChangedError'
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

/** The state of a task; the last three are final. */
export type TaskState = (typeof taskStates)[number]

/** The states, in the order in which a task can have them. */
export const taskStates = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const

/** What a task is asked to do, in the words of its kind: JSON. */
export type TaskParams = Readonly<Record<string, unknown>>

/** One of the things that a task does, one after the other. */
export interface Step {
  /** Tells it from the others of its task. */
  name: string
  /** What it does, in a sentence. */
  description: string
  /** What its kind needs to carry it out: JSON. */
  data?: TaskParams
}

/** Something the daemon was asked to do to the machine or to what it remembers. */
export interface Task {
  id: string
  kind: string
  params: TaskParams
  state: TaskState
  /** 0..1 */
  progress: number
  /** What it has to itself while it runs; null when it needs nothing. */
  resource: string | null
  /** All of that, `resource` first. */
  resources: readonly string[]
  priority: number
  /** When it is to begin at the soonest; null for as soon as can be. */
  runAt: Date | null
  /** When it is tried again, of one that failed; null otherwise. */
  notBefore: Date | null
  /** How often it was tried again. */
  retries: number
  /** The plan that was confirmed, by its hash: any other is not carried out. Null where none needs to be. */
  confirmedPlan: string | null
  /** Null until it was planned. */
  steps: readonly Step[] | null
  stepsDone: number
  /** Whether the step after those was begun. */
  stepBegun: boolean
  /** How often it was begun or taken up again. */
  attempts: number
  error: string | null
  /** What to do, of one that failed. */
  advice: string | null
  /** What asked for it, which may be gone; null when it was not a schedule. */
  scheduleId: string | null
  idempotencyKey: string | null
  createdBy: string | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  cancelRequestedAt: Date | null
  cancelRequestedBy: string | null
}

/** A line of what a task did. */
export interface TaskLine {
  at: Date
  level: 'info' | 'warning' | 'error'
  message: string
}

/** The same, as it is kept. */
export interface StoredLine extends TaskLine {
  /** Lines that came later have a higher one. */
  id: number
}

/** A task that failed. */
export interface TaskFailed {
  id: string
  kind: string
  finishedAt: Date
  error: string | null
  /** `step 2 of 3 (load)`; null when it failed in none, or after all. */
  step: string | null
  /** What to do; null where nobody knew. */
  advice: string | null
}

/** The tasks of the appliance in numbers, and those that failed within the last hour. */
export interface TaskSummary {
  total: number
  pending: number
  running: number
  completed: number
  failed: number
  cancelled: number
  /** Those that are not kept any more: without them what counts tasks would go backwards. */
  forgotten: { completed: number; failed: number }
  /** How often schedules were due and no task was asked for, also those that are gone. */
  missed: number
  /** Of the completed ones; null without any. */
  averageDurationSeconds: number | null
  recentFailures: readonly TaskFailed[]
}

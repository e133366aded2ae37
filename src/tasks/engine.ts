import type { Database } from '../db/database.ts'
import type { StoredEvent } from '../events/event.ts'
import { seeToTimes } from './due.ts'
import type { TaskEvent } from './happened.ts'
import { Journal } from './journal.ts'
import { TaskNotPossibleError, type TaskKind } from './kind.ts'
import { takeUpLost } from './lost.ts'
import {
  askForTask,
  cancelTask,
  planTask,
  type Note,
  type TaskDraft,
  type TaskPlan,
} from './requests.ts'
import { isAnyOpen } from './queue.ts'
import { RunEndedError, TaskRun } from './run.ts'
import { claimTask, releaseRun, renewLeases, type Lease } from './runs.ts'
import type { Task } from './task.ts'

/** What an engine works with and whom it tells. */
export interface TaskEngineOptions {
  database: Database
  kinds: readonly TaskKind[]
  /** Tells this daemon from others on the same database, also after it was started anew. */
  owner: string
  now: () => Date
  newId: () => string
  /** Told of events once they are committed. */
  onEvents: (events: readonly StoredEvent[]) => void
  onError: (error: Error) => void
  /** Told of each change of a task once it is committed. */
  onChange?: (event: TaskEvent, task: Task) => void
  /** Told of a task that took longer than it may. */
  onTimeout?: (kind: string) => void
  /** Counts and times what a task does. */
  track?: (task: Task, work: (affect: (count: number) => void) => Promise<void>) => Promise<void>
  /** Takes secrets out of what a task says. */
  redact?: (text: string) => string
  /** Tasks at a time; 4 if not said. */
  atOnce?: number
  /** From one look for work to the next; 5 s if not said. While there is none every sixth is one. */
  pollMs?: number
  /** How long others leave a task alone that was not heard of; 60 s if not said. */
  leaseMs?: number
  /** How long a step may take that is to end at once; 10 s if not said. */
  graceMs?: number
}

/** What others ask for while this daemon has nothing to do is begun half a minute later at the latest. */
const POLLS_WITHOUT_WORK = 6

/**
 * Carries out tasks: one at a time of each resource, the most urgent first. All state is in the database, and each
 * step is written down before and after; so after a crash, of this daemon or of another on the same database, a task
 * is taken up where it was, or fails and says what is not known.
 */
export class TaskEngine {
  readonly #options: TaskEngineOptions
  readonly #kinds: ReadonlyMap<string, TaskKind>
  readonly #journal: Journal
  readonly #runs = new Map<string, { run: TaskRun; ended: Promise<void> }>()
  /** Resources of steps that were given up and still go on. */
  readonly #blocked = new Map<TaskRun, readonly string[]>()
  #timers: NodeJS.Timeout[] = []
  #looking: Promise<void> | null = null
  #wanted = false
  #failing = false
  #started = false
  /** How often it was not looked since there was nothing to do. */
  #skipped = 0
  #isIdle = false

  constructor(options: TaskEngineOptions) {
    const { database, now, onEvents, onChange, redact = (text: string) => text } = options
    this.#options = options
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]))
    this.#journal = new Journal({ database, now, onEvents, onChange, redact })
  }

  /** What can be asked for. */
  get kinds(): readonly TaskKind[] {
    return this.#options.kinds
  }

  /** Takes up what is left from before, and looks for work from now on. */
  start(): void {
    if (this.#started) return
    this.#started = true
    const { pollMs = 5_000, leaseMs = 60_000 } = this.#options
    this.#timers = [
      setInterval(() => {
        this.#skipped += 1
        if (!this.#isIdle || this.#skipped >= POLLS_WITHOUT_WORK) this.wake()
      }, pollMs),
      setInterval(() => void this.#renew(), leaseMs / 3),
    ]
    this.wake()
  }

  /** Begins nothing more. Steps are asked to end, where they may be repeated; others are let end for a while. */
  async stop(): Promise<void> {
    this.#started = false
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
    const endRuns = () => {
      for (const { run } of this.#runs.values()) run.end('stop')
    }
    endRuns()
    await this.#looking
    // What was about to begin has begun meanwhile.
    endRuns()
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended))
  }

  /** Looks for work at once. */
  wake(): void {
    this.#wanted = true
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
      if (this.#wanted && this.#started) this.wake()
    })
  }

  /** Resolves when there is nothing to do any more, of what was there or came meanwhile. */
  async idle(): Promise<void> {
    while (this.#looking !== null || this.#runs.size > 0) {
      await this.#looking
      await Promise.all([...this.#runs.values()].map(({ ended }) => ended))
    }
  }

  /**
   * What a task would do, and what it needs for itself; with a user also what a destructive one is asked for with.
   * Changes nothing. Rejects as the kind does.
   */
  async plan(
    { kind, params }: Pick<TaskDraft, 'kind' | 'params'>,
    { user = null }: { user?: string | null } = {},
  ): Promise<TaskPlan> {
    const { database, now } = this.#options
    return await planTask(database, this.#kindOf(kind), { params, user, now })
  }

  /**
   * Puts a task into the queue; with a key that was used for the same, answers that one. Rejects with
   * IdempotencyKeyUsedError, ConfirmationNeededError or PlanChangedError.
   */
  async submit(
    draft: TaskDraft,
    by: { user: string; note?: Note },
  ): Promise<{ task: Task; created: boolean }> {
    const { newId, now, database } = this.#options
    const around = { journal: this.#journal, database, newId, now }
    const made = await askForTask(around, this.#kindOf(draft.kind), draft, by)
    if (made.created && this.#started) this.wake()
    return made
  }

  /**
   * Ends a task: one that waits at once, one that runs as soon as its step can be ended. One that was cancelled stays
   * as it is. Rejects with TaskNotFoundError or TaskEndedError.
   */
  async cancel(id: string, { user, note }: { user: string; note?: Note }): Promise<Task> {
    const task = await cancelTask(this.#journal, id, { by: user, at: this.#options.now(), note })
    for (const { run } of this.#runs.values()) if (run.run.id === id) run.end('cancelled')
    return task
  }

  #kindOf(name: string): TaskKind {
    const kind = this.#kinds.get(name)
    if (kind === undefined) throw new TaskNotPossibleError(`${name}: is no kind of task`)
    return kind
  }

  /** Never rejects: what the database does not let it do now it does later. */
  async #look(): Promise<void> {
    const { database, now, onError, atOnce = 4 } = this.#options
    while (this.#wanted && this.#started) {
      this.#wanted = false
      this.#skipped = 0
      try {
        // Most of the time there is nothing, and more is not asked to see that.
        this.#isIdle = !(await isAnyOpen(database))
        if (!this.#isIdle) {
          await seeToTimes({ journal: this.#journal, database }, now())
          await this.#takeUpLost()
          while (this.#runs.size < atOnce && (await this.#beginNext()));
        }
        this.#failing = false
      } catch (cause) {
        if (!this.#failing) onError(new Error('tasks are not begun', { cause }))
        this.#failing = true
      }
    }
  }

  /** Resolves with whether there was one. */
  async #beginNext(): Promise<boolean> {
    if (!this.#started) return false
    const { newId, now } = this.#options
    const lease = this.#lease(newId())
    const blocked = [...this.#blocked.values()].flat()
    const kinds = [...this.#kinds.keys()]
    const task = await this.#journal
      .change(async (transaction) => {
        const claimed = await claimTask(transaction, { kinds, blocked, lease, at: now() })
        return { task: claimed, event: 'started' }
      })
      .catch((error: unknown) => {
        // Another daemon has just taken the resource (unique_violation): there will be another turn.
        if ((error as { code?: unknown }).code === '23505') return null
        throw error
      })
    if (task !== null) this.#begin(task, lease.runId)
    return task !== null
  }

  async #takeUpLost(): Promise<void> {
    const { database, owner, now, newId, onError } = this.#options
    const around = {
      ...{ database, journal: this.#journal, kinds: this.#kinds, owner, now, onError },
      newLease: () => this.#lease(newId()),
      begin: (task: Task, runId: string) => {
        this.#begin(task, runId)
      },
    }
    await takeUpLost(around, [...this.#runs.keys()])
  }

  #begin(task: Task, runId: string): void {
    const { database, now, graceMs = 10_000, onError } = this.#options
    const kind = this.#kindOf(task.kind)
    const run = new TaskRun(task, kind, runId, {
      ...{ journal: this.#journal, database, now, graceMs, onError },
    })
    const ended = this.#follow(run, task).finally(() => {
      this.#runs.delete(runId)
      if (this.#started) this.wake()
    })
    this.#runs.set(runId, { run, ended })
  }

  /** Never rejects. */
  async #follow(run: TaskRun, task: Task): Promise<void> {
    const { database, now, onTimeout, onError, track } = this.#options
    try {
      await (track?.(task, (affect) => run.carryOut(affect)) ?? run.carryOut(() => undefined))
    } catch (error) {
      if (!(error instanceof RunEndedError)) {
        onError(new Error(`task ${task.id}: how it ended was not written down`, { cause: error }))
      } else if (error.code === 'ERR_TIMEOUT') onTimeout?.(task.kind)
      else if (error.ending === 'stop') await releaseRun(database, run.run, now()).catch(onError)
    }
    this.#block(run)
  }

  // A step that was given up may still move something: nothing else is done to its resource before it has ended.
  #block(run: TaskRun): void {
    if (run.resources.length === 0) return
    this.#blocked.set(run, run.resources)
    void run.settled.then(() => {
      this.#blocked.delete(run)
      if (this.#started) this.wake()
    })
  }

  async #renew(): Promise<void> {
    const { database, onError } = this.#options
    const held = [...this.#runs.keys()]
    if (held.length === 0) return
    try {
      const kept = await renewLeases(database, held, this.#lease('').until)
      const known = new Map(kept.map(({ runId, cancelled }) => [runId, cancelled]))
      for (const runId of held) {
        const run = this.#runs.get(runId)?.run
        const cancelled = known.get(runId)
        if (cancelled === undefined) run?.end('lost')
        else if (cancelled) run?.end('cancelled')
      }
    } catch (cause) {
      onError(new Error('tasks that run were not held for longer', { cause }))
    }
  }

  #lease(runId: string): Lease {
    const { now, owner, leaseMs = 60_000 } = this.#options
    return { runId, owner, until: new Date(now().getTime() + leaseMs) }
  }
}

import { adviceFor, progressOf, retryAfter, stepText } from './decide.ts'
import type { TaskEvent } from './happened.ts'
import type { Journal, TaskChange } from './journal.ts'
import { PlanChangedError, TaskTimeoutError, type Progress, type TaskKind } from './kind.ts'
import { hashOfPlan } from './plan.ts'
import { beginStep, endRun, endStep, noteProgress, putBack, storePlan, type RunOf } from './runs.ts'
import type { Queryable } from '../db/database.ts'
import type { Step, Task } from './task.ts'

/** What a run works with. */
export interface RunOptions {
  journal: Journal
  database: Queryable
  now: () => Date
  /** How long a step that is to end may take for it. */
  graceMs: number
  onError: (error: Error) => void
}

/** Why a run ends before its task is done. */
export type Ending = 'cancelled' | 'timeout' | 'stop' | 'lost'

const RANK: Readonly<Record<Ending, number>> = { cancelled: 0, stop: 1, timeout: 1, lost: 2 }

/** A run that did not complete its task. `AbortError` when somebody wanted it so. */
export class RunEndedError extends Error {
  readonly code: string
  readonly ending: Ending | 'failed' | 'tried again'

  constructor(ending: RunEndedError['ending'], message: string) {
    super(message)
    this.ending = ending
    this.code = ending === 'timeout' ? 'ERR_TIMEOUT' : 'ERR_TASK_NOT_DONE'
    const isFault = ['failed', 'timeout', 'tried again'].includes(ending)
    this.name = isFault ? 'RunEndedError' : 'AbortError'
  }
}

/** What is said in between about how much is done is written down so often at most, and when it is so much more. */
const PROGRESS_MS = 1_000
const PROGRESS = 0.01

/** Carries out one task: what it begins is written down before, and what it has done after. */
export class TaskRun {
  readonly run: RunOf
  readonly kind: TaskKind
  /** Settles when no step of it is under way any more, also one that was given up. */
  settled: Promise<void> = Promise.resolve()
  readonly #options: RunOptions
  readonly #abort = new AbortController()
  readonly #givenUp = new AbortController()
  #task: Task
  #ending: Ending | null = null
  #grace: NodeJS.Timeout | null = null
  #reported = { progress: 0, atMs: 0 }

  constructor(task: Task, kind: TaskKind, runId: string, options: RunOptions) {
    this.#task = task
    this.kind = kind
    this.run = { id: task.id, runId }
    this.#options = options
  }

  get resources(): readonly string[] {
    return this.#task.resources
  }

  /**
   * Has it end before it is done. A step is asked to; one that is to be cancelled, or whose kind may not repeat it
   * when the daemon stops, is let end by itself.
   */
  end(why: Ending): void {
    // What is to be cancelled may still be given up, and what is to end may still be taken away.
    if (this.#ending !== null && RANK[why] <= RANK[this.#ending]) return
    this.#ending = why
    if (why !== 'stop' || this.kind.repeatable) this.#abort.abort()
    if (why === 'cancelled') return
    const giveUp = () => {
      this.#givenUp.abort()
    }
    if (why === 'lost') giveUp()
    else this.#grace = setTimeout(giveUp, this.#options.graceMs)
  }

  /** Rejects with RunEndedError when the task was not completed; that is written down then. */
  async carryOut(affect: (count: number) => void): Promise<void> {
    const deadline = setTimeout(() => {
      this.end('timeout')
    }, this.kind.timeoutSeconds * 1000)
    try {
      await this.#steps(affect)
      const { error } = this.#task
      if (error !== null) throw new RunEndedError('failed', error)
      await this.#finish('completed', null)
    } catch (error) {
      throw await this.#notDone(error)
    } finally {
      clearTimeout(deadline)
      if (this.#grace !== null) clearTimeout(this.#grace)
    }
  }

  async #steps(affect: (count: number) => void): Promise<void> {
    if (this.#task.steps === null) {
      const steps = await this.#plan()
      await this.#write(null, (transaction) => storePlan(transaction, this.run, steps))
    }
    const { steps } = this.#task
    for (const step of (steps ?? []).slice(this.#task.stepsDone)) {
      this.#goesOn()
      const line = `${stepText(this.#task)}: ${inOneLine(step.description)}`
      await this.#write(null, (transaction) => beginStep(transaction, this.run), line)
      if (this.#task.cancelRequestedAt !== null) this.end('cancelled')
      this.#goesOn()
      const failure = await this.#step(step, affect)
      const progress = progressOf(steps?.length ?? 0, this.#task.stepsDone + 1, 0)
      await this.#write('progress', (transaction) =>
        endStep(transaction, this.run, { progress, error: failure }),
      )
    }
    // All is done: who wanted it to end before that came too late.
  }

  async #plan(): Promise<Step[]> {
    const { params, confirmedPlan } = this.#task
    const steps = await this.#unlessGivenUp(this.kind.plan(params))
    const hash = hashOfPlan(this.kind, params, steps)
    if (confirmedPlan !== null && hash !== confirmedPlan) {
      throw new PlanChangedError(confirmedPlan, hash)
    }
    return steps
  }

  /** Resolves with why it failed where the next ones are carried out all the same; null when it was done. */
  async #step(step: Step, affect: (count: number) => void): Promise<string | null> {
    try {
      await this.#unlessGivenUp(this.kind.run(step, this.#progress(affect)))
      return null
    } catch (error) {
      if (this.#ending !== null || this.kind.goesOn !== true) throw error
      const text = `${step.name}: ${this.#options.journal.errorText(error)}`
      await this.#log(text, 'error')
      return text
    }
  }

  #progress(affect: (count: number) => void): Progress {
    return {
      signal: this.#abort.signal,
      report: (fraction) => {
        this.#report(fraction)
      },
      log: (message, level) => this.#log(message, level),
      affect,
    }
  }

  #report(fraction: number): void {
    const { journal, now, onError } = this.#options
    const progress = progressOf(this.#task.steps?.length ?? 0, this.#task.stepsDone, fraction)
    const nowMs = now().getTime()
    const isNews = progress >= this.#reported.progress + PROGRESS
    if (!isNews || Math.abs(nowMs - this.#reported.atMs) < PROGRESS_MS) return
    this.#reported = { progress, atMs: nowMs }
    journal
      .change(async (transaction) => {
        const task = await noteProgress(transaction, this.run, progress)
        return { task, event: 'progress' }
      })
      .catch(onError)
  }

  async #log(message: string, level?: 'info' | 'warning' | 'error'): Promise<void> {
    const progress = Math.max(this.#task.progress, this.#reported.progress)
    const task = { ...this.#task, progress }
    await this.#options.journal.log(task, message, level).catch(this.#options.onError)
  }

  #goesOn(): void {
    if (this.#ending !== null)
      throw new RunEndedError(this.#ending, `it was ended: ${this.#ending}`)
  }

  /** The work is not waited for when it was given up, and not forgotten either. */
  async #unlessGivenUp<T>(work: Promise<T>): Promise<T> {
    this.settled = work.then(noop, noop)
    const { signal } = this.#givenUp
    return await new Promise<T>((resolve, reject) => {
      const onGivenUp = () => {
        reject(new Error('it does not end'))
      }
      if (signal.aborted) onGivenUp()
      signal.addEventListener('abort', onGivenUp, { once: true })
      work.then(resolve, reject).finally(() => {
        signal.removeEventListener('abort', onGivenUp)
      })
    })
  }

  /** Makes a change that is for this run alone to make; when it has lost the task, it ends. */
  async #write(
    event: TaskEvent | null,
    work: (transaction: Queryable) => Promise<Task | null>,
    line?: string,
  ): Promise<void> {
    const task = await this.#options.journal.surely(async (transaction): Promise<TaskChange> => {
      const changed = await work(transaction)
      return { task: changed, event, ...(line === undefined ? {} : { line: { message: line } }) }
    }, this.#givenUp.signal)
    if (task === null) this.end('lost')
    else this.#task = task
    if (this.#ending === 'lost') this.#goesOn()
  }

  async #finish(
    state: 'completed' | 'failed' | 'cancelled',
    error: string | null,
    advice: string | null = null,
  ): Promise<void> {
    const at = this.#options.now()
    await this.#options.journal.surely(async (transaction) => {
      const task = await endRun(transaction, this.run, { state, error, advice, at })
      const level = state === 'failed' ? 'error' : 'info'
      return { task, event: state, line: { message: error ?? state, level } }
    }, this.#givenUp.signal)
  }

  /** Writes down why it was not done, where that is for this run to tell. */
  async #notDone(error: unknown): Promise<RunEndedError> {
    const ending = this.#ending
    const text = this.#options.journal.errorText(error)
    if (ending === 'stop' || ending === 'lost') return new RunEndedError(ending, ending)
    if (ending === 'cancelled') {
      await this.#finish('cancelled', null)
      return new RunEndedError(ending, 'cancelled')
    }
    if (ending === 'timeout') {
      const late = new TaskTimeoutError(this.kind.timeoutSeconds).message
      const told = this.#task.stepBegun ? `${late}: ${stepText(this.#task)}` : late
      await this.#finishAtLast('failed', told)
      return new RunEndedError(ending, told)
    }
    const goesOn = error instanceof RunEndedError
    const seconds = goesOn ? null : retryAfter(this.#task, this.kind, error)
    if (seconds !== null) {
      await this.#tryAgain(text, seconds)
      return new RunEndedError('tried again', text)
    }
    await this.#finish('failed', text, adviceFor(this.#task, this.kind, error))
    return new RunEndedError('failed', text)
  }

  async #tryAgain(error: string, seconds: number): Promise<void> {
    const notBefore = new Date(this.#options.now().getTime() + seconds * 1000)
    await this.#options.journal.surely(async (transaction): Promise<TaskChange> => {
      const task = await putBack(transaction, this.run, { error, notBefore })
      const turn = `try ${(task?.retries ?? 0) + 1} of ${(this.kind.retry?.times ?? 0) + 1}`
      const message = `${error}; ${turn} in ${seconds} s`
      return { task, event: 'retrying', line: { message, level: 'warning' } }
    }, this.#givenUp.signal)
  }

  // What was given up is written down all the same: once, as nobody waits for the database any more.
  async #finishAtLast(state: 'failed', error: string): Promise<void> {
    const at = this.#options.now()
    const advice = adviceFor(this.#task, this.kind, null)
    await this.#options.journal.change(async (transaction) => {
      const task = await endRun(transaction, this.run, { state, error, advice, at })
      return { task, event: state, line: { message: error, level: 'error' } }
    })
  }
}

/** A step that does many things has a line of each; each of them is told when it is done. */
function inOneLine(description: string): string {
  const [first = '', ...others] = description.split('\n')
  return others.length === 0 ? first : `${first} (and ${others.length} more)`
}

function noop(): void {
  // The outcome is taken where the work is waited for.
}

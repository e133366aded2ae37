import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseUnavailableError, type Database, type Queryable } from '../db/database.ts'
import type { NewEvent, StoredEvent } from '../events/event.ts'
import { appendEvents } from '../events/store.ts'
import type { Rule } from '../rules/rule.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import type { Alert } from './alert.ts'
import { condensed } from './condense.ts'
import type { FlappingLimits } from './flapping.ts'
import { HeldBeats, type HeldBeat } from './held-beats.ts'
import type { SilenceDraft } from './new-silence.ts'
import { Outlook } from './outlook.ts'
import type { Silence } from './silence.ts'
import {
  acknowledgeStep,
  endSilenceStep,
  evaluationStep,
  resolveStep,
  silenceStep,
  type Circumstances,
  type Note,
  type Step,
} from './steps.ts'
import { lockAlerts } from './store.ts'

/** What an engine works with and whom it tells. */
export interface AlertEngineOptions {
  database: Database
  rules: readonly Rule[]
  /** From how many firings in how long a condition flaps; without it none does. */
  flapping?: FlappingLimits
  now: () => Date
  /** Told of every event after it is committed, in the order of `seq`. */
  onEvents: (events: readonly StoredEvent[]) => void
  /**
   * Writes what goes with a step, in its transaction: when it rejects, the step has not happened. What it has to
   * tell is stored after what the alerts tell.
   */
  alongside?: (transaction: Queryable, step: AlertStep) => Promise<readonly NewEvent[]>
  /** Told of every step after it is committed, before its events are handed out. */
  onCommitted?: () => void
  /** How long an evaluation may take to be written before it is held and nobody waits for it, in ms; 10 s otherwise. */
  patienceMs?: number
  /** Told of a rule that threw, of a silence that cannot be read and of a listener that failed; none stops the others. */
  onError?: (error: Error) => void
}

/** What an evaluation, or what a user did, has left behind. */
export interface AlertStep {
  /** All that are pending or firing after the step. */
  active: readonly Alert[]
  /** Those that the step resolved; what never fired is not among them. */
  ended: readonly Alert[]
  at: Date
}

/** Evaluations that wait for the database. */
export interface Held {
  /** When the oldest was; null when none waits. */
  since: Date | null
  count: number
  /** How many were let go because there were too many. */
  leftOut: number
}

/** Longer than a database takes that is well. */
const PATIENCE_MS = 10_000
/** So often it is tried to write an evaluation that the database is there for and does not take. */
const TRIES = 10

/**
 * Turns snapshots into alerts and carries out what users do to them, one after the other.
 *
 * All state is in the database: each step reads it, decides and writes in one transaction, with the
 * events that tell of it. So it does not matter when the daemon is killed, and two of them take turns.
 * What users do rejects with DatabaseUnavailableError when that is so; nothing has changed then. A `note` writes
 * with what a user changed: when it rejects, nothing has. Evaluations are held in memory then, and written with
 * the time that they were of before anything else is.
 */
export class AlertEngine {
  readonly #options: AlertEngineOptions
  readonly #held = new HeldBeats()
  readonly #outlook = new Outlook()
  #tries = 0
  #isWriting = false
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: AlertEngineOptions) {
    this.#options = options
  }

  /**
   * Resolves with whether it is written down, or held because the database is not there or hangs. After one that has
   * rejected for another reason the next snapshot catches up.
   */
  async evaluate(snapshot: Snapshot): Promise<'written' | 'held'> {
    const { now, patienceMs = PATIENCE_MS } = this.#options
    if (this.#isWriting) return this.hold(snapshot)
    const at = now()
    let late: HeldBeat | null = null
    this.#isWriting = true
    const written = this.#inTurn(async () => {
      await this.#writeHeld()
      if (late === null) await this.#step((around) => evaluationStep(snapshot, around), at)
      // It was held while it was being written.
      if (late !== null) this.#held.delete(late)
      return 'written' as const
    }).finally(() => {
      this.#isWriting = false
    })
    const timer = new AbortController()
    const patience = pause(patienceMs, 'late' as const, { signal: timer.signal })
    try {
      const outcome = await Promise.race([written, patience])
      if (outcome === 'written') return outcome
      written.catch((cause: unknown) => {
        if (cause instanceof DatabaseUnavailableError) return
        this.#options.onError?.(new Error('alerts: an evaluation was not written', { cause }))
      })
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error
    } finally {
      timer.abort()
      patience.catch(() => undefined)
    }
    late = this.#hold(snapshot, at)
    return 'held'
  }

  /** Holds an evaluation, of now if not said, without trying to write it: the database is known not to be there. */
  hold(snapshot: Snapshot, at = this.#options.now()): 'held' {
    this.#hold(snapshot, at)
    return 'held'
  }

  /** What waits to be written. */
  held(): Held {
    const { oldest, size, leftOut } = this.#held
    return { since: oldest?.at ?? null, count: size, leftOut }
  }

  /** Alerts that are pending or firing, as far as it can be told without asking the database; none before the first step. */
  get active(): readonly Alert[] {
    return this.#outlook.active
  }

  /**
   * Notes that somebody looks after the alert; of one that is acknowledged, that somebody else does, for longer, or
   * says something new. Rejects with AlertNotFoundError or AlertResolvedError.
   */
  acknowledge(id: string, given: Acknowledgement, note?: Note<Alert>): Promise<Alert> {
    return this.#change((around) => acknowledgeStep(id, given, around, note))
  }

  /**
   * Ends an alert by hand; if the condition still holds, a later evaluation raises a new one.
   * One that is over already stays as it is. Rejects with AlertNotFoundError.
   */
  resolve(
    id: string,
    given: { user: string; comment?: string | null | undefined },
    note?: Note<Alert>,
  ): Promise<Alert> {
    return this.#change((around) => resolveStep(id, given, around, note))
  }

  /** Mutes what matches, from the start of the silence. Rejects with InvalidSilenceError. */
  silence(draft: SilenceDraft, { user }: { user: string }, note?: Note<Silence>): Promise<Silence> {
    return this.#change((around) => silenceStep(draft, user, around, note))
  }

  /** Ends a silence; one that is over already stays as it is. Rejects with SilenceNotFoundError. */
  endSilence(id: string, { user }: { user: string }, note?: Note<Silence>): Promise<Silence> {
    return this.#change((around) => endSilenceStep(id, user, around, note))
  }

  /** What a user does, after what was found before. */
  #change<T>(work: (around: Circumstances) => Promise<Step<T>>): Promise<T> {
    return this.#inTurn(async () => {
      await this.#writeHeld()
      return await this.#step(work, this.#options.now())
    })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  #hold(snapshot: Snapshot, at: Date): HeldBeat {
    const beat = { at, ...condensed(this.#options.rules, snapshot) }
    if (this.#outlook.held(beat)) this.#held.add(beat)
    return beat
  }

  /** Each in a transaction of its own, the oldest first; rejects at the first that cannot be written. */
  async #writeHeld(): Promise<void> {
    const { leftOut } = this.#held
    for (let beat = this.#held.oldest; beat !== null; beat = this.#held.oldest) {
      await this.#writeBeat(beat)
      this.#held.delete(beat)
      this.#tries = 0
    }
    if (leftOut === 0) return
    const reason = `${leftOut} evaluations were let go of while the database was away`
    this.#options.onError?.(new Error(`alerts: ${reason}: what was over by the next is not known`))
  }

  async #writeBeat(beat: HeldBeat): Promise<void> {
    try {
      const { rules, snapshot, at } = beat
      await this.#step((around) => evaluationStep(snapshot, { ...around, rules }), at)
    } catch (cause) {
      if (cause instanceof DatabaseUnavailableError) throw cause
      this.#tries += 1
      if (this.#tries < TRIES) throw cause
      const what = `alerts: the evaluation of ${beat.at.toISOString()} cannot be written`
      this.#options.onError?.(new Error(what, { cause }))
    }
  }

  /** One transaction; its events are handed out once it is committed. */
  async #step<T>(work: (around: Circumstances) => Promise<Step<T>>, at: Date): Promise<T> {
    const { database, onCommitted, onEvents } = this.#options
    const onError = (error: Error) => this.#options.onError?.(error)
    const { step, stored } = await database.transaction((transaction) =>
      this.#write(transaction, work, { at, onError }),
    )
    this.#outlook.written(step)
    try {
      onCommitted?.()
      if (stored.length > 0) onEvents(stored)
    } catch (cause) {
      onError(new Error('alerts: a listener failed', { cause }))
    }
    return step.result
  }

  async #write<T>(
    transaction: Queryable,
    work: (around: Circumstances) => Promise<Step<T>>,
    { at, onError }: Pick<Circumstances, 'at' | 'onError'>,
  ): Promise<{ step: Step<T>; stored: StoredEvent[] }> {
    const { rules, flapping, alongside } = this.#options
    await lockAlerts(transaction)
    const step = await work({ transaction, at, rules, flapping, onError })
    const { active, ended, events } = step
    const more = (await alongside?.(transaction, { active, ended, at })) ?? []
    // Last: nobody else stores events from here to the commit.
    return { step, stored: await appendEvents(transaction, [...events, ...more]) }
  }
}

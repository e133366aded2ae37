import type { Database, Queryable } from '../db/database.ts'
import type { NewEvent, StoredEvent } from '../events/event.ts'
import { appendEvents } from '../events/store.ts'
import type { Rule } from '../rules/rule.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Acknowledgement } from './acknowledgement.ts'
import type { Alert } from './alert.ts'
import type { FlappingLimits } from './flapping.ts'
import type { SilenceDraft } from './new-silence.ts'
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

/**
 * Turns snapshots into alerts and carries out what users do to them, one after the other.
 *
 * All state is in the database: each step reads it, decides and writes in one transaction, with the
 * events that tell of it. So it does not matter when the daemon is killed, and two of them take turns.
 * Every step rejects with DatabaseUnavailableError when that is so; nothing has changed then. A `note` writes with
 * what a user changed: when it rejects, nothing has.
 */
export class AlertEngine {
  readonly #options: AlertEngineOptions
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: AlertEngineOptions) {
    this.#options = options
  }

  /** After one that has rejected the next snapshot catches up. */
  evaluate(snapshot: Snapshot): Promise<void> {
    return this.#step((around) => evaluationStep(snapshot, around))
  }

  /**
   * Notes that somebody looks after the alert; of one that is acknowledged, that somebody else does, for longer, or
   * says something new. Rejects with AlertNotFoundError or AlertResolvedError.
   */
  acknowledge(id: string, given: Acknowledgement, note?: Note<Alert>): Promise<Alert> {
    return this.#step((around) => acknowledgeStep(id, given, around, note))
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
    return this.#step((around) => resolveStep(id, given, around, note))
  }

  /** Mutes what matches, from the start of the silence. Rejects with InvalidSilenceError. */
  silence(draft: SilenceDraft, { user }: { user: string }, note?: Note<Silence>): Promise<Silence> {
    return this.#step((around) => silenceStep(draft, user, around, note))
  }

  /** Ends a silence; one that is over already stays as it is. Rejects with SilenceNotFoundError. */
  endSilence(id: string, { user }: { user: string }, note?: Note<Silence>): Promise<Silence> {
    return this.#step((around) => endSilenceStep(id, user, around, note))
  }

  /** One transaction after the other; its events are handed out once it is committed. */
  #step<T>(work: (around: Circumstances) => Promise<Step<T>>): Promise<T> {
    const { database, onCommitted, onEvents } = this.#options
    const onError = (error: Error) => this.#options.onError?.(error)
    const step = this.#last.then(async () => {
      const { result, stored } = await database.transaction((transaction) =>
        this.#write(transaction, work, onError),
      )
      try {
        onCommitted?.()
        if (stored.length > 0) onEvents(stored)
      } catch (cause) {
        onError(new Error('alerts: a listener failed', { cause }))
      }
      return result
    })
    this.#last = step.catch(() => undefined)
    return step
  }

  async #write<T>(
    transaction: Queryable,
    work: (around: Circumstances) => Promise<Step<T>>,
    onError: (error: Error) => void,
  ): Promise<{ result: T; stored: StoredEvent[] }> {
    const { now, rules, flapping, alongside } = this.#options
    await lockAlerts(transaction)
    const at = now()
    const step = await work({ transaction, at, rules, flapping, onError })
    const { result, active, ended, events } = step
    const more = (await alongside?.(transaction, { active, ended, at })) ?? []
    // Last: nobody else stores events from here to the commit.
    return { result, stored: await appendEvents(transaction, [...events, ...more]) }
  }
}

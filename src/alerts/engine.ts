import { randomUUID } from 'node:crypto'
import type { Database, Queryable } from '../db/database.ts'
import type { NewEvent, StoredEvent } from '../events/event.ts'
import { appendEvents } from '../events/store.ts'
import type { Rule } from '../rules/rule.ts'
import type { Snapshot } from '../snapshot.ts'
import {
  AlertNotFoundError,
  AlertResolvedError,
  type Alert,
  type AlertTransition,
} from './alert.ts'
import { announcements, eventOf, transitionsOf } from './announce.ts'
import { evaluate, lastingAlerts, type ActiveAlerts, type Change } from './evaluate.ts'
import { inhibit } from './inhibitions.ts'
import { differs, netChanges, type NetChange } from './net-changes.ts'
import {
  activeAlerts,
  appendTransitions,
  deleteAlerts,
  findAlert,
  lockAlerts,
  saveAlerts,
  touchAlerts,
} from './store.ts'

/** What an engine works with and whom it tells. */
export interface AlertEngineOptions {
  database: Database
  rules: readonly Rule[]
  now: () => Date
  /** Told of every event after it is committed, in the order of `seq`. */
  onEvents: (events: readonly StoredEvent[]) => void
  /** Writes what goes with a step, in its transaction: when it rejects, the step has not happened. */
  alongside?: (transaction: Queryable, step: AlertStep) => Promise<void>
  /** Told of every step after it is committed, before its events are handed out. */
  onCommitted?: () => void
  /** Told of a rule that threw and of a listener that did; neither stops the others. */
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
 */
export class AlertEngine {
  readonly #options: AlertEngineOptions
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: AlertEngineOptions) {
    this.#options = options
  }

  /** Rejects with DatabaseUnavailableError; nothing has changed then, and the next snapshot catches up. */
  evaluate(snapshot: Snapshot): Promise<void> {
    const { rules, onError } = this.#options
    return this.#step(async (transaction, at) => {
      const active = byFingerprint(await activeAlerts(transaction))
      const { changes, errors } = evaluate(active, rules, snapshot, { now: at, newId: randomUUID })
      for (const { rule, error } of errors) {
        const reason = error instanceof Error ? error.message : String(error)
        onError?.(new Error(`rule ${rule}: ${reason}`, { cause: error }))
      }
      await save(transaction, changes, at)
      const ended = changes.filter(({ kind }) => kind === 'resolved').map(({ alert }) => alert)
      return {
        result: undefined,
        active: lastingAlerts(active, changes),
        ended,
        events: announcements(changes, at),
      }
    })
  }

  /**
   * Notes that somebody looks after the alert. An alert that is acknowledged already stays as it is.
   * Rejects with AlertNotFoundError or AlertResolvedError.
   */
  acknowledge(
    id: string,
    given: {
      user: string
      comment?: string | null | undefined
      expiresAt?: Date | null | undefined
    },
  ): Promise<Alert> {
    return this.#step(async (transaction, at) => {
      const before = await existing(transaction, id)
      if (before.state === 'resolved') throw new AlertResolvedError(id)
      if (isAcknowledged(before, at)) return unchanged(transaction, before)
      const alert: Alert = {
        ...before,
        acknowledgedAt: at,
        acknowledgedBy: given.user,
        acknowledgeComment: given.comment ?? null,
        acknowledgeExpiresAt: given.expiresAt ?? null,
      }
      const comment = alert.acknowledgeComment
      const { state: from } = before
      return this.#carryOut(transaction, alert, {
        at,
        from,
        to: 'acknowledged',
        by: given.user,
        comment,
      })
    })
  }

  /**
   * Ends an alert by hand; if the condition still holds, a later evaluation raises a new one.
   * One that is over already stays as it is. Rejects with AlertNotFoundError.
   */
  resolve(
    id: string,
    given: { user: string; comment?: string | null | undefined },
  ): Promise<Alert> {
    return this.#step(async (transaction, at) => {
      const before = await existing(transaction, id)
      if (before.state === 'resolved') return unchanged(transaction, before)
      const alert: Alert = {
        ...before,
        state: 'resolved',
        resolution: 'manual',
        resolvedAt: at,
        resolvedBy: given.user,
        resolveComment: given.comment ?? null,
        inhibitedBy: null,
        silencedBy: [],
      }
      const comment = alert.resolveComment
      const { state: from } = before
      return this.#carryOut(transaction, alert, {
        at,
        from,
        to: 'resolved',
        by: given.user,
        comment,
      })
    })
  }

  /** Writes what a user made of an alert, and what that makes of others: what it muted may be seen again. */
  async #carryOut(
    transaction: Queryable,
    alert: Alert,
    step: AlertTransition & { to: 'acknowledged' | 'resolved' },
  ): Promise<Step<Alert>> {
    await saveAlerts(transaction, [alert])
    await appendTransitions(transaction, [{ alertId: alert.id, ...step }])
    const active = await activeAlerts(transaction)
    const changes = inhibit(active, this.#options.rules)
    await save(transaction, changes, step.at)
    return {
      result: alert,
      active: lastingAlerts(byFingerprint(active), changes),
      ended: step.to === 'resolved' ? [alert] : [],
      events: [eventOf(alert, step.to, step.at), ...announcements(changes, step.at)],
    }
  }

  /** One transaction after the other; its events are handed out once it is committed. */
  #step<T>(work: (transaction: Queryable, at: Date) => Promise<Step<T>>): Promise<T> {
    const { database, now, alongside, onCommitted, onEvents, onError } = this.#options
    const step = this.#last.then(async () => {
      const { result, stored } = await database.transaction(async (transaction) => {
        await lockAlerts(transaction)
        const at = now()
        const { result, active, ended, events } = await work(transaction, at)
        await alongside?.(transaction, { active, ended, at })
        // Last: nobody else stores events from here to the commit.
        return { result, stored: await appendEvents(transaction, events) }
      })
      try {
        onCommitted?.()
        if (stored.length > 0) onEvents(stored)
      } catch (cause) {
        onError?.(new Error('alerts: a listener failed', { cause }))
      }
      return result
    })
    this.#last = step.catch(() => undefined)
    return step
  }
}

interface Step<T> extends Omit<AlertStep, 'at'> {
  result: T
  events: readonly NewEvent[]
}

/** A user's step that changes nothing. */
async function unchanged(transaction: Queryable, alert: Alert): Promise<Step<Alert>> {
  return { result: alert, active: await activeAlerts(transaction), ended: [], events: [] }
}

function byFingerprint(alerts: readonly Alert[]): ActiveAlerts {
  return new Map(alerts.map((alert) => [alert.fingerprint, alert]))
}

/** Writes rows only where more than the count has changed; all others are counted in one statement. */
async function save(transaction: Queryable, changes: readonly Change[], at: Date): Promise<void> {
  const nets = netChanges(changes)
  const dropped = nets.filter(({ kinds }) => kinds.includes('dropped'))
  const lasting = nets.filter(({ kinds }) => !kinds.includes('dropped'))
  const written = lasting.filter(({ before, alert }) => before === null || differs(before, alert))
  const touched = lasting.filter((net) => !written.includes(net) && net.kinds.includes('seen'))
  await deleteAlerts(transaction, dropped.map(idOf))
  await saveAlerts(
    transaction,
    written.map(({ alert }) => alert),
  )
  await touchAlerts(transaction, touched.map(idOf), at)
  await appendTransitions(transaction, transitionsOf(changes, at))
}

function idOf({ alert }: NetChange): string {
  return alert.id
}

async function existing(transaction: Queryable, id: string): Promise<Alert> {
  const alert = await findAlert(transaction, id)
  if (alert === null) throw new AlertNotFoundError(id)
  return alert
}

function isAcknowledged({ acknowledgedAt, acknowledgeExpiresAt }: Alert, now: Date): boolean {
  return acknowledgedAt !== null && (acknowledgeExpiresAt === null || acknowledgeExpiresAt > now)
}

import type { Alert } from '../alerts/alert.ts'
import { readSilence } from '../alerts/silences.ts'
import type { Silence } from '../alerts/silence.ts'
import { openSilences } from '../alerts/silence-store.ts'
import { activeAlerts, appendTransitions } from '../alerts/store.ts'
import type { Database, Queryable } from '../db/database.ts'
import type { NewEvent, StoredEvent } from '../events/event.ts'
import { appendEvents } from '../events/store.ts'
import { decide, type Decision, type Deciding, type Held } from './decide.ts'
import { remedies, type Appliance, type Remedy } from './remedies.ts'
import { forgetActions, incidentsOf, insertAction, noteTold, pastActions } from './store.ts'

/** Who carries out what is decided. */
export interface HealingEngine {
  kinds: readonly { name: string }[]
  submit(
    draft: { kind: string; params: Record<string, unknown>; idempotencyKey: string },
    by: {
      user: string
      note: (transaction: Queryable, task: { id: string }) => Promise<void>
    },
  ): Promise<{ task: { id: string }; created: boolean }>
}

/** What a healer works with. */
export interface HealerOptions {
  database: Database
  settings: () => Deciding['settings']
  appliance: () => Appliance
  now: () => Date
  newId: () => string
  /** Writes into the audit trail, in the transaction that makes it, that a task was asked for about an alert. */
  audit: (
    transaction: Queryable,
    made: {
      taskId: string
      remedy: Remedy
      params: Readonly<Record<string, unknown>>
      alert: Alert
    },
  ) => Promise<void>
  /** Told of events once they are committed. */
  onEvents: (events: readonly StoredEvent[]) => void
  /** Told once of each reason why nothing is done about an alert, and of what failed. */
  log: { info: (message: string, fields: object) => void; failure: (error: Error) => void }
}

/** Who does it, in tasks, in alerts and in the audit trail. */
const DAEMON = 'storwardend'
/** What matchers say of rules and not of a place. */
const ABOUT_RULES: ReadonlySet<string> = new Set(['rule', 'alertname', 'severity', 'source'])
const DAY_MS = 86_400_000
const KEPT_MS = 30 * DAY_MS

/** Does what helps against alerts, where that is switched on: each time a task, an event, and a line in its alert. */
export class Healer {
  readonly #options: HealerOptions
  /** Why nothing is done, by remedy and alert: said once. */
  #said = new Map<string, string>()

  constructor(options: HealerOptions) {
    this.#options = options
  }

  /** Looks at the alerts and does what is to be done. Rejects when the database is not there; then nothing was done. */
  async look(engine: HealingEngine): Promise<void> {
    const { database, settings, now } = this.#options
    if (!Object.values(settings()).some(({ enabled }) => enabled)) return
    const at = now()
    const answered = new Set(remedies.map(({ alert }) => alert))
    const alerts = (await activeAlerts(database)).filter(({ rule }) => answered.has(rule))
    await forgetActions(database, new Date(at.getTime() - KEPT_MS))
    if (alerts.length === 0) {
      this.#said.clear()
      return
    }
    const alertIds = alerts.map(({ id }) => id)
    const decisions = decide({
      ...{ alerts, remedies, settings: settings(), now: at },
      actions: await pastActions(database, { since: new Date(at.getTime() - DAY_MS), alertIds }),
      held: await this.#held(alerts, at),
      appliance: this.#options.appliance(),
      kinds: new Set(engine.kinds.map(({ name }) => name)),
    })
    for (const decision of decisions) await this.#carryOut(decision, engine, at)
    this.#sayWaiting(decisions)
  }

  async #held(alerts: readonly Alert[], at: Date): Promise<Held> {
    const { database, log } = this.#options
    const silenced = new Map<string, string>()
    for (const { id, silencedBy } of alerts) {
      if (silencedBy[0] !== undefined) silenced.set(id, silencedBy[0])
    }
    for (const silence of await openSilences(database, at)) {
      try {
        const read = readSilence(holding(silence))
        if (read.stateAt(at) !== 'active') continue
        for (const alert of alerts) if (read.matches(alert)) silenced.set(alert.id, silence.id)
      } catch (cause) {
        log.failure(new Error(`silence ${silence.id} cannot be read: nothing is healed`, { cause }))
        for (const { id } of alerts) silenced.set(id, silence.id)
      }
    }
    const incidents = await incidentsOf(
      database,
      alerts.map(({ id }) => id),
    )
    return { silenced, incidents }
  }

  async #carryOut(decision: Decision, engine: HealingEngine, at: Date): Promise<void> {
    if (decision.does === 'submit') await this.#submit(decision, engine, at)
    else if (decision.does === 'give-up') await this.#giveUp(decision, at)
    else if (decision.does === 'tell') await this.#tell(decision, at)
  }

  async #submit(
    { alert, remedy, params, key }: Extract<Decision, { does: 'submit' }>,
    engine: HealingEngine,
    at: Date,
  ): Promise<void> {
    const words = (id: string) => `${remedy.name}: task ${id} (${remedy.kind})`
    const { task, created } = await engine.submit(
      { kind: remedy.kind, params: { ...params }, idempotencyKey: key },
      {
        user: DAEMON,
        // With the task or not at all: a daemon that ends here does it neither twice nor without a trace.
        note: async (transaction, { id }) => {
          await insertAction(transaction, { ...this.#action(alert, remedy.name, at), taskId: id })
          await appendTransitions(transaction, [this.#line(alert, words(id), at, id)])
          await this.#options.audit(transaction, { taskId: id, remedy, params, alert })
        },
      },
    )
    if (created) await this.#publish(eventOf('healing_begun', alert, words(task.id), at))
  }

  async #giveUp(
    { alert, remedy, times, lastTaskId }: Extract<Decision, { does: 'give-up' }>,
    at: Date,
  ): Promise<void> {
    const words = `${remedy.name}: done ${times} times within a day, and not again before that is over`
    await this.#publish(eventOf('healing_given_up', alert, words, at), async (transaction) => {
      await insertAction(transaction, { ...this.#action(alert, remedy.name, at), taskId: null })
      await appendTransitions(transaction, [this.#line(alert, words, at, lastTaskId)])
      return true
    })
  }

  async #tell(
    { alert, action, words }: Extract<Decision, { does: 'tell' }>,
    at: Date,
  ): Promise<void> {
    await this.#publish(eventOf('healing_ended', alert, words, at), async (transaction) => {
      if (!(await noteTold(transaction, action.id, at))) return false
      await appendTransitions(transaction, [this.#line(alert, words, at, action.taskId)])
      return true
    })
  }

  /** Stores an event with what goes with it, where that is still to be done, and hands it out. */
  async #publish(
    event: NewEvent,
    work: (transaction: Queryable) => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<void> {
    const { database, onEvents } = this.#options
    const stored = await database.transaction(async (transaction) =>
      (await work(transaction)) ? await appendEvents(transaction, [event]) : [],
    )
    if (stored.length > 0) onEvents(stored)
  }

  #action({ fingerprint, id }: Alert, remedy: string, at: Date) {
    return { id: this.#options.newId(), remedy, fingerprint, alertId: id, at }
  }

  /** A line in the history of the alert, which stays in its state. */
  #line(alert: Alert, comment: string, at: Date, taskId: string | null) {
    const { id: alertId, state } = alert
    const from = state === 'resolved' ? null : state
    return { alertId, at, from, to: state, by: DAEMON, comment, taskId }
  }

  #sayWaiting(decisions: readonly Decision[]): void {
    const reasons = new Map<string, string>()
    for (const decision of decisions) {
      if (decision.does !== 'wait') continue
      const { alert, remedy, reason } = decision
      const key = `${remedy.name} ${alert.id}`
      reasons.set(key, reason)
      if (this.#said.get(key) === reason) continue
      this.#options.log.info('nothing is done about an alert by itself', {
        ...{ remedy: remedy.name, alert: alert.id, resource: alert.resource, reason },
      })
    }
    this.#said = reasons
  }
}

/**
 * A maintenance window as it holds back: it mutes some alerts of a place, none that is critical, and somebody works on
 * all of that place.
 */
function holding(silence: Silence): Silence {
  if (!silence.maintenance) return silence
  const place = silence.matchers.filter(({ name }) => !ABOUT_RULES.has(name))
  const matchers = place.length === 0 ? silence.matchers : place
  return { ...silence, maintenance: false, matchers }
}

function eventOf(event: string, alert: Alert, words: string, at: Date): NewEvent {
  const { id, rule, resource, labels } = alert
  return {
    ...{ type: 'system', source: 'healing', level: event === 'healing_begun' ? 'info' : 'warning' },
    message: `${alert.title} (${resource}): ${words}`,
    data: { event, alert_id: id, rule, resource, labels, words },
    at,
  }
}

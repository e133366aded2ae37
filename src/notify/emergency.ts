import type { Alert, alertToJson } from '../alerts/alert.ts'
import type { DatabaseReach } from '../db/reach.ts'
import type { AlertNews, AlertsContent, Content, EventContent, Notifier } from './notifier.ts'

/** What is told with while there is no outbox. */
export interface EmergencyOptions {
  /** The channels that there are now. */
  notifiers: () => readonly Notifier[]
  /** Name of the alert that the database is away. */
  alert: string
  toJson: typeof alertToJson
  now: () => Date
  newId: () => string
  /** Told of channels that did not take it; they are tried again with the next look. */
  onError: (error: Error) => void
}

/** A sentence holds so many places. */
const MOST_NAMED = 10

/**
 * Tells people that the database is away, and of what is critical and began to fire since, past the outbox, which is
 * in the database. Not noted in the delivery log. What it told of is told again on the usual way when the database
 * is back, with the times that it was of.
 */
export class Emergency {
  readonly #options: EmergencyOptions
  /** What channels have been told, by their names. */
  readonly #told = new Map<string, Set<string>>()
  #sending: Promise<void> | null = null

  constructor(options: EmergencyOptions) {
    this.#options = options
  }

  /** Looks whether there is something to tell; nobody waits for it. One that is still telling is not disturbed. */
  look({ unreachableSince }: DatabaseReach, active: readonly Alert[]): void {
    if (this.#sending !== null || unreachableSince === null) return
    const news = emergencies(this.#options.alert, active, unreachableSince)
    if (news.length === 0) return
    this.#sending = Promise.all(
      this.#options.notifiers().map((notifier) => this.#tell(notifier, news)),
    ).then(() => {
      this.#sending = null
    })
  }

  /** The database is back: the next time it is away all is told anew. */
  over(): void {
    this.#told.clear()
  }

  /** Resolves when nothing is being sent. */
  async settled(): Promise<void> {
    await this.#sending
  }

  async #tell(notifier: Notifier, news: readonly Alert[]): Promise<void> {
    const { now, newId, onError } = this.#options
    const told = this.#told.get(notifier.name) ?? new Set()
    const fresh = news.filter(({ fingerprint }) => !told.has(fingerprint))
    if (fresh.length === 0) return
    try {
      for (const content of this.#contents(notifier, fresh))
        await notifier.send({ id: newId(), at: now(), content })
      for (const { fingerprint } of fresh) told.add(fingerprint)
      this.#told.set(notifier.name, told)
    } catch (cause) {
      onError(new Error(`${notifier.name}: is not told that the database is away`, { cause }))
    }
  }

  /** Something that happened, which no receiver takes for the alert itself; alerts where nothing else is taken. */
  #contents({ kinds, grouped }: Notifier, alerts: readonly Alert[]): Content[] {
    const { alert: name, toJson } = this.#options
    if (kinds.includes('event')) return [{ kind: 'event', event: eventOf(alerts.map(toJson)) }]
    const news = alerts.map((alert): AlertNews => ({
      ...{ event: 'firing', fingerprint: alert.fingerprint },
      alert: toJson(alert),
    }))
    const groups = grouped ? [news] : news.map((each) => [each])
    return groups.map((group): AlertsContent => ({
      kind: 'alerts',
      group: { key: 'emergency', labels: { rule: name } },
      alerts: group,
    }))
  }
}

/**
 * That the database is away once that fires, the first; then what else is critical and began to fire since. What
 * somebody muted is left out. Pure.
 */
export function emergencies(name: string, active: readonly Alert[], since: Date): readonly Alert[] {
  const shown = active.filter(
    ({ state, inhibitedBy, silencedBy }) =>
      state === 'firing' && inhibitedBy === null && silencedBy.length === 0,
  )
  const away = shown.find(({ rule }) => rule === name)
  if (away === undefined) return []
  const others = shown.filter(
    ({ severity, firedAt, id }) =>
      severity === 'critical' && firedAt !== null && firedAt >= since && id !== away.id,
  )
  return [away, ...others]
}

/** Each in a sentence. */
function eventOf(alerts: readonly AlertNews['alert'][]): EventContent['event'] {
  const named = alerts
    .slice(0, MOST_NAMED)
    .map(({ title, resource, message }) => `${title} (${resource}): ${message}`)
  const more = alerts.length - named.length
  return {
    type: 'system',
    source: 'alerts',
    level: 'critical',
    message: [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(' '),
    data: { event: 'database_unreachable', alerts },
  }
}

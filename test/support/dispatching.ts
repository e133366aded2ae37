import { randomUUID } from 'node:crypto'
import { alertToJson } from '../../src/alerts/alert.ts'
import type { Queryable } from '../../src/db/database.ts'
import { Dispatcher, type DispatcherOptions } from '../../src/notify/dispatcher.ts'
import {
  NotifyError,
  type AlertsContent,
  type Content,
  type Message,
  type NewsEvent,
  type Notifier,
} from '../../src/notify/notifier.ts'
import type { Outgoing } from '../../src/notify/outbox.ts'
import type { Clock } from './clock.ts'
import { alertAt } from './notices.ts'

/** Messages to channels. */
export const to = (channels: readonly string[], ...messages: Message[]): Outgoing[] =>
  channels.flatMap((channel) => messages.map((message) => ({ channel, ...message })))

/** A channel that notes what it is given. */
export function channel(name = 'webhook') {
  const sent: string[] = []
  const notifier: Notifier & { down: boolean; sent: string[]; tried: number } = {
    ...{ name, sent, down: false, tried: 0 },
    ...{ grouped: true, kinds: ['event'], news: [] },
    async send({ content }) {
      this.tried += 1
      if (this.down) throw new NotifyError('not reached: ECONNREFUSED')
      sent.push(textOf(content))
      return '204'
    },
  }
  return notifier
}

/** What a message says, in brief. */
export function textOf(content: Content): string {
  if (content.kind === 'alerts') {
    return content.alerts.map(({ event, alert }) => `${event} ${alert.resource}`).join(', ')
  }
  return content.kind === 'event' ? content.event.message : content.kind
}

/** Makes dispatchers that send from a database by the clock of a test. */
export function dispatchersOn(database: Queryable) {
  return (
    clock: Clock,
    notifier: Notifier | readonly Notifier[],
    options: Partial<DispatcherOptions> = {},
  ) => {
    const notifiers = [notifier].flat()
    const errors: string[] = []
    const counts: Record<string, number> = {}
    const dispatcher = new Dispatcher({
      ...{ database, notifiers: () => notifiers, now: () => clock.now, random: () => 0.5 },
      onAttempts: (channel, result, count) => {
        const key = `${channel} ${result}`
        counts[key] = (counts[key] ?? 0) + count
      },
      onError: (error) => errors.push(error.message),
      ...options,
    })
    return Object.assign(dispatcher, { errors, counts })
  }
}

/** News of an alert, as a message. */
export const newsOf = (event: NewsEvent, place: string, at: Date) => {
  const alert = alertAt(place)
  const content: AlertsContent = {
    kind: 'alerts',
    group: { key: 'rule=Broken', labels: { rule: 'Broken' } },
    alerts: [{ event, fingerprint: alert.fingerprint, alert: alertToJson(alert) }],
  }
  return { id: randomUUID(), at, content }
}

import { askHttp } from './http.ts'
import { newsEvents, type AlertNews, type Message, type Notifier } from './notifier.ts'
import { oneLine, readable, shortened } from './printable.ts'
import { headingOf, hostName, wordsOf, type Appliance } from './words.ts'
import type { Reach } from './reach.ts'

/** Whose incidents they are, and where to. */
export interface PagerDutyOptions {
  /** The integration key of the service, a secret. */
  routingKey: string
  /** Of the Events API v2. */
  url: string
  appliance: Appliance
  /** Of whoever sends, as User-Agent. */
  agent: string
  /** Which addresses may be told. */
  reach: Reach
  /** How long the other side may take; 10 s otherwise. */
  timeoutMs?: number
}

/**
 * Triggers, acknowledges and resolves incidents by Events API v2. What belongs to one condition has one
 * `dedup_key`, so an event that is sent again changes nothing.
 */
export class PagerDuty implements Notifier {
  readonly name = 'pagerduty'
  readonly grouped = false
  readonly kinds = ['alerts', 'test'] as const
  readonly news = newsEvents
  readonly #options: PagerDutyOptions

  constructor(options: PagerDutyOptions) {
    this.#options = options
  }

  /** Rejects with NotifyError, whose text does not hold the key. */
  async send(message: Message): Promise<string> {
    const { appliance, routingKey, ...options } = this.#options
    const answers: string[] = []
    for (const event of pagerDutyEvents(message, appliance)) {
      const { status } = await askHttp({
        ...options,
        body: JSON.stringify({ routing_key: routingKey, ...event }),
        secrets: [routingKey],
        refuses: isRefused,
      })
      answers.push(`${status} ${event.event_action}`)
    }
    return answers.join(', ')
  }
}

/** 400 is an event that is not valid; an invalid key is not the fault of the event, and may be put right. */
function isRefused(status: number, said: string): boolean {
  return status === 400 && !/routing.?key/i.test(said)
}

// https://developer.pagerduty.com/docs/send-alert-event
const MOST_OF_SUMMARY = 1024
const MOST_OF_KEY = 255

/** What is posted besides the key, one after the other. Pure. */
export function pagerDutyEvents({ id, at, content }: Message, appliance: Appliance) {
  if (content.kind === 'alerts') {
    return content.alerts.map((news) => alertEvent(news, content.group.key, appliance))
  }
  if (content.kind !== 'test') return []
  const { subject, passages } = wordsOf(content, appliance)
  const dedup_key = keyOf(appliance, `test/${id}`)
  const custom_details = { message: passages[0]?.text ?? '' }
  const timestamp = at.toISOString()
  const payload = { summary: subject, source: hostName(appliance), severity: 'info', timestamp }
  return [
    // Whoever is called by a test need not close it.
    { event_action: 'trigger', dedup_key, payload: { ...payload, custom_details } },
    { event_action: 'resolve', dedup_key },
  ]
}

function alertEvent(news: AlertNews, group: string, appliance: Appliance) {
  const { event, fingerprint, alert } = news
  const dedup_key = keyOf(appliance, fingerprint)
  if (event === 'resolved') return { event_action: 'resolve', dedup_key }
  if (event === 'acknowledged') return { event_action: 'acknowledge', dedup_key }
  const content = { kind: 'alerts', group: { key: group, labels: {} }, alerts: [news] } as const
  const [{ text, facts, links } = { text: '', facts: [], links: [] }] = wordsOf(
    content,
    appliance,
  ).passages
  return {
    ...{ event_action: 'trigger', dedup_key, client: 'storwarden' },
    client_url: appliance.publicUrl,
    links: links.map(({ text, url }) => ({ text, href: url })),
    payload: {
      summary: shortened(headingOf(news), MOST_OF_SUMMARY),
      source: hostName(appliance),
      severity: alert.severity,
      timestamp: alert.started_at,
      component: readable(alert.resource, 255),
      group: readable(group, 255),
      class: readable(alert.rule, 255),
      custom_details: {
        message: text,
        ...Object.fromEntries(facts.map(({ name, value }) => [name, value])),
      },
    },
  }
}

/** Two appliances may have the same condition, e.g. of a file system of the same name, and one service. */
function keyOf(appliance: Appliance, of: string): string {
  return shortened(`storwarden/${hostName(appliance)}/${oneLine(of)}`, MOST_OF_KEY)
}

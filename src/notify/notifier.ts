import type { alertToJson } from '../alerts/alert.ts'
import type { NewEvent } from '../events/event.ts'
import type { Report } from '../reports/report.ts'
import type { Severity } from '../rules/rule.ts'

/** What is sent: one delivery on one channel. */
export interface Message {
  /** The same at every attempt, so that who got it twice can tell: an idempotency key. */
  id: string
  /** When what it tells of happened. */
  at: Date
  content: Content
}

/** What a message says. JSON, names in snake_case: it is kept as it is, so that every attempt says the same. */
export type Content = AlertsContent | EventContent | TestContent | DigestContent | ReportContent

/** What has become of alerts of one group; of one alert where the channel takes them one by one. */
export interface AlertsContent {
  kind: 'alerts'
  /** What the alerts have in common: `{library: …}`, or `{rule: …}`. */
  group: { key: string; labels: Readonly<Record<string, string>> }
  /** At least one. */
  alerts: readonly AlertNews[]
}

/** What is told of an alert. */
export type NewsEvent = (typeof newsEvents)[number]

/**
 * firing: it began, or may be told again after a silence, an inhibition or a lapsed acknowledgement; repeated: it
 * still fires; escalated: nobody has acknowledged it on the channels before; flapping: it comes and goes, and
 * nothing more is told before it is calm; acknowledged: somebody looks after it; resolved: it is over.
 */
export const newsEvents = [
  'firing',
  'repeated',
  'escalated',
  'flapping',
  'acknowledged',
  'resolved',
] as const

/** An alert as it was, and what is told of it. */
export interface AlertNews {
  event: NewsEvent
  /** Of the condition and the place: the same for all that is ever told of them. */
  fingerprint: string
  alert: ReturnType<typeof alertToJson>
}

/** Something that happened, sent on as it is. */
export interface EventContent {
  kind: 'event'
  event: Pick<NewEvent, 'type' | 'source' | 'level' | 'message' | 'data'>
}

/** Somebody wants to see whether messages arrive. */
export interface TestContent {
  kind: 'test'
  message: string
  /** The user. */
  requested_by: string
}

/** What there was in a while, for whoever reads once a day. */
export interface DigestContent {
  kind: 'digest'
  since: string
  until: string
  /** Alerts that fire, the gravest first. */
  firing: readonly ReturnType<typeof alertToJson>[]
  /** Those that ended in the time, the latest first. */
  resolved: readonly ReturnType<typeof alertToJson>[]
  /** How many more there are of each than are listed. */
  firing_not_listed: number
  resolved_not_listed: number
}

/** How the appliance was in a while, for whoever reads once a week. */
export interface ReportContent extends Report {
  kind: 'report'
}

/** An event as a message. */
export function messageOf({ at, ...event }: NewEvent, id: string): Message {
  const { type, source, level, message, data } = event
  return { id, at, content: { kind: 'event', event: { type, source, level, message, data } } }
}

/** A way out of the appliance. */
export interface Notifier {
  /** The channel, e.g. `webhook`. */
  readonly name: string
  /** Whether a message may hold several alerts; else each is told by itself. */
  readonly grouped: boolean
  /** What it can tell; other content is never put up for it. */
  readonly kinds: readonly Content['kind'][]
  /** Which news of alerts it can tell. */
  readonly news: readonly NewsEvent[]
  /**
   * Resolves with what the other side answered when it has taken the message, e.g. `250 queued` or `204`.
   * Rejects with NotifyError, whose text holds no secret.
   */
  send(message: Message): Promise<string>
}

/** Of which alerts a channel is told, and when; from the configuration. */
export interface ChannelPolicy {
  /** The least severity it is told of. */
  minSeverity: Severity
}

/** The other side did not take a message. */
export class NotifyError extends Error {
  readonly code = 'ERR_NOTIFY'
  /** Whether it may be taken later: false when the message itself was refused for good. */
  readonly retry: boolean
  /** How long the other side asks to be left alone, in ms; null when it does not say. */
  readonly retryAfterMs: number | null

  constructor(
    reason: string,
    { retry = true, retryAfterMs = null, ...options }: NotifyErrorOptions = {},
  ) {
    super(reason, options)
    this.name = 'NotifyError'
    this.retry = retry
    this.retryAfterMs = retryAfterMs
  }
}

interface NotifyErrorOptions extends ErrorOptions {
  retry?: boolean
  retryAfterMs?: number | null
}

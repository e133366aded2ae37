import { askHttp, basicAuthorization, type HttpRequest } from './http.ts'
import { newsEvents, NotifyError, type AlertNews, type Message, type Notifier } from './notifier.ts'
import { readable } from './printable.ts'
import {
  alertUrl,
  headingOf,
  hostName,
  runbookUrl,
  type AlertJson,
  type Appliance,
} from './words.ts'
import type { Reach } from './reach.ts'

/** Which Alertmanager, and how long it believes what it was told. */
export interface AlertmanagerOptions {
  /** Its address, below which the API is: `http://127.0.0.1:9093`. */
  url: string
  /** For basic authentication; none without. */
  username: string | null
  password: string | null
  /**
   * For so long after it was last told of an alert it is to take that as firing. Alertmanager itself resolves what
   * it has not heard of for a while; an alert that is acknowledged or silenced here is not repeated, and would
   * be said to be over when it is not. That it is over is told.
   */
  firingSeconds: number
  appliance: Appliance
  /** Of whoever sends, as User-Agent. */
  agent: string
  /** Which addresses may be told. */
  reach: Reach
  now: () => Date
  /** How long the other side may take; 10 s otherwise. */
  timeoutMs?: number
}

/**
 * Posts alerts to the API v2 of Alertmanager, which groups and routes them. To post the same twice changes
 * nothing there. Alertmanager knows an alert by all its labels: when one of them has changed, the alert with
 * the labels of before is resolved with it.
 */
export class Alertmanager implements Notifier {
  readonly name = 'alertmanager'
  readonly grouped = true
  readonly kinds = ['alerts', 'test'] as const
  readonly news = newsEvents
  readonly #options: AlertmanagerOptions

  constructor(options: AlertmanagerOptions) {
    this.#options = options
  }

  /** Rejects with NotifyError, whose text holds neither password nor URL. */
  async send({ id, at, content }: Message): Promise<string> {
    const { appliance, firingSeconds, now } = this.#options
    const wanted =
      content.kind === 'alerts'
        ? content.alerts.map((news) => postable(news, appliance, firingSeconds, now()))
        : content.kind === 'test'
          ? [testAlert(id, content.message, appliance, at, now())]
          : []
    const before = content.kind === 'alerts' ? await this.#alertsThere(wanted) : []
    const body = JSON.stringify([...wanted, ...outdated(before, wanted, now())])
    const { status } = await askHttp({
      ...this.#request('/api/v2/alerts'),
      body,
      refuses: (status) => status === 400 || status === 422,
    })
    return String(status)
  }

  /** What it has of this appliance and these rules. */
  async #alertsThere(wanted: readonly Postable[]): Promise<Posted[]> {
    const query = new URLSearchParams()
    const rules = [...new Set(wanted.map(({ labels }) => labels.alertname ?? ''))]
    for (const matcher of [
      `instance=${JSON.stringify(hostName(this.#options.appliance))}`,
      `alertname=~${JSON.stringify(rules.map(literal).join('|'))}`,
    ]) {
      query.append('filter', matcher)
    }
    const request = { ...this.#request(`/api/v2/alerts?${query.toString()}`), body: null }
    try {
      const { said } = await askHttp({ ...request, mostBytes: MOST_BYTES })
      return postedIn(JSON.parse(said))
    } catch (error) {
      // Whoever may post may not be allowed to read, and too much to read is not JSON: to tell goes first.
      if (error instanceof NotifyError || error instanceof SyntaxError) return []
      throw error
    }
  }

  #request(path: string): Omit<HttpRequest, 'body'> {
    const { url, username, password, agent, reach, timeoutMs } = this.#options
    const authorization =
      username === null ? {} : { Authorization: basicAuthorization(username, password ?? '') }
    return {
      ...{ url: url.replace(/\/+$/, '') + path, agent, reach, timeoutMs },
      headers: authorization,
      secrets: [password ?? '', ...Object.values(authorization).map((text) => text.slice(6))],
    }
  }
}

const MOST_BYTES = 4_000_000

/** An alert as Alertmanager takes it. */
export interface Postable {
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  startsAt: string
  endsAt: string
  generatorURL: string
}

/** One as it was told before. */
export type Posted = Omit<Postable, 'generatorURL'>

/** An alert for Alertmanager. Pure. */
export function postable(
  news: AlertNews,
  appliance: Appliance,
  firingSeconds: number,
  now: Date,
): Postable {
  const { event, alert, fingerprint } = news
  const ends =
    event === 'resolved'
      ? Math.min(Date.parse(alert.resolved_at ?? '') || now.getTime(), now.getTime())
      : now.getTime() + firingSeconds * 1000
  const annotations = {
    summary: headingOf({ ...news, event: 'firing' }),
    message: readable(alert.message),
    description: readable(alert.description),
    action: readable(alert.action),
    acknowledged_by: readable(alert.acknowledged_by ?? ''),
    runbook_url: runbookUrl(appliance, alert) ?? '',
    fingerprint: readable(fingerprint),
  }
  return {
    labels: labelsOf(alert, appliance),
    annotations: withoutEmpty(annotations),
    startsAt: alert.started_at,
    endsAt: new Date(Math.max(ends, Date.parse(alert.started_at) || 0)).toISOString(),
    generatorURL: alertUrl(appliance, alert),
  }
}

/**
 * What was told of a condition with other labels than it has now, e.g. as a warning, and is there still: it is
 * over since now. Pure.
 */
export function outdated(
  before: readonly Posted[],
  wanted: readonly Postable[],
  now: Date,
): Posted[] {
  return before
    .filter(({ labels, annotations, endsAt }) => {
      const successor = wanted.find(
        (one) => one.annotations.fingerprint === annotations.fingerprint,
      )
      return successor !== undefined && !isSame(successor.labels, labels) && new Date(endsAt) > now
    })
    .map((one) => ({ ...one, endsAt: now.toISOString() }))
}

/** The labels of the place, what it belongs to, and what every alert has; the latter win over names of users. */
function labelsOf(alert: AlertJson, appliance: Appliance): Record<string, string> {
  const own = {
    alertname: alert.rule,
    severity: alert.severity,
    source: alert.source,
    resource: alert.resource,
    instance: hostName(appliance),
  }
  const others = Object.entries({ ...alert.part_of, ...alert.labels }).map(([name, value]) => {
    // Prometheus' names of labels; others are refused with everything that is posted with them.
    const valid = name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=[0-9])|^$/, '_')
    return [valid in own ? `label_${valid}` : valid, value] as const
  })
  return withoutEmpty(Object.fromEntries([...others, ...Object.entries(own)]))
}

/** A label without a value is none. */
function withoutEmpty(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts)
      .map(([name, text]) => [name, readable(text)] as const)
      .filter(([, text]) => text !== ''),
  )
}

/** A test needs no end to be told. */
const TEST_MS = 60_000

function testAlert(
  id: string,
  message: string,
  appliance: Appliance,
  at: Date,
  now: Date,
): Postable {
  const instance = hostName(appliance)
  return {
    labels: withoutEmpty({ alertname: 'StorwardenTest', severity: 'info', instance, id }),
    annotations: withoutEmpty({ summary: `[TEST] storwarden on ${instance}`, message }),
    startsAt: at.toISOString(),
    endsAt: new Date(now.getTime() + TEST_MS).toISOString(),
    generatorURL: appliance.publicUrl,
  }
}

function postedIn(said: unknown): Posted[] {
  if (!Array.isArray(said)) return []
  return said.flatMap((one: Partial<Posted> | null) => {
    const { labels, annotations, startsAt, endsAt } = one ?? {}
    if (!labels || !annotations || !startsAt || !endsAt) return []
    return [{ labels, annotations, startsAt, endsAt }]
  })
}

function isSame(one: Readonly<Record<string, string>>, other: typeof one): boolean {
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  )
}

/** For a regular expression of RE2, which is what Alertmanager has. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

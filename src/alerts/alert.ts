import { createHash } from 'node:crypto'
import { builtInAlerts } from '../rules/index.ts'
import type { Severity, Source } from '../rules/rule.ts'

/** A condition at a place, from when it was first found until it is resolved, and in history after that. */
export interface Alert {
  id: string
  /** Hash of rule and labels: while it lasts there is one alert with it. */
  fingerprint: string
  /** The `alert` name of the rule. */
  rule: string
  title: string
  severity: Severity
  source: Source
  /** The place in a word: the values of the labels, joined with `/`. */
  resource: string
  labels: Readonly<Record<string, string>>
  message: string
  /** Why it matters. */
  description: string
  /** What to do; empty where a rule of a user does not say. */
  action: string
  /** What the place belongs to, e.g. `{library: …}` of a drive: grouping, inhibitions and silences heed it, identity does not. */
  partOf: Readonly<Record<string, string>>
  evidence: Readonly<Record<string, unknown>>
  state: AlertState
  /** Evaluations that found it. */
  count: number
  startedAt: Date
  firedAt: Date | null
  lastSeenAt: Date
  resolvedAt: Date | null
  /** The user; null when it ended by itself. */
  resolvedBy: string | null
  resolution: Resolution | null
  resolveComment: string | null
  acknowledgedAt: Date | null
  acknowledgedBy: string | null
  acknowledgeComment: string | null
  /** From then on it is as if nobody had acknowledged it. */
  acknowledgeExpiresAt: Date | null
  /** When an acknowledgement last ran out; null when none did. */
  acknowledgementLapsedAt: Date | null
  /** Since when the condition is gone of an alert that its rule keeps firing; null while it holds. */
  goneSince: Date | null
  /** It has fired so often of late that each time is no news. */
  flapping: boolean
  /** Id of the alert that says the same and more, e.g. the critical one of the same place. */
  inhibitedBy: string | null
  /** Ids of the silences that mute it now. */
  silencedBy: readonly string[]
}

/** The states of an alert, in the order it goes through them. */
export const alertStates = ['pending', 'firing', 'resolved'] as const

/** `pending`: found, but not for as long as the rule wants; `resolved`: over. */
export type AlertState = (typeof alertStates)[number]

/** `auto`: the condition is gone; `manual`: a user said so; `absent`: the hardware it was about is gone. */
export type Resolution = 'auto' | 'manual' | 'absent'

/** A step in the life of an alert. */
export interface AlertTransition {
  at: Date
  from: 'pending' | 'firing' | 'acknowledged' | null
  to: AlertState | 'acknowledged'
  /** The user; null when the daemon did it by itself. */
  by: string | null
  comment: string | null
  /** The task that it tells of, where something was done about the alert without being asked; it may be gone. */
  taskId?: string | null
}

/** An alert as it is listed. */
export interface ListedAlert extends Alert {
  /** Of a fleet: the appliance whose alert it is, and which alone can change it; null for the daemon's own. */
  appliance: string | null
}

/** An alert with its history, which of alerts of an appliance is not known here. */
export interface AlertDetail extends ListedAlert {
  /** Oldest first. */
  transitions: readonly AlertTransition[]
}

/** What tells the condition and its place from all others; the order of the labels does not matter. */
export function fingerprintOf(rule: string, labels: Readonly<Record<string, string>>): string {
  return createHash('sha256')
    .update(canonical([rule, labels]))
    .digest('hex')
}

/** `iscsi/iqn.2026-01.org.example:disk1/0`; of a condition without labels what it belongs to, e.g. `scst`. */
export function resourceOf(labels: Readonly<Record<string, string>>, source: Source): string {
  const values = Object.values(labels)
  return values.length > 0 ? values.join('/') : source
}

/** JSON with the keys of objects in order: equal values give equal text, also after jsonb has reordered them. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

/** The alert as it goes out: in answers, in frames and to channels. */
export function alertToJson(alert: Alert) {
  return {
    id: alert.id,
    rule: alert.rule,
    title: alert.title,
    severity: alert.severity,
    source: alert.source,
    resource: alert.resource,
    labels: alert.labels,
    message: alert.message,
    description: alert.description,
    action: alert.action,
    runbook_url: runbookUrl(alert),
    part_of: alert.partOf,
    evidence: alert.evidence,
    state: alert.state,
    acknowledged: alert.acknowledgedAt !== null,
    acknowledged_by: alert.acknowledgedBy,
    acknowledged_at: timeText(alert.acknowledgedAt),
    acknowledge_comment: alert.acknowledgeComment,
    acknowledge_expires_at: timeText(alert.acknowledgeExpiresAt),
    count: alert.count,
    started_at: alert.startedAt.toISOString(),
    fired_at: timeText(alert.firedAt),
    last_seen_at: alert.lastSeenAt.toISOString(),
    resolved_at: timeText(alert.resolvedAt),
    resolved_by: alert.resolvedBy,
    resolution: alert.resolution,
    resolve_comment: alert.resolveComment,
    flapping: alert.flapping,
    inhibited_by: alert.inhibitedBy,
    silenced_by: alert.silencedBy,
  }
}

/** Where the daemon answers with the page about a built-in rule; null for rules of users, which have none. */
export function runbookUrl({ rule }: Pick<Alert, 'rule'>): string | null {
  return builtInAlerts.has(rule) ? `/runbooks/${rule}` : null
}

function timeText(time: Date | null): string | null {
  return time === null ? null : time.toISOString()
}

/** There is no alert with this id. */
export class AlertNotFoundError extends Error {
  readonly code = 'ERR_ALERT_NOT_FOUND'

  constructor(id: string) {
    super(`alert ${id}: not found`)
    this.name = 'AlertNotFoundError'
  }
}

/** What is over cannot be acknowledged. */
export class AlertResolvedError extends Error {
  readonly code = 'ERR_ALERT_RESOLVED'

  constructor(id: string) {
    super(`alert ${id}: is resolved`)
    this.name = 'AlertResolvedError'
  }
}

import type { Alert } from '../alerts/alert.ts'
import type { Severity } from '../rules/rule.ts'
import type { NewsEvent } from './notifier.ts'

/** What a channel was told of a condition whose end it was not told yet. */
export interface Notice {
  channel: string
  /** Of the condition and the place: while it flaps, one alert after the other. */
  fingerprint: string
  /** Id of the last of them. */
  alertId: string
  /** When it was first told, and when last. */
  openedAt: Date
  toldAt: Date
  /** The gravest severity it was told with. */
  severity: Severity
  /** It was told that it flaps. */
  flapping: boolean
  /** It is known that somebody looks after it. */
  acknowledged: boolean
}

/** A channel, as far as it matters what it is told. */
export interface Audience {
  name: string
  /** The least severity it is told of. */
  minSeverity: Severity
  /** Which news it can tell. */
  news: readonly NewsEvent[]
}

/** When something is told again, or to somebody else. */
export interface PlanSettings {
  /** An alert that still fires is told of again after this; 0 never. */
  repeatMs: number
  /** Channels that are told one after the other, each when nobody acknowledged for so long. */
  escalation: { channels: readonly string[]; afterMs: number }
  /** A condition that flapped is over when it was gone for so long. */
  flappingMs: number
}

/** What has become of the alerts. */
export interface Step {
  /** All that are pending or firing after it. */
  active: readonly Alert[]
  /** Those that are over, and that somebody may not know of yet. */
  ended: readonly Alert[]
  at: Date
}

/** Something that a channel is to be told. */
export interface News {
  channel: string
  event: NewsEvent
  alert: Alert
}

/** What is told, and what is known after that. */
export interface Plan {
  /** In the order in which it has to be told. */
  news: News[]
  /** Notices that are new, or not as they were. */
  kept: Notice[]
  /** Notices whose end is told. */
  closed: Notice[]
}

/**
 * Who is to be told what now: what should be known is compared with what was told, so that neither a crash nor
 * a silence nor an outage loses anything. Notices of other channels are left alone. Pure.
 */
export function plan(
  audiences: readonly Audience[],
  notices: readonly Notice[],
  step: Step,
  settings: PlanSettings,
): Plan {
  const { channels: escalating } = settings.escalation
  const planned: Plan = { news: [], kept: [], closed: [] }
  const open = new Map<string, Notice>()
  const known = new Map(audiences.map((audience) => [audience.name, audience]))
  const active = new Map(step.active.map((alert) => [alert.fingerprint, alert]))
  const ended = new Map(step.ended.map((alert) => [alert.id, alert]))

  for (const notice of notices) {
    const audience = known.get(notice.channel)
    if (audience === undefined) continue
    const end = endOf(notice, active.get(notice.fingerprint), ended, step.at, settings)
    if (end === 'open') {
      open.set(keyOf(notice.channel, notice.fingerprint), notice)
      continue
    }
    planned.closed.push(notice)
    // Of an alert that was forgotten nothing can be told.
    if (end !== null) tell(planned, audience, 'resolved', end)
  }

  const firing = step.active.filter(({ state }) => state === 'firing')
  const ordinary = audiences.filter(({ name }) => !escalating.includes(name))
  for (const alert of firing) {
    for (const audience of ordinary) inform(audience, alert, null)
    const since = unheardSince(alert, ordinary, open)
    for (const [index, name] of escalating.entries()) {
      const audience = known.get(name)
      const waitedMs = (index + 1) * settings.escalation.afterMs
      if (audience !== undefined) inform(audience, alert, new Date(since.getTime() + waitedMs))
    }
  }
  return planned

  function inform(audience: Audience, alert: Alert, notBefore: Date | null): void {
    const key = keyOf(audience.name, alert.fingerprint)
    const before = open.get(key)
    const now = { at: step.at, notBefore, settings }
    const { event, notice } =
      before === undefined ? opening(audience, alert, now) : going(audience, alert, before, now)
    if (notice !== null && notice !== before) {
      planned.kept.push(notice)
      open.set(key, notice)
    }
    if (event !== null) tell(planned, audience, event, alert)
  }
}

const GRAVITY: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 }

interface Moment {
  at: Date
  /** When an escalation reaches the channel; null when it is told at once. */
  notBefore: Date | null
  settings: PlanSettings
}

interface Decision {
  event: NewsEvent | null
  notice: Notice | null
}

/** Whether what a notice is about is over: the alert that is, null when it was forgotten, or `open`. */
function endOf(
  notice: Notice,
  active: Alert | undefined,
  ended: ReadonlyMap<string, Alert>,
  at: Date,
  { flappingMs }: PlanSettings,
): Alert | 'open' | null {
  const end = ended.get(notice.alertId) ?? null
  if (!notice.flapping) return active?.id === notice.alertId ? 'open' : end
  if (active !== undefined) return 'open'
  const goneSince = end?.resolvedAt ?? null
  return goneSince !== null && at.getTime() - goneSince.getTime() < flappingMs ? 'open' : end
}

/** What a channel is told of an alert of which it knows nothing. */
function opening(audience: Audience, alert: Alert, { at, notBefore }: Moment): Decision {
  const nothing = { event: null, notice: null }
  if (isAcknowledged(alert) || !mayTell(audience, alert)) return nothing
  if (notBefore !== null && at < notBefore) return nothing
  const { fingerprint, id: alertId, severity, flapping } = alert
  const event = notBefore !== null ? 'escalated' : flapping ? 'flapping' : 'firing'
  return {
    event: audience.news.includes(event) ? event : 'firing',
    notice: {
      ...{ channel: audience.name, fingerprint, alertId, severity, flapping },
      ...{ openedAt: at, toldAt: at, acknowledged: false },
    },
  }
}

/** What a channel is told of an alert of which it knows. */
function going(audience: Audience, alert: Alert, before: Notice, moment: Moment): Decision {
  const notice = before.alertId === alert.id ? before : { ...before, alertId: alert.id }
  // It was told that there is nothing to be told before it is calm.
  if (before.flapping && alert.flapping) return { event: null, notice }
  if (isAcknowledged(alert)) {
    if (before.acknowledged) return { event: null, notice }
    const event = audience.news.includes('acknowledged') ? 'acknowledged' : null
    return { event, notice: { ...notice, flapping: false, acknowledged: true } }
  }
  if (!mayTell(audience, alert)) return { event: null, notice }
  const event = reasonToTell(alert, before, moment)
  if (event === null) return { event, notice }
  const told = audience.news.includes(event)
  // What is not said of an alert that goes on would be due at every step.
  if (!told && event !== 'flapping') return { event: null, notice }
  const graver = GRAVITY[alert.severity] > GRAVITY[before.severity]
  return {
    event: told ? event : null,
    notice: {
      ...notice,
      ...{ toldAt: moment.at, flapping: alert.flapping, acknowledged: false },
      severity: graver ? alert.severity : before.severity,
    },
  }
}

function reasonToTell(
  { flapping, severity }: Alert,
  before: Notice,
  { at, settings: { repeatMs } }: Moment,
): NewsEvent | null {
  if (flapping) return 'flapping'
  const isCalm = before.flapping
  const lapsed = before.acknowledged
  if (isCalm || lapsed || GRAVITY[severity] > GRAVITY[before.severity]) return 'firing'
  const over = repeatMs > 0 && at.getTime() - before.toldAt.getTime() >= repeatMs
  return over ? 'repeated' : null
}

/** Since when nobody has acknowledged what somebody else was told. */
function unheardSince(
  alert: Alert,
  ordinary: readonly Audience[],
  open: ReadonlyMap<string, Notice>,
): Date {
  const told = ordinary.flatMap(
    ({ name }) => open.get(keyOf(name, alert.fingerprint))?.openedAt ?? [],
  )
  // Where nobody else is told of such alerts, since it fires.
  const base = told.length > 0 ? Math.min(...told.map(Number)) : Number(alert.firedAt)
  return new Date(Math.max(base, Number(alert.acknowledgementLapsedAt)))
}

function mayTell({ name, minSeverity }: Audience, alert: Alert): boolean {
  const { inhibitedBy, silencedBy, severity, labels } = alert
  // That a channel is down cannot be told there.
  if (labels.channel === name) return false
  if (inhibitedBy !== null || silencedBy.length > 0) return false
  return GRAVITY[severity] >= GRAVITY[minSeverity]
}

function isAcknowledged({ acknowledgedAt }: Alert): boolean {
  return acknowledgedAt !== null
}

function tell({ news }: Plan, audience: Audience, event: NewsEvent, alert: Alert): void {
  if (audience.news.includes(event)) news.push({ channel: audience.name, event, alert })
}

function keyOf(channel: string, fingerprint: string): string {
  return `${channel} ${fingerprint}`
}

import { createHash } from 'node:crypto'
import { fingerprintOf, type Alert } from '../../src/alerts/alert.ts'
import { newsEvents } from '../../src/notify/notifier.ts'
import type { Audience, Notice, Plan, PlanSettings } from '../../src/notify/plan.ts'
import { plan, type Step } from '../../src/notify/plan.ts'

/** When tests about notices begin. */
export const BEGIN = Date.parse('2026-11-20T21:00:00Z')
/** So many seconds after that. */
export const after = (seconds: number) => new Date(BEGIN + seconds * 1000)

/** The id of the alert at a place: always the same, and of the right form. */
export function idOf(place: string): string {
  const hex = createHash('sha256').update(place).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

/** An alert that fires at `place`, and is nobody's yet. */
export function alertAt(place: string, given: Partial<Alert> = {}): Alert {
  const rule = given.rule ?? 'Broken'
  const labels = given.labels ?? { place }
  return {
    id: idOf(place),
    fingerprint: fingerprintOf(rule, labels),
    rule,
    title: 'Something is broken',
    severity: 'warning',
    source: 'system',
    resource: place,
    labels,
    message: `${place} is broken`,
    description: 'Mend it.',
    action: '',
    partOf: {},
    evidence: {},
    state: 'firing',
    count: 1,
    startedAt: after(0),
    firedAt: after(0),
    lastSeenAt: after(0),
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
    resolveComment: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgeComment: null,
    acknowledgeExpiresAt: null,
    acknowledgementLapsedAt: null,
    goneSince: null,
    flapping: false,
    inhibitedBy: null,
    silencedBy: [],
    ...given,
  }
}

/** The same, over at a time. */
export const over = (alert: Alert, seconds: number): Alert => ({
  ...alert,
  state: 'resolved',
  resolution: 'auto',
  resolvedAt: after(seconds),
  inhibitedBy: null,
  silencedBy: [],
})

/** A channel that is told of everything. */
export const audience = (name: string, given: Partial<Audience> = {}): Audience => ({
  ...{ name, minSeverity: 'info', news: newsEvents },
  ...given,
})

/** Nothing is repeated, nobody is told later. */
export const quiet: PlanSettings = {
  repeatMs: 0,
  escalation: { channels: [], afterMs: 900_000 },
  flappingMs: 3600_000,
}

/** Channels that are told of one step after the other. */
export class Told {
  readonly audiences: readonly Audience[]
  readonly settings: PlanSettings
  notices: readonly Notice[] = []

  constructor(audiences: readonly Audience[], settings: Partial<PlanSettings> = {}) {
    this.audiences = audiences
    this.settings = { ...quiet, ...settings }
  }

  /** What a step brings them. */
  plan(step: Partial<Step> & { at: Date }): Plan {
    const planned = plan(
      this.audiences,
      this.notices,
      { active: [], ended: [], ...step },
      this.settings,
    )
    this.notices = [
      ...this.notices.filter((notice) => !among(planned.closed, notice)),
      ...planned.kept,
    ].filter((notice, _, all) => all.findLast((other) => same(other, notice)) === notice)
    return planned
  }

  /** The same in brief, some seconds after the begin: `email: firing /srv`. */
  step(seconds: number, active: readonly Alert[], ended: readonly Alert[] = []): string[] {
    const { news } = this.plan({ active, ended, at: after(seconds) })
    return news.map(({ channel, event, alert }) => `${channel}: ${event} ${alert.resource}`)
  }
}

const same = (one: Notice, other: Notice) =>
  one.channel === other.channel && one.fingerprint === other.fingerprint

const among = (notices: readonly Notice[], notice: Notice) =>
  notices.some((other) => same(other, notice))

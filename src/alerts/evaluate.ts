import type { Problem } from '../collectors/collector.ts'
import type { Finding, Rule } from '../rules/rule.ts'
import { mayBeSame, type Reading, type Snapshot } from '../snapshot.ts'
import { fingerprintOf, resourceOf, type Alert, type Resolution } from './alert.ts'
import { inhibit } from './inhibitions.ts'

/** Alerts that are pending or firing, by fingerprint. */
export type ActiveAlerts = ReadonlyMap<string, Alert>

/** What one evaluation does to one alert. An alert that stays as it is has none. */
export interface Change {
  /**
   * opened: new, pending or firing; fired: it held long enough; seen: found again; dropped: gone before
   * it fired, so it never was; shown, hidden: no more, or newly, inhibited; lapsed: the acknowledgement expired.
   */
  kind: 'opened' | 'fired' | 'seen' | 'resolved' | 'dropped' | 'shown' | 'hidden' | 'lapsed'
  /** After the change. */
  alert: Alert
  /** Before it; null when it is new. */
  before: Alert | null
}

/** What an evaluation decided; nothing is carried out yet. */
export interface Evaluation {
  changes: Change[]
  /** Rules that threw; their alerts stay as they are. */
  errors: { rule: string; error: unknown }[]
}

/** What an evaluation is given besides the state of the world. */
export interface Context {
  now: Date
  newId: () => string
}

/** What becomes of the active alerts in the light of a snapshot. Pure. */
export function evaluate(
  active: ActiveAlerts,
  rules: readonly Rule[],
  snapshot: Snapshot,
  context: Context,
): Evaluation {
  const changes: Change[] = []
  const errors: Evaluation['errors'] = []
  for (const rule of rules) {
    const reading = snapshot.readings[rule.subject]
    // Not collected yet, e.g. right after a restart: nothing is known, so nothing is over.
    if (reading === undefined) continue
    try {
      changes.push(...evaluateRule(active, rule, reading, context))
    } catch (error) {
      errors.push({ rule: rule.alert, error })
    }
  }
  changes.push(...withoutRule(active, rules, context.now))
  const lasting = lastingAlerts(active, changes)
  changes.push(...lapsed(lasting, context.now))
  changes.push(...inhibit(lastingAlerts(active, changes), rules))
  return { changes, errors }
}

/** The same for the alerts of one rule. Throws what the rule throws. */
function evaluateRule(
  active: ActiveAlerts,
  rule: Rule,
  reading: Reading<unknown>,
  { now, newId }: Context,
): Change[] {
  if (reading.state === 'failed') return []
  const known = [...active.values()].filter((alert) => alert.rule === rule.alert)
  if (reading.state === 'absent') return known.map((alert) => over(alert, 'absent', now))

  const changes: Change[] = []
  const found = new Set<string>()
  for (const finding of rule.check(reading.value as never)) {
    const fingerprint = fingerprintOf(rule.alert, finding.labels)
    if (found.has(fingerprint)) continue
    found.add(fingerprint)
    const before = active.get(fingerprint)
    changes.push(
      before === undefined
        ? opened(rule, finding, { id: newId(), fingerprint, now })
        : foundAgain(before, rule, finding, now),
    )
  }
  const undecided = rule.undecided?.(reading.value as never)
  for (const alert of known) {
    if (found.has(alert.fingerprint)) continue
    const open =
      undecided?.some((labels) => mayBeSame(labels, alert.labels)) ?? mayStillHold(alert, reading)
    if (open) continue
    changes.push(over(alert, 'auto', now))
  }
  return changes
}

/** Whether the place of the alert could have been among those that were not read. */
function mayStillHold(
  alert: Alert,
  { coverage, problems }: { coverage: 'all' | 'some' | 'none'; problems: readonly Problem[] },
): boolean {
  if (coverage === 'none') return true
  if (coverage === 'all') return false
  return problems.some(({ labels }) => mayBeSame(labels, alert.labels))
}

function opened(
  rule: Rule,
  finding: Finding,
  { id, fingerprint, now }: { id: string; fingerprint: string; now: Date },
): Change {
  const fires = rule.forSeconds <= 0
  const alert: Alert = {
    id,
    fingerprint,
    rule: rule.alert,
    labels: finding.labels,
    ...wordsOf(rule, finding),
    resource: resourceOf(finding.labels, finding.source ?? rule.source),
    state: fires ? 'firing' : 'pending',
    count: 1,
    startedAt: now,
    firedAt: fires ? now : null,
    lastSeenAt: now,
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
  }
  return { kind: 'opened', alert, before: null }
}

function foundAgain(before: Alert, rule: Rule, finding: Finding, now: Date): Change {
  const seen = {
    ...before,
    ...wordsOf(rule, finding),
    count: before.count + 1,
    lastSeenAt: now,
  }
  const heldSeconds = (now.getTime() - before.startedAt.getTime()) / 1000
  if (before.state !== 'pending' || heldSeconds < rule.forSeconds) {
    return { kind: 'seen', alert: seen, before }
  }
  return { kind: 'fired', alert: { ...seen, state: 'firing', firedAt: now }, before }
}

/** What may change while an alert lasts: the words, and what a new version says of the rule. */
function wordsOf(rule: Rule, finding: Finding) {
  return {
    title: finding.name ?? rule.name,
    severity: finding.severity ?? rule.severity,
    source: finding.source ?? rule.source,
    message: finding.message,
    description: finding.description ?? rule.description,
    action: finding.action ?? rule.action ?? '',
    partOf: finding.partOf ?? {},
    evidence: finding.evidence ?? {},
  }
}

function over(before: Alert, resolution: Resolution, now: Date): Change {
  if (before.state === 'pending') return { kind: 'dropped', alert: before, before }
  const alert: Alert = {
    ...before,
    state: 'resolved',
    resolution,
    resolvedAt: now,
    inhibitedBy: null,
    silencedBy: [],
  }
  return { kind: 'resolved', alert, before }
}

/** A rule that is no more will never say that its alerts are over. */
function withoutRule(active: ActiveAlerts, rules: readonly Rule[], now: Date): Change[] {
  const names = new Set(rules.map(({ alert }) => alert))
  return [...active.values()]
    .filter(({ rule }) => !names.has(rule))
    .map((alert) => {
      const change = over(alert, 'auto', now)
      return { ...change, alert: { ...change.alert, resolveComment: 'the rule is gone' } }
    })
}

function lapsed(lasting: readonly Alert[], now: Date): Change[] {
  return lasting
    .filter(({ acknowledgeExpiresAt: end }) => end !== null && end <= now)
    .map((before) => ({ kind: 'lapsed', alert: withoutAcknowledgement(before), before }))
}

function withoutAcknowledgement(alert: Alert): Alert {
  return {
    ...alert,
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgeComment: null,
    acknowledgeExpiresAt: null,
  }
}

/** The alerts that are active once the changes are made, each as its last change leaves it. */
export function lastingAlerts(active: ActiveAlerts, changes: readonly Change[]): Alert[] {
  const lasting = new Map(active)
  for (const { kind, alert } of changes) {
    if (kind === 'resolved' || kind === 'dropped') lasting.delete(alert.fingerprint)
    else lasting.set(alert.fingerprint, alert)
  }
  return [...lasting.values()]
}

import type { Finding, Rule } from '../rules/rule.ts'
import { resourceOf, type Alert, type Resolution } from './alert.ts'
import type { Change } from './change.ts'

/** A condition that was not there before. */
export function opened(
  rule: Rule,
  finding: Finding,
  {
    id,
    fingerprint,
    flapping,
    now,
  }: Pick<Alert, 'id' | 'fingerprint' | 'flapping'> & { now: Date },
): Change {
  const fires = rule.forSeconds <= 0
  const alert: Alert = {
    id,
    fingerprint,
    rule: rule.alert,
    labels: finding.labels,
    ...wordsOf(rule, finding),
    partOf: finding.partOf ?? {},
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
    flapping: fires && flapping,
    inhibitedBy: null,
    silencedBy: [],
  }
  return { kind: 'opened', alert, before: null }
}

/** A condition that still holds, or that lingers; `flapping` tells whether it flaps if it fires now. */
export function foundAgain(
  before: Alert,
  rule: Rule,
  finding: Finding,
  { flapping, now }: { flapping: boolean; now: Date },
): Change {
  const seen: Alert = {
    ...before,
    ...wordsOf(rule, finding),
    // What is not known now, as the library of a drive while the library is gone, is still so.
    partOf: { ...before.partOf, ...finding.partOf },
    count: before.count + 1,
    lastSeenAt: now,
    goneSince: null,
  }
  const heldSeconds = secondsBetween(before.startedAt, now)
  if (before.state !== 'pending' || heldSeconds < rule.forSeconds) {
    return { kind: 'seen', alert: seen, before }
  }
  return { kind: 'fired', alert: { ...seen, state: 'firing', firedAt: now, flapping }, before }
}

/** A condition that does not hold any more: it is over, unless its rule keeps it firing for a while. */
export function notFound(before: Alert, { keepFiringSeconds = 0 }: Rule, now: Date): Change[] {
  const goneSince = before.goneSince ?? now
  if (before.state === 'pending' || secondsBetween(goneSince, now) >= keepFiringSeconds) {
    return [over(before, 'auto', now)]
  }
  if (before.goneSince !== null) return []
  return [{ kind: 'gone', alert: { ...before, goneSince }, before }]
}

/** What has ended; a condition that has not fired yet never was. */
export function over(before: Alert, resolution: Resolution, now: Date): Change {
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

/** What a user has ended, whether it holds or not. */
export function overByHand(
  before: Alert,
  { user, comment }: { user: string; comment?: string | null | undefined },
  now: Date,
): Alert {
  return {
    ...before,
    state: 'resolved',
    resolution: 'manual',
    resolvedAt: now,
    resolvedBy: user,
    resolveComment: comment ?? null,
    inhibitedBy: null,
    silencedBy: [],
  }
}

/** What may change while an alert lasts: the words, and what a new version says of the rule. */
function wordsOf(rule: Rule, finding: Finding) {
  return {
    title: finding.name ?? rule.name,
    severity: finding.severity ?? rule.severity,
    source: finding.source ?? rule.source,
    message: finding.message,
    description: finding.description ?? rule.description,
    action: finding.action ?? rule.action,
    evidence: finding.evidence ?? {},
  }
}

function secondsBetween(one: Date, other: Date): number {
  return (other.getTime() - one.getTime()) / 1000
}

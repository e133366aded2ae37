import type { Problem } from '../collectors/collector.ts'
import type { Finding, Rule } from '../rules/rule.ts'
import { mayBeSame, type Reading, type Snapshot } from '../snapshot.ts'
import { lapsed } from './acknowledgement.ts'
import { fingerprintOf, type Alert } from './alert.ts'
import type { Change } from './change.ts'
import { foundAgain, notFound, opened, over } from './condition.ts'
import { calmed, flaps, type Firings } from './flapping.ts'
import { mute } from './muting.ts'
import type { Silencing } from './silences.ts'

/** Alerts that are pending or firing, by fingerprint. */
export type ActiveAlerts = ReadonlyMap<string, Alert>

/** Alerts as an evaluation wants them. */
export function byFingerprint(alerts: readonly Alert[]): ActiveAlerts {
  return new Map(alerts.map((alert) => [alert.fingerprint, alert]))
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
  /** How often conditions have fired of late; without it none flaps. */
  firings?: Firings | undefined
  /** Which silences mute an alert; without it none does. */
  silencing?: Silencing | undefined
}

/** What becomes of the active alerts in the light of a snapshot. Pure. */
export function evaluate(
  active: ActiveAlerts,
  rules: readonly Rule[],
  snapshot: Snapshot,
  context: Context,
): Evaluation {
  const known = byRule(active)
  const lasting = new Map(active)
  const changes: Change[] = []
  const errors: Evaluation['errors'] = []
  const make = (made: readonly Change[]) => {
    changes.push(...made)
    for (const change of made) apply(change, lasting)
  }
  for (const rule of rules) {
    const reading = snapshot.readings[rule.subject]
    // Not collected yet, e.g. right after a restart: nothing is known, so nothing is over.
    if (reading === undefined) continue
    try {
      make(evaluateRule(known.get(rule.alert) ?? [], rule, reading, context))
    } catch (error) {
      errors.push({ rule: rule.alert, error })
    }
  }
  const { now, firings, silencing } = context
  make(withoutRule(known, rules, now))
  make(lapsed(lasting.values(), now))
  if (firings) make(calmed(lasting.values(), firings, now))
  make(mute(lasting.values(), { rules, silencing, now }))
  return { changes, errors }
}

function byRule(active: ActiveAlerts): Map<string, Alert[]> {
  const known = new Map<string, Alert[]>()
  for (const alert of active.values()) {
    const others = known.get(alert.rule)
    if (others) others.push(alert)
    else known.set(alert.rule, [alert])
  }
  return known
}

/** The same for the alerts of one rule, which are those that are known. Throws what the rule throws. */
function evaluateRule(
  known: readonly Alert[],
  rule: Rule,
  reading: Reading<unknown>,
  { now, newId, firings }: Context,
): Change[] {
  if (reading.state === 'failed') return []
  if (reading.state === 'absent') return known.map((alert) => over(alert, 'absent', now))

  const findings = rule.check(reading.value as never)
  if (findings.length === 0 && known.length === 0) return []
  const left = new Map(known.map((alert) => [alert.fingerprint, alert]))
  const found = new Set<string>()
  const changes: Change[] = []
  for (const finding of findings) {
    const fingerprint = fingerprintOf(rule.alert, finding.labels)
    if (found.has(fingerprint)) continue
    found.add(fingerprint)
    const before = left.get(fingerprint)
    left.delete(fingerprint)
    const flapping = firings !== undefined && flaps(fingerprint, firings)
    changes.push(
      before === undefined
        ? opened(rule, finding, { id: newId(), fingerprint, flapping, now })
        : foundAgain(before, rule, finding, { flapping, now }),
    )
  }
  if (left.size === 0) return changes

  const lingering = lingeringFindings(rule, reading.value)
  const undecided = rule.undecided?.(reading.value as never)
  for (const alert of left.values()) {
    const lingers = alert.state === 'firing' ? lingering.get(alert.fingerprint) : undefined
    const open =
      undecided?.some((labels) => mayBeSame(labels, alert.labels)) ?? mayStillHold(alert, reading)
    if (lingers) changes.push(foundAgain(alert, rule, lingers, { flapping: false, now }))
    else if (!open) changes.push(...notFound(alert, rule, now))
  }
  return changes
}

/** The places where what fires is not over, though it would not begin there. */
function lingeringFindings(rule: Rule, value: unknown): Map<string, Finding> {
  const findings = rule.lingers?.(value as never) ?? []
  return new Map(
    findings.map((finding) => [fingerprintOf(rule.alert, finding.labels), finding] as const),
  )
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

/** A rule that is no more will never say that its alerts are over. */
function withoutRule(
  known: ReadonlyMap<string, readonly Alert[]>,
  rules: readonly Rule[],
  now: Date,
): Change[] {
  const names = new Set(rules.map(({ alert }) => alert))
  return [...known]
    .filter(([rule]) => !names.has(rule))
    .flatMap(([, alerts]) => alerts)
    .map((alert) => {
      const change = over(alert, 'auto', now)
      return { ...change, alert: { ...change.alert, resolveComment: 'the rule is gone' } }
    })
}

/** The alerts that are active once the changes are made, each as its last change leaves it. */
export function lastingAlerts(active: ActiveAlerts, changes: readonly Change[]): Alert[] {
  const lasting = new Map(active)
  for (const change of changes) apply(change, lasting)
  return [...lasting.values()]
}

function apply({ kind, alert }: Change, lasting: Map<string, Alert>): void {
  if (kind === 'resolved' || kind === 'dropped') lasting.delete(alert.fingerprint)
  else lasting.set(alert.fingerprint, alert)
}

import type { Alert } from '../../src/alerts/alert.ts'
import { announcements } from '../../src/alerts/announce.ts'
import { evaluate, lastingAlerts, type ActiveAlerts } from '../../src/alerts/evaluate.ts'
import type { FlappingLimits } from '../../src/alerts/flapping.ts'
import type { Finding, Rule } from '../../src/rules/rule.ts'
import type { Reading } from '../../src/snapshot.ts'
import { read, snapshotOf } from './readings.ts'

type Finder = Rule<'tasks'>

/** A rule about tasks that finds what the reading's value holds: the subject is of no matter here. */
export function ruleOf(given: Partial<Finder> = {}): Finder {
  return {
    alert: 'Broken',
    name: 'Something is broken',
    subject: 'tasks',
    severity: 'warning',
    source: 'system',
    forSeconds: 0,
    description: 'It matters.',
    action: 'Mend it.',
    check: (value) => value as unknown as Finding[],
    ...given,
  }
}

/** A place that is found broken. */
export const place = (name: string, message = `${name} is broken`): Finding => ({
  labels: { place: name },
  message,
})
/** A reading in which these are found. */
export const found = (...findings: Finding[]) => read(findings) as unknown as Reading<never>
/** When the first evaluation of a run is. */
export const start = Date.parse('2026-11-20T21:00:00Z')

/**
 * Evaluates one reading after the other, `stepSeconds` apart, and tells what each brought. With limits conditions
 * flap by what the run itself has seen fire.
 */
export function run(
  rules: Rule[],
  readings: (Reading<never> | undefined)[],
  stepSeconds = 30,
  limits?: FlappingLimits,
) {
  let active: ActiveAlerts = new Map()
  let ids = 0
  const fired: Alert[] = []
  const steps = readings.map((reading, index) => {
    const now = new Date(start + index * stepSeconds * 1000)
    const snapshot = snapshotOf(reading === undefined ? {} : { tasks: reading })
    const { changes, errors } = evaluate(active, rules, snapshot, {
      now,
      newId: () => `id-${++ids}`,
      firings: limits && { ...limits, counts: countsOf(fired, limits, now) },
    })
    fired.push(...changes.flatMap(({ alert }) => (alert.firedAt === now ? [alert] : [])))
    const alerts = lastingAlerts(active, changes)
    active = new Map(alerts.map((alert) => [alert.fingerprint, alert]))
    return {
      alerts,
      errors,
      changes: changes.map(({ kind, alert }) => `${kind} ${alert.rule} ${alert.resource}`),
      announced: announcements(changes, now).map(
        ({ data }) => `${String(data.event)} ${String(data.rule)} ${String(data.resource)}`,
      ),
    }
  })
  return steps
}

function countsOf(fired: readonly Alert[], { windowSeconds }: FlappingLimits, now: Date) {
  const counts = new Map<string, number>()
  for (const { fingerprint, firedAt } of fired) {
    if ((firedAt?.getTime() ?? 0) <= now.getTime() - windowSeconds * 1000) continue
    counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1)
  }
  return counts
}

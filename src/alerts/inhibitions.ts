import type { Rule } from '../rules/rule.ts'
import { fingerprintOf, type Alert } from './alert.ts'
import type { Change } from './evaluate.ts'

/**
 * Which alerts are muted by a firing alert of the same place that says the same and more.
 * A muted alert goes on as any other, but is not announced. Pure.
 */
export function inhibit(active: readonly Alert[], rules: readonly Rule[]): Change[] {
  const inhibitedRules = new Map(rules.map(({ alert, inhibits }) => [alert, inhibits]))
  const inhibitors = new Map<string, string>()
  for (const { id, rule, state, labels } of active) {
    const muted = inhibitedRules.get(rule)
    if (muted !== undefined && state === 'firing') inhibitors.set(fingerprintOf(muted, labels), id)
  }
  const changes: Change[] = []
  for (const before of active) {
    const inhibitedBy = inhibitors.get(before.fingerprint) ?? null
    if (inhibitedBy === before.inhibitedBy) continue
    const kind = inhibitedBy === null ? 'shown' : 'hidden'
    changes.push({ kind, alert: { ...before, inhibitedBy }, before })
  }
  return changes
}

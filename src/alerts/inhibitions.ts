import { inhibitions as builtIn, type AlertPattern, type Inhibition } from '../rules/inhibitions.ts'
import type { Rule } from '../rules/rule.ts'
import { fingerprintOf, type Alert } from './alert.ts'

/**
 * Tells of each alert which firing one mutes it, by its id; null when none does. One that is muted itself,
 * or silenced, still mutes: it is there. While the one that mutes an alert fires, no other takes its place. Pure.
 */
export function inhibitorsOf(
  active: readonly Alert[],
  rules: readonly Rule[],
  inhibitions: readonly Inhibition[] = builtIn,
): (alert: Alert) => string | null {
  const graver = new Map(
    rules.flatMap(({ alert, inhibits }) => (inhibits ? [[alert, inhibits]] : [])),
  )
  const inhibitors = new Map<string, string[]>()
  for (const alert of active) {
    if (alert.state !== 'firing') continue
    const muted = graver.get(alert.rule)
    if (muted !== undefined) add(inhibitors, fingerprintOf(muted, alert.labels), alert.id)
    for (const key of keysOf(alert, 'by', inhibitions)) add(inhibitors, key, alert.id)
  }
  if (inhibitors.size === 0) return () => null
  return (alert) => {
    const keys = [alert.fingerprint, ...keysOf(alert, 'mutes', inhibitions)]
    const ids = keys.flatMap((key) => inhibitors.get(key) ?? [])
    if (alert.inhibitedBy !== null && ids.includes(alert.inhibitedBy)) return alert.inhibitedBy
    return ids[0] ?? null
  }
}

/** One key an inhibition that the alert takes part in: those that meet have the same. */
function keysOf(alert: Alert, role: 'by' | 'mutes', inhibitions: readonly Inhibition[]): string[] {
  const keys: string[] = []
  inhibitions.forEach((inhibition, index) => {
    if (!isOf(alert, inhibition[role])) return
    const values = inhibition.equal.map((name) => alert.labels[name] ?? alert.partOf[name])
    if (!values.includes(undefined)) keys.push(JSON.stringify([index, ...values]))
  })
  return keys
}

function isOf({ rule, source, labels }: Alert, pattern: AlertPattern): boolean {
  if (!pattern.rules.includes(rule)) return false
  if (pattern.labelled !== undefined && labels[pattern.labelled] === undefined) return false
  if (pattern.source !== undefined && pattern.source !== source) return false
  return Object.entries(pattern.labels ?? {}).every(([name, value]) => labels[name] === value)
}

function add(inhibitors: Map<string, string[]>, key: string, id: string): void {
  const known = inhibitors.get(key)
  if (known) known.push(id)
  else inhibitors.set(key, [id])
}

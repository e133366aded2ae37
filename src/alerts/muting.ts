import type { Rule } from '../rules/rule.ts'
import type { Alert } from './alert.ts'
import type { Change } from './change.ts'
import { inhibitorsOf } from './inhibitions.ts'
import type { Silencing } from './silences.ts'

/** What mutes alerts: others of them, by what the rules and inhibitions say, and silences. */
export interface Mutes {
  rules: readonly Rule[]
  silencing: Silencing | undefined
  now: Date
}

/** Which alerts are muted now that were not, or no more, and by what. A muted alert goes on as any other. Pure. */
export function mute(active: Iterable<Alert>, { rules, silencing, now }: Mutes): Change[] {
  const alerts = [...active]
  const inhibitorOf = inhibitorsOf(alerts, rules)
  const changes: Change[] = []
  for (const before of alerts) {
    let alert = before
    const inhibitedBy = inhibitorOf(alert)
    if (inhibitedBy !== alert.inhibitedBy) {
      const kind = inhibitedBy === null ? 'shown' : 'hidden'
      alert = { ...before, inhibitedBy }
      changes.push({ kind, alert, before })
    }
    const silencedBy = silencing?.(alert, now) ?? []
    if (!equal(silencedBy, alert.silencedBy)) {
      changes.push({ kind: 'silenced', alert: { ...alert, silencedBy }, before: alert })
    }
  }
  return changes
}

function equal(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index])
}

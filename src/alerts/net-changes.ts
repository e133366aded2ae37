import { canonical, type Alert } from './alert.ts'
import type { Change } from './change.ts'

/** What a whole evaluation does to one alert. */
export interface NetChange {
  /** As it was before the evaluation; null when it is new. */
  before: Alert | null
  /** As it is after it. */
  alert: Alert
  kinds: readonly Change['kind'][]
}

/** The changes put together by alert, in the order in which the alerts first change. */
export function netChanges(changes: readonly Change[]): NetChange[] {
  const nets = new Map<string, { before: Alert | null; alert: Alert; kinds: Change['kind'][] }>()
  for (const { kind, alert, before } of changes) {
    const net = nets.get(alert.id)
    if (net === undefined) {
      nets.set(alert.id, { before, alert, kinds: [kind] })
    } else {
      net.alert = alert
      net.kinds.push(kind)
    }
  }
  return [...nets.values()]
}

/** Whether anything but the count and the time of the last sighting is different. */
export function differs(one: Alert, other: Alert): boolean {
  const text = (alert: Alert) => canonical({ ...alert, count: 0, lastSeenAt: null })
  return text(one) !== text(other)
}

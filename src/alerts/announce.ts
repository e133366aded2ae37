import type { NewEvent } from '../events/event.ts'
import { alertToJson, type Alert, type AlertTransition } from './alert.ts'
import type { Change } from './change.ts'
import { netChanges } from './net-changes.ts'

/** What goes out on the stream of an alert. Pending ones do not: they may come to nothing. */
export type Announcement = 'firing' | 'resolved' | 'acknowledged'

/**
 * The events of an evaluation, in its order: what begins to fire, or to be seen again after it was inhibited,
 * acknowledged or flapping, and what is over. What another alert mutes is not announced; its end is, because it
 * may have been announced before it was muted. Silences are for channels: the stream shows what they mute.
 */
export function announcements(changes: readonly Change[], at: Date): NewEvent[] {
  return netChanges(changes).flatMap(({ alert, kinds }) => {
    if (kinds.includes('resolved')) return [eventOf(alert, 'resolved', at)]
    const begins = kinds.some((kind) => BEGINNINGS.includes(kind))
    if (!begins || alert.state !== 'firing' || alert.inhibitedBy !== null) return []
    return [eventOf(alert, 'firing', at)]
  })
}

const BEGINNINGS: readonly Change['kind'][] = ['opened', 'fired', 'shown', 'lapsed', 'calmed']

/** The event that says what has become of an alert. */
export function eventOf(alert: Alert, event: Announcement, at: Date): NewEvent {
  return {
    type: 'alert',
    source: 'alerts',
    level: event === 'firing' ? alert.severity : 'info',
    message: `${alert.title}, ${event}: ${alert.message}`,
    data: { event, ...alertToJson(alert) },
    at,
  }
}

/** The steps that go into the history of the alerts. */
export function transitionsOf(
  changes: readonly Change[],
  at: Date,
): (AlertTransition & { alertId: string })[] {
  return changes.flatMap(({ kind, alert, before }) => {
    if (!STEPS.includes(kind)) return []
    const from = kind === 'lapsed' ? ('acknowledged' as const) : fromState(before)
    return [
      { alertId: alert.id, at, from, to: alert.state, by: null, comment: commentOf(kind, alert) },
    ]
  })
}

const STEPS: readonly Change['kind'][] = ['opened', 'fired', 'resolved', 'lapsed', 'calmed']

function fromState(before: Alert | null): 'pending' | 'firing' | null {
  return before === null || before.state === 'resolved' ? null : before.state
}

function commentOf(
  kind: Change['kind'],
  { resolution, resolveComment, flapping }: Alert,
): string | null {
  if (kind === 'lapsed') return 'the acknowledgement expired'
  if (kind === 'calmed') return 'it has fired steadily and flaps no more'
  if (resolution === 'absent') return 'the hardware is absent'
  return kind !== 'resolved' && flapping ? 'it flaps: it has fired often of late' : resolveComment
}

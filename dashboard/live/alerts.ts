import { batch, computed, signal } from '@preact/signals'
import { ask } from '../wire/request.ts'
import type { Alert, Severity } from '../wire/types.ts'
import { onFrames, onMissed } from './stream.ts'

/** The gravest first. */
export const severities: readonly Severity[] = ['critical', 'warning', 'info']

const firing = signal<ReadonlyMap<string, Alert> | null>(null)

/** What is wrong now, the gravest and newest first; null before that is known. */
export const firingAlerts = computed(() =>
  firing.value === null ? null : [...firing.value.values()].sort(graver),
)

/** How many there are, acknowledged or not; null before that is known. */
export const firingCounts = computed(() => {
  const alerts = firingAlerts.value
  if (alerts === null) return null
  const counts = { critical: 0, warning: 0, info: 0 }
  for (const { severity } of alerts) counts[severity] += 1
  return counts
})

/** Asks what is firing and follows the stream from there. */
export function followAlerts(): () => void {
  void load()
  const forget = [
    onFrames(['alert'], (frames) => {
      const next = new Map(firing.peek() ?? [])
      for (const { data } of frames) apply(next, data as unknown as Alert)
      batch(() => (firing.value = next))
    }),
    onMissed(() => void load()),
  ]
  return () => {
    for (const one of forget) one()
    firing.value = null
  }
}

/** Puts in what an action has made of alerts, before the stream says it. */
export function noteAlerts(alerts: readonly Alert[]): void {
  const next = new Map(firing.peek() ?? [])
  for (const alert of alerts) apply(next, alert)
  firing.value = next
}

const PAGE = 1000

async function load(): Promise<void> {
  const found = new Map<string, Alert>()
  let cursor: string | undefined
  do {
    const query = { state: 'firing' as const, limit: PAGE, ...(cursor && { cursor }) }
    const answer = await ask('GET /monitoring/alerts', { query }).catch(() => null)
    // Nothing is not an answer: what was known stays.
    if (answer === null) return
    for (const alert of answer.alerts) found.set(alert.id, alert)
    cursor = answer.next_cursor ?? undefined
  } while (cursor !== undefined)
  firing.value = found
}

function apply(alerts: Map<string, Alert>, alert: Alert): void {
  if (alert.state === 'firing') alerts.set(alert.id, alert)
  else alerts.delete(alert.id)
}

/** Orders the gravest first, among equals the newest. */
export function graver(one: Alert, other: Alert): number {
  const rank = severities.indexOf(one.severity) - severities.indexOf(other.severity)
  return rank === 0 ? other.started_at.localeCompare(one.started_at) : rank
}

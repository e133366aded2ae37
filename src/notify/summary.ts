import type { LoggedMessage } from './log.ts'

/** What a message says, in a line. Pure. */
export function summaryOf({ kind, group, brief }: LoggedMessage): string {
  switch (kind) {
    case 'alerts':
      return alertsText(brief.alerts, group)
    case 'digest':
      return `Digest: ${brief.firing ?? 0} firing, ${brief.resolved ?? 0} resolved`
    case 'report':
      return `Report: ${brief.text ?? ''}`
    case 'test':
      return `Test: ${brief.text ?? ''}`
    case 'event':
      return brief.text ?? ''
  }
}

function alertsText(alerts: LoggedMessage['brief']['alerts'], group: string | null): string {
  const [only, ...others] = alerts
  if (only === undefined) return ''
  if (others.length === 0) return `${only.title}, ${only.event}: ${only.message}`
  const counts = new Map<string, number>()
  for (const { event } of alerts) counts.set(event, (counts.get(event) ?? 0) + 1)
  const counted = [...counts].map(([event, count]) => `${count} ${event}`).join(', ')
  return `${group ?? 'alerts'}: ${counted}`
}

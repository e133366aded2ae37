import { Badge } from '../../ui/value.tsx'
import type { Alert } from '../../wire/types.ts'
import { words } from '../../words/index.ts'

const { states, flags } = words.alerts

/** In which state an alert is, and what else is to be known of it. */
export function StateBadges({ alert }: { alert: Alert }) {
  const { state, acknowledged, acknowledged_by: who } = alert
  return (
    <span class="badges">
      <Badge tone={state === 'resolved' ? 'good' : 'quiet'}>{states[state]}</Badge>
      {acknowledged && (
        <Badge tone="quiet">{who === null ? flags.acknowledged : flags.acknowledgedBy(who)}</Badge>
      )}
      {alert.flapping && <Badge tone="warning">{flags.flapping}</Badge>}
      {alert.inhibited_by !== null && <Badge tone="quiet">{flags.inhibited}</Badge>}
      {alert.silenced_by.length > 0 && <Badge tone="quiet">{flags.silenced}</Badge>}
    </span>
  )
}

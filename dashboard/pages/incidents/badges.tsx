import { Badge, type Tone } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'

/** An incident in a list. */
export type Incident = Answer<'GET /monitoring/incidents'>['incidents'][number]
/** An incident with what belongs to it. */
export type IncidentDetail = Answer<'GET /monitoring/incidents/:id'>

const severityTones: Readonly<Record<Incident['severity'], Tone>> = {
  critical: 'critical',
  high: 'critical',
  medium: 'warning',
  low: 'info',
}
const statusTones: Readonly<Record<Incident['status'], Tone>> = {
  open: 'warning',
  investigating: 'info',
  resolved: 'good',
  closed: 'quiet',
}

/** The gravest first. */
export const severities = ['critical', 'high', 'medium', 'low'] as const

/** How grave an incident is. */
export function IncidentSeverity({ severity }: Pick<Incident, 'severity'>) {
  return <Badge tone={severityTones[severity]}>{words.incidents.severities[severity]}</Badge>
}

/** How far an incident is. */
export function IncidentStatus({ status }: Pick<Incident, 'status'>) {
  return <Badge tone={statusTones[status]}>{words.incidents.statuses[status]}</Badge>
}

/** In the colours of alerts. */
export function gravityOf({ severity, status }: Pick<Incident, 'severity' | 'status'>): string {
  return status === 'resolved' || status === 'closed' ? 'good' : severityTones[severity]
}

import type { NewEvent } from '../events/event.ts'
import type { Incident } from './incident.ts'

/** What goes out on the stream of an incident. */
export type IncidentNews =
  | 'incident_opened'
  | 'incident_changed'
  | 'incident_note'
  | 'incident_alerts_attached'
  | 'incident_alert_detached'
  | 'incident_alerts_over'

/** Who says so on the stream. */
export const EVENT_SOURCE = 'incidents'

const words: Readonly<Record<IncidentNews, string>> = {
  incident_opened: 'opened',
  incident_changed: 'changed',
  incident_note: 'a note was written',
  incident_alerts_attached: 'alerts were attached',
  incident_alert_detached: 'an alert was taken away',
  incident_alerts_over: 'all its alerts are over',
}

/**
 * The event that says what has become of an incident. Everybody reads the stream, and not everybody may know of the
 * incident: it has no title, no text and no name in it. Pure.
 */
export function incidentEvent(incident: Incident, news: IncidentNews, at: Date): NewEvent {
  const { id, status, severity, version } = incident
  const isGrave = severity === 'high' || severity === 'critical'
  return {
    type: 'system',
    source: EVENT_SOURCE,
    level: news === 'incident_opened' && isGrave ? 'warning' : 'info',
    message: `incident ${id}, ${severity}, ${status}: ${words[news]}`,
    data: { event: news, id, status, severity, version },
    at,
  }
}

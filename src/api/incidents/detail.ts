import { Type } from 'typebox'
import { alertToJson } from '../../alerts/alert.ts'
import { explained } from '../../incidents/analyse.ts'
import type { AttachedAlert } from '../../incidents/attached-alerts.ts'
import { listNotes } from '../../incidents/entries.ts'
import {
  incidentStatuses,
  incidentToJson,
  isActive,
  type Incident,
  type Reader,
} from '../../incidents/incident.ts'
import { durationSeconds } from '../../incidents/report.ts'
import { allowedFrom } from '../../incidents/status.ts'
import type { ApiContext } from '../context.ts'
import { toJson } from '../json.ts'
import { flag, integer, labels, nullable, number, oneOf, text, time } from '../schemas.ts'
import { incident, note } from './shapes.ts'

/** Notes that are shown with an incident; the timeline has all. */
const MOST_NOTES = 1000

/** An alert of an incident, without what only the alert itself tells. */
const attached = {
  ...{ id: text, rule: text, title: text, severity: text, source: text, resource: text, labels },
  ...{ part_of: labels, message: text, state: text, acknowledged: flag, flapping: flag },
  ...{ started_at: time, fired_at: nullable(time), resolved_at: nullable(time) },
  ...{ inhibited_by: nullable(text), attached_at: time, attached_by: nullable(text) },
}

/** What may have caused an incident. */
export const cause = Type.Object({
  kind: oneOf(['muting_alert', 'first_alert', 'change', 'common_place']),
  at: nullable(time),
  sentence: text,
  link: nullable(text),
  weight: number,
})

/** An incident with all that belongs to it. */
export const detail = Type.Object({
  ...incident,
  /** Since it began, or from then to its resolution. */
  duration_seconds: integer,
  /** What it can become by this hand. */
  allowed_statuses: Type.Array(oneOf(incidentStatuses)),
  /** What there is to do, where that is known; null otherwise. */
  suggestion: nullable(text),
  /** The one that began first first. */
  alerts: Type.Array(Type.Object(attached)),
  /** The likeliest first; concluded from times and places alone. */
  likely_causes: Type.Array(cause),
  /** The last ones, the oldest first. */
  notes: Type.Array(Type.Object(note)),
  notes_total: integer,
})

/** An incident with all that belongs to it, as the reader may see it. */
export async function detailJson(context: ApiContext, found: Incident, reader: Reader) {
  const { db } = context
  const around = { keeping: context.incidentKeeping(), now: context.now() }
  const { alerts, causes } = await explained(db, found, reader, around)
  const { notes, total } = await listNotes(db, found.id, MOST_NOTES)
  return {
    ...incidentToJson(found),
    duration_seconds: durationSeconds(found, around.now),
    allowed_statuses: allowedFrom(found.status, reader),
    suggestion: suggestionOf(found),
    alerts: alerts.map(attachedJson),
    likely_causes: toJson(causes),
    notes: toJson(notes),
    notes_total: total,
  }
}

function attachedJson({ alert, attachedAt, attachedBy }: AttachedAlert) {
  const { id, rule, title, severity, source, resource, ...json } = alertToJson(alert)
  return {
    ...{ id, rule, title, severity, source, resource, labels: json.labels },
    ...{ part_of: json.part_of, message: json.message, state: json.state },
    ...{ acknowledged: json.acknowledged, flapping: json.flapping },
    ...{ started_at: json.started_at, fired_at: json.fired_at, resolved_at: json.resolved_at },
    ...{ inhibited_by: json.inhibited_by, attached_at: attachedAt.toISOString() },
    attached_by: attachedBy,
  }
}

function suggestionOf(found: Incident): string | null {
  if (!isActive(found) || found.calmSince === null) return null
  return 'All its alerts are over: it can be resolved.'
}

import { Type } from 'typebox'
import { alertToJson } from '../../alerts/alert.ts'
import { explained } from '../../incidents/analyse.ts'
import { listNotes } from '../../incidents/entries.ts'
import { incidentToJson, type Incident, type Reader } from '../../incidents/incident.ts'
import {
  durationSeconds,
  REPORT_LIMITS,
  reportOf,
  type ReportParts,
} from '../../incidents/report.ts'
import { timelinePage, timelineWindow } from '../../incidents/timeline.ts'
import { timelineKinds, type TimelineEntry } from '../../incidents/timeline-entry.ts'
import type { ApiContext } from '../context.ts'
import { doerOf, incident, note, readerOf, visible } from '../incidents/shapes.ts'
import { toJson } from '../json.ts'
import { route } from '../route.ts'
import { data, DEFAULT_LIMIT, id, integer, nullable, oneOf, page, text, time } from '../schemas.ts'

const INCIDENT = '/api/v1/monitoring/incidents/:id'

const addNote = route({
  method: 'post',
  path: `${INCIDENT}/notes`,
  guard: 'incidents:write',
  tag: 'incidents',
  summary: 'Write a note about an incident',
  params: id,
  body: Type.Object({ text: Type.String({ minLength: 1, maxLength: 65_536, pattern: '\\S' }) }),
  answers: { 201: { description: 'The note.', schema: Type.Object(note) } },
  problems: ['incident_not_found'],
  async handle({ params, body, principal, origin, context }) {
    const doer = doerOf(principal, origin)
    return { status: 201, json: toJson(await context.incidents.note(params.id, body.text, doer)) }
  },
})

const anId = Type.String({ minLength: 1, maxLength: 256 })

const attach = route({
  method: 'post',
  path: `${INCIDENT}/alerts`,
  guard: 'incidents:write',
  tag: 'incidents',
  summary: 'Say which alerts belong to an incident',
  description: 'Those that belong to it already stay. All are attached, or none.',
  params: id,
  body: Type.Object({
    alert_ids: Type.Array(anId, { minItems: 1, maxItems: 1000 }),
  }),
  answers: { 200: { description: 'The incident.', schema: Type.Object(incident) } },
  problems: ['incident_not_found', 'alert_not_found', 'alert_pending', 'too_many_alerts'],
  async handle({ params, body, principal, origin, context }) {
    const doer = doerOf(principal, origin)
    const found = await context.incidents.attach(params.id, body.alert_ids, doer)
    return { status: 200, json: incidentToJson(found) }
  },
})

const detach = route({
  method: 'delete',
  path: `${INCIDENT}/alerts/:alert`,
  guard: 'incidents:write',
  tag: 'incidents',
  summary: 'Say that an alert does not belong to an incident',
  description: 'It is not attached by itself again.',
  params: Type.Object({ ...id.properties, alert: anId }),
  answers: { 204: { description: 'It does not belong to it any more.' } },
  problems: ['incident_not_found', 'alert_not_found'],
  async handle({ params, principal, origin, context }) {
    await context.incidents.detach(params.id, params.alert, doerOf(principal, origin))
    return { status: 204 }
  },
})

const entry = {
  ...{ at: time, kind: oneOf(timelineKinds), title: text, source: text, id: text },
  ...{ link: nullable(text), actor: nullable(text), level: text, details: data },
}

const timeline = route({
  method: 'get',
  path: `${INCIDENT}/timeline`,
  guard: 'monitoring:read',
  tag: 'incidents',
  summary: 'What happened from an hour before an incident to its resolution',
  description:
    'In one order, the oldest first: events, movements of cartridges, changes of the configuration, runs of tasks, ' +
    'what people did, steps of alerts, notes, and messages about the alerts of the incident. Of a lasting incident ' +
    'it reaches to now. Who may read the audit trail is told what was before and after, and from where; a viewer is ' +
    'not told of accounts and of other incidents.',
  params: id,
  query: Type.Object({ ...page, cursor: Type.Optional(text) }),
  answers: {
    200: {
      description:
        '`next_cursor` is null on the last page. Of what happened before `events_kept_since` the events are gone.',
      schema: Type.Object({
        entries: Type.Array(Type.Object(entry)),
        total: integer,
        next_cursor: nullable(text),
        since: time,
        until: time,
        events_kept_since: nullable(time),
      }),
    },
  },
  problems: ['incident_not_found'],
  async handle({ params, query, principal, context }) {
    const reader = readerOf(principal)
    const found = await visible(context, params.id, reader)
    const around = { keeping: context.incidentKeeping(), now: context.now() }
    const window = await timelineWindow(context.db, found, reader, around)
    const told = await timelinePage(context.db, window, {
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
      cursor: query.cursor,
    })
    return {
      status: 200,
      json: {
        entries: told.entries.map(entryJson),
        ...{ total: told.total, next_cursor: told.nextCursor },
        ...{ since: told.since.toISOString(), until: told.until.toISOString() },
        events_kept_since: told.eventsKeptSince?.toISOString() ?? null,
      },
    }
  },
})

const report = route({
  method: 'get',
  path: `${INCIDENT}/report`,
  guard: 'monitoring:read',
  tag: 'incidents',
  summary: 'The report about an incident',
  description:
    'Markdown, or with `format=json` the same as JSON, which has the Markdown in it, too: the incident, its alerts with their evidence, what probably ' +
    `caused it, notes, and the first ${REPORT_LIMITS.timeline} entries of its timeline.`,
  params: id,
  query: Type.Object({ format: Type.Optional(oneOf(['markdown', 'json'])) }),
  answers: { 200: { description: 'The report.', contentType: 'text/markdown' } },
  problems: ['incident_not_found'],
  async handle({ params, query, principal, context }) {
    const reader = readerOf(principal)
    const found = await visible(context, params.id, reader)
    const parts = await reportParts(context, found, reader)
    if (query.format === 'json') return { status: 200, json: reportJson(parts) }
    const contentType = 'text/markdown; charset=utf-8'
    return { status: 200, text: { contentType, body: reportOf(parts) } }
  },
})

/** What belongs to an incident: its timeline and report, notes and alerts. */
export const incidentPartRoutes = [timeline, report, addNote, attach, detach]

async function reportParts(
  { db, incidentKeeping, now }: ApiContext,
  incident: Incident,
  reader: Reader,
): Promise<ReportParts> {
  const around = { keeping: incidentKeeping(), now: now() }
  const { alerts, causes, window } = await explained(db, incident, reader, around)
  const { notes, total: notesTotal } = await listNotes(db, incident.id, REPORT_LIMITS.notes)
  const told = await timelinePage(db, window, { limit: REPORT_LIMITS.timeline, offset: 0 })
  return {
    ...{ incident, causes, notes, notesTotal, now: around.now },
    ...{ alerts: alerts.slice(0, REPORT_LIMITS.alerts), alertsTotal: alerts.length },
    ...{ timeline: told.entries, timelineTotal: told.total },
    eventsKeptSince: told.eventsKeptSince,
  }
}

function reportJson(parts: ReportParts) {
  const { incident, alerts, causes, notes, timeline: entries } = parts
  return {
    ...incidentToJson(incident),
    duration_seconds: durationSeconds(incident, parts.now),
    likely_causes: toJson(causes),
    alerts: alerts.map(({ alert }) => alertToJson(alert)),
    alerts_total: parts.alertsTotal,
    notes: toJson(notes),
    notes_total: parts.notesTotal,
    timeline: entries.map(entryJson),
    timeline_total: parts.timelineTotal,
    events_kept_since: parts.eventsKeptSince?.toISOString() ?? null,
    written_at: parts.now.toISOString(),
    markdown: reportOf(parts),
  }
}

/** Details are somebody else's names and values. */
function entryJson({ at, ...told }: TimelineEntry) {
  return { at: at.toISOString(), ...told }
}

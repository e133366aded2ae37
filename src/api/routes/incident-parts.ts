import { Type } from 'typebox'
import { incidentToJson } from '../../incidents/incident.ts'
import { doerOf, incident, note } from '../incidents/shapes.ts'
import { toJson } from '../json.ts'
import { route } from '../route.ts'
import { id } from '../schemas.ts'

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

/** What belongs to an incident: notes and alerts. */
export const incidentPartRoutes = [addNote, attach, detach]

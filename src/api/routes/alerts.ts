import { Type } from 'typebox'
import {
  alertStates,
  alertToJson,
  AlertNotFoundError,
  type Alert,
  type AlertDetail,
  type ListedAlert,
} from '../../alerts/alert.ts'
import { listAlerts } from '../../alerts/list.ts'
import { getAlert } from '../../alerts/store.ts'
import { severities, sources } from '../../rules/rule.ts'
import { auditNote } from '../audit-note.ts'
import { changesBefore, changeKinds } from '../changes.ts'
import type { ApiContext } from '../context.ts'
import { refuseOthers, toldTransitions } from '../fleet/alerts.ts'
import { appliance, whoseOf } from '../fleet/asked.ts'
import { toJson, type Json } from '../json.ts'
import { route } from '../route.ts'
import {
  data,
  DEFAULT_LIMIT,
  flag,
  futureDateOf,
  id,
  integer,
  labels,
  nullable,
  oneOf,
  optionalDate,
  page,
  text,
  time,
} from '../schemas.ts'
import { notification, notificationsOf } from './notifications.ts'

const alert = {
  id: text,
  /** Of a fleet: the appliance whose alert it is, and which alone can change it; null for the daemon's own. */
  appliance: nullable(text),
  rule: text,
  title: text,
  severity: oneOf(severities),
  source: oneOf(sources),
  resource: text,
  labels,
  message: text,
  description: text,
  action: text,
  runbook_url: nullable(text),
  part_of: labels,
  evidence: data,
  state: oneOf(alertStates),
  acknowledged: flag,
  acknowledged_by: nullable(text),
  acknowledged_at: nullable(time),
  acknowledge_comment: nullable(text),
  acknowledge_expires_at: nullable(time),
  count: integer,
  started_at: time,
  fired_at: nullable(time),
  last_seen_at: time,
  resolved_at: nullable(time),
  resolved_by: nullable(text),
  resolution: nullable(oneOf(['auto', 'manual', 'absent'])),
  resolve_comment: nullable(text),
  flapping: flag,
  inhibited_by: nullable(text),
  silenced_by: Type.Array(text),
}

const detail = {
  ...alert,
  transitions: Type.Array(
    Type.Object({
      at: time,
      from: nullable(oneOf(['pending', 'firing', 'acknowledged'])),
      to: oneOf([...alertStates, 'acknowledged']),
      by: nullable(text),
      comment: nullable(text),
      /** What was done about it without being asked: such a step leaves the state as it is. */
      task_id: nullable(text),
    }),
  ),
  /** Null of an alert of an appliance: whom that told is known there. */
  notifications: nullable(Type.Array(notification)),
  /** The oldest first. */
  changes: Type.Array(
    Type.Object({
      at: time,
      kind: oneOf(changeKinds),
      actor: nullable(text),
      action: nullable(text),
      subject: nullable(text),
      message: text,
      level: oneOf(['debug', 'info', 'warning', 'error', 'critical']),
    }),
  ),
  changes_truncated: flag,
}

const list = route({
  method: 'get',
  path: '/api/v1/monitoring/alerts',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'Alerts, also those that are resolved',
  query: Type.Object({
    severity: Type.Optional(oneOf(severities)),
    source: Type.Optional(oneOf(sources)),
    resource: Type.Optional(text),
    rule: Type.Optional(text),
    state: Type.Optional(oneOf(alertStates)),
    acknowledged: Type.Optional(flag),
    inhibited: Type.Optional(
      Type.Boolean({
        description:
          'Only alerts that follow from a graver one that fires, or, with false, none of them',
      }),
    ),
    silenced: Type.Optional(Type.Boolean({ description: 'Whether a silence mutes it now' })),
    flapping: Type.Optional(flag),
    since: Type.Optional(time),
    until: Type.Optional(time),
    q: Type.Optional(text),
    appliance,
    ...page,
    cursor: Type.Optional(text),
  }),
  answers: {
    200: {
      description: 'Newest first. `next_cursor` is null on the last page.',
      schema: Type.Object({
        alerts: Type.Array(Type.Object(alert)),
        total: integer,
        next_cursor: nullable(text),
      }),
    },
  },
  async handle({ query, context }) {
    const { alerts, total, nextCursor } = await listAlerts(context.db, {
      ...query,
      appliance: whoseOf(query.appliance),
      since: optionalDate(query.since, '/query/since'),
      until: optionalDate(query.until, '/query/until'),
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
    })
    return {
      status: 200,
      json: { alerts: alerts.map(listedJson), total, next_cursor: nextCursor },
    }
  },
})

const get = route({
  method: 'get',
  path: '/api/v1/monitoring/alerts/:id',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'One alert, with its history and what else changed in the hour before it',
  description:
    'Of an alert of an appliance the history is what the appliance told of it, and the changes are those there.',
  params: id,
  answers: { 200: { description: 'The alert.', schema: Type.Object(detail) } },
  problems: ['alert_not_found'],
  async handle({ params, context }) {
    return { status: 200, json: await detailJson(context, await existing(context, params.id)) }
  },
})

const acknowledge = route({
  method: 'post',
  path: '/api/v1/monitoring/alerts/:id/acknowledge',
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'Tell the others that somebody looks after an alert',
  description:
    'Of one that is acknowledged already a comment or an end takes the place of what was said before; ' +
    'without either nothing changes.',
  params: id,
  body: Type.Object({
    comment: Type.Optional(nullable(Type.String({ maxLength: 4096 }))),
    expires_at: Type.Optional(nullable(time)),
  }),
  answers: { 200: { description: 'The alert.', schema: Type.Object(detail) } },
  problems: ['alert_not_found', 'alert_resolved', 'appliance_alert'],
  async handle({ params, body, principal, origin, context }) {
    await refuseOthers(context, params.id)
    const { comment, expires_at: end } = body
    const expiresAt =
      typeof end === 'string' ? futureDateOf(end, '/body/expires_at', context.now()) : end
    const how = { user: principal.username, comment, expiresAt }
    await context.alerts.acknowledge(
      params.id,
      how,
      auditNote(context, { action: 'alert.acknowledge', principal, origin, fieldsOf: lifeOf }),
    )
    return { status: 200, json: await detailJson(context, await existing(context, params.id)) }
  },
})

const resolve = route({
  method: 'post',
  path: '/api/v1/monitoring/alerts/:id/resolve',
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'End an alert by hand',
  description: 'If its condition still holds a later evaluation fires a new alert.',
  params: id,
  body: Type.Object({ comment: Type.Optional(nullable(Type.String({ maxLength: 4096 }))) }),
  answers: { 200: { description: 'The alert.', schema: Type.Object(detail) } },
  problems: ['alert_not_found', 'alert_resolved', 'appliance_alert'],
  async handle({ params, body, principal, origin, context }) {
    await refuseOthers(context, params.id)
    const how = { user: principal.username, comment: body.comment ?? null }
    await context.alerts.resolve(
      params.id,
      how,
      auditNote(context, { action: 'alert.resolve', principal, origin, fieldsOf: lifeOf }),
    )
    return { status: 200, json: await detailJson(context, await existing(context, params.id)) }
  },
})

/** Alerts: list, one, acknowledge, resolve. */
export const alertRoutes = [list, get, acknowledge, resolve]

async function existing({ db }: ApiContext, alertId: string): Promise<AlertDetail> {
  const alert = await getAlert(db, alertId)
  if (alert === null) throw new AlertNotFoundError(alertId)
  return alert
}

/** The part of an alert that people change. */
function lifeOf(alert: Alert): Record<string, Json> {
  const { state, acknowledgedBy, acknowledgedAt, acknowledgeExpiresAt, resolvedBy, resolution } =
    alert
  return toJson({
    state: state === 'resolved' ? state : 'active',
    acknowledgedBy,
    acknowledgedAt,
    acknowledgeExpiresAt,
    resolvedBy,
    resolution,
  }) as Record<string, Json>
}

function listedJson(alert: ListedAlert) {
  return { ...alertToJson(alert), appliance: alert.appliance }
}

async function detailJson(context: ApiContext, alert: AlertDetail) {
  const { changes, truncated } = await changesBefore(context.db, alert)
  const { appliance } = alert
  const transitions =
    appliance === null ? alert.transitions : await toldTransitions(context.db, appliance, alert)
  return {
    ...listedJson(alert),
    transitions: toJson(transitions),
    notifications: appliance === null ? await notificationsOf(context, alert.id) : null,
    changes: toJson(changes),
    changes_truncated: truncated,
  }
}

import type { Queryable } from '../db/database.ts'
import { jsonb } from '../db/json.ts'
import { isUuid } from '../db/uuid.ts'
import type { Alert, AlertDetail, AlertTransition, ListedAlert } from './alert.ts'
import { alertColumns, everyAlert } from './rows.ts'

// Any number nobody else locks; migrations have their own.
const LOCK = 7_867_937

/** Lets nobody else change alerts until the transaction ends: two daemons at once take turns. */
export async function lockAlerts(transaction: Queryable): Promise<void> {
  await transaction.query('select pg_advisory_xact_lock($1)', [LOCK])
}

/** Alerts that are pending or firing. */
export async function activeAlerts(database: Queryable): Promise<Alert[]> {
  return database.query<Alert>(
    `select ${alertColumns} from alerts
     where state in ('pending', 'firing')
     order by started_at, id`,
  )
}

/** One alert of the daemon's own; null when there is none with the id. */
export async function findAlert(database: Queryable, id: string): Promise<Alert | null> {
  if (!isUuid(id)) return null
  const [row] = await database.query<Alert>(`select ${alertColumns} from alerts where id = $1`, [
    id,
  ])
  return row ?? null
}

/** Alerts by id, of those that there are. */
export async function findAlerts(database: Queryable, ids: readonly string[]): Promise<Alert[]> {
  return database.query<Alert>(
    `select ${alertColumns} from alerts where id = any ($1::uuid[]) order by started_at, id`,
    [ids],
  )
}

/** One alert of the daemon's own, or of an appliance of a fleet; null when there is none with the id. */
export async function findListedAlert(
  database: Queryable,
  id: string,
): Promise<ListedAlert | null> {
  if (!isUuid(id)) return null
  const [row] = await database.query<ListedAlert>(
    `select ${alertColumns}, appliance from ${everyAlert} where id = $1
     order by appliance nulls first limit 1`,
    [id],
  )
  return row ?? null
}

/** One alert with its history; null when there is none with the id. */
export async function getAlert(database: Queryable, id: string): Promise<AlertDetail | null> {
  const alert = await findListedAlert(database, id)
  if (alert === null) return null
  const transitions = await database.query<AlertTransition>(
    `select at, from_state as "from", to_state as "to", actor as "by", comment,
            task_id as "taskId"
     from alert_transitions
     where alert_id = $1
     order by id`,
    [id],
  )
  return { ...alert, transitions }
}

/** Inserts alerts, or overwrites those that are there. */
export async function saveAlerts(transaction: Queryable, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return
  await transaction.query(
    `insert into alerts (
       id, fingerprint, rule, title, severity, source, resource, labels, message, description, evidence,
       state, count, started_at, fired_at, last_seen_at,
       resolved_at, resolved_by, resolution, resolve_comment,
       acknowledged_at, acknowledged_by, acknowledge_comment, acknowledge_expires_at, inhibited_by,
       action, part_of, acknowledgement_lapsed_at, gone_since, flapping, silenced_by
     )
     select
       id, fingerprint, rule, title, severity, source, resource, labels, message, description, evidence,
       state, count, "startedAt", "firedAt", "lastSeenAt",
       "resolvedAt", "resolvedBy", resolution, "resolveComment",
       "acknowledgedAt", "acknowledgedBy", "acknowledgeComment", "acknowledgeExpiresAt", "inhibitedBy",
       action, "partOf", "acknowledgementLapsedAt", "goneSince", flapping, "silencedBy"
     from jsonb_to_recordset($1) as alert (
       id uuid, fingerprint text, rule text, title text, severity text, source text, resource text,
       labels jsonb, message text, description text, evidence jsonb, state text, count bigint,
       "startedAt" timestamptz, "firedAt" timestamptz, "lastSeenAt" timestamptz,
       "resolvedAt" timestamptz, "resolvedBy" text, resolution text, "resolveComment" text,
       "acknowledgedAt" timestamptz, "acknowledgedBy" text, "acknowledgeComment" text,
       "acknowledgeExpiresAt" timestamptz, "inhibitedBy" uuid, action text, "partOf" jsonb,
       "acknowledgementLapsedAt" timestamptz, "goneSince" timestamptz, flapping boolean,
       "silencedBy" uuid[]
     )
     on conflict (id) do update set
       title = excluded.title,
       severity = excluded.severity,
       source = excluded.source,
       message = excluded.message,
       description = excluded.description,
       evidence = excluded.evidence,
       state = excluded.state,
       count = excluded.count,
       fired_at = excluded.fired_at,
       last_seen_at = excluded.last_seen_at,
       resolved_at = excluded.resolved_at,
       resolved_by = excluded.resolved_by,
       resolution = excluded.resolution,
       resolve_comment = excluded.resolve_comment,
       acknowledged_at = excluded.acknowledged_at,
       acknowledged_by = excluded.acknowledged_by,
       acknowledge_comment = excluded.acknowledge_comment,
       acknowledge_expires_at = excluded.acknowledge_expires_at,
       inhibited_by = excluded.inhibited_by,
       action = excluded.action,
       part_of = excluded.part_of,
       acknowledgement_lapsed_at = excluded.acknowledgement_lapsed_at,
       gone_since = excluded.gone_since,
       flapping = excluded.flapping,
       silenced_by = excluded.silenced_by`,
    [jsonb(alerts)],
  )
}

/** Counts one more evaluation that found the alerts as they were. */
export async function touchAlerts(
  transaction: Queryable,
  ids: readonly string[],
  at: Date,
): Promise<void> {
  if (ids.length === 0) return
  await transaction.query(
    'update alerts set count = count + 1, last_seen_at = $2 where id = any ($1::uuid[])',
    [ids, at],
  )
}

/** Removes alerts that never fired. */
export async function deleteAlerts(transaction: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await transaction.query('delete from alerts where id = any ($1::uuid[])', [ids])
}

/** Adds steps to the history of alerts. */
export async function appendTransitions(
  transaction: Queryable,
  transitions: readonly (AlertTransition & { alertId: string })[],
): Promise<void> {
  if (transitions.length === 0) return
  await transaction.query(
    `insert into alert_transitions (alert_id, at, from_state, to_state, actor, comment, task_id)
     select (step.value->>'alertId')::uuid, (step.value->>'at')::timestamptz, step.value->>'from',
            step.value->>'to', step.value->>'by', step.value->>'comment',
            (step.value->>'taskId')::uuid
     from jsonb_array_elements($1::jsonb) with ordinality as step (value, position)
     order by position`,
    [jsonb(transitions)],
  )
}

/**
 * How often conditions have fired since `begin`, by fingerprint. An alert that a user ended is left out: that its
 * condition, which was not gone, fires again is no sign of flapping.
 */
export async function firingsSince(
  database: Queryable,
  begin: Date,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.query<{ fingerprint: string; firings: number }>(
    `select fingerprint, count(*) as firings
     from alerts
     where fired_at > $1 and resolution is distinct from 'manual'
     group by fingerprint`,
    [begin],
  )
  return new Map(rows.map(({ fingerprint, firings }) => [fingerprint, firings]))
}

/** Which places of some rules users have resolved, and when last: alerts of places that fire again are among them. */
export async function resolvedByHand(
  database: Queryable,
  rules: readonly string[],
): Promise<{ rule: string; labels: Alert['labels']; resolvedAt: Date }[]> {
  return database.query(
    `select rule, labels, max(resolved_at) as "resolvedAt"
     from alerts
     where rule = any ($1) and resolution = 'manual'
     group by rule, labels`,
    [rules],
  )
}

/** How many alerts are pending and firing, by severity; what is over or muted is not counted. */
export async function countAlerts(
  database: Queryable,
): Promise<{ severity: Alert['severity']; state: Alert['state']; count: number }[]> {
  return database.query(
    `select severity, state, count(*) as count
     from alerts
     where state in ('pending', 'firing') and inhibited_by is null
     group by severity, state
     order by severity, state`,
  )
}

import type { Alert } from '../alerts/alert.ts'
import { alertColumns } from '../alerts/rows.ts'
import type { Queryable } from '../db/database.ts'

/** More alerts do not belong to one incident: whoever looks after it has to read them. */
export const MOST_ATTACHED = 1000

/** An alert of an incident. */
export interface AttachedAlert {
  alert: Alert
  attachedAt: Date
  /** The user; null when the daemon did it by itself. */
  attachedBy: string | null
}

/** The alerts of an incident, the one that began first first. */
export async function attachedAlerts(
  database: Queryable,
  incidentId: string,
): Promise<AttachedAlert[]> {
  const rows = await database.query<Alert & { attachedAt: Date; attachedBy: string | null }>(
    `select ${alertColumns}, attached_at as "attachedAt", attached_by as "attachedBy"
     from incident_alerts
     join alerts on alerts.id = incident_alerts.alert_id
     where incident_id = $1 and detached_at is null
     order by started_at, id`,
    [incidentId],
  )
  return rows.map(({ attachedAt, attachedBy, ...alert }) => ({ alert, attachedAt, attachedBy }))
}

/** How many alerts an incident has. */
export async function countAttached(database: Queryable, incidentId: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `select count(*) as count from incident_alerts
     where incident_id = $1 and detached_at is null`,
    [incidentId],
  )
  return row?.count ?? 0
}

/** Attaches alerts, also those that were taken away before; resolves with the ids of those that were not attached. */
export async function attachAlerts(
  transaction: Queryable,
  incidentId: string,
  { alertIds, at, by }: { alertIds: readonly string[]; at: Date; by: string | null },
): Promise<string[]> {
  if (alertIds.length === 0) return []
  const rows = await transaction.query<{ id: string }>(
    `insert into incident_alerts (incident_id, alert_id, attached_at, attached_by)
     select $1, id, $3, $4 from unnest($2::uuid[]) as alert (id)
     on conflict (incident_id, alert_id) do update set
       attached_at = excluded.attached_at,
       attached_by = excluded.attached_by,
       detached_at = null
     where incident_alerts.detached_at is not null
     returning alert_id as id`,
    [incidentId, [...new Set(alertIds)], at, by],
  )
  return rows.map(({ id }) => id)
}

/** Takes an alert away; resolves with whether it was attached. */
export async function detachAlert(
  transaction: Queryable,
  incidentId: string,
  { alertId, at }: { alertId: string; at: Date },
): Promise<boolean> {
  const rows = await transaction.query(
    `update incident_alerts set detached_at = $3
     where incident_id = $1 and alert_id = $2 and detached_at is null
     returning alert_id`,
    [incidentId, alertId, at],
  )
  return rows.length === 1
}

/** An alert that belongs, or has belonged, to an incident. */
export interface AlertLink {
  incidentId: string
  alertId: string
  attached: boolean
}

/** To which incidents alerts belong or belonged, whatever became of these. */
export async function linksOfAlerts(
  database: Queryable,
  alertIds: readonly string[],
): Promise<AlertLink[]> {
  if (alertIds.length === 0) return []
  return database.query<AlertLink & Record<string, unknown>>(
    `select incident_id as "incidentId", alert_id as "alertId", detached_at is null as attached
     from incident_alerts
     where alert_id = any ($1::uuid[])`,
    [alertIds],
  )
}

/** How many alerts incidents have, by id; of those that have none there is nothing. */
export async function attachedCounts(
  database: Queryable,
  incidentIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (incidentIds.length === 0) return new Map()
  const rows = await database.query<{ id: string; count: number }>(
    `select incident_id as id, count(*) as count
     from incident_alerts
     where incident_id = any ($1::uuid[]) and detached_at is null
     group by incident_id`,
    [incidentIds],
  )
  return new Map(rows.map(({ id, count }) => [id, count]))
}

/** Ids of the alerts of an incident. */
export async function attachedIds(database: Queryable, incidentId: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `select alert_id as id from incident_alerts
     where incident_id = $1 and detached_at is null
     order by alert_id`,
    [incidentId],
  )
  return rows.map(({ id }) => id)
}

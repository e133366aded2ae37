import type { Queryable } from '../db/database.ts'
import type { PastAction } from './decide.ts'

/** What was done since then, or for alerts that are active, the oldest first, with what became of it. */
export async function pastActions(
  database: Queryable,
  { since, alertIds }: { since: Date; alertIds: readonly string[] },
): Promise<PastAction[]> {
  const rows = await database.query<
    Omit<PastAction, 'task'> & { state: string | null; error: string | null }
  >(
    `select action.id, remedy, fingerprint, alert_id as "alertId", at, task_id as "taskId",
            told_at as "toldAt", task.state, task.error
     from healing_actions as action left join tasks as task on task.id = task_id
     where at > $1 or alert_id = any ($2::uuid[])
     order by at, action.id`,
    [since, alertIds],
  )
  return rows.map(({ state, error, ...action }) => ({
    ...action,
    task: state === null ? null : { state, error },
  }))
}

/** Writes down that something is done, or that nothing more is. */
export async function insertAction(
  transaction: Queryable,
  action: Omit<PastAction, 'task' | 'toldAt'>,
): Promise<void> {
  await transaction.query(
    `insert into healing_actions (id, remedy, fingerprint, alert_id, at, task_id)
     values ($1, $2, $3, $4, $5, $6)`,
    [action.id, action.remedy, action.fingerprint, action.alertId, action.at, action.taskId],
  )
}

/** Notes that it was told how an action ended; resolves with whether nobody had. */
export async function noteTold(transaction: Queryable, id: string, at: Date): Promise<boolean> {
  const rows = await transaction.query(
    'update healing_actions set told_at = $2 where id = $1 and told_at is null returning id',
    [id, at],
  )
  return rows.length > 0
}

/** Incidents that somebody looks into, or that are somebody's, by the alerts that belong to them. */
export async function incidentsOf(
  database: Queryable,
  alertIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await database.query<{ alertId: string; incidentId: string }>(
    `select alert_id as "alertId", incident_id as "incidentId"
     from incident_alerts join incidents on incidents.id = incident_id
     where alert_id = any ($1::uuid[]) and detached_at is null
       and (status = 'investigating' or status = 'open' and assigned_to is not null)
     order by incidents.created_at`,
    [alertIds],
  )
  return new Map(rows.map(({ alertId, incidentId }) => [alertId, incidentId]))
}

/** Forgets actions from before; resolves with how many. */
export async function forgetActions(database: Queryable, before: Date): Promise<number> {
  const rows = await database.query(
    `delete from healing_actions as action
     where at < $1 and not exists (
       select from alerts where alerts.id = alert_id and alerts.state <> 'resolved'
     )
     returning id`,
    [before],
  )
  return rows.length
}

import { fingerprintOf } from '../alerts/alert.ts'
import type { Queryable } from '../db/database.ts'
import { jsonb } from '../db/json.ts'
import { isUuid } from '../db/uuid.ts'
import type { PlacedAlert } from './decide.ts'

/**
 * Stores alerts of appliances, each once, as they said them. What was said later stays; of what is said at the same
 * place in the order of events the last is taken, as a state is told again and again.
 */
export async function saveToldAlerts(
  transaction: Queryable,
  alerts: readonly PlacedAlert[],
): Promise<void> {
  if (alerts.length === 0) return
  const rows = alerts.map((alert) => ({
    ...alert,
    fingerprint: fingerprintOf(alert.rule, alert.labels),
    silenced_by: alert.silenced_by.filter(isUuid),
    inhibited_by:
      alert.inhibited_by !== null && isUuid(alert.inhibited_by) ? alert.inhibited_by : null,
  }))
  await transaction.query(
    `insert into fleet_alerts as known (
       appliance, epoch, appliance_seq,
       id, fingerprint, rule, title, severity, source, resource, labels, message, description, evidence,
       state, count, started_at, fired_at, last_seen_at,
       resolved_at, resolved_by, resolution, resolve_comment,
       acknowledged_at, acknowledged_by, acknowledge_comment, acknowledge_expires_at, inhibited_by,
       action, part_of, flapping, silenced_by
     )
     select
       appliance, epoch, seq,
       id, fingerprint, rule, title, severity, source, resource, labels, message, description, evidence,
       state, count, started_at, fired_at, last_seen_at,
       resolved_at, resolved_by, resolution, resolve_comment,
       acknowledged_at, acknowledged_by, acknowledge_comment, acknowledge_expires_at, inhibited_by,
       action, part_of, flapping, silenced_by
     from jsonb_to_recordset($1) as alert (
       appliance text, epoch bigint, seq bigint, id uuid, fingerprint text, rule text, title text, severity text,
       source text, resource text, labels jsonb, message text, description text, evidence jsonb, state text,
       count bigint, started_at timestamptz, fired_at timestamptz, last_seen_at timestamptz,
       resolved_at timestamptz, resolved_by text, resolution text, resolve_comment text,
       acknowledged_at timestamptz, acknowledged_by text, acknowledge_comment text,
       acknowledge_expires_at timestamptz, inhibited_by uuid, action text, part_of jsonb, flapping boolean,
       silenced_by uuid[]
     )
     on conflict (appliance, id) do update set
       epoch = excluded.epoch, appliance_seq = excluded.appliance_seq,
       title = excluded.title, severity = excluded.severity, source = excluded.source, message = excluded.message,
       description = excluded.description, evidence = excluded.evidence, state = excluded.state,
       count = excluded.count, fired_at = excluded.fired_at, last_seen_at = excluded.last_seen_at,
       resolved_at = excluded.resolved_at, resolved_by = excluded.resolved_by, resolution = excluded.resolution,
       resolve_comment = excluded.resolve_comment, acknowledged_at = excluded.acknowledged_at,
       acknowledged_by = excluded.acknowledged_by, acknowledge_comment = excluded.acknowledge_comment,
       acknowledge_expires_at = excluded.acknowledge_expires_at, inhibited_by = excluded.inhibited_by,
       action = excluded.action, part_of = excluded.part_of, flapping = excluded.flapping,
       silenced_by = excluded.silenced_by
     where (excluded.epoch, excluded.appliance_seq) >= (known.epoch, known.appliance_seq)`,
    [jsonb(rows)],
  )
}

/** The alerts that an appliance has at a place in the order of its events; every other that it had is over. */
export interface ActiveAlerts {
  appliance: string
  epoch: number
  seq: number
  at: string
  ids: readonly string[]
}

/**
 * Ends the alerts that appliances have no longer. To be asked when all events up to that place are stored: those tell
 * how an alert ended, this only that it did. What was pending just goes, as it does there.
 */
export async function endOtherAlerts(
  transaction: Queryable,
  states: readonly ActiveAlerts[],
): Promise<void> {
  if (states.length === 0) return
  await transaction.query(
    `with over as materialized (
       select alert.appliance, alert.id, alert.state, given.epoch, given.seq, given.at
       from jsonb_to_recordset($1) as given (appliance text, epoch bigint, seq bigint, at timestamptz, ids uuid[])
       join fleet_alerts as alert using (appliance)
       where alert.state <> 'resolved' and (alert.epoch, alert.appliance_seq) <= (given.epoch, given.seq)
         and alert.id <> all (given.ids)
     ), gone as (
       delete from fleet_alerts as alert using over
       where alert.appliance = over.appliance and alert.id = over.id and over.state = 'pending'
     )
     update fleet_alerts as alert set
       state = 'resolved', resolution = 'auto', resolved_at = over.at,
       epoch = over.epoch, appliance_seq = over.seq
     from over
     where alert.appliance = over.appliance and alert.id = over.id and over.state = 'firing'`,
    [jsonb(states)],
  )
}

/** How many alerts of each appliance fire, by severity; what is muted is not counted. */
export async function countToldAlerts(
  database: Queryable,
): Promise<{ appliance: string; severity: string; count: number }[]> {
  return database.query(
    `select appliance, severity, count(*) as count
     from fleet_alerts
     where state = 'firing' and inhibited_by is null
     group by appliance, severity
     order by appliance collate "C", severity`,
  )
}

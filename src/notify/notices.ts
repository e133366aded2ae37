import { jsonb } from '../db/json.ts'
import type { Queryable } from '../db/database.ts'
import type { Notice } from './plan.ts'

/** What the channels were told and not told the end of. */
export async function openNotices(
  transaction: Queryable,
  channels: readonly string[],
): Promise<Notice[]> {
  return transaction.query<Notice & Record<string, unknown>>(
    `select channel, fingerprint, alert_id as "alertId", opened_at as "openedAt", told_at as "toldAt",
            severity, flapping, acknowledged
     from alert_notices
     where channel = any ($1)
     order by opened_at, channel, fingerprint`,
    [channels],
  )
}

/** Inserts notices, or overwrites those of the same channel and condition. */
export async function saveNotices(
  transaction: Queryable,
  notices: readonly Notice[],
): Promise<void> {
  if (notices.length === 0) return
  await transaction.query(
    `insert into alert_notices (
       channel, fingerprint, alert_id, opened_at, told_at, severity, flapping, acknowledged
     )
     select channel, fingerprint, "alertId", "openedAt", "toldAt", severity, flapping, acknowledged
     from jsonb_to_recordset($1) as notice (
       channel text, fingerprint text, "alertId" uuid, "openedAt" timestamptz, "toldAt" timestamptz,
       severity text, flapping boolean, acknowledged boolean
     )
     on conflict (channel, fingerprint) do update set
       alert_id = excluded.alert_id,
       opened_at = excluded.opened_at,
       told_at = excluded.told_at,
       severity = excluded.severity,
       flapping = excluded.flapping,
       acknowledged = excluded.acknowledged`,
    [jsonb(notices)],
  )
}

/** Forgets what channels were told of conditions that are over. */
export async function closeNotices(
  transaction: Queryable,
  notices: readonly Notice[],
): Promise<void> {
  if (notices.length === 0) return
  await transaction.query(
    `delete from alert_notices as notice
     using jsonb_to_recordset($1) as closed (channel text, fingerprint text)
     where notice.channel = closed.channel and notice.fingerprint = closed.fingerprint`,
    [jsonb(notices)],
  )
}

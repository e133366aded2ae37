import { backupsState } from '../backups/state.ts'
import type { Queryable } from '../db/database.ts'
import { steppedSeriesOf } from '../history/stepped.ts'
import type {
  BackupFigures,
  DatabaseFigures,
  IncidentFigures,
  InventoryChange,
  MessageFigures,
  Period,
  TaskFigures,
} from './facts.ts'
import { MOST_ROWS } from './words.ts'

/** Incidents of the period. Rejects as the database does, as all of these do. */
export async function incidentFigures(
  database: Queryable,
  { since, until }: Period,
): Promise<IncidentFigures> {
  const [counts] = await database.query<
    Pick<IncidentFigures, 'opened' | 'resolved' | 'activeTotal'>
  >(
    `select count(*) filter (where created_at > $1 and created_at <= $2) as opened,
            count(*) filter (where resolved_at > $1 and resolved_at <= $2) as resolved,
            count(*) filter (where status in ('open', 'investigating')) as "activeTotal"
     from incidents`,
    [since, until],
  )
  const active = await database.query<IncidentFigures['active'][number] & Record<string, unknown>>(
    `select title, severity, status, assigned_to as "assignedTo", started_at as "startedAt"
     from incidents where status in ('open', 'investigating')
     order by created_at, id limit $1`,
    [MOST_ROWS],
  )
  return { opened: 0, resolved: 0, activeTotal: 0, ...counts, active }
}

/** Tasks that ended in the period. */
export async function taskFigures(
  database: Queryable,
  { since, until }: Period,
): Promise<TaskFigures> {
  const [counts] = await database.query<Omit<TaskFigures, 'failures'>>(
    `select count(*) filter (where state = 'completed') as completed,
            count(*) filter (where state = 'cancelled') as cancelled,
            count(*) filter (where state = 'failed') as failed
     from tasks where finished_at > $1 and finished_at <= $2`,
    [since, until],
  )
  const failures = await database.query<TaskFigures['failures'][number]>(
    `select kind, finished_at as "finishedAt", error
     from tasks where state = 'failed' and finished_at > $1 and finished_at <= $2
     order by finished_at desc, id limit $3`,
    [since, until, MOST_ROWS],
  )
  return { completed: 0, cancelled: 0, failed: 0, ...counts, failures }
}

/** Backups, and when one was last restored onto this database, as far as the audit trail goes back. */
export async function backupFigures(
  database: Queryable,
  { until }: Period,
  overdueHours: number,
): Promise<BackupFigures> {
  const [row] = await database.query<{ at: Date | null }>(
    `select max(at) as at from audit where action = 'database.restore'`,
  )
  return { ...(await backupsState(database, overdueHours, until)), restoredAt: row?.at ?? null }
}

const HOUR_MS = 3_600_000
const MOST_POINTS = 10_000

/** By how much the database grew, as far as its size was noted; null where it was not. */
export async function databaseGrowth(
  database: Queryable,
  { since, until }: Period,
): Promise<DatabaseFigures['grown']> {
  const past = { sinceMs: since.getTime(), untilMs: until.getTime(), atMost: MOST_POINTS }
  const [series] = await steppedSeriesOf(database, 'storwarden_database_size_bytes', past, {
    ...{ stepMs: HOUR_MS, aggregate: 'last' },
  })
  const [first, last] = [series?.points[0], series?.points.at(-1)]
  if (first === undefined || last === undefined || first === last) return null
  return { bytes: last.value - first.value, since: new Date(first.atMs) }
}

/** A message that waits for less is being sent. */
export const WAITING_MINUTES = 10

/** Messages that were given up in the period, and that wait for long, of the channels that have any. */
export async function messageFigures(
  database: Queryable,
  { since, until }: Period,
): Promise<MessageFigures[]> {
  return await database.query<MessageFigures & Record<string, unknown>>(
    `select channel,
            count(*) filter (where given_up_at > $1 and given_up_at <= $2) as "givenUp",
            count(*) filter (where next_attempt_at is not null) as waiting
     from notifications
     where given_up_at > $1 and given_up_at <= $2
        or next_attempt_at is not null and at < $2::timestamptz - make_interval(mins => $3)
     group by channel order by channel`,
    [since, until, WAITING_MINUTES],
  )
}

/** What was seen first in the period, and what is gone since: what was there from the start is not new. */
export async function inventoryChanges(
  database: Queryable,
  { since, until }: Period,
): Promise<InventoryChange[]> {
  return await database.query<InventoryChange & Record<string, unknown>>(
    `with began as (select min(first_seen) + interval '1 hour' as at from inventory)
     select kind, name, virtual, change, at from (
       select kind, name, virtual, 'new' as change, first_seen as at
       from inventory where gone_since is null and kind <> 'session'
       union all
       select kind, name, virtual, 'gone', gone_since from inventory
     ) as changes
     where at > $1 and at <= $2 and (change = 'gone' or at > (select began.at from began))
     order by change, at desc, kind, name
     limit $3`,
    [since, until, 10 * MOST_ROWS],
  )
}

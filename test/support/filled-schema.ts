import type { DatabasePool } from '../../src/db/pool.ts'
import { at, uuid } from './later-schema-rows.ts'
import { rowsSince, type Row } from './schema-rows.ts'

/** Columns that are new, with what they are for a row of before. */
type Added = Readonly<Record<string, Row>>

/** What a row has in a column that a later migration adds. */
export const columnsSince: Readonly<Record<number, Added>> = {
  9: {
    alerts: {
      ...{ action: '', part_of: {}, gone_since: null, acknowledgement_lapsed_at: null },
      ...{ flapping: false, silenced_by: [] },
    },
  },
  12: { notifications: { kind: 'event', group_key: null, answer: null } },
  14: {
    alert_notices: { acknowledged: false },
    notifications: { leased_until: null },
    notification_alerts: { fingerprint: '' },
  },
  15: { inventory: { part_of: {} } },
  17: { events: { created_by: null } },
  18: { metric_series: { submitted: false } },
  22: {
    tasks: {
      ...{ priority: 0, steps: null, steps_done: 0, step_begun: false, attempts: 0, run_id: null },
      ...{ owner: null, leased_until: null, cancel_requested_at: null, cancel_requested_by: null },
    },
  },
  23: {
    users: {
      ...{ must_change_password: false, disabled_at: null, last_login_at: null },
      ...{ oidc_issuer: null, oidc_subject: null },
    },
    sessions: { method: 'password' },
  },
  24: { audit: { request_id: null } },
  27: {
    tasks: {
      ...{ run_at: null, due_seen: false, not_before: null, retries: 0, confirmed_plan: null },
      ...{ advice: null, schedule_id: null },
    },
  },
  // Ada was there when it was made.
  30: { task_schedules: { owner_id: uuid(5, 1) } },
  31: { alert_transitions: { task_id: null } },
  34: { cleaning_uses: { memory_limit: null, memory_at: null } },
  35: { sessions: { attended_at: at('09:00:00') } },
  37: { events: { appliance: null, appliance_seq: null }, metric_series: { appliance: null } },
}

/** Fills the tables of a schema; `changed` has its own values of rows by their `id`. */
export async function fillSchema(
  database: DatabasePool,
  version: number,
  changed: Readonly<Record<string, Row>> = {},
): Promise<void> {
  if (version >= 18) {
    for (const table of ['metric_chunks', 'metric_five_minutes', 'metric_hours']) {
      await database.query(
        `create table ${table}_then partition of ${table}
         for values from (1792454400000) to (1792540800000)`,
      )
    }
  }
  for (const [since, tables] of Object.entries(rowsSince)) {
    if (Number(since) > version) continue
    for (const [table, rows] of Object.entries(tables)) {
      for (const row of rows) await insert(database, table, { ...row, ...changed[String(row.id)] })
    }
  }
  await database.query('update event_sequence set last = 2')
}

async function insert(database: DatabasePool, table: string, row: Row): Promise<void> {
  const columns = Object.keys(row)
    .map((name) => `"${name}"`)
    .join(', ')
  await database.query(
    `insert into ${table} (${columns})
     select ${columns} from jsonb_populate_record(null::${table}, $1)`,
    [JSON.stringify(row)],
  )
}

/** Every row of every table, as JSON in an order; partitions are in that of which they are. */
export async function everyRow(database: DatabasePool): Promise<Record<string, Row[]>> {
  const tables = await database.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = current_schema()::regnamespace
       and relkind in ('r', 'p') and not relispartition and relname <> 'schema_migrations'
     order by relname`,
  )
  const found: Record<string, Row[]> = {}
  for (const { name } of tables) {
    const rows = await database.query<{ row: Row }>(
      `select to_jsonb(it) as row from ${name} as it order by to_jsonb(it)::text`,
    )
    found[name] = rows.map(({ row }) => row)
  }
  return found
}

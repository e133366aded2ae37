import type { Queryable } from './database.ts'

/** A table by what it takes. */
export interface TableSize {
  table: string
  /** With its indexes. */
  bytes: number
  liveRows: number
  /** Rows that are not there any more and take room still. */
  deadRows: number
}

/** A statement that took most of the server's time; its text is not read, as it may have values in it. */
export interface TopStatement {
  /** Of pg_stat_statements: the same for statements that differ in values alone. */
  id: string
  calls: number
  totalSeconds: number
  meanSeconds: number
  rows: number
}

/** How the server is that the daemon works on. What it does not tell this role is null. */
export interface DatabaseActivity {
  serverVersion: string
  /** Of this database. */
  sizeBytes: number | null
  /** Of the server: clients of this and of other databases, by state. */
  connections: readonly { state: string; count: number }[]
  maxConnections: number
  /** Statements of this database that have run for over 5 s, and the longest. */
  slowQueries: number
  longestQuerySeconds: number
  /** Of the transaction of this database that is open for longest; 0 when none is. */
  oldestTransactionSeconds: number
  /** Sessions that wait for a lock. */
  waitingForLocks: number
  /** Share of the blocks that were found in memory since statistics were reset; null before anything was read. */
  cacheHitRatio: number | null
  blocksRead: number
  deadlocks: number
  /** Transactions until numbers of transactions run out are this many of 2^31, 0..1. */
  wraparoundRatio: number
  replicationSlots: readonly { slot: string; active: boolean; retainedBytes: number | null }[]
  /** The largest; partitions count as their table. */
  tables: readonly TableSize[]
  /** Null where the extension pg_stat_statements is not there. */
  topStatements: readonly TopStatement[] | null
}

const TABLES = 10

/** Asks the server, each statement for itself: what this role may not know is not known, the rest is. */
export async function readActivity(database: Queryable): Promise<DatabaseActivity> {
  const [server, sessions, [counts], slots, tables, topStatements] = await Promise.all([
    serverOf(database),
    sessionsOf(database),
    countsOf(database),
    slotsOf(database),
    tablesOf(database),
    topOf(database),
  ])
  return {
    ...server,
    ...sessions,
    cacheHitRatio: counts?.hitRatio ?? null,
    blocksRead: counts?.blocksRead ?? 0,
    deadlocks: counts?.deadlocks ?? 0,
    ...{ replicationSlots: slots, tables, topStatements },
  }
}

async function serverOf(database: Queryable) {
  const [row] = await database.query<{
    serverVersion: string
    maxConnections: number
    sizeBytes: number
    wraparoundRatio: number
  }>(
    `select current_setting('server_version') as "serverVersion",
       current_setting('max_connections')::int as "maxConnections",
       pg_database_size(datname) as "sizeBytes",
       age(datfrozenxid) / 2147483648.0 as "wraparoundRatio"
     from pg_database where datname = current_database()`,
  )
  if (row === undefined) throw new Error('pg_database: not the current database')
  return row
}

async function sessionsOf(database: Queryable) {
  const connections = await database.query<{ state: string; count: number }>(
    `select coalesce(state, 'unknown') as state, count(*) as count
     from pg_stat_activity where backend_type = 'client backend' group by 1 order by 1`,
  )
  const [row] = await database.query<{
    slowQueries: number
    longestQuerySeconds: number
    oldestTransactionSeconds: number
    waitingForLocks: number
  }>(
    `select count(*) filter (where state = 'active' and now() - query_start > interval '5 s')
         as "slowQueries",
       coalesce(max(extract(epoch from now() - query_start)) filter (where state = 'active'), 0)
         as "longestQuerySeconds",
       coalesce(max(extract(epoch from now() - xact_start)), 0) as "oldestTransactionSeconds",
       count(*) filter (where wait_event_type = 'Lock') as "waitingForLocks"
     from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend'
       and pid <> pg_backend_pid() and application_name <> 'storwarden backup'`,
  )
  return {
    connections,
    slowQueries: row?.slowQueries ?? 0,
    longestQuerySeconds: row?.longestQuerySeconds ?? 0,
    oldestTransactionSeconds: row?.oldestTransactionSeconds ?? 0,
    waitingForLocks: row?.waitingForLocks ?? 0,
  }
}

async function countsOf(database: Queryable) {
  return await database.query<{ hitRatio: number | null; blocksRead: number; deadlocks: number }>(
    `select blks_hit / nullif(blks_hit + blks_read, 0)::float8 as "hitRatio",
       blks_read as "blocksRead", deadlocks
     from pg_stat_database where datname = current_database()`,
  )
}

async function slotsOf(database: Queryable) {
  return await database.query<{ slot: string; active: boolean; retainedBytes: number | null }>(
    `select slot_name as slot, active,
       case when pg_is_in_recovery() then null
         else pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) end as "retainedBytes"
     from pg_replication_slots order by slot_name`,
  )
}

async function tablesOf(database: Queryable): Promise<TableSize[]> {
  return await database.query<TableSize & Record<string, unknown>>(
    `select coalesce(parent.relname, stat.relname) as table,
       sum(pg_total_relation_size(stat.relid)) as bytes,
       sum(stat.n_live_tup) as "liveRows", sum(stat.n_dead_tup) as "deadRows"
     from pg_stat_user_tables as stat
     left join pg_inherits on inhrelid = stat.relid
     left join pg_class as parent on parent.oid = inhparent
     where stat.schemaname = current_schema()
     group by 1 order by 2 desc, 1 limit ${TABLES}`,
  )
}

/** The extension has to be loaded by the server, and made in this database. */
async function topOf(database: Queryable): Promise<TopStatement[] | null> {
  const [there] = await database.query<{ there: boolean }>(
    `select to_regclass('pg_stat_statements') is not null as there`,
  )
  if (there?.there !== true) return null
  return await database
    .query<TopStatement & Record<string, unknown>>(
      `select queryid::text as id, calls, total_exec_time / 1000 as "totalSeconds",
         mean_exec_time / 1000 as "meanSeconds", rows
       from pg_stat_statements
       where dbid = (select oid from pg_database where datname = current_database())
         and queryid is not null
       order by total_exec_time desc limit ${TABLES}`,
    )
    .catch(() => null)
}

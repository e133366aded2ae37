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

/** What the server is doing. What it does not tell this role is null. */
export interface DatabaseLoad {
  /** Of the server: clients of this and of other databases, by state. */
  connections: readonly { state: string; count: number }[]
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
  replicationSlots: readonly { slot: string; active: boolean; retainedBytes: number | null }[]
}

/** What changes slowly, and takes the server a look at each of its files. */
export interface DatabaseSizes {
  sizesReadAt: Date
  serverVersion: string
  /** Of this database. */
  sizeBytes: number | null
  maxConnections: number
  /** Transactions until numbers of transactions run out are this many of 2^31, 0..1. */
  wraparoundRatio: number
  /** The largest; partitions count as their table. */
  tables: readonly TableSize[]
  /** Null where the extension pg_stat_statements is not there. */
  topStatements: readonly TopStatement[] | null
}

/** How the server is that the daemon works on. */
export type DatabaseActivity = DatabaseLoad & DatabaseSizes

const TABLES = 10
/** From one look at the sizes to the next. */
const SIZES_MS = 5 * 60_000

/** Asks the server for everything. */
export async function readActivity(database: Queryable, at: Date): Promise<DatabaseActivity> {
  const [load, sizes] = await Promise.all([loadOf(database), sizesOf(database, at)])
  return { ...load, ...sizes }
}

/** Asks again and again, for the sizes every five minutes. */
export function activityReader(
  database: Queryable,
  now: () => Date,
): () => Promise<DatabaseActivity> {
  let sizes: DatabaseSizes | null = null
  return async () => {
    const at = now()
    const load = await loadOf(database)
    if (sizes === null || Math.abs(at.getTime() - sizes.sizesReadAt.getTime()) >= SIZES_MS)
      sizes = await sizesOf(database, at)
    return { ...load, ...sizes }
  }
}

async function loadOf(database: Queryable): Promise<DatabaseLoad> {
  const [[load], replicationSlots] = await Promise.all([
    database.query<Omit<DatabaseLoad, 'replicationSlots'>>(
      `with clients as (
         select coalesce(state, 'unknown') as state, query_start, xact_start, wait_event_type,
           datname = current_database() and pid <> pg_backend_pid()
             and application_name <> 'storwarden backup' as ours
         from pg_stat_activity where backend_type = 'client backend'
       )
       select
         (select coalesce(json_agg(json_build_object('state', state, 'count', count) order by state), '[]')
          from (select state, count(*) as count from clients group by state) as states) as connections,
         count(*) filter (where state = 'active' and now() - query_start > interval '5 s')
           as "slowQueries",
         coalesce(max(extract(epoch from now() - query_start)) filter (where state = 'active'), 0)
           as "longestQuerySeconds",
         coalesce(max(extract(epoch from now() - xact_start)), 0) as "oldestTransactionSeconds",
         count(*) filter (where wait_event_type = 'Lock') as "waitingForLocks",
         max(blks_hit / nullif(blks_hit + blks_read, 0)::float8) as "cacheHitRatio",
         coalesce(max(blks_read), 0) as "blocksRead", coalesce(max(deadlocks), 0) as deadlocks
       from pg_stat_database left join clients on ours
       where pg_stat_database.datname = current_database()`,
    ),
    slotsOf(database),
  ])
  if (load === undefined) throw new Error('pg_stat_database: not the current database')
  return { ...load, replicationSlots }
}

async function sizesOf(database: Queryable, sizesReadAt: Date): Promise<DatabaseSizes> {
  const [server, tables, topStatements] = await Promise.all([
    serverOf(database),
    tablesOf(database),
    topOf(database),
  ])
  return { sizesReadAt, ...server, tables, topStatements }
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

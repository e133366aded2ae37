import type { Queryable } from '../db/database.ts'

/** A table that is partitioned by `begins_at_ms`. */
export interface Partitioned {
  table: 'metric_chunks' | 'metric_five_minutes' | 'metric_hours'
  /** How much time a partition is of; they begin at multiples of it since 1970. */
  partitionMs: number
  /** The column of metric_edges that says from when on it is kept. */
  edge: 'chunks_since_ms' | 'five_minutes_since_ms' | 'hours_since_ms'
}

/**
 * What packs, rolls up or drops does so alone, until its transaction ends; readers are not held up. It has to be
 * the first statement: a transaction of isolation "repeatable read" sees what was committed when it asked first.
 */
export async function lockHistory(transaction: Queryable): Promise<void> {
  await transaction.query('lock table metric_edges in exclusive mode')
}

/** Makes the partition for a moment where there is none. The history has to be locked. */
export async function ensurePartition(
  transaction: Queryable,
  { table, partitionMs }: Partitioned,
  atMs: number,
): Promise<void> {
  const beginsAtMs = Math.floor(atMs / partitionMs) * partitionMs
  const name = `${table}_${dayText(beginsAtMs)}`
  if (await isThere(transaction, name)) return
  // Attached, and not created as a partition: that would have to wait until nobody reads.
  await transaction.query(`create table ${name} (like ${table} including all)`)
  await transaction.query(
    `alter table ${table} attach partition ${name} for values from (${beginsAtMs}) to (${beginsAtMs + partitionMs})`,
  )
}

/** Drops the partitions of which all is from before `beforeMs`; resolves with the begin of what is left. */
export async function dropPartitions(
  transaction: Queryable,
  { table, partitionMs, edge }: Partitioned,
  beforeMs: number,
): Promise<number> {
  const sinceMs = Math.max(0, Math.floor(beforeMs / partitionMs) * partitionMs)
  const names = await partitionsBefore(transaction, table, sinceMs)
  if (names.length > 0) await transaction.query(`drop table ${names.join(', ')}`)
  const [row] = await transaction.query<{ since: number }>(
    `update metric_edges set ${edge} = greatest(${edge}, $1) returning ${edge} as since`,
    [sinceMs],
  )
  return row?.since ?? sinceMs
}

async function isThere(transaction: Queryable, name: string): Promise<boolean> {
  const [row] = await transaction.query<{ there: boolean }>(
    'select to_regclass($1) is not null as there',
    [name],
  )
  return row?.there === true
}

/** Those that end until `sinceMs`, by the bounds that the server has of them. */
async function partitionsBefore(
  transaction: Queryable,
  table: string,
  sinceMs: number,
): Promise<string[]> {
  const rows = await transaction.query<{ name: string }>(
    `select part.oid::regclass::text as name
     from pg_inherits join pg_class as part on part.oid = inhrelid
     where inhparent = $1::regclass
       and substring(pg_get_expr(part.relpartbound, part.oid) from $$TO \\('?(-?\\d+)'?\\)$$)::bigint <= $2
     order by 1`,
    [table, sinceMs],
  )
  return rows.map(({ name }) => name)
}

/** `20261120`, in UTC. */
function dayText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '')
}

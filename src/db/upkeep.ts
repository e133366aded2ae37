import type { Queryable } from './database.ts'
import type { Session } from './session.ts'

/** What the server counts of a table, see pg_stat_user_tables. */
export interface TableStatistics {
  table: string
  liveRows: number
  deadRows: number
  /** Rows that were changed since it was analysed. */
  changedRows: number
}

/** What is done with a table. */
export interface Upkeep {
  table: string
  vacuum: boolean
}

/** Fewer are no trouble, and autovacuum sees to them. */
const DEAD_ROWS = 1_000
const DEAD_SHARE = 0.1
const CHANGED_ROWS = 1_000
const CHANGED_SHARE = 0.1

/** Which tables are vacuumed and analysed, and which are only analysed: those of which much has changed. Pure. */
export function upkeepOf(tables: readonly TableStatistics[]): Upkeep[] {
  return tables.flatMap(({ table, liveRows, deadRows, changedRows }) => {
    const vacuum = deadRows >= DEAD_ROWS && deadRows >= DEAD_SHARE * liveRows
    const analyse = changedRows >= CHANGED_ROWS && changedRows >= CHANGED_SHARE * liveRows
    return vacuum || analyse ? [{ table, vacuum }] : []
  })
}

/** Of the tables of this database that may be vacuumed, the ones with most dead rows first. */
export async function tableStatistics(database: Queryable): Promise<TableStatistics[]> {
  return await database.query<TableStatistics & Record<string, unknown>>(
    `select relid::regclass::text as table, n_live_tup as "liveRows", n_dead_tup as "deadRows",
       n_mod_since_analyze as "changedRows"
     from pg_stat_user_tables
     where schemaname = current_schema()
     order by n_dead_tup desc, relname`,
  )
}

/**
 * Gives the room of dead rows back to the table, and tells the planner what is in it. Others read and write
 * meanwhile. It runs in no transaction, and for as long as it takes: hence a session.
 */
export async function keepUp(session: Session, { table, vacuum }: Upkeep): Promise<void> {
  // The name is the server's own, quoted where it has to be.
  await session.query(vacuum ? `vacuum (analyze) ${table}` : `analyze ${table}`)
}

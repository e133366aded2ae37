import type { Queryable } from '../db/database.ts'
import { storable } from '../db/json.ts'

/** A backup that was restored to see that it can be, and what came of it. */
export interface RestoreDrill {
  id: string
  path: string
  createdBy: string
  startedAt: Date
  /** How long it took to restore and to compare it. */
  seconds: number
  /** Of the backup, as its manifest says; null where that could not be read. */
  backupCreatedAt: Date | null
  host: string | null
  schema: number | null
  version: string | null
  /** What was restored and was the same; null where it was not. */
  tableCount: number | null
  rowCount: number | null
  /** Why it could not be restored, or what differed; null when it was the same. */
  error: string | null
}

/** Writes one down. */
export async function storeDrill(db: Queryable, drill: RestoreDrill): Promise<void> {
  const { id, path, createdBy, startedAt, seconds, backupCreatedAt, host, error } = drill
  await db.query(
    `insert into restore_drills (id, path, created_by, started_at, seconds, backup_created_at, host,
       schema, version, table_count, row_count, error)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ...[id, storable(path), storable(createdBy), startedAt, seconds, backupCreatedAt],
      ...[host === null ? null : storable(host), drill.schema, drill.version],
      ...[drill.tableCount, drill.rowCount, error === null ? null : storable(error)],
    ],
  )
}

/** Newest first, and how many there are without limit and offset. */
export async function listDrills(
  db: Queryable,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ drills: RestoreDrill[]; total: number }> {
  const [count] = await db.query<{ total: number }>('select count(*) as total from restore_drills')
  const drills = await db.query<RestoreDrill>(
    `select id, path, created_by as "createdBy", started_at as "startedAt", seconds,
       backup_created_at as "backupCreatedAt", host, schema, version,
       table_count as "tableCount", row_count as "rowCount", error
     from restore_drills order by started_at desc, id desc limit $1 offset $2`,
    [limit, offset],
  )
  return { drills, total: count?.total ?? 0 }
}

/** Forgets those that began so long ago, but for the newest that went well. */
export async function forgetOldDrills(db: Queryable, before: Date): Promise<number> {
  const rows = await db.query(
    `delete from restore_drills
     where started_at < $1 and id is distinct from (
       select id from restore_drills where error is null order by started_at desc, id desc limit 1)
     returning id`,
    [before],
  )
  return rows.length
}

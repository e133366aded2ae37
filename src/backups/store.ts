import type { Queryable } from '../db/database.ts'
import { storable } from '../db/json.ts'

/** What is known of a backup that was made, or was not. */
export interface BackupRecord {
  id: string
  state: 'completed' | 'failed'
  createdBy: string
  startedAt: Date
  finishedAt: Date
  path: string | null
  sizeBytes: number | null
  /** Of the manifest. */
  sha256: string | null
  schema: number | null
  version: string | null
  tableCount: number | null
  rowCount: number | null
  error: string | null
  verifiedAt: Date | null
  verifySeconds: number | null
  verifyError: string | null
  deletedAt: Date | null
}

const COLUMNS = `id, state, created_by as "createdBy", started_at as "startedAt",
  finished_at as "finishedAt", path, size_bytes as "sizeBytes", sha256, schema, version,
  table_count as "tableCount", row_count as "rowCount", error, verified_at as "verifiedAt",
  verify_seconds as "verifySeconds", verify_error as "verifyError", deleted_at as "deletedAt"`

/** Writes down what became of a backup. */
export async function storeBackup(db: Queryable, backup: BackupRecord): Promise<void> {
  await db.query(
    `insert into backups (id, state, created_by, started_at, finished_at, path, size_bytes, sha256,
       schema, version, table_count, row_count, error)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      ...[backup.id, backup.state, storable(backup.createdBy), backup.startedAt],
      ...[backup.finishedAt, backup.path, backup.sizeBytes, backup.sha256, backup.schema],
      ...[backup.version, backup.tableCount, backup.rowCount],
      backup.error === null ? null : storable(backup.error),
    ],
  )
}

/** Writes down whether a backup could be restored. */
export async function storeVerification(
  db: Queryable,
  id: string,
  { at, seconds, error }: { at: Date; seconds: number; error: string | null },
): Promise<void> {
  await db.query(
    `update backups set
       verified_at = case when $4::text is null then $2::timestamptz end,
       verify_seconds = $3, verify_error = $4
     where id = $1`,
    [id, at, seconds, error === null ? null : storable(error)],
  )
}

/** Writes down that files are gone. */
export async function storeDeletion(
  db: Queryable,
  paths: readonly string[],
  at: Date,
): Promise<void> {
  await db.query(
    `update backups set deleted_at = $2 where path = any($1::text[]) and deleted_at is null`,
    [paths, at],
  )
}

/** Newest first, and how many there are without limit and offset. */
export async function listBackups(
  db: Queryable,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ backups: BackupRecord[]; total: number }> {
  const [count] = await db.query<{ total: number }>('select count(*) as total from backups')
  const backups = await db.query<BackupRecord>(
    `select ${COLUMNS} from backups order by started_at desc, id desc limit $1 offset $2`,
    [limit, offset],
  )
  return { backups, total: count?.total ?? 0 }
}

/** The newest, the newest that was made, and the newest that was verified. */
export async function latestBackups(db: Queryable): Promise<{
  last: BackupRecord | null
  completed: BackupRecord | null
  verified: BackupRecord | null
}> {
  const rows = await db.query<BackupRecord & { what: string }>(
    `(select 'last' as what, ${COLUMNS} from backups order by started_at desc, id desc limit 1)
     union all
     (select 'completed', ${COLUMNS} from backups where state = 'completed'
      order by started_at desc, id desc limit 1)
     union all
     (select 'verified', ${COLUMNS} from backups where verified_at is not null
      order by started_at desc, id desc limit 1)`,
  )
  const the = (wanted: string) => {
    const found = rows.find(({ what }) => what === wanted)
    if (found === undefined) return null
    const { what: which, ...backup } = found
    return which === wanted ? backup : null
  }
  return { last: the('last'), completed: the('completed'), verified: the('verified') }
}

/** Paths of files that were verified, newest first. */
export async function verifiedPaths(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ path: string }>(
    `select path from backups where verified_at is not null and deleted_at is null
     order by started_at desc limit 1000`,
  )
  return rows.map(({ path }) => path)
}

/** Forgets what is known of backups that began so long ago; the files are not touched. */
export async function forgetOldBackups(db: Queryable, before: Date): Promise<number> {
  const rows = await db.query(
    'delete from backups where started_at < $1 and (deleted_at is not null or path is null) returning id',
    [before],
  )
  return rows.length
}

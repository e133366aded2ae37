import { stat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { TarReader } from '../archive/tar.ts'
import { migrate } from '../db/migrate.ts'
import type { Session } from '../db/session.ts'
import { BackupError } from './backup-error.ts'
import { readCatalog } from './catalog.ts'
import { backupsAmong } from './files.ts'
import { checkSchema, dropEverything, inTransaction, loadDatabase, readManifest } from './load.ts'
import type { OnProgress } from './dump.ts'
import type { Manifest } from './manifest.ts'
import { checkFiles } from './verify.ts'

/** A backup that is open to be restored; closed by who opened it. */
export interface OpenBackup {
  path: string
  archive: TarReader
  manifest: Manifest
}

/** Opens a backup, or the newest of a directory. Rejects with BackupError or ArchiveError. */
export async function openBackup(fileOrDirectory: string, migrations: string): Promise<OpenBackup> {
  const path = await backupAt(fileOrDirectory)
  const archive = await TarReader.open(path)
  try {
    const manifest = await readManifest(archive)
    await checkSchema(manifest, migrations)
    await checkFiles(archive, manifest)
    return { path, archive, manifest }
  } catch (error) {
    await archive.close()
    throw error
  }
}

/** The file, or the newest backup of a directory. Rejects with BackupError when there is none. */
export async function backupAt(path: string): Promise<string> {
  const there = await stat(path).catch((cause: unknown) => {
    throw new BackupError('ERR_BACKUP_NOT_FOUND', `${path}: is not there`, { cause })
  })
  if (!there.isDirectory()) return path
  const [newest] = backupsAmong(await readdir(path))
  if (newest !== undefined) return join(path, newest)
  throw new BackupError('ERR_BACKUP_NOT_FOUND', `${path}: has no backup in it`)
}

/** Rejects with BackupError when a daemon works on the database. */
export async function requireNobody(session: Session): Promise<void> {
  const [row] = await session.query<{ others: number }>(
    `select count(*) as others from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()
       and application_name like 'storwarden%'`,
  )
  if ((row?.others ?? 0) === 0) return
  throw new BackupError(
    'ERR_DATABASE_IN_USE',
    'a storwardend works on the database: stop it first (systemctl stop storwardend)',
  )
}

/** Rows that are in the database, by their tables; empty where there is nothing yet. */
export async function isEmpty(session: Session): Promise<boolean> {
  return (await readCatalog(session)).tables.length === 0
}

/**
 * Restores the database in one transaction: it is as it was in the backup, with the schema of this version, or
 * nothing has happened. What there was is dropped in the same. Tasks that were not over are cancelled: what was asked
 * for before the machine was lost is not to be done to the new one. Resolves with the migrations that were applied.
 */
export async function restoreDatabase(
  session: Session,
  { archive, manifest }: OpenBackup,
  options: { migrations: string; now: Date; force: boolean; onProgress?: OnProgress },
): Promise<{ migrated: string[]; cancelledTasks: number }> {
  const { migrations, now, force, onProgress } = options
  return await session.transaction(async () => {
    if (!(await isEmpty(session))) {
      if (!force) {
        throw new BackupError(
          'ERR_DATABASE_NOT_EMPTY',
          'the database is not empty: --force drops all that is in it',
        )
      }
      await dropEverything(session)
    }
    await loadDatabase(session, archive, manifest, migrations, onProgress)
    const migrated = await migrate(inTransaction(session), migrations)
    const cancelledTasks = await cancelTasks(session, manifest, now)
    return { migrated, cancelledTasks }
  })
}

async function cancelTasks(session: Session, manifest: Manifest, now: Date): Promise<number> {
  const rows = await session.query(
    `update tasks set state = 'cancelled', finished_at = greatest($1, started_at, created_at),
       run_id = null, owner = null, leased_until = null,
       error = 'was not over when the backup of ' || $2 || ' was made, which was restored'
     where state in ('pending', 'running') returning id`,
    [now, manifest.created_at],
  )
  return rows.length
}

import { createHash } from 'node:crypto'
import { TarReader } from '../archive/tar.ts'
import type { DatabaseConnection } from '../db/pool.ts'
import { onOtherDatabase, openSession, type Session } from '../db/session.ts'
import { BackupError } from './backup-error.ts'
import { quoted } from './catalog.ts'
import { digestTable } from './dump.ts'
import { checkSchema, loadDatabase, readManifest } from './load.ts'
import type { Manifest } from './manifest.ts'

/** Where a backup is restored to be looked at. */
export interface VerifyOptions {
  connection: DatabaseConnection
  migrations: string
}

/**
 * Restores all of a backup into a database of its own, which is dropped afterwards, reads it again and compares rows
 * and checksums of every table. Resolves with what is in it. Rejects with BackupError when anything differs.
 */
export async function verifyBackup(path: string, options: VerifyOptions): Promise<Manifest> {
  const archive = await TarReader.open(path)
  try {
    const manifest = await readManifest(archive)
    await checkSchema(manifest, options.migrations)
    await checkFiles(archive, manifest)
    await onScratch(options.connection, async (scratch) => {
      await scratch.transaction(() => loadDatabase(scratch, archive, manifest, options.migrations))
      await compare(scratch, manifest)
    })
    return manifest
  } finally {
    await archive.close()
  }
}

/** Rejects with BackupError when a file of the backup is not what it was. */
export async function checkFiles(archive: TarReader, { files }: Manifest): Promise<void> {
  for (const { member, sha256 } of files) {
    const hash = createHash('sha256')
    for await (const block of archive.read(member)) hash.update(block)
    if (hash.digest('hex') !== sha256) {
      throw new BackupError('ERR_BACKUP_DAMAGED', `${member}: its checksum is not right`)
    }
  }
}

async function compare(scratch: Session, { tables }: Manifest): Promise<void> {
  for (const table of tables) {
    const { rows, sha256 } = await digestTable(scratch, table)
    if (rows !== table.rows) {
      throw new BackupError(
        'ERR_BACKUP_DIFFERS',
        `${table.name}: ${rows} rows were restored, ${table.rows} were backed up`,
      )
    }
    if (sha256 !== table.sha256) {
      throw new BackupError('ERR_BACKUP_DIFFERS', `${table.name}: what was restored differs`)
    }
  }
}

/** A database of its own on the same server, by a name that no two databases of it share. */
async function onScratch(
  connection: DatabaseConnection,
  work: (scratch: Session) => Promise<void>,
): Promise<void> {
  const main = await openSession({ connection, name: 'storwarden backup' })
  try {
    const name = await makeScratch(main)
    try {
      const scratch = await openSession({
        connection: onOtherDatabase(connection, name),
        name: 'storwarden backup',
      })
      try {
        await work(scratch)
      } finally {
        await scratch.close()
      }
    } finally {
      await dropDatabase(main, name)
    }
  } finally {
    await main.close()
  }
}

/** One that an end in the midst has left is dropped first. */
async function makeScratch(main: Session): Promise<string> {
  const [row] = await main.query<{ name: string }>(
    `select 'storwarden_verify_' || oid as name from pg_database where datname = current_database()`,
  )
  const name = row?.name ?? 'storwarden_verify'
  try {
    await dropDatabase(main, name)
    await main.query(`create database ${quoted(name)} encoding 'UTF8' template template0`)
    return name
  } catch (cause) {
    throw new BackupError(
      'ERR_NO_SCRATCH_DATABASE',
      `there is no database to restore it into: ${(cause as Error).message}; alter role … createdb lets it be made`,
      { cause },
    )
  }
}

async function dropDatabase(main: Session, name: string): Promise<void> {
  await main.query(`drop database if exists ${quoted(name)} with (force)`)
}

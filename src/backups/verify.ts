import { createHash } from 'node:crypto'
import { TarReader } from '../archive/tar.ts'
import type { Session } from '../db/session.ts'
import { BackupError } from './backup-error.ts'
import { digestTable } from './dump.ts'
import { checkSchema, loadDatabase, readManifest } from './load.ts'
import type { Manifest } from './manifest.ts'
import { onScratch, type ScratchOptions } from './scratch.ts'

/** Where a backup is restored to be looked at. */
export interface VerifyOptions extends ScratchOptions {
  migrations: string
  /** Told what is in the backup, once that is known. */
  onManifest?: (manifest: Manifest) => void
}

/**
 * Restores all of a backup into a database of its own, which is dropped afterwards, reads it again and compares rows
 * and checksums of every table. Resolves with what is in it. Rejects with BackupError when anything differs.
 */
export async function verifyBackup(path: string, options: VerifyOptions): Promise<Manifest> {
  const archive = await TarReader.open(path)
  try {
    const manifest = await readManifest(archive)
    options.onManifest?.(manifest)
    await checkSchema(manifest, options.migrations)
    await checkFiles(archive, manifest)
    await onScratch(options, manifest.database.bytes, async (scratch) => {
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

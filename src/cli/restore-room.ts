import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BackupError } from '../backups/backup-error.ts'
import { requireSpace, spaceFor } from '../backups/files.ts'
import type { Manifest } from '../backups/manifest.ts'
import { RESTORED_FACTOR } from '../backups/scratch.ts'
import type { Config } from '../config/schema.ts'
import type { Terminal } from './terminal.ts'

/**
 * Rejects with BackupError when the embedded database would not have the room. What is there and is dropped is
 * there until all of it is restored. Of a server that is named nobody here knows how much it has.
 */
export async function requireRoom(
  { database, state_dir: stateDir }: Config,
  manifest: Pick<Manifest, 'database'>,
  terminal: Pick<Terminal, 'note'>,
): Promise<void> {
  const neededBytes = manifest.database.bytes * RESTORED_FACTOR
  if (database.url !== null) {
    const needed = spaceFor(neededBytes)
    terminal.note(`whether the server has the room is not known: about ${needed} are needed`)
    return
  }
  try {
    await requireSpace(await nearestThere(stateDir), neededBytes)
  } catch (error) {
    if (!(error instanceof BackupError)) throw error
    const advice = 'make room, or name another directory by --state-dir; nothing was changed'
    throw new BackupError(error.code, `${error.message}: ${advice}`, { cause: error })
  }
}

/** The directory, or the nearest above it: an empty machine has none yet. */
async function nearestThere(path: string): Promise<string> {
  const there = await access(path).then(
    () => true,
    () => false,
  )
  if (there || dirname(path) === path) return path
  return await nearestThere(dirname(path))
}

import { constants } from 'node:fs'
import { chmod, copyFile, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { makeDirectory } from '../make-directory.ts'
import { BackupError, withoutSpace } from './backup-error.ts'

/** `storwarden-<host>-20261128T024400Z.tar` */
const NAME = /^storwarden-([a-z0-9.-]+)-(\d{8}T\d{6}Z)\.tar$/
/** What was begun by process 123 and is not done. */
const PARTIAL = /^\.storwarden-[a-z0-9.-]+-\d{8}T\d{6}Z\.tar\.(\d+)$/
/** Left to the others on the disk. */
const MARGIN_BYTES = 64 * 1024 ** 2

/** The name of the file of a backup; names of hosts may hold what names of files should not. */
export function backupName(host: string, at: Date): string {
  const safe = host.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '-')
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `storwarden-${safe === '' ? 'host' : safe}-${time}.tar`
}

/** The backups of a host among the names of a directory, the newest first. */
export function backupsAmong(names: readonly string[], host: string | null = null): string[] {
  const found = names.flatMap((name) => {
    const [, of, time] = NAME.exec(name) ?? []
    const wanted = host === null ? of : NAME.exec(backupName(host, new Date(0)))?.[1]
    return of !== undefined && time !== undefined && of === wanted ? [{ name, time }] : []
  })
  return found.sort((a, b) => (a.time < b.time ? 1 : -1)).map(({ name }) => name)
}

/** What goes when so many are kept: never the newest that is known to be good. */
export function prunable(
  newestFirst: readonly string[],
  keep: number,
  isVerified: (name: string) => boolean,
): string[] {
  const good = newestFirst.find(isVerified)
  return newestFirst.slice(keep).filter((name) => name !== good)
}

/** Makes the directory for its owner alone. Rejects with BackupError when nothing can be written there. */
export async function prepareDirectory(directory: string): Promise<void> {
  try {
    if (makeDirectory(directory)) await chmod(directory, 0o700)
    const { O_RDONLY, O_DIRECTORY } = constants
    await (await open(directory, O_RDONLY | O_DIRECTORY)).close()
    await removeLeftovers(directory)
  } catch (cause) {
    throw new BackupError('ERR_BACKUP_DIRECTORY', `${directory}: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** Of processes that are no more. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, pid] = PARTIAL.exec(name) ?? []
    if (pid === undefined || runs(Number(pid))) continue
    await rm(join(directory, name), { force: true })
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** About what it takes to write so much. */
export function spaceFor(bytes: number): string {
  return mebibytes(bytes + MARGIN_BYTES)
}

/** Rejects with BackupError when so much does not fit, before anything is written. */
export async function requireSpace(directory: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory)
  const availableBytes = bavail * bsize
  if (availableBytes >= neededBytes + MARGIN_BYTES) return
  throw new BackupError(
    'ERR_BACKUP_NO_SPACE',
    `${directory}: ${mebibytes(availableBytes)} free, about ${spaceFor(neededBytes)} are needed`,
  )
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MiB`
}

/**
 * Writes a file that appears whole or not at all, for its owner alone, and is on the disk when this resolves with its
 * size and what `produce` has. What fails leaves nothing.
 */
export async function writeWhole<T>(
  directory: string,
  name: string,
  produce: (file: Awaited<ReturnType<typeof open>>) => Promise<T>,
): Promise<{ size: number; result: T }> {
  const partial = join(directory, `.${name}.${process.pid}`)
  try {
    const file = await open(partial, 'wx', 0o600)
    let result: T
    try {
      result = await produce(file)
      await file.sync()
    } finally {
      await file.close()
    }
    const { size } = await stat(partial)
    await rename(partial, join(directory, name))
    await syncDirectory(directory)
    return { size, result }
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw withoutSpace(error, directory)
  }
}

/** A name that was given has to be on the disk, too. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Puts a file into the place of another, which is kept beside it; resolves with where, null where there was none. */
export async function replaceFile(
  path: string,
  content: Uint8Array,
  mode: number,
): Promise<string | null> {
  const before = `${path}.before-restore`
  const replaced = await copyFile(path, before).then(
    () => before,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    },
  )
  const unfinished = `${path}.new`
  const file = await open(unfinished, 'w', mode)
  try {
    await file.writeFile(content)
    await file.chmod(mode)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  return replaced
}

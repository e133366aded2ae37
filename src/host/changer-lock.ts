import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { lstat, mkdir, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { HostError } from './host.ts'

/** A changer is used by somebody who honours the same lock. */
export class ChangerLockedError extends HostError {
  constructor(path: string, waitedSeconds: number) {
    super(
      'ERR_CHANGER_LOCKED',
      `${path}: somebody else has the changer, for ${waitedSeconds} s and longer`,
    )
  }
}

/** The lock cannot be had, whoever has it. */
export class ChangerLockError extends HostError {
  constructor(path: string, reason: string, cause?: unknown) {
    super('ERR_CHANGER_LOCK', `${path}: ${reason}`, cause === undefined ? {} : { cause })
  }
}

/** Keeps a changer for one at a time. */
export interface ChangerLock {
  /**
   * Does the work while nobody else who honours the lock has the changer. Rejects with ChangerLockedError, with
   * ChangerLockError, or as the work does.
   */
  held<T>(changer: string, work: () => Promise<T>): Promise<T>
}

/** Locks that others find there before they are taken for the first time. */
export interface PreparedLocks {
  /** Makes the file of a changer, where there is none. Rejects with ChangerLockError. */
  prepare(changer: string): Promise<void>
}

/** Where the locks are, and how long somebody else is waited for. */
export interface ChangerLockOptions {
  directory: () => string
  waitSeconds: () => number
}

const CONFLICT = 75

/** The file of a changer: its serial number, of which nothing is left that would lead elsewhere. */
export function changerLockFile(directory: string, changer: string): string {
  const name = changer.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\./, '_')
  return join(directory, `changer-${name === '' ? '_' : name}.lock`)
}

/**
 * By flock(2) on a file for each changer, which others take with flock(1). Such a lock belongs to the open file:
 * flock(1) locks the descriptor that it is handed and ends, and the kernel keeps it until this process closes the file
 * or dies. The file stays, as removing it would let two lock files of one name.
 */
export function changerLock({
  directory,
  waitSeconds,
}: ChangerLockOptions): ChangerLock & PreparedLocks {
  return {
    async held(changer, work) {
      const folder = directory()
      const path = changerLockFile(folder, changer)
      const file = await opened(folder, path)
      try {
        await lock(file.fd, path, waitSeconds())
        await assertStillThere(file, path)
        return await work()
      } finally {
        await file.close()
      }
    },
    async prepare(changer) {
      const folder = directory()
      const file = await opened(folder, changerLockFile(folder, changer))
      await file.close()
    },
  }
}

const { O_RDONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants
const LOOK = O_RDONLY | O_NOFOLLOW | O_NONBLOCK

/** Others may be allowed to write in the directory, or nobody would have to be asked which it is. */
async function opened(folder: string, path: string): Promise<FileHandle> {
  try {
    // Not `recursive`: below /proc and its like that would never return.
    await mkdir(folder, 0o755).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
    const isShared = await isSharedWithAll(folder, path)
    // What is there is opened without O_CREAT, which the kernel refuses for files of others in such directories
    // (fs.protected_regular of proc_sys_fs(5)).
    const file = await open(path, LOOK).catch(async (error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error
      const made = await open(path, LOOK | O_CREAT | O_EXCL, 0o644).catch((other: unknown) => {
        if (codeOf(other) !== 'EEXIST') throw other
        return null
      })
      return made ?? (await open(path, LOOK))
    })
    try {
      await assertLockFile(file, path, isShared)
    } catch (error) {
      await file.close()
      throw error
    }
    return file
  } catch (error) {
    if (error instanceof ChangerLockError) throw error
    const code = codeOf(error) ?? 'unknown'
    throw new ChangerLockError(path, code === 'ELOOP' ? 'it is a link' : code, error)
  }
}

/** Whether anybody may make files in the directory. Throws ChangerLockError where anybody could replace them, too. */
async function isSharedWithAll(folder: string, path: string): Promise<boolean> {
  const found = await lstat(folder)
  if (!found.isDirectory()) throw new ChangerLockError(path, `${folder} is no directory`)
  const isForAll = (found.mode & 0o002) !== 0
  const isSticky = (found.mode & 0o1000) !== 0
  const isForOthers = (found.mode & 0o020) !== 0 || isForAll
  if (isForOthers && !isSticky) {
    const reason = `others may replace what is in ${folder}: it has to be sticky (chmod +t)`
    throw new ChangerLockError(path, reason)
  }
  return isForAll
}

/** Throws ChangerLockError for what somebody has put there in the place of a lock. */
async function assertLockFile(file: FileHandle, path: string, isShared: boolean): Promise<void> {
  const found = await file.stat()
  if (!found.isFile()) throw new ChangerLockError(path, 'it is no file')
  if (found.nlink !== 1) throw new ChangerLockError(path, 'it has another name')
  // Its owner can replace it at any time, and then there are two of one name.
  const isOurs = found.uid === process.getuid?.() || found.uid === 0
  if (isShared && !isOurs) throw new ChangerLockError(path, `it belongs to user ${found.uid}`)
}

/** Throws ChangerLockError when what was locked is not what others lock. */
async function assertStillThere(file: FileHandle, path: string): Promise<void> {
  const [own, there] = await Promise.all([file.stat(), lstat(path).catch(() => null)])
  if (there?.ino === own.ino && there.dev === own.dev) return
  throw new ChangerLockError(path, 'it was replaced by another one meanwhile')
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}

async function lock(descriptor: number, path: string, waitSeconds: number): Promise<void> {
  const argv = ['--timeout', String(waitSeconds), '--conflict-exit-code', String(CONFLICT), '3']
  const child = spawn('flock', argv, { stdio: ['ignore', 'ignore', 'ignore', descriptor] })
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => {
      reject(new ChangerLockError(path, `flock(1) of util-linux: ${error.message}`, error))
    })
    child.once('exit', resolve)
  })
  if (status === CONFLICT) throw new ChangerLockedError(path, waitSeconds)
  if (status !== 0) throw new ChangerLockError(path, `flock(1): exit status ${status}`)
}

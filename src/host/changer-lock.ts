import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
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
export function changerLock({ directory, waitSeconds }: ChangerLockOptions): ChangerLock {
  return {
    async held(changer, work) {
      const folder = directory()
      const path = changerLockFile(folder, changer)
      const file = await opened(folder, path)
      try {
        await lock(file.fd, path, waitSeconds())
        return await work()
      } finally {
        await file.close()
      }
    },
  }
}

async function opened(folder: string, path: string) {
  try {
    // Not `recursive`: below /proc and its like that would never return.
    await mkdir(folder).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    })
    return await open(path, constants.O_RDONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o644)
  } catch (error) {
    throw new ChangerLockError(path, (error as NodeJS.ErrnoException).code ?? 'unknown', error)
  }
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

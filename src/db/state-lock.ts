import { spawn } from 'node:child_process'
import { close, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeDirectory } from '../make-directory.ts'

const closeFile = promisify(close)

/** The state directory is this process's alone until release() or the process's end, however it ends. */
export interface StateLock {
  readonly stateDir: string
  /** May be called twice. */
  release(): Promise<void>
}

/** Another daemon runs on the same state directory. */
export class StateDirectoryInUseError extends Error {
  readonly code = 'ERR_STATE_DIRECTORY_IN_USE'
  /** The other daemon's process id; null when it has not written it yet. */
  readonly pid: number | null

  constructor(stateDir: string, pid: number | null) {
    super(
      `state directory ${stateDir}: in use by ${pid === null ? 'another process' : `process ${pid}`}`,
    )
    this.name = 'StateDirectoryInUseError'
    this.pid = pid
  }
}

/** The state directory cannot be made or written. */
export class StateDirectoryError extends Error {
  readonly code = 'ERR_STATE_DIRECTORY'

  constructor(stateDir: string, cause: unknown) {
    super(`state directory ${stateDir}: ${(cause as Error).message}`, { cause })
    this.name = 'StateDirectoryError'
  }
}

const CONFLICT = 75

/**
 * Takes the state directory, making it if it is not there.
 * Rejects with StateDirectoryInUseError, or StateDirectoryError when it cannot be written.
 *
 * The lock is flock(2) on `<stateDir>/lock`. Node has no flock, but such a lock belongs to the open
 * file and not to the process: flock(1) locks the descriptor it inherits and ends, and the kernel
 * keeps the lock until this process closes the file or dies, `kill -9` included. The file stays:
 * removing it would let two daemons lock two files of one name.
 */
export async function lockStateDirectory(stateDir: string): Promise<StateLock> {
  const path = join(stateDir, 'lock')
  let file: number
  try {
    // Others may pass through, as the database's user has to, but not list.
    if (makeDirectory(stateDir)) await chmod(stateDir, 0o711)
    file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644)
  } catch (cause) {
    throw new StateDirectoryError(stateDir, cause)
  }
  try {
    if (!(await flock(file))) throw new StateDirectoryInUseError(stateDir, holderOf(path))
    ftruncateSync(file)
    writeSync(file, `${process.pid}\n`, 0)
  } catch (error) {
    await closeFile(file)
    if (error instanceof StateDirectoryInUseError) throw error
    throw new StateDirectoryError(stateDir, error)
  }
  let releasing: Promise<void> | null = null
  return {
    stateDir,
    release() {
      releasing ??= closeFile(file)
      return releasing
    },
  }
}

async function flock(file: number): Promise<boolean> {
  const child = spawn('flock', ['--nonblock', '--conflict-exit-code', String(CONFLICT), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', file],
  })
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new Error(`flock of util-linux: ${cause.message}`, { cause }))
    })
    child.once('exit', resolve)
  })
  if (status !== 0 && status !== CONFLICT) throw new Error(`flock: exit status ${status}`)
  return status === 0
}

function holderOf(path: string): number | null {
  const pid = Number.parseInt(readFileSync(path, 'utf8'), 10)
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null
}

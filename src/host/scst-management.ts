import { constants } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { getSystemErrorName } from 'node:util'
import { HostError, TimeoutError } from './host.ts'
import { assertScstCommand, SCST_ROOT, shownCommand } from './scst-commands.ts'
import { StuckCalls } from './stuck-calls.ts'

/** Result of the last write that SCST has carried out: 0 or a negative errno; EAGAIN while one is under way. */
const RESULT = `${SCST_ROOT}/last_sysfs_mgmt_res`

/** SCST itself waits 15 s before it says that a write is still under way; removing a device may wait for its commands. */
const DEADLINE_MS = 120_000
const LOOK_MS = 250

/** Files of SCST, as the kernel has them: an error has its errno as `code`. */
export interface ScstFiles {
  /** Writes all of the text to a file that is there, in one system call. */
  write(path: string, text: string): Promise<void>
  read(path: string): Promise<string>
}

/** What the management of SCST is made with. */
export interface ScstManagementOptions {
  now: () => Date
  files?: ScstFiles
  /** How long a write may take; 120 s if not said. */
  deadlineMs?: number
  /** Waits until the result is looked at again. */
  pause?: () => Promise<void>
}

/** SCST did not do what was written. `reason` is the kernel's name for it, e.g. EBUSY, or words. */
export class ScstWriteError extends HostError {
  readonly reason: string

  constructor(what: string, reason: string, cause?: unknown) {
    super('ERR_SCST_WRITE', `${what}: ${reason}`, cause === undefined ? {} : { cause })
    this.reason = reason
  }
}

/**
 * Changes SCST by its sysfs interface, one write at a time: there is one result for all. A write that fails with EAGAIN
 * was taken and is under way; how it ended is read then (scst/README; scst_sysfs_queue_wait_work in scst_sysfs.c).
 */
export class ScstManagement {
  readonly #files: ScstFiles
  readonly #calls: StuckCalls
  readonly #deadlineMs: number
  readonly #pause: () => Promise<void>

  constructor({ now, files = kernelFiles, deadlineMs, pause }: ScstManagementOptions) {
    this.#files = files
    this.#calls = new StuckCalls(now)
    this.#deadlineMs = deadlineMs ?? DEADLINE_MS
    this.#pause = pause ?? aWhile
  }

  /**
   * Writes and resolves when SCST has done it. Rejects with RefusedError for what is never written, ScstWriteError when
   * SCST did not do it, and TimeoutError when that is not known; then nothing is written before it is.
   */
  async write(path: string, text: string): Promise<void> {
    assertScstCommand(path, text)
    const what = `"${shownCommand(text)}" to ${path}`
    let isBegun = false
    const work = async () => {
      // Somebody else's write would be taken for this one.
      await this.#result(what, 'it was not written')
      isBegun = true
      try {
        await this.#files.write(path, text)
      } catch (error) {
        if (errnoOf(error) !== 'EAGAIN') throw new ScstWriteError(what, textOf(error), error)
        const result = await this.#result(what, UNKNOWN)
        if (result !== 0) throw new ScstWriteError(what, nameOf(result))
      }
    }
    await this.#calls.within(SCST_ROOT, what, this.#deadlineMs, work).catch((error: unknown) => {
      if (!(error instanceof TimeoutError)) throw error
      const known = isBegun ? UNKNOWN : 'it was not written, as another write is under way'
      throw new TimeoutError(`${what}: ${known}`, this.#deadlineMs)
    })
  }

  /** Resolves when no write is under way, with how the last one ended. */
  async #result(what: string, meaning: string): Promise<number> {
    for (;;) {
      try {
        const said = (await this.#files.read(RESULT)).trim()
        if (/^-?\d{1,9}$/.test(said)) return Number(said)
        throw new Error('no number')
      } catch (error) {
        if (errnoOf(error) !== 'EAGAIN') {
          throw new ScstWriteError(what, `${RESULT}: ${textOf(error)}, so ${meaning}`, error)
        }
      }
      await this.#pause()
    }
  }
}

const UNKNOWN = 'it is not known whether it was done'

/** Those of this machine. */
export const kernelFiles: ScstFiles = {
  async write(path, text) {
    // Neither makes a file nor empties one, and follows no link that is put in its place.
    const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW)
    try {
      await file.write(text)
    } finally {
      await file.close()
    }
  },
  read: (path) => readFile(path, 'utf8'),
}

function aWhile(): Promise<void> {
  return new Promise((resolve) => {
    // What SCST never answers must not keep the daemon from ending.
    setTimeout(resolve, LOOK_MS).unref()
  })
}

function textOf(error: unknown): string {
  return errnoOf(error) ?? (error instanceof Error ? error.message : String(error))
}

function errnoOf(error: unknown): string | null {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : null
}

function nameOf(result: number): string {
  try {
    return getSystemErrorName(result)
  } catch {
    return `error ${result}`
  }
}

import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeDirectory } from '../make-directory.ts'

/** Lines that could not be written, one after another. */
export interface LogLoss {
  lines: number
  since: Date
  /** Why the last of them could not. */
  error: string
}

/** Where lines are written, and who is told when they cannot be. */
export interface TargetOptions {
  /** Null for standard output. */
  file: string | null
  now: () => Date
  /** The line that tells of a loss, once that can be written. */
  lossLine: (loss: LogLoss) => string
  /** Told once when lines begin to be lost, and when the file cannot be opened anew. Must not throw. */
  onFailure: (message: string) => void
}

const STANDARD_OUTPUT = 1
const LOOK_MS = 10_000
/** For whoever reads the other end of a pipe, and is slow. */
const PATIENCE_MS = 50
const waiting = new Int32Array(new SharedArrayBuffer(4))

/**
 * Writes lines at once, so that the last before a crash is there. What cannot be written is counted, and told of
 * once something can be written again: a full disk must not end the daemon.
 */
export class LogTarget {
  readonly #options: TargetOptions
  #descriptor: number
  #loss: LogLoss | null = null
  #lostBefore = 0
  /** A line was begun and not ended. */
  #torn = false
  /** The file was deleted; nobody could read what is written to it. */
  #deleted = false
  #reopenFailed = false
  #lookedMs: number
  #writtenSinceLook = 0

  /** Throws what opening the file does. */
  constructor(options: TargetOptions) {
    this.#options = options
    this.#descriptor = options.file === null ? STANDARD_OUTPUT : openFile(options.file)
    this.#lookedMs = options.now().getTime()
  }

  /** How many lines were lost since the start. */
  get lostLines(): number {
    return this.#lostBefore + (this.#loss?.lines ?? 0)
  }

  /** Writes a line with its end. Never throws. */
  write(line: string): void {
    this.#look()
    if (this.#deleted) {
      this.#lost(1, 'the file was deleted')
      return
    }
    if (this.#loss !== null) {
      const error = this.#put(this.#options.lossLine(this.#loss))
      if (error !== null) {
        this.#lost(1, error)
        return
      }
      this.#lostBefore += this.#loss.lines
      this.#loss = null
    }
    const error = this.#put(line)
    if (error === null) this.#writtenSinceLook += 1
    else this.#lost(1, error)
  }

  /** Opens the file anew; while that fails, what was open is written to, and it is tried again. */
  reopen(): void {
    const { file, onFailure } = this.#options
    if (file === null) return
    try {
      const opened = openFile(file)
      closeQuietly(this.#descriptor)
      this.#descriptor = opened
      this.#torn = false
      this.#deleted = false
      this.#reopenFailed = false
      this.#writtenSinceLook = 0
    } catch (error) {
      if (!this.#reopenFailed) {
        onFailure(`log file ${file}: cannot be opened anew: ${(error as Error).message}`)
      }
      this.#reopenFailed = true
    }
  }

  /** Every now and then: whether the file is still there, or can be opened by now. */
  #look(): void {
    const { file, now } = this.#options
    const nowMs = now().getTime()
    if (file === null || Math.abs(nowMs - this.#lookedMs) < LOOK_MS) return
    this.#lookedMs = nowMs
    if (!this.#deleted && isDeleted(this.#descriptor)) {
      this.#deleted = true
      // Some of them may have been read before; more than these were not lost.
      if (this.#writtenSinceLook > 0) this.#lost(this.#writtenSinceLook, 'the file was deleted')
    }
    this.#writtenSinceLook = 0
    if (this.#deleted || this.#reopenFailed) this.reopen()
  }

  /** Null when all of it was written, otherwise why not. */
  #put(text: string): string | null {
    const bytes = Buffer.from(this.#torn ? `\n${text}` : text)
    let written = 0
    let waitedMs = this.#loss === null ? 0 : PATIENCE_MS
    while (written < bytes.length) {
      try {
        written += writeSync(this.#descriptor, bytes, written)
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException
        if (code === 'EINTR') continue
        if (code === 'EAGAIN' && waitedMs < PATIENCE_MS) {
          Atomics.wait(waiting, 0, 0, 5)
          waitedMs += 5
          continue
        }
        if (written > 0) this.#torn = bytes[written - 1] !== 0x0a
        return message
      }
    }
    this.#torn = false
    return null
  }

  #lost(lines: number, error: string): void {
    const { file, now, onFailure } = this.#options
    if (this.#loss === null) {
      this.#loss = { lines, since: now(), error }
      onFailure(`${file === null ? 'the log' : `log file ${file}`}: lines are lost: ${error}`)
    } else this.#loss = { ...this.#loss, lines: this.#loss.lines + lines, error }
  }
}

function openFile(file: string): number {
  makeDirectory(dirname(file))
  return openSync(file, 'a')
}

function isDeleted(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).nlink === 0
  } catch {
    return true
  }
}

function closeQuietly(descriptor: number): void {
  try {
    closeSync(descriptor)
  } catch {
    // What could not be written is counted already; there is nothing else to be done with it.
  }
}

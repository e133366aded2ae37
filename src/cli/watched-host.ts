import type {
  CommandResult,
  FileStat,
  FileSystemStat,
  Host,
  ReadOptions,
  RunOptions,
  ScsiAnswer,
  ScsiOptions,
} from '../host/host.ts'
import { HostError } from '../host/host.ts'

/** The time for the recording is over: what was not asked until then is not in it. */
export class RecordingEndedError extends HostError {
  constructor(what: string) {
    super('ERR_RECORDING_ENDED', `${what}: not asked any more`)
  }
}

/** A question that had no answer. */
export interface Unanswered {
  /** A path, a command or a device. */
  what: string
  kind: 'file' | 'command' | 'scsi'
  error: Error & { code?: unknown }
}

/** Asks another host, tells of what it could not answer, and refuses everything once it is told to end. */
export class WatchedHost implements Host {
  readonly #inner: Host
  readonly #ending: AbortSignal
  readonly #onUnanswered: (unanswered: Unanswered) => void

  constructor(inner: Host, ending: AbortSignal, onUnanswered: (unanswered: Unanswered) => void) {
    this.#inner = inner
    this.#ending = ending
    this.#onUnanswered = onUnanswered
  }

  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult> {
    return this.#ask('command', argv.join(' '), () => this.#inner.run(argv, options))
  }

  readText(path: string, options?: ReadOptions): Promise<string> {
    return this.#ask('file', path, () => this.#inner.readText(path, options))
  }

  readBytes(path: string): Promise<Uint8Array> {
    return this.#ask('file', path, () => this.#inner.readBytes(path))
  }

  list(path: string): Promise<string[]> {
    return this.#ask('file', path, () => this.#inner.list(path))
  }

  exists(path: string): Promise<boolean> {
    return this.#ask('file', path, () => this.#inner.exists(path))
  }

  realpath(path: string): Promise<string> {
    return this.#ask('file', path, () => this.#inner.realpath(path))
  }

  stat(path: string): Promise<FileStat> {
    return this.#ask('file', path, () => this.#inner.stat(path))
  }

  statfs(path: string, options?: { timeoutMs?: number }): Promise<FileSystemStat> {
    return this.#ask('file', path, () => this.#inner.statfs(path, options))
  }

  scsi(device: string, cdb: Uint8Array, options: ScsiOptions): Promise<ScsiAnswer> {
    return this.#ask('scsi', device, () => this.#inner.scsi(device, cdb, options))
  }

  async #ask<T>(kind: Unanswered['kind'], what: string, ask: () => Promise<T>): Promise<T> {
    let onEnd: () => void = () => undefined
    try {
      if (this.#ending.aborted) throw new RecordingEndedError(what)
      const ended = new Promise<never>((_, reject) => {
        onEnd = () => {
          reject(new RecordingEndedError(what))
        }
        this.#ending.addEventListener('abort', onEnd)
      })
      return await Promise.race([ask(), ended])
    } catch (error) {
      this.#onUnanswered({ what, kind, error: error as Error })
      throw error
    } finally {
      this.#ending.removeEventListener('abort', onEnd)
    }
  }
}

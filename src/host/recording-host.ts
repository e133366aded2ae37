import { basename } from 'node:path'
import { performance } from 'node:perf_hooks'
import {
  CommandError,
  NotFoundError,
  PassThroughUnavailableError,
  PermissionError,
  ReadError,
  TimeoutError,
} from './host.ts'
import type {
  CommandResult,
  FileStat,
  FileSystemStat,
  Host,
  RunOptions,
  ScsiAnswer,
  ScsiOptions,
} from './host.ts'
import { PathNotes } from './path-notes.ts'
import type { RecordingNotes } from './recording-notes.ts'

/** Answers what another host answers, and notes it down. */
export class RecordingHost implements Host {
  readonly #inner: Host
  readonly #notes: RecordingNotes
  readonly #paths: PathNotes
  readonly #now: () => Date

  constructor(inner: Host, notes: RecordingNotes, now: () => Date = () => new Date()) {
    this.#inner = inner
    this.#notes = notes
    this.#paths = new PathNotes(inner, notes)
    this.#now = now
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    const at = this.#now().toISOString()
    const began = performance.now()
    const note = (line: Record<string, unknown>) => {
      const durationMs = Math.round((performance.now() - began) * 10) / 10
      this.#notes.command(argv, { at, signal: null, durationMs, ...line })
    }
    try {
      // The output belongs to the recording whatever the exit code; the caller's wish is heeded below.
      const result = await this.#inner.run(argv, { ...options, exitCodes: () => true })
      note({ ...result })
      const expected = options.exitCodes ?? ((code: number) => code === 0)
      if (expected(result.exitCode)) return result
      throw new CommandError(argv, result.exitCode, result.stderr)
    } catch (error) {
      if (error instanceof CommandError && error.exitCode === null) {
        note({ exitCode: null, stdout: '', stderr: error.stderr })
      } else if (error instanceof TimeoutError) {
        const timedOutAfterMs = options.timeoutMs ?? 10_000
        const unkillable = error.unkillable ? { unkillable: true } : {}
        note({ exitCode: null, stdout: '', stderr: '', timedOutAfterMs, ...unkillable })
      } else {
        const errno = errnoOf(error)
        if (errno !== null) note({ exitCode: null, stdout: '', stderr: '', error: errno })
      }
      throw error
    }
  }

  async readText(path: string): Promise<string> {
    return Buffer.from(await this.readBytes(path)).toString('utf8')
  }

  async readBytes(path: string): Promise<Uint8Array> {
    const bytes = await this.#noted(path, 'content', () => this.#inner.readBytes(path))
    const at = await this.#paths.place(path)
    const text = Buffer.from(bytes)
    const content = text.toString('utf8')
    const isText = Buffer.from(content, 'utf8').equals(text) && !content.includes('\0')
    const line = isText ? { content } : { contentBase64: text.toString('base64') }
    this.#notes.file(at, 'content', line)
    return bytes
  }

  async list(path: string): Promise<string[]> {
    const names = await this.#noted(path, 'dir', () => this.#inner.list(path))
    if (names.length > 0 || (await this.#inner.exists(path))) {
      this.#notes.file(await this.#paths.place(path), 'dir', { dir: names })
    } else {
      await this.#paths.missing(path)
    }
    return names
  }

  async exists(path: string): Promise<boolean> {
    const found = await this.#noted(path, 'there', () => this.#inner.exists(path))
    if (found) await this.#paths.there(path)
    else await this.#paths.missing(path)
    return found
  }

  async realpath(path: string): Promise<string> {
    const found = await this.#noted(path, 'there', () => this.#inner.realpath(path))
    await this.#paths.there(path)
    return found
  }

  async stat(path: string): Promise<FileStat> {
    const found = await this.#noted(path, 'stat', () => this.#inner.stat(path))
    this.#paths.stat(await this.#paths.place(path), found)
    return found
  }

  async statfs(path: string, options?: { timeoutMs?: number }): Promise<FileSystemStat> {
    const found = await this.#noted(path, 'statfs', () => this.#inner.statfs(path, options))
    this.#notes.file(await this.#paths.place(path), 'statfs', {
      statfs: {
        type: null,
        total: found.totalBytes,
        free: found.freeBytes,
        available: found.availableBytes,
        files: found.files,
        filesFree: found.filesFree,
      },
    })
    return found
  }

  async scsi(device: string, cdb: Uint8Array, options: ScsiOptions): Promise<ScsiAnswer> {
    const began = performance.now()
    const alloc = options.dataInBytes
    const where = await this.#scsiAddress(device)
    const note = (line: Record<string, unknown>) => {
      const durationMs = Math.round((performance.now() - began) * 100) / 100
      this.#notes.scsi(device, hex(cdb), { ...where, alloc, durationMs, ...line })
    }
    try {
      const answer = await this.#inner.scsi(device, cdb, options)
      note({
        status: answer.status,
        hostStatus: answer.hostStatus,
        driverStatus: answer.driverStatus,
        resid: alloc - answer.data.length,
        sense: hex(answer.sense),
        data: Buffer.from(answer.data).toString('base64'),
      })
      return answer
    } catch (error) {
      const errno = error instanceof PassThroughUnavailableError ? null : errnoOf(error)
      if (errno !== null) note({ error: errno })
      throw error
    }
  }

  /** Notes a failure of the path as what it was, and lets it pass. */
  async #noted<T>(path: string, kind: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask()
    } catch (error) {
      const errno = errnoOf(error)
      if (errno === 'ENOENT') await this.#paths.missing(path)
      else if (errno !== null) {
        this.#notes.file(await this.#paths.place(path).catch(() => path), kind, { error: errno })
      }
      throw error
    }
  }

  async #scsiAddress(device: string): Promise<{ hctl: string | null; type: number | null }> {
    const directory = `/sys/class/scsi_generic/${basename(device)}/device`
    const path = await this.#inner.realpath(directory).catch(() => null)
    const type = await this.#inner.readText(`${directory}/type`).catch(() => '')
    return {
      hctl: path === null ? null : basename(path),
      type: /^\d+\s*$/.test(type) ? Number(type) : null,
    }
  }
}

/** The errno name that format 1 has for an error; null when it tells of the daemon and not of the machine. */
function errnoOf(error: unknown): string | null {
  if (error instanceof NotFoundError) return 'ENOENT'
  if (error instanceof PermissionError) return 'EACCES'
  if (error instanceof ReadError) return error.errno
  if (error instanceof TimeoutError) return 'ETIMEDOUT'
  return null
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

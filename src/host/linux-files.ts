import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { readdir, realpath, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AttributeReads, type RawAttribute } from './attribute-reads.ts'
import { BatchedReads } from './batched-reads.ts'
import { fileError, fileErrorOf, withoutStack } from './file-errors.ts'
import { assertNotDevice } from './guard.ts'
import type { AttributeNames, Attributes, FileStat, FileSystemStat } from './host.ts'
import { HostError, NotFoundError, ReadError } from './host.ts'
import { mountPointAbove, mountPointsIn } from './mount-points.ts'
import type { FileRead, Native } from './native.ts'
import { hasPromptNames, isPrompt } from './prompt-paths.ts'
import type { StuckCall } from './quarantine.ts'
import { readSmall, readSmallSync } from './read-limited.ts'
import { StuckCalls } from './stuck-calls.ts'

const READ_TIMEOUT_MS = 5_000
const SCST = '/sys/kernel/scst_tgt'
/** How old the table of mounts may be. It only says which calls wait for each other. */
const MOUNTS_MS = 1_000
/** How often a cache had what it was asked for, and what it holds. */
export interface CacheCounts {
  cache: string
  hits: number
  misses: number
  entries: number
  /** Null when that is not known. */
  bytes: number | null
}

/** What of the addon reads files. */
export type FileReading = Pick<Native, 'read' | 'readAttributes'>

/** Files of the running machine, with a deadline where a call may block. */
export class LinuxFiles {
  readonly #calls: StuckCalls
  readonly #batches: BatchedReads | null
  /** As Host.readAttributes; only with the addon. */
  readonly attributes?: (directory: string, names: AttributeNames) => Promise<Attributes>
  readonly #now: () => Date
  #mounts: { points: readonly string[]; readAtMs: number } | null = null
  readonly #mountLooks = { hits: 0, misses: 0 }

  /** With the addon, what may block is read off the event loop and many files at a time. */
  constructor(now: () => Date, native: FileReading | null = null) {
    this.#calls = new StuckCalls(now)
    this.#batches = native && new BatchedReads(native, this.#calls, READ_TIMEOUT_MS)
    this.#now = now
    if (native === null) return
    const reads = new AttributeReads(native, this.#calls, READ_TIMEOUT_MS)
    this.attributes = async (directory, names) => {
      const read = await reads.read(this.#placeOf(`${directory}/.`), directory, names)
      return attributesOf(directory, names, read)
    }
  }

  /**
   * Of what is read at once no more than is enough, for that holds up everything else. Rejects with NotFoundError,
   * PermissionError, ReadError, TimeoutError or RefusedError.
   */
  async read(path: string, enoughBytes = Infinity): Promise<Buffer> {
    assertNotDevice(path)
    const file = await this.#inBatch(path)
    if (file === null) {
      const atOnce = (at: string) => readSmallSync(at, { enoughBytes })
      return this.#ask(path, isPrompt(path), atOnce, readSmall)
    }
    if ('bytes' in file) return file.bytes
    const errno = 'names' in file ? 'EISDIR' : file.errno
    throw unlessGone(
      path,
      withoutStack(() => fileError(path, errno)),
    )
  }

  async list(path: string): Promise<string[]> {
    try {
      return (await this.#names(path)).sort()
    } catch (error) {
      if (error instanceof NotFoundError) return []
      throw error
    }
  }

  async exists(path: string): Promise<boolean> {
    try {
      await this.stat(path)
      return true
    } catch (error) {
      if (error instanceof NotFoundError) return false
      throw error
    }
  }

  realpath(path: string): Promise<string> {
    return this.#ask(
      path,
      hasPromptNames(path),
      (at) => realpathSync.native(at),
      (at) => realpath(at),
    )
  }

  async stat(path: string): Promise<FileStat> {
    return fileStat(
      await this.#ask(
        path,
        hasPromptNames(path),
        (at) => statSync(at),
        (at) => stat(at),
      ),
    )
  }

  async statfs(path: string, timeoutMs = READ_TIMEOUT_MS): Promise<FileSystemStat> {
    const found = await this.#calls
      .within(this.#placeOf(path), `statfs ${path}`, timeoutMs, () => statfs(path))
      .catch((error: unknown) => {
        throw fileErrorOf(path, error)
      })
    return {
      totalBytes: found.blocks * found.bsize,
      freeBytes: found.bfree * found.bsize,
      availableBytes: found.bavail * found.bsize,
      files: found.files,
      filesFree: found.ffree,
    }
  }

  /** What is answered without asking the kernel: the table of mounts, and files that two ask for in one turn. */
  caches(): CacheCounts[] {
    const points = this.#mounts?.points ?? []
    const mounts = { entries: points.length, bytes: points.join('').length }
    return [
      { cache: 'mounts', ...this.#mountLooks, ...mounts },
      ...(this.#batches === null ? [] : [{ cache: 'file_reads', ...this.#batches.shared() }]),
    ]
  }

  /** File calls that have not returned. */
  stuck(): StuckCall[] {
    return this.#calls.stuck()
  }

  async #names(path: string): Promise<string[]> {
    // The addon looks at nothing below /dev, and Node lists without opening what is listed.
    const directory = /^\/+dev(?:\/|$)/.test(path) ? null : await this.#inBatch(path)
    if (directory === null) {
      return this.#ask(
        path,
        isPrompt(path),
        (at) => readdirSync(at),
        (at) => readdir(at),
      )
    }
    // A copy: whoever asked for the same in the same turn has the same names.
    if ('names' in directory) return [...directory.names]
    const isFile = 'bytes' in directory || directory.errno === 'EFBIG'
    const errno = isFile ? 'ENOTDIR' : directory.errno
    throw withoutStack(() => fileError(path, errno))
  }

  /** What the addon reads at a path; null where it is not there, or not to be asked. */
  async #inBatch(path: string): Promise<FileRead | null> {
    if (this.#batches === null || isPrompt(path)) return null
    return this.#batches.read(this.#placeOf(path), path)
  }

  async #ask<T>(
    path: string,
    prompt: boolean,
    atOnce: (path: string) => T,
    later: (path: string) => Promise<T>,
  ): Promise<T> {
    try {
      if (prompt) return withoutStack(() => atOnce(path))
      return await this.#calls.within(this.#placeOf(path), path, READ_TIMEOUT_MS, () => later(path))
    } catch (error) {
      throw unlessGone(path, fileErrorOf(path, error))
    }
  }

  /**
   * What hangs together: SCST answers under one mutex, others with their mount. Under /sys each file is on its
   * own where it has a thread of libuv; the addon reads the attributes of a device one after the other.
   */
  #placeOf(path: string): string {
    if (path === SCST || path.startsWith(`${SCST}/`)) return SCST
    if (path.startsWith('/sys/') || path.startsWith('/proc/')) {
      return this.#batches === null ? path : dirname(path)
    }
    return mountPointAbove(path, this.#mountPoints()) ?? path
  }

  // Media are asked for by the hundred: reading the table for each took longer than asking.
  #mountPoints(): readonly string[] {
    const nowMs = this.#now().getTime()
    if (this.#mounts === null || Math.abs(nowMs - this.#mounts.readAtMs) > MOUNTS_MS) {
      const points = mountPointsIn(readSmallSync('/proc/self/mountinfo').toString('utf8'))
      this.#mounts = { points, readAtMs: nowMs }
      this.#mountLooks.misses += 1
    } else {
      this.#mountLooks.hits += 1
    }
    return this.#mounts.points
  }
}

/**
 * An attribute says ENODEV when what it is of went away after it was opened (fs/kernfs/file.c of the kernel), as
 * a session of SCST may at any time. Some drivers say the same of hardware that is not there.
 */
function unlessGone<E extends Error>(path: string, error: E): E | NotFoundError {
  const isGone =
    error instanceof ReadError &&
    error.errno === 'ENODEV' &&
    path.startsWith('/sys/') &&
    !existsSync(path)
  return isGone ? new NotFoundError(path, { cause: error }) : error
}

function attributesOf(
  directory: string,
  { texts, links = [] }: AttributeNames,
  read: readonly RawAttribute[],
): Attributes {
  const told = (name: string, index: number) => {
    const raw = read[index] ?? null
    if (raw === null || typeof raw === 'string' || raw instanceof HostError) return raw
    const path = `${directory}/${name}`
    const error = unlessGone(path, fileError(path, raw.errno))
    return error instanceof NotFoundError ? null : error
  }
  return {
    texts: texts.map(told),
    links: links.map((name, index) => told(name, texts.length + index)),
  }
}

function fileStat(found: Stats): FileStat {
  return {
    sizeBytes: found.size,
    blocks: found.blocks,
    mtimeMs: found.mtimeMs,
    mode: found.mode & 0o7777,
    isDirectory: found.isDirectory(),
    uid: found.uid,
    gid: found.gid,
  }
}

import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ServerBinaries } from './binaries.ts'
import { lastLines } from './cluster.ts'
import { EmbeddedDatabaseError } from './errors.ts'
import type { Launcher } from './launch.ts'
import type { LogFile } from './log-file.ts'
import { PORT } from './socket.ts'

/** What a server runs on. */
export interface PostmasterOptions {
  binaries: ServerBinaries
  launcher: Launcher
  data: string
  socketDir: string
  logFile: LogFile
  /** Beside those below, and stronger. */
  settings: Readonly<Record<string, string>>
  /** Aborted when the daemon stops: then a start that is under way is given up. */
  signal: AbortSignal
}

/** One run of the server. */
export interface Postmaster {
  pid: number
  /** Resolves when it has ended, with how it ended in words. */
  ended: Promise<string>
  /** Ends the sessions and stops it, by force if it takes more than 30 s. Resolves when it has ended. */
  stop(): Promise<void>
}

const READY_MS = 300_000
const LOOK_AGAIN_MS = 15
/** The last lines may come after the end. */
const LAST_WORDS_MS = 500

/**
 * Starts the server and resolves once it answers; after a crash that is when it has recovered.
 * Rejects with EmbeddedDatabaseError, and then nothing runs.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { binaries, launcher, data, socketDir, settings, signal } = options
  const all = { ...serverSettings(binaries.major, socketDir), ...settings }
  const child = launcher.spawn([
    join(binaries.directory, 'postgres'),
    ...['-D', data],
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  const tail = keepLines(child, options.logFile)
  const end = new AbortController()
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message)
    })
    child.once('exit', (status, name) => {
      resolve(name ?? `exit status ${status}`)
    })
  }).finally(() => {
    end.abort()
  })
  const closed = new Promise((resolve) => child.once('close', resolve))
  const postmaster = { pid: child.pid ?? 0, ended, stop: () => stopProcess(child, ended) }
  for (let waitedMs = 0; !(await isReady(data, postmaster.pid)); waitedMs += LOOK_AGAIN_MS) {
    if (end.signal.aborted) {
      await endsWithin(LAST_WORDS_MS, closed)
      throw new EmbeddedDatabaseError(`postgres: ${await ended}: ${lastLines(tail.join('\n'))}`)
    }
    if (signal.aborted || waitedMs > READY_MS) {
      await postmaster.stop()
      const why = signal.aborted ? 'stopped while it started' : `not ready in ${READY_MS / 1000} s`
      throw new EmbeddedDatabaseError(`postgres: ${why}`)
    }
    await delay(LOOK_AGAIN_MS)
  }
  return postmaster
}

/** Writes what the server says to its log; the lines given back are the last of them, as they come. */
function keepLines(child: ChildProcess, logFile: LogFile): readonly string[] {
  const tail: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue
    createInterface({ input: stream }).on('line', (line) => {
      logFile.write(line)
      tail.push(line)
      if (tail.length > 20) tail.shift()
    })
  }
  return tail
}

/** A fast shutdown; when that takes long an immediate one, which the next start recovers from. */
async function stopProcess(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGINT')
  if (await endsWithin(30_000, ended)) return
  child.kill('SIGQUIT')
  if (await endsWithin(5_000, ended)) return
  child.kill('SIGKILL')
  await ended
}

/** Small, as it serves one daemon; nothing that matters to what a commit promises is turned down. */
function serverSettings(major: number, socketDir: string): Record<string, string> {
  return {
    listen_addresses: '',
    port: String(PORT),
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    fsync: 'on',
    full_page_writes: 'on',
    shared_buffers: '16MB',
    max_connections: '40',
    max_wal_size: '128MB',
    min_wal_size: '32MB',
    max_parallel_workers_per_gather: '0',
    max_logical_replication_workers: '0',
    autovacuum_max_workers: '2',
    jit: 'off',
    huge_pages: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_checkpoints: 'off',
    // Processes that do the reading for others: 18 and later.
    ...(major >= 18 ? { io_method: 'sync' } : {}),
  }
}

/**
 * The server says so in line 8 of postmaster.pid, as it does to pg_ctl (pidfile.h). Asking by
 * connecting would fill its log with refusals.
 */
async function isReady(data: string, pid: number): Promise<boolean> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

async function endsWithin(limitMs: number, ended: Promise<unknown>): Promise<boolean> {
  const timeout = new AbortController()
  const late = delay(limitMs, false, { signal: timeout.signal }).catch(() => false)
  const result = await Promise.race([ended.then(() => true), late])
  timeout.abort()
  return result
}

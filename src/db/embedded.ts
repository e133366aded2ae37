import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { chooseAccount } from './embedded/account.ts'
import { findBinaries } from './embedded/binaries.ts'
import { checkOwner, clusterMajor, createCluster, ROLE } from './embedded/cluster.ts'
import { ownersOf, prepareDirectories } from './embedded/directories.ts'
import { EmbeddedDatabaseError } from './embedded/errors.ts'
import { findSetpriv, launcherFor } from './embedded/launch.ts'
import { LogFile } from './embedded/log-file.ts'
import { stopOrphans } from './embedded/orphans.ts'
import { startPostmaster, type Postmaster, type PostmasterOptions } from './embedded/postmaster.ts'
import { makeSocketDirectory, PORT, removeSocketDirectory } from './embedded/socket.ts'
import type { StateLock } from './state-lock.ts'

/** Told what an operator should know; a pino logger is one. */
export interface DatabaseLog {
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/** Where an embedded server runs, and how. */
export interface EmbeddedOptions {
  /** Nobody else works in the state directory. Released by who took it, after stop(). */
  lock: StateLock
  log: DatabaseLog
  /** The directory of initdb and postgres; looked for if not said. */
  binariesDir?: string
  /** Settings of postgresql.conf that replace ours; `fsync: off` holds for making the database too. */
  settings?: Readonly<Record<string, string>>
}

const RESTART_MS = 100
const RESTART_AT_MOST_MS = 30_000
/** Having run this long, the next end is not one more in a row. */
const STEADY_MS = 60_000

/**
 * Starts PostgreSQL for this daemon alone, in `<stateDir>/postgresql`, made at the first start, on a
 * Unix socket. Resolves once it takes queries; from then on it is started again whenever it ends.
 * Rejects with EmbeddedDatabaseError, and then nothing runs.
 */
export async function startEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  let embedded: EmbeddedDatabase
  try {
    embedded = await prepare(options)
  } catch (cause) {
    if (cause instanceof EmbeddedDatabaseError) throw cause
    throw new EmbeddedDatabaseError((cause as Error).message, { cause })
  }
  await embedded.start()
  return embedded
}

async function prepare(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { lock, log, binariesDir = null, settings = {} } = options
  const warn = (message: string): void => {
    log.warn(`embedded database: ${message}`)
  }
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const passwd = await readFile('/etc/passwd', 'utf8')
  const account = chooseAccount(self, await ownersOf(lock.stateDir), passwd)
  const launcher = launcherFor(account, findSetpriv())
  if (!launcher.diesWithUs)
    warn('no setpriv (util-linux): the server of a daemon that is killed runs until the next start')
  const directories = await prepareDirectories(lock.stateDir, launcher, warn)
  const { base, home, data } = directories
  const major = await clusterMajor(data)
  const binaries = await findBinaries({ launcher, major, only: binariesDir, copyTo: home })
  if (major === null)
    await createCluster(data, binaries, launcher, { sync: settings.fsync !== 'off' })
  else await checkOwner(data, launcher)
  const orphans = await stopOrphans(data)
  if (orphans.length > 0) warn(`stopped process ${orphans.join(', ')}, left by a daemon that died`)
  const socketDir = await makeSocketDirectory(directories, launcher, warn)
  const logFile = new LogFile(join(directories.log, 'server.log'))
  logFile.open()
  return new EmbeddedDatabase(
    { binaries, launcher, data, socketDir, logFile, settings },
    { log, base },
  )
}

/** The running server. Made by startEmbeddedDatabase. */
export class EmbeddedDatabase {
  /** For openPool; stays the same over restarts. */
  readonly connection: { host: string; user: string; database: string; port: number }
  /** e.g. 15.18 */
  readonly version: string
  /** Where the data is, links followed. */
  readonly dataDir: string
  readonly #options: Omit<PostmasterOptions, 'signal'>
  readonly #log: DatabaseLog
  readonly #base: string
  readonly #stop = new AbortController()
  #postmaster: Postmaster | null = null
  #restarts = 0
  #inARow = 0
  #supervising: Promise<void> = Promise.resolve()
  #stopping: Promise<void> | null = null

  constructor(
    options: Omit<PostmasterOptions, 'signal'>,
    { log, base }: { log: DatabaseLog; base: string },
  ) {
    this.#options = options
    this.#log = log
    this.#base = base
    this.connection = { host: options.socketDir, user: ROLE, database: ROLE, port: PORT }
    this.version = options.binaries.version
    this.dataDir = options.data
  }

  /** Of the server; null while there is none. */
  get processId(): number | null {
    return this.#postmaster?.pid ?? null
  }

  /** How often it ended without being told to and was started again. */
  get restarts(): number {
    return this.#restarts
  }

  /** Called by startEmbeddedDatabase. */
  async start(): Promise<void> {
    try {
      this.#postmaster = await this.#launch()
      await createDatabase(this.connection)
    } catch (error) {
      await this.stop()
      throw error
    }
    this.#supervising = this.#supervise(this.#postmaster)
  }

  /** Ends the sessions and stops the server cleanly. May be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#halt()
    return this.#stopping
  }

  async #halt(): Promise<void> {
    this.#stop.abort()
    await this.#postmaster?.stop()
    await this.#supervising
    this.#postmaster = null
    await removeSocketDirectory(this.#base)
  }

  #launch(): Promise<Postmaster> {
    return startPostmaster({ ...this.#options, signal: this.#stop.signal })
  }

  // A method, as it may change during any await.
  #stopped(): boolean {
    return this.#stop.signal.aborted
  }

  async #supervise(first: Postmaster): Promise<void> {
    let postmaster: Postmaster | null = first
    while (postmaster) {
      const steady = setTimeout(() => (this.#inARow = 0), STEADY_MS).unref()
      const how = await postmaster.ended
      clearTimeout(steady)
      this.#postmaster = null
      if (this.#stopped()) return
      this.#log.error(`embedded database: server ended (${how}): starting it again`)
      postmaster = await this.#restart()
    }
  }

  async #restart(): Promise<Postmaster | null> {
    for (;;) {
      const waitMs = Math.min(RESTART_MS * 2 ** this.#inARow, RESTART_AT_MOST_MS)
      this.#inARow += 1
      await delay(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined)
      if (this.#stopped()) return null
      try {
        // Sessions outlive a postmaster that was killed by a moment, and keep its memory.
        await stopOrphans(this.#options.data)
        const postmaster = await this.#launch()
        if (this.#stopped()) {
          await postmaster.stop()
          return null
        }
        this.#postmaster = postmaster
        this.#restarts += 1
        this.#log.info(`embedded database: server runs again, process ${postmaster.pid}`)
        return postmaster
      } catch (error) {
        if (!this.#stopped()) this.#log.error((error as Error).message)
      }
    }
  }
}

/** The first start after initdb, and any that was killed before it got here. */
async function createDatabase(connection: EmbeddedDatabase['connection']): Promise<void> {
  const client = new Client({ ...connection, database: 'postgres' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rowCount } = await client.query('select from pg_database where datname = $1', [ROLE])
    if (rowCount === 0) await client.query(`create database ${ROLE}`)
  } catch (cause) {
    throw new EmbeddedDatabaseError(`cannot create database ${ROLE}: ${(cause as Error).message}`, {
      cause,
    })
  } finally {
    await client.end().catch(() => undefined)
  }
}

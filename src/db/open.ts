import { startEmbeddedDatabase, type DatabaseLog } from './embedded.ts'
import { DatabaseError } from 'pg'
import { mayComeBack } from './availability.ts'
import { DatabaseUnavailableError } from './database.ts'
import { migrate } from './migrate.ts'
import { openPool, type DatabaseConnection, type DatabasePool, type PoolOptions } from './pool.ts'
import type { StateLock } from './state-lock.ts'

/** Which database is opened, and how. */
export interface OpenOptions extends Omit<PoolOptions, 'connection'> {
  /** The server to use; null runs one of our own in the state directory. */
  url: string | null
  lock: StateLock
  /** Folder of the migrations. */
  migrations: string
  log: DatabaseLog
}

/** The server is there and does not let us work: wrong password, no such database, no right to make tables. */
export class DatabaseRefusedError extends Error {
  readonly code = 'ERR_DATABASE_REFUSED'

  constructor(reason: string, options?: ErrorOptions) {
    super(`database: ${reason}`, options)
    this.name = 'DatabaseRefusedError'
  }
}

/** The database with its schema up to date. */
export interface OpenDatabase {
  db: DatabasePool
  /** Where it is, for connections besides those of the pool. */
  connection: DatabaseConnection
  /** How often the embedded server ended and was started again; 0 without one. */
  restarts: () => number
  /** Closes the connections, and stops the server when it is our own. May be called twice. */
  close: () => Promise<void>
}

/**
 * Opens the database that the configuration names, or starts the embedded one.
 * Rejects with DatabaseRefusedError and as startEmbeddedDatabase and migrate do, and then nothing is left open.
 */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  const { url, lock, migrations, log } = options
  const embedded = url === null ? await startEmbeddedDatabase({ lock, log }) : null
  const connection = embedded?.connection ?? { url: url ?? '' }
  const db = openPool({ ...options, connection })
  const close = async () => {
    await db.close()
    await embedded?.stop()
  }
  try {
    await checkEncoding(db)
    const applied = await migrate(db, migrations)
    if (applied.length > 0) log.info(`database: brought up to ${applied.at(-1) ?? ''}`)
  } catch (error) {
    await close()
    throw refusedOr(error)
  }
  return { db, connection, restarts: () => embedded?.restarts ?? 0, close }
}

/** In any other encoding what an appliance says may not be storable, and fails when it is said. */
async function checkEncoding(db: DatabasePool): Promise<void> {
  const [row] = await db.query<{ server_encoding: string }>('show server_encoding')
  const encoding = row?.server_encoding ?? 'unknown'
  if (encoding !== 'UTF8')
    throw new DatabaseRefusedError(`its encoding is ${encoding}: make one with encoding 'UTF8'`)
}

/** What a server is not left alone for, in words for who set it up; everything else as it is. */
export function refusedOr(error: unknown): unknown {
  if (error instanceof DatabaseUnavailableError && !mayComeBack(error)) {
    return new DatabaseRefusedError(error.message.replace(/^database: /, ''), { cause: error })
  }
  // What it says holds the URL, and with that the password.
  if ((error as { code?: unknown } | null)?.code === 'ERR_INVALID_URL') {
    return new DatabaseRefusedError('database.url cannot be read as a URL')
  }
  if (error instanceof DatabaseError) {
    return new DatabaseRefusedError(error.message, { cause: error })
  }
  return error
}

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmbeddedDatabase, type EmbeddedDatabase } from '../db/embedded.ts'
import type { DatabaseConnection } from '../db/pool.ts'
import { onOtherDatabase, openSession, type Session } from '../db/session.ts'
import { lockStateDirectory } from '../db/state-lock.ts'
import { BackupError } from './backup-error.ts'
import { quoted } from './catalog.ts'
import { requireSpace } from './files.ts'

/** Where a backup may be restored to be looked at. */
export interface ScratchOptions {
  /** Of the database that was backed up. */
  connection: DatabaseConnection
  stateDir: string
  /** Told where it is restored, where there is a choice. */
  say?: (message: string) => void
  /** The directory of initdb and postgres; looked for if not said. */
  binariesDir?: string
}

/**
 * What is restored in one transaction is on the disk twice for a while: in its tables, and in the log of the server.
 */
export const RESTORED_FACTOR = 2

/** What is thrown away need not reach the disk. */
const THROWAWAY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/**
 * Runs `work` in an empty database, which is gone afterwards. For the embedded server it is one more database of it.
 * For a server that is named it is a server of its own below the state directory, which takes no right there and no
 * room; where that cannot be, it is a database of that server. Rejects with BackupError where there is neither.
 */
export async function onScratch<T>(
  options: ScratchOptions,
  databaseBytes: number,
  work: (scratch: Session) => Promise<T>,
): Promise<T> {
  const { connection, stateDir, say } = options
  const neededBytes = databaseBytes * RESTORED_FACTOR
  if (!('url' in connection)) {
    // A disk that is filled up by looking at a backup would stop what was backed up.
    await requireSpace(stateDir, neededBytes)
    return await onScratchDatabase(connection, null, work)
  }
  const server = await startScratchServer(options, neededBytes).catch((error: unknown) => {
    return (error as Error).message
  })
  if (typeof server === 'string') {
    say?.(
      `it is restored into a database on the server, as one of its own is not possible: ${server}`,
    )
    return await onScratchDatabase(connection, server, work)
  }
  try {
    say?.(`it is restored into a server of its own, PostgreSQL ${server.database.version}`)
    return await onSession(server.database.connection, work)
  } finally {
    await server.stop()
  }
}

/** Whether what a server of one major version has can be restored on another: nothing newer is in it. */
export function canStandIn(ownVersion: string, serverVersionNumber: number): boolean {
  return Number.parseInt(ownVersion, 10) >= Math.floor(serverVersionNumber / 10_000)
}

interface ScratchServer {
  database: EmbeddedDatabase
  stop: () => Promise<void>
}

/** Rejects with the reason where there can be none; then nothing is left of it. */
async function startScratchServer(
  { connection, stateDir, binariesDir }: ScratchOptions,
  neededBytes: number,
): Promise<ScratchServer> {
  const folder = join(stateDir, 'verify')
  const lock = await lockStateDirectory(folder)
  let database: EmbeddedDatabase | null = null
  const stop = async () => {
    await database?.stop()
    await lock.release()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await requireSpace(folder, neededBytes)
    // Of one that was killed.
    await rm(join(folder, 'postgresql'), { recursive: true, force: true })
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
    const given = binariesDir === undefined ? {} : { binariesDir }
    database = await startEmbeddedDatabase({ lock, log, settings: THROWAWAY, ...given })
    const number = await onSession(connection, async (session) => {
      const [row] = await session.query<{ number: number }>(
        `select current_setting('server_version_num')::integer as number`,
      )
      return row?.number ?? Number.POSITIVE_INFINITY
    })
    if (!canStandIn(database.version, number)) {
      const newer = Math.floor(number / 10_000)
      throw new Error(`there is PostgreSQL ${database.version} here, and ${newer} is newer`)
    }
    return { database, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A database of its own on the same server, by a name that no two databases of it share. */
async function onScratchDatabase<T>(
  connection: DatabaseConnection,
  whyNoServer: string | null,
  work: (scratch: Session) => Promise<T>,
): Promise<T> {
  return await onSession(connection, async (main) => {
    const name = await makeScratch(main, whyNoServer)
    try {
      return await onSession(onOtherDatabase(connection, name), work)
    } finally {
      await dropDatabase(main, name)
    }
  })
}

async function onSession<T>(
  connection: DatabaseConnection,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession({ connection, name: 'storwarden backup' })
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

/** One that an end in the midst has left is dropped first. */
async function makeScratch(main: Session, whyNoServer: string | null): Promise<string> {
  const [row] = await main.query<{ name: string; role: string }>(
    `select 'storwarden_verify_' || oid as name, current_user::text as role
     from pg_database where datname = current_database()`,
  )
  const { name = 'storwarden_verify', role = 'storwarden' } = row ?? {}
  try {
    await dropDatabase(main, name)
    await main.query(`create database ${quoted(name)} encoding 'UTF8' template template0`)
    return name
  } catch (cause) {
    const other =
      whyNoServer === null
        ? ''
        : `; nor was there a server of its own to restore it into: ${whyNoServer}`
    throw new BackupError('ERR_NO_SCRATCH_DATABASE', `${whyNot(cause, role)}${other}`, { cause })
  }
}

function whyNot(cause: unknown, role: string): string {
  const { code, message } = cause as { code?: string; message: string }
  if (code !== INSUFFICIENT_PRIVILEGE) {
    return `there is no database to restore it into: ${message}`
  }
  return `role ${role} may not create the database to restore it into: alter role ${quoted(role)} createdb, as a superuser`
}

/** PostgreSQL, appendix A. */
const INSUFFICIENT_PRIVILEGE = '42501'

async function dropDatabase(main: Session, name: string): Promise<void> {
  await main.query(`drop database if exists ${quoted(name)} with (force)`)
}

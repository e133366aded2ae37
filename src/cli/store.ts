import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { startEmbeddedDatabase } from '../db/embedded.ts'
import { runningConnection } from '../db/embedded/socket.ts'
import { openPool, type DatabaseConnection, type DatabasePool } from '../db/pool.ts'
import { lockStateDirectory, StateDirectoryInUseError } from '../db/state-lock.ts'
import { Lifecycle } from '../lifecycle.ts'
import type { Terminal } from './terminal.ts'

/** The embedded database is not there yet. */
export class NoDatabaseError extends Error {
  readonly code = 'ERR_NO_DATABASE'

  constructor(stateDir: string) {
    super(`state directory ${stateDir}: has no database yet: storwardend makes it at its start`)
    this.name = 'NoDatabaseError'
  }
}

/**
 * Works on the database of the configuration, without the daemon. Of an embedded one the server is started for as
 * long as it takes: rejects with StateDirectoryInUseError when the daemon runs, and with NoDatabaseError when there
 * is none and none is to be made.
 */
export async function onDatabase<T>(
  config: Config,
  terminal: Terminal,
  { make }: { make: boolean },
  work: (database: DatabasePool) => Promise<T>,
): Promise<T> {
  const { pool_size: poolSize } = config.database
  return await onConnection(config, terminal, { make, alone: true }, async (connection) => {
    const database = openPool({ connection, poolSize })
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  })
}

/**
 * The same for who opens connections of his own. Who need not be `alone` is let work beside the daemon, on the server
 * that it runs. `isAlone` tells whether the state directory is held for the work: no daemon can be started meanwhile.
 */
export async function onConnection<T>(
  config: Config,
  terminal: Terminal,
  { make, alone = false }: { make: boolean; alone?: boolean },
  work: (connection: DatabaseConnection, given: { isAlone: boolean }) => Promise<T>,
): Promise<T> {
  const { url } = config.database
  if (url !== null) return await work({ url }, { isAlone: false })
  // Taking the lock would make the directory.
  if (!make && !(await hasDatabase(config.state_dir))) throw new NoDatabaseError(config.state_dir)
  const lifecycle = new Lifecycle()
  try {
    const lock = await lockStateDirectory(config.state_dir).catch((error: unknown) => {
      if (alone || !(error instanceof StateDirectoryInUseError)) throw error
      return null
    })
    if (lock === null) return await work(runningConnection(config.state_dir), { isAlone: false })
    lifecycle.onStop('state directory', () => lock.release())
    const say = (message: string) => {
      terminal.note(message)
    }
    const log = { info: () => undefined, warn: say, error: say }
    const server = await startEmbeddedDatabase({ lock, log })
    lifecycle.onStop('database server', () => server.stop())
    return await work(server.connection, { isAlone: true })
  } finally {
    await lifecycle.stop()
  }
}

/** Whether a daemon has ever made the embedded database. */
export async function hasDatabase(stateDir: string): Promise<boolean> {
  return await access(join(stateDir, 'postgresql')).then(
    () => true,
    () => false,
  )
}

/** Which database it is, without its password. */
export function databaseName({ database: { url }, state_dir: stateDir }: Config): string {
  if (url === null) return `the embedded database of ${stateDir}`
  const { host, pathname } = new URL(url)
  return `the database ${host === '' ? 'on this machine' : host}${pathname}`
}

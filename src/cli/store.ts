import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { startEmbeddedDatabase } from '../db/embedded.ts'
import { openPool, type DatabasePool } from '../db/pool.ts'
import { lockStateDirectory } from '../db/state-lock.ts'
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
  const { url, pool_size: poolSize } = config.database
  const lifecycle = new Lifecycle()
  try {
    let connection: Parameters<typeof openPool>[0]['connection']
    if (url !== null) connection = { url }
    else {
      // Taking the lock would make the directory.
      if (!make && !(await hasDatabase(config.state_dir))) {
        throw new NoDatabaseError(config.state_dir)
      }
      const lock = await lockStateDirectory(config.state_dir)
      lifecycle.onStop('state directory', () => lock.release())
      const say = (message: string) => {
        terminal.note(message)
      }
      const log = { info: () => undefined, warn: say, error: say }
      const server = await startEmbeddedDatabase({ lock, log })
      lifecycle.onStop('database server', () => server.stop())
      connection = server.connection
    }
    const database = openPool({ connection, poolSize })
    lifecycle.onStop('database connections', () => database.close())
    return await work(database)
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

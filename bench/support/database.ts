import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedDatabase } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openPool, type DatabasePool } from '../../src/db/pool.ts'
import { lockStateDirectory } from '../../src/db/state-lock.ts'
import { packageRoot } from '../../src/package.ts'

/** A server of the bench's own, with every table; statements may take as long as they do. */
export async function openDatabase() {
  const directory = mkdtempSync(join(tmpdir(), 'storwarden-bench-'))
  chmodSync(directory, 0o755)
  const lock = await lockStateDirectory(directory)
  const log = { info: () => undefined, warn: () => undefined, error: console.error }
  const server = await startEmbeddedDatabase({ lock, log })
  const pools: DatabasePool[] = []
  /** With connections of its own. */
  const connect = (poolSize = 1): DatabasePool => {
    const { connection } = server
    const pool = openPool({ connection, poolSize, statementTimeoutMs: 0 })
    pools.push(pool)
    return pool
  }
  const db = connect()
  await migrate(db, join(packageRoot, 'migrations'))
  return {
    ...{ db, directory, connect, connection: server.connection },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.close()))
      await server.stop()
      await lock.release()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

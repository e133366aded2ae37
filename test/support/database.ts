import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbeddedDatabase, type EmbeddedDatabase } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openPool, type DatabasePool, type PoolOptions } from '../../src/db/pool.ts'
import { lockStateDirectory } from '../../src/db/state-lock.ts'

/** What is needed of a tap test: its teardown. */
export interface Teardown {
  teardown(undo: () => Promise<void>): void
}

/** The migrations of the project. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url))

/** What is thrown away need not reach the disk. */
export const throwaway = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** A directory below /tmp that every user may pass through, gone after the test. */
export async function makeStateDirectory(t: Teardown): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'storwarden-test-'))
  await chmod(directory, 0o755)
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** A server of the test's own in `stateDir`, stopped after it. */
export async function startTestServer(t: Teardown): Promise<EmbeddedDatabase> {
  const lock = await lockStateDirectory(await makeStateDirectory(t))
  const log = { info: () => undefined, warn: () => undefined, error: console.error }
  const server = await startEmbeddedDatabase({ lock, log, settings: throwaway })
  t.teardown(async () => {
    await server.stop()
    await lock.release()
  })
  return server
}

/**
 * An empty database with every table of `migrations/`, on a PostgreSQL of this test file's own:
 * call it once at the top of the file with its root `t`. It lasts until the file's tests have ended.
 */
export async function openTestDatabase(
  t: Teardown,
): Promise<DatabasePool & { server: EmbeddedDatabase }> {
  const server = await startTestServer(t)
  const pool = openPool({ connection: server.connection })
  t.teardown(() => pool.close())
  await migrate(pool, migrationsFolder)
  return Object.assign(pool, { server })
}

/** One more database of `server`, without any table. */
export async function openEmptyDatabase(
  t: Teardown,
  server: EmbeddedDatabase,
  options: Partial<PoolOptions> = {},
): Promise<DatabasePool> {
  const database = `test_${randomBytes(6).toString('hex')}`
  const admin = openPool({ connection: server.connection, poolSize: 1 })
  await admin.query(`create database ${database}`)
  await admin.close()
  const pool = openPool({ connection: { ...server.connection, database }, ...options })
  t.teardown(() => pool.close())
  return pool
}

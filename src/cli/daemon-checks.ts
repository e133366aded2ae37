import { constants } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { MACHINE } from '../db/embedded/binaries.ts'
import { packageDirectory } from '../db/embedded/package.ts'
import { schemaVersion } from '../db/migrate.ts'
import { newestMigration } from '../db/migrations.ts'
import { openPool } from '../db/pool.ts'
import { lockStateDirectory, StateDirectoryInUseError } from '../db/state-lock.ts'
import type { Host } from '../host/host.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import { fail, ok, warn, type Check } from './finding.ts'
import { migrationsFolder } from './migrate.ts'
import { hasDatabase } from './store.ts'
import { bytes } from './words.ts'

/** What the daemon needs to run: nothing of it is made or started here. */
export function daemonChecks(host: Host, config: Config, client: Client): Check[] {
  let asked: Promise<Answer | null> | null = null
  // Whether a daemon answers, and what it says of itself.
  const ready = () => (asked ??= client.get('/health/ready', { unhealthy: true }).catch(() => null))
  return [
    { name: 'state directory', look: () => lookAtStateDirectory(host, config) },
    { name: 'port', look: async () => lookAtPort(config, client, await ready()) },
    { name: 'database', look: async () => lookAtDatabase(config, client, await ready()) },
  ]
}

const LITTLE_BYTES = 1024 ** 3

async function lookAtStateDirectory(host: Host, { state_dir: directory }: Config) {
  const advice = `run as the user of storwardend, or give ${directory} to it`
  const nearest = await nearestThere(directory)
  try {
    await access(nearest, constants.W_OK | constants.X_OK)
  } catch {
    return fail(`${nearest}: cannot be written`, advice)
  }
  const { availableBytes } = await host.statfs(nearest)
  if (availableBytes < LITTLE_BYTES) {
    return warn(
      `${directory}: ${bytes(availableBytes)} free`,
      'make room: a database that cannot write stops',
    )
  }
  const state = nearest === directory ? 'writable' : 'is made at the first start'
  return ok(`${directory}: ${state}, ${bytes(availableBytes)} free`)
}

async function nearestThere(path: string): Promise<string> {
  try {
    await access(path)
    return path
  } catch {
    const parent = dirname(path)
    return parent === path ? path : await nearestThere(parent)
  }
}

async function lookAtPort({ listen }: Config, { url }: Client, ready: Answer | null) {
  if (ready?.text('status') != null) return ok(`storwardend answers at ${url}`)
  const place = `${listen.host} port ${listen.port}`
  const code = await tryToListen(listen)
  if (code === null) return ok(`${place}: free`)
  if (code === 'EADDRINUSE') {
    return fail(
      `${place}: another program listens there`,
      `find it with ss -ltnp, or set listen.port to another one`,
    )
  }
  return fail(`${place}: ${code}`, 'set listen.host and listen.port to what this machine has')
}

/** The errno name of what keeps a server from listening; null when nothing does. */
async function tryToListen({ host, port }: { host: string; port: number }): Promise<string | null> {
  const server = createServer()
  return await new Promise((resolve) => {
    server.once('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      resolve(code)
    })
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve(null)
      })
    })
  })
}

const CONNECT_MS = 5_000

async function lookAtDatabase(config: Config, client: Client, ready: Answer | null) {
  const { url } = config.database
  if (url !== null) return await lookAtServer(url)
  const connected = ready?.object('checks')?.flag('database') ?? null
  if (connected === true) return ok('embedded: storwardend is connected to it')
  if (connected === false) {
    return fail(
      'embedded: storwardend is not connected to it',
      `look into its log, and ${join(config.state_dir, 'postgresql')}`,
    )
  }
  const holder = await holderOf(config.state_dir)
  if (holder !== null) {
    return warn(
      `embedded: ${holder}, and does not answer at ${client.url}`,
      'if it listens elsewhere, say so in the configuration; else look into its log',
    )
  }
  if (packageDirectory() === null && !(await machineHasServer())) {
    return fail(
      'embedded: there is no PostgreSQL server',
      'apt install postgresql, or set DATABASE_URL',
    )
  }
  const there = await hasDatabase(config.state_dir)
  return ok(
    there
      ? 'embedded: starts with storwardend'
      : 'embedded: made at the first start of storwardend',
  )
}

async function lookAtServer(url: string) {
  const database = openPool({
    connection: { url },
    poolSize: 1,
    connectTimeoutMs: CONNECT_MS,
    checkTimeoutMs: CONNECT_MS,
  })
  try {
    const { latencySeconds } = await database.check()
    const newest = await newestMigration(migrationsFolder)
    const schema = await schemaVersion(database)
    const found = `answers in ${Math.round(latencySeconds * 1000)} ms, schema ${schema}`
    if (schema === newest) return ok(found)
    return schema < newest
      ? warn(
          `${found} of ${newest}`,
          'storwarden migrate, or start storwardend, which does the same',
        )
      : fail(`${found}, newer than ${newest}`, 'install the version that wrote it, or a newer one')
  } catch (error) {
    return fail(
      (error as Error).message,
      'check DATABASE_URL, that the server runs, and that it lets this user in',
    )
  } finally {
    await database.close()
  }
}

/** Who works in the state directory, in words; null when nobody does. */
async function holderOf(stateDir: string): Promise<string | null> {
  // Taking the lock of a directory that nobody ever took would make it.
  if (!(await readdir(stateDir).catch((): string[] => [])).includes('lock')) return null
  try {
    const lock = await lockStateDirectory(stateDir)
    await lock.release()
    return null
  } catch (error) {
    if (error instanceof StateDirectoryInUseError) return error.message
    throw error
  }
}

async function machineHasServer(): Promise<boolean> {
  const majors = await readdir(MACHINE).catch((): string[] => [])
  const servers = majors.map((major) => access(join(MACHINE, major, 'bin', 'postgres')))
  return (await Promise.allSettled(servers)).some(({ status }) => status === 'fulfilled')
}

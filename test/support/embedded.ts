import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  startEmbeddedDatabase,
  type EmbeddedDatabase,
  type EmbeddedOptions,
} from '../../src/db/embedded.ts'
import { openPool, type DatabaseConnection, type DatabasePool } from '../../src/db/pool.ts'
import { lockStateDirectory } from '../../src/db/state-lock.ts'
import { throwaway, type Teardown } from './database.ts'

/** A server and a pool on it. */
export interface Started {
  server: EmbeddedDatabase
  database: DatabasePool
  /** What an operator would have read in the log. */
  told: string[]
  /** What the daemon does when it stops, in its order. */
  stop: () => Promise<void>
}

/** Starts a server in `stateDir`, stopped after the test. It need not outlast the machine. */
export async function start(
  t: Teardown,
  stateDir: string,
  options: Partial<EmbeddedOptions> = {},
): Promise<Started> {
  const told: string[] = []
  const tell = (message: string): void => {
    told.push(message)
  }
  const lock = await lockStateDirectory(stateDir)
  t.teardown(() => lock.release())
  const log = { info: tell, warn: tell, error: tell }
  const server = await startEmbeddedDatabase({ lock, log, settings: throwaway, ...options })
  t.teardown(() => server.stop())
  const database = openPool({ connection: server.connection })
  t.teardown(() => database.close())
  const stop = async (): Promise<void> => {
    await database.close()
    await server.stop()
    await lock.release()
  }
  return { server, database, told, stop }
}

/** A process of its own that runs a database. */
export interface Daemon {
  /** Resolves when it has ended. */
  kill: (signal: NodeJS.Signals) => Promise<void>
  /** What it runs, or why it does not. */
  said: {
    connection: DatabaseConnection
    processId: number
    dataDir: string
    code?: string
    message?: string
  }
}

/** A daemon in a process of its own, run by the command `argv`. */
export async function startDaemon(
  t: Teardown,
  stateDir: string,
  argv: readonly string[] = [],
): Promise<Daemon> {
  const script = fileURLToPath(new URL('embedded-daemon.ts', import.meta.url))
  // tap's bookkeeping of processes writes where other users may not.
  const execArgv = process.execArgv.filter((argument) => !argument.includes('processinfo'))
  const node = ['env', '-u', 'NODE_OPTIONS', process.execPath, ...execArgv]
  const words = [...argv, ...node, script, stateDir]
  const [command = '', ...args] = words
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await ended
  }
  t.teardown(() => kill('SIGTERM'))
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { kill, said: JSON.parse(line) as Daemon['said'] }
}

/** Asks again until it is so, for as long as the test may last. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(5)
}

/** True while there is a process of this number. */
export function runs(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}

import { startEmbeddedDatabase } from '../../src/db/embedded.ts'
import { lockStateDirectory } from '../../src/db/state-lock.ts'

// A daemon that is nothing but its database: takes the state directory of its argument, says what
// it runs, one JSON object on a line, and stays until it is stopped or killed.

const say = (said: Record<string, unknown>): void => {
  process.stdout.write(`${JSON.stringify(said)}\n`)
}

try {
  const lock = await lockStateDirectory(process.argv[2] ?? '')
  const log = { info: () => undefined, warn: () => undefined, error: console.error }
  const server = await startEmbeddedDatabase({ lock, log })
  process.once('SIGTERM', () => {
    void server.stop().then(() => process.exit(0))
  })
  const { connection, processId, dataDir } = server
  say({ connection, processId, dataDir })
  // Keeps it running.
  setInterval(() => undefined, 60_000)
} catch (error) {
  const { code, message } = error as Error & { code?: string }
  say({ code, message })
  process.exitCode = 1
}

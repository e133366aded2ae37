import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { makeStateDirectory, type Teardown } from './database.ts'
import { freePort } from './free-port.ts'
import { lacks } from './peer.ts'

/** The reason for skipping a test that needs a server; false when there is one. */
export const withoutNats = lacks('nats-server', '--version')

/** A server of NATS with JetStream, on a port and in a directory of its own. */
export interface NatsServer {
  port: number
  url: string
  /** Starts it on the same port, with what it had stored. */
  start(): Promise<void>
  /** Ends it; with SIGKILL in the midst of things. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** What it said last. */
  lastWords(): string
}

/** Starts one; it is ended after the test. `config` is put before what its file has to have. */
export async function startNatsServer(
  t: Teardown,
  options: { config?: string; running?: boolean } = {},
): Promise<NatsServer> {
  const directory = await makeStateDirectory(t)
  const port = await freePort()
  const file = join(directory, 'nats.conf')
  await writeFile(file, `${options.config ?? ''}\njetstream { store_dir: "${directory}/js" }\n`)
  let child: ChildProcess | null = null
  let said = ''
  const server: NatsServer = {
    port,
    url: `nats://127.0.0.1:${port}`,
    lastWords: () => said,
    async start() {
      if (child !== null) return
      const started = spawn('nats-server', ['-c', file, '-a', '127.0.0.1', '-p', String(port)], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
      })
      child = started
      started.stderr.on(
        'data',
        (data: Buffer) => (said = `${said}${data.toString()}`.slice(-4_000)),
      )
      await answers(port, () => {
        if (started.exitCode !== null) throw new Error(`nats-server has ended: ${said}`)
      })
    },
    async stop(signal = 'SIGTERM') {
      const ending = child
      child = null
      if (ending?.exitCode !== null) return
      const ended = once(ending, 'exit')
      ending.kill(signal)
      await ended
    },
  }
  t.teardown(() => server.stop('SIGKILL'))
  if (options.running !== false) await server.start()
  return server
}

/** A server greets whoever connects. */
async function answers(port: number, check: () => void): Promise<void> {
  for (;;) {
    check()
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('data', () => {
        resolve(true)
        socket.destroy()
      })
      socket.once('error', () => {
        resolve(false)
      })
    })
    if (isThere) return
    await pause(20)
  }
}

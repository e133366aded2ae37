import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A program of others that answers HTTP on a port of its own. */
export interface PeerServer {
  pid: number
  /** `http://127.0.0.1:port` */
  url: string
  stop: () => Promise<void>
}

/**
 * Starts a Debian package's program, which is called as the package is; `words` makes its words of the address.
 * Resolves when the path answers; with null, and it is said, where the program is not there.
 */
export async function startPeerServer(
  program: string,
  words: (address: string) => readonly string[],
  path: string,
): Promise<PeerServer | null> {
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(program, words(address), { stdio: 'ignore' })
  try {
    await once(child, 'spawn')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    process.stdout.write(`without the peer ${program}: apt-get install ${program}\n`)
    return null
  }
  const exited = once(child, 'exit')
  const url = `http://${address}`
  while (!(await answers(`${url}${path}`))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`)
    await pause(50)
  }
  return {
    pid: child.pid ?? 0,
    url,
    async stop() {
      child.kill()
      await exited
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../test/support/free-port.ts'

/** Where the program is; null, and it is said how to have it, where there is none. */
export function findProgram(name: string, debianPackage = name): string | null {
  const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
  if (status === 0) return stdout.trim()
  process.stdout.write(`without the peer ${name}: apt-get install ${debianPackage}\n`)
  return null
}

/** A program that serves HTTP on a port of the loopback device. */
export interface Served {
  pid: number
  url: string
  end(): Promise<void>
}

/**
 * Starts a program and resolves when it answers a path with 2xx; `argv` is told the port. Rejects when it ends before
 * that, or says nothing for a minute.
 */
export async function serve(
  argv: (port: number) => readonly string[],
  readyAt: string,
): Promise<Served> {
  const port = await freePort()
  const [program = '', ...words] = argv(port)
  const child = spawn(program, words, { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 1_200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`)
    const answer = await fetch(url + readyAt).catch(() => null)
    if (answer?.ok === true) return { pid: child.pid ?? 0, url, end: () => endOf(child) }
    await delay(50)
  }
  await endOf(child)
  throw new Error(`${program} does not answer ${readyAt}`)
}

/** Ends a program and waits until it has. */
export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { makeStateDirectory, type Teardown } from './database.ts'
import type { Frame } from './ws.ts'

// The build, which `npm test` makes first: compiling anew for every process takes longer than the tests.
const root = fileURLToPath(new URL('../..', import.meta.url))

/** A daemon in a process of its own, as a user starts it. */
export interface TestDaemon {
  url: string
  stateDir: string
  pid: number
  /** Everything it has said. */
  log: readonly string[]
  /** Ends it with the signal and resolves with its exit status; null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
  /** Asks as admin. */
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: object): Promise<T>
  delete(path: string): Promise<unknown>
  /** Follows the event stream as admin. */
  follow(onFrame: (frame: Frame) => void): Promise<WebSocket>
}

/** Starts a daemon on a free port and waits until it listens; it is stopped after the test. */
export async function startTestDaemon(
  t: Teardown,
  options: {
    arguments?: readonly string[]
    stateDir?: string
    /** A command that runs the daemon in its own place, such as `strace -D`. */
    under?: readonly string[]
    /** Where it is installed, in place of the clone. */
    installedIn?: string
  } = {},
): Promise<TestDaemon> {
  const stateDir = options.stateDir ?? (await makeStateDirectory(t))
  const argv = ['--listen', '127.0.0.1:0', '--state-dir', stateDir, ...(options.arguments ?? [])]
  const main = join(options.installedIn ?? root, 'dist/src/main.js')
  const node = [process.execPath, '--enable-source-maps', main]
  const [file = '', ...words] = [...(options.under ?? []), ...node, ...argv]
  const child = spawn(file, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(async () => {
    await end(child, 'SIGTERM')
  })
  const log: string[] = []
  const url = await listeningUrl(child, log)
  let token: Promise<string> | null = null
  const authorized = async () => ({
    authorization: `Bearer ${await (token ??= login(url, stateDir))}`,
  })
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const headers = { ...(await authorized()), 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { ...init, headers })
    const body: unknown = response.status === 204 ? null : await response.json()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`)
    return body as T
  }
  return {
    url,
    stateDir,
    pid: child.pid ?? 0,
    log,
    end: (signal) => end(child, signal),
    get: (path) => ask(path),
    post: (path, body) => ask(path, { method: 'POST', body: JSON.stringify(body) }),
    delete: (path) => ask(path, { method: 'DELETE' }),
    async follow(onFrame) {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/monitoring/events`, {
        headers: await authorized(),
      })
      socket.on('message', (data: Buffer) => {
        onFrame(JSON.parse(data.toString()) as Frame)
      })
      await once(socket, 'open')
      t.teardown(async () => {
        socket.terminate()
        await Promise.resolve()
      })
      return socket
    },
  }
}

/** Asks again and again until the answer is as wanted; the test's own time-out is the limit. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function listeningUrl(child: ChildProcess, log: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        log.push(line)
        const [, url] = /(?:listening|standing by|meanwhile) on (https?:\S+)/.exec(line) ?? []
        if (url !== undefined) resolve(url)
      })
    }
    child.once('exit', (code) => {
      reject(new Error(`the daemon ended with ${code}: ${log.join('\n')}`))
    })
  })
}

async function login(url: string, stateDir: string): Promise<string> {
  const password = await readFile(join(stateDir, 'initial-admin-password'), 'utf8')
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: password.trim() }),
  })
  const { token } = (await response.json()) as { token: string }
  return token
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
  return child.exitCode
}

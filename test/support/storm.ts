import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Teardown } from './database.ts'
import type { StormOptions } from './storm-daemon.ts'

/** Numbers from 0 to 1, always the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** When something can be killed. */
export type Moment = 'received' | 'answered' | 'evaluated'

/** So many evaluations without a message, and there is none to come. */
const PATIENCE = 8

/** Something that a receiver has taken: one message, however often it came. */
export interface Taken {
  channel: string
  id: string
  body: string
}

/** A message that came again, and said something else. */
export interface Contradiction {
  id: string
  first: string
  then: string
}

/**
 * A receiver that heeds ids and cannot be relied upon: it refuses, asks for patience, hangs, and takes a message
 * without saying so, as `random` has it, until it is `calm`. Emits `received` and `answered` with the name of the
 * daemon, and for them that they have `evaluated`.
 */
export class StormReceiver extends EventEmitter<Record<Moment, [string]>> {
  readonly taken: Taken[] = []
  readonly contradictions: Contradiction[] = []
  /** Requests, of messages that came again too. */
  requests = 0
  calm = false
  /** What was asked with GET: heartbeats. */
  beats = 0
  /** From 0 to 1, what it does: below 0.1 refuse, 0.15 ask for patience, 0.17 hang, 0.19 take and hang, 0.25 take and hang up. */
  random: () => number
  readonly #bodies = new Map<string, string>()

  constructor(random: () => number) {
    super()
    this.random = random
  }

  /** Resolves with whose moment comes next; with nobody's when it does not come, because there is nothing to send. */
  passed(moment: Moment): Promise<string> {
    return new Promise((resolve) => {
      let evaluations = 0
      const end = (agent: string) => {
        this.off(moment, end)
        this.off('evaluated', wait)
        resolve(agent)
      }
      const wait = () => {
        evaluations += 1
        if (evaluations === PATIENCE) end('')
      }
      this.on(moment, end)
      this.on('evaluated', wait)
    })
  }

  /** Resolves with its URL. */
  async listen(t: Teardown): Promise<string> {
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (part: string) => (body += part))
      request.on('error', () => undefined)
      request.on('end', () => {
        if (request.method === 'GET') {
          this.beats += 1
          response.end('OK')
          return
        }
        const agent = request.headers['user-agent'] ?? ''
        this.requests += 1
        this.emit('received', agent)
        this.#answer((request.url ?? '').slice(1), body, response)
        this.emit('answered', agent)
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.teardown(async () => {
      server.closeAllConnections()
      server.close()
      await Promise.resolve()
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  #answer(channel: string, body: string, response: ServerResponse): void {
    const luck = this.calm ? 1 : this.random()
    if (luck < 0.1) return void response.writeHead(500).end('no')
    if (luck < 0.15) return void response.writeHead(429, { 'Retry-After': '1' }).end()
    // It hangs, and whoever asks does not know whether it was heard.
    if (luck < 0.17) return
    this.#take(channel, body)
    if (luck < 0.19) return
    if (luck < 0.25) return void response.destroy()
    response.writeHead(204).end()
  }

  #take(channel: string, body: string): void {
    const { id } = JSON.parse(body) as { id: string }
    const first = this.#bodies.get(id)
    if (first === undefined) {
      this.#bodies.set(id, body)
      this.taken.push({ channel, id, body })
    } else if (first !== body) {
      this.contradictions.push({ id, first, then: body })
    }
  }
}

// The build, which `npm test` makes first: compiling anew for every process takes longer than the storm.
const program = fileURLToPath(
  new URL('../../dist/test/support/storm-daemon.js', import.meta.url).href.replace(
    '/dist/dist/',
    '/dist/',
  ),
)

/** A daemon of the storm; it is killed after the test if it was not before. */
export class StormDaemon {
  readonly agent: string
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  /** What it has said on standard error: nothing, if all is well. */
  errors = ''

  constructor(t: Teardown, options: StormOptions, moments: StormReceiver) {
    this.agent = options.agent
    this.#child = spawn(process.execPath, [program, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // What tap preloads is of no use there.
      env: { PATH: process.env.PATH },
    })
    this.#ended = once(this.#child, 'exit')
    this.#child.stderr?.setEncoding('utf8').on('data', (part: string) => (this.errors += part))
    this.#child.stdout?.on('data', () => {
      moments.emit('evaluated', options.agent)
    })
    t.teardown(() => this.kill())
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}

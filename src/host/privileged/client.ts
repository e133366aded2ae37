import { Slots } from '../limits.ts'
import { ClientConnection } from './client-connection.ts'
import type { PrivilegedRequest } from './closed-list.ts'
import { MAX_IN_FLIGHT } from './protocol.ts'

/** How the privileged program is asked. */
export interface PrivilegedClientOptions {
  /** Path of its socket. */
  socket: string
  /** Of this program. */
  version: string
  /** How long connecting and being greeted may take together, where it may have to be started; 15 s if not said. */
  greetingMs?: number
  /** How much longer than an operation may take its answer is waited for: it may wait its turn. 20 s if not said. */
  patienceMs?: number
  /** When a connection on which nothing is asked is closed, so that the program can end; 15 s if not said. */
  restMs?: number
}

/** Asks the privileged program, over a connection that is made when there is something to ask. */
export class PrivilegedClient {
  readonly #options: Required<PrivilegedClientOptions>
  readonly #slots = new Slots(MAX_IN_FLIGHT)
  #connection: Promise<ClientConnection> | null = null
  #resting: NodeJS.Timeout | null = null
  #stopped = false

  constructor(options: PrivilegedClientOptions) {
    this.#options = { greetingMs: 15_000, patienceMs: 20_000, restMs: 15_000, ...options }
  }

  /**
   * Has an operation carried out and resolves with its result, not checked. Rejects with what it failed with as if
   * it had been done here, BusyError when too much is asked at a time, or PrivilegedError.
   */
  async call({ operation, params }: PrivilegedRequest, timeoutMs: number): Promise<unknown> {
    const { patienceMs } = this.#options
    const release = await this.#slots.acquire(operation, patienceMs)
    try {
      const connection = await this.#connected()
      return await connection.ask(operation, params, timeoutMs, patienceMs)
    } finally {
      release()
      this.#rest()
    }
  }

  /** The version of the program at the other end. Rejects with PrivilegedError. */
  async version(): Promise<string> {
    try {
      return (await this.#connected()).version
    } finally {
      this.#rest()
    }
  }

  /** Gives up what is under way, and asks nothing more. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#close()
  }

  #connected(): Promise<ClientConnection> {
    if (this.#resting !== null) clearTimeout(this.#resting)
    this.#resting = null
    if (this.#connection !== null) return this.#connection
    const opening = ClientConnection.open(this.#options).then((connection) => {
      connection.onEnd(forget)
      if (this.#stopped) connection.close()
      return connection
    })
    const forget = () => {
      if (this.#connection === opening) this.#connection = null
    }
    opening.catch(forget)
    this.#connection = opening
    return opening
  }

  #rest(): void {
    if (!this.#slots.idle() || this.#connection === null) return
    if (this.#resting !== null) clearTimeout(this.#resting)
    this.#resting = setTimeout(() => void this.#close(), this.#options.restMs).unref()
  }

  async #close(): Promise<void> {
    if (this.#resting !== null) clearTimeout(this.#resting)
    this.#resting = null
    const connection = this.#connection
    this.#connection = null
    await connection?.then(
      (open) => {
        open.close()
      },
      () => undefined,
    )
  }
}

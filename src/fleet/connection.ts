import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { rootCertificates } from 'node:tls'
import type { ConnectionOptions, NatsConnection, TlsOptions } from 'nats'
import { wordsOf } from './words.ts'

/** Where the servers are, and as whom they are asked; of user, token and credentials one at most. */
export interface ServerSettings {
  servers: readonly string[]
  user: string | null
  password: string | null
  token: string | null
  credentialsFile: string | null
  /** Trusted besides those that come with Node.js. */
  caFile: string | null
  certFile: string | null
  keyFile: string | null
}

/** How it stands with the servers. */
export interface ConnectionState {
  connected: boolean
  since: Date
  /** What was in the way last, in words without secrets; null while connected. */
  why: string | null
}

/** What a connection is made with. */
export interface FleetConnectionOptions {
  /** Asked before every attempt, so that files of secrets can be replaced. */
  settings: () => ServerSettings
  /** What the daemon is called in the fleet: a word of a subject. */
  name: string
  now: () => Date
  /** From 0 to 1: no two appliances come back at the same moment. */
  random: () => number
  /** Told when it comes and when it breaks, and once of each other reason why it does not come. */
  onChange: (state: ConnectionState) => void
  /** How long an attempt may take, in ms; 10 s if not said. */
  timeoutMs?: number
  /** From one question to the next whether the server is still there, in ms; 15 s if not said. */
  pingMs?: number
}

const CONNECT_TIMEOUT_MS = 10_000
const PING_MS = 15_000
/** A server that has not answered so many is taken for gone. */
const UNANSWERED = 2
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

/** Where answers to a client arrive: each has a place of its own, so that servers can let it have no other. */
export function inboxOf(name: string): string {
  return `_INBOX.storwarden.${name}`
}

/**
 * The one connection to the servers of the fleet. It is opened in the background, and a new one whenever it breaks, for
 * ever: a server that is away, refuses the user or says nothing holds nobody up. Each time names are looked up and files
 * are read anew.
 */
export class FleetConnection {
  readonly #options: FleetConnectionOptions
  readonly #stopping = new AbortController()
  #state: ConnectionState
  #current: NatsConnection | null = null
  #running: Promise<void> | null = null
  #waiting: (() => void)[] = []

  constructor(options: FleetConnectionOptions) {
    this.#options = options
    this.#state = { connected: false, since: options.now(), why: null }
  }

  get state(): ConnectionState {
    return this.#state
  }

  start(): void {
    this.#running ??= this.#run(this.#stopping.signal)
  }

  /** The connection, as soon as there is one. Rejects with the reason of the signal, and when it is stopped. */
  async connect(signal: AbortSignal): Promise<NatsConnection> {
    const over = AbortSignal.any([signal, this.#stopping.signal])
    for (;;) {
      over.throwIfAborted()
      if (this.#current !== null && !this.#current.isClosed()) return this.#current
      await new Promise<void>((resolve) => {
        const wake = () => {
          over.removeEventListener('abort', wake)
          resolve()
        }
        over.addEventListener('abort', wake)
        this.#waiting.push(wake)
      })
    }
  }

  /** Resolves when it is closed. May be called twice. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the connection to the fleet is closed'))
    await this.#current?.close().catch(() => undefined)
    await this.#running
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { random } = this.#options
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const connection = await this.#open()
        failures = -1
        const error = await this.#follow(connection)
        this.#is(false, error === undefined ? 'the connection broke' : wordsOf(error))
      } catch (error) {
        this.#is(false, wordsOf(error))
      }
      const longest = Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, failures), LONGEST_PAUSE_MS)
      const ms = longest * (0.5 + random() / 2)
      await pause(ms, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  async #open(): Promise<NatsConnection> {
    // Loaded where there is a fleet only.
    const { connect, credsAuthenticator } = await import('nats')
    const { name, settings, timeoutMs = CONNECT_TIMEOUT_MS, pingMs = PING_MS } = this.#options
    const shown = settings()
    const { servers, user, password, token, credentialsFile } = shown
    const options: ConnectionOptions = {
      ...{ servers: [...servers], name: `storwarden ${name}`, timeout: timeoutMs },
      ...{ inboxPrefix: inboxOf(name), reconnect: false },
      ...{ pingInterval: pingMs, maxPingOut: UNANSWERED },
    }
    if (user !== null) options.user = user
    if (password !== null) options.pass = password
    if (token !== null) options.token = token
    if (credentialsFile !== null) {
      options.authenticator = credsAuthenticator(await readFile(credentialsFile))
    }
    const tls = await tlsOf(shown)
    if (tls !== null) options.tls = tls
    return await connect(options)
  }

  /** Until it is closed, with what closed it. */
  async #follow(connection: NatsConnection): Promise<unknown> {
    this.#current = connection
    // Stopped while it was opened.
    if (this.#stopping.signal.aborted) await connection.close()
    else this.#is(true, null)
    const error = await connection.closed()
    this.#current = null
    return error
  }

  #is(connected: boolean, why: string | null): void {
    const before = this.#state
    const changed = connected !== before.connected
    this.#state = { connected, since: changed ? this.#options.now() : before.since, why }
    if (connected) for (const wake of this.#waiting.splice(0)) wake()
    if ((changed || why !== before.why) && !this.#stopping.signal.aborted) {
      this.#options.onChange(this.#state)
    }
  }
}

/** Null where a connection need not be encrypted. With these, one that is not is refused. */
async function tlsOf(settings: ServerSettings): Promise<TlsOptions | null> {
  const { servers, caFile, certFile, keyFile } = settings
  const files = [caFile, certFile, keyFile]
  const isWanted = servers.some((server) => server.startsWith('tls:'))
  if (!isWanted && files.every((file) => file === null)) return null
  const textOf = async (file: string | null) => (file === null ? null : readFile(file, 'utf8'))
  const [ca, cert, key] = await Promise.all(files.map(textOf))
  return {
    // The type knows one text: the library hands it on as it is.
    ...(ca && { ca: [...rootCertificates, ca].join('\n') }),
    ...(cert && { cert }),
    ...(key && { key }),
  }
}

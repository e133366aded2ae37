import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Role } from '../auth/permissions.ts'
import type { Credential, GoodCredential, Principal } from '../auth/principal.ts'
import { Readers, type Backlog } from './backlog.ts'
import { StreamClient, type ClientSurroundings } from './client.ts'
import { FanOut, type EachSender } from './fan-out.ts'
import { closeCodes, type ClientLimits, type HubCounters } from './limits.ts'
import { eventFrame, type HubEvent } from './messages.ts'
import { numbersFrame } from './numbers.ts'

/** The subprotocol that a browser names beside `bearer.<token>`. */
const SUBPROTOCOL = 'storwarden.v1'

/** What the stream sends, to whom, and what it asks. */
export interface HubOptions {
  /** The types of frames that there are. */
  types: readonly string[]
  backlog: Backlog
  now: () => Date
  /** Told to clients besides, when they come. */
  greeting?: Readonly<Record<string, string>>
  /** Which types a role is sent. */
  mayRead: (role: Role, type: string) => boolean
  /** Which of the credentials still open something, and what; asked every 30 s about those with a client. */
  stillGood: (credentials: readonly Credential[]) => Promise<readonly GoodCredential[]>
  /** From one ping to the next; 30 s if not said. */
  pingMs?: number
  /** A client that is silent for so long is closed; 60 s if not said. */
  silentMs?: number
  maxClients?: number
  limits?: Partial<ClientLimits>
  /** Sends to many at a time; null where there is no addon. */
  sender?: EachSender | null
}

/** Between two looks at whether the credentials of clients are still good. */
const CREDENTIALS_MS = 30_000
const BEAT_MS = 5_000
const MAX_MESSAGE_BYTES = 16 * 1024

const defaultLimits: ClientLimits = {
  maxQueueBytes: 1024 * 1024,
  chunkEvents: 500,
  maxInbox: 16,
  maxMalformed: 32,
  settleMs: 250,
  closeMs: 5_000,
}

/** Broadcasts what was committed to whoever listens. A slow client never delays another. */
export class Hub {
  readonly #options: HubOptions
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })
  readonly #clients = new Set<StreamClient>()
  readonly #fanOut: FanOut
  readonly #counters: HubCounters = { sent: 0, dropped: 0, evicted: 0 }
  readonly #around: Omit<ClientSurroundings, 'readable'>
  #lastSeq = 0
  #beat: NodeJS.Timeout | null = null
  #checkedMs = 0
  #checking = false
  readonly #whenEmpty: (() => void)[] = []

  constructor(options: HubOptions) {
    this.#options = options
    this.#fanOut = new FanOut(options.sender ?? null)
    this.#server.on('headers', (headers, { headers: asked }) => {
      const id = asked['x-request-id']
      if (typeof id === 'string') headers.push(`X-Request-Id: ${id}`)
    })
    const { backlog, types, now, greeting = {}, limits } = options
    this.#around = {
      backlog,
      readers: new Readers(),
      types,
      now,
      greeting,
      lastSeq: () => this.#lastSeq,
      counters: this.#counters,
      limits: { ...defaultLimits, ...limits },
    }
  }

  /** Reads where the stream stands and begins to take clients. Rejects as the backlog does. */
  async start(): Promise<void> {
    if (this.#beat) return
    this.#lastSeq = Math.max(this.#lastSeq, await this.#options.backlog.last())
    this.#beat = setInterval(() => {
      this.beat()
    }, BEAT_MS)
  }

  /** Closes every client with 1001 and waits a moment for their answers. */
  async stop(): Promise<void> {
    if (this.#beat) clearInterval(this.#beat)
    this.#beat = null
    for (const client of this.#clients) client.close(closeCodes.goingAway, 'the daemon is stopping')
    if (this.#clients.size === 0) return
    await new Promise<void>((resolve) => this.#whenEmpty.push(resolve))
  }

  /** Whether another client can be taken. */
  hasRoom(): boolean {
    return this.#beat !== null && this.#clients.size < (this.#options.maxClients ?? 10_000)
  }

  /** Takes over a connection whose upgrade request was let in. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, principal: Principal): void {
    this.#server.handleUpgrade(request, socket, head, (ws) => {
      const { types, mayRead } = this.#options
      const readable = types.filter((type) => mayRead(principal.role, type))
      const client = new StreamClient(ws, socket, principal, { ...this.#around, readable })
      this.#clients.add(client)
      ws.on('close', () => {
        this.#clients.delete(client)
        if (this.#clients.size > 0) return
        for (const resolve of this.#whenEmpty.splice(0)) resolve()
      })
      client.start()
      if (this.#beat === null) client.close(closeCodes.goingAway, 'the daemon is stopping')
    })
  }

  /**
   * Broadcasts committed events, in order. One that was broadcast already is left out; when one is missing
   * before it, the clients read it from where it is stored.
   */
  publish(events: readonly HubEvent[]): void {
    for (const event of events) {
      if (event.seq <= this.#lastSeq) continue
      const missed = event.seq > this.#lastSeq + 1
      this.#lastSeq = event.seq
      if (this.#clients.size === 0) continue
      if (missed) for (const client of this.#clients) client.fallBehind()
      else this.#write(eventFrame(event), (client) => client.takes(event))
    }
  }

  /** Whether anybody is told numbers of an appliance, so that they are worth putting together. */
  wantsNumbers(appliance: string): boolean {
    return [...this.#clients].some((client) => client.wantsNumbers(appliance))
  }

  /** Broadcasts the numbers of a moment: not stored, not replayed, the latest only for a slow client. */
  publishNumbers(data: unknown, at: Date, appliance: string | null = null): void {
    if (this.#clients.size === 0) return
    const numbers = { data, at, appliance }
    this.#write(numbersFrame(numbers, this.#lastSeq), (client) => client.takesNumbers(numbers))
  }

  /** Closes the clients of credentials that open nothing any more. */
  revoke(credentials: readonly Credential[]): void {
    const revoked = new Set(credentials.map(keyOf))
    for (const client of this.#clients) {
      if (revoked.has(keyOf(client.principal.credential))) {
        client.close(closeCodes.unauthenticated, 'the credential was revoked or has expired')
      }
    }
  }

  statistics(): HubCounters & { running: boolean; clients: number } {
    return { ...this.#counters, running: this.#beat !== null, clients: this.#clients.size }
  }

  /** What is done every 5 s: pings, closes who is silent, asks whether credentials are still good. */
  beat(): void {
    const { pingMs = 30_000, silentMs = 60_000 } = this.#options
    const nowMs = this.#options.now().getTime()
    for (const client of this.#clients) {
      if (nowMs - client.lastHeardMs >= silentMs) {
        client.close(closeCodes.goingAway, `silent for ${silentMs / 1000} s`)
      } else if (nowMs - client.lastPingMs >= pingMs) client.ping(nowMs)
    }
    if (this.#clients.size > 0 && nowMs - this.#checkedMs >= CREDENTIALS_MS && !this.#checking) {
      this.#checkedMs = nowMs
      void this.#checkCredentials()
    }
  }

  #write(frame: Buffer, takes: (client: StreamClient) => boolean): void {
    this.#fanOut.write([...this.#clients].filter(takes), frame)
  }

  // Also finds what was revoked or given another role past the daemon, and what has expired.
  async #checkCredentials(): Promise<void> {
    this.#checking = true
    try {
      const held = new Map<string, GoodCredential>()
      for (const { principal } of this.#clients) {
        const { credential, role } = principal
        held.set(`${keyOf(credential)} ${role}`, { ...credential, role })
      }
      for (const good of await this.#options.stillGood([...held.values()])) {
        held.delete(`${keyOf(good)} ${good.role}`)
      }
      this.revoke([...held.values()])
    } catch {
      // Whether they are good cannot be told now; the next beat asks again.
      this.#checkedMs = 0
    } finally {
      this.#checking = false
    }
  }
}

function keyOf({ kind, id }: Credential): string {
  return `${kind} ${id}`
}

import { createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import type { PeerCredentials } from '../host/native.ts'
import type { Peer } from './audit.ts'
import { refuse } from './farewell.ts'
import { peerOf } from './peer.ts'
import { Session, type SessionParts } from './session.ts'

/** What the server is made with. */
export interface ServerParts extends Omit<SessionParts, 'peer' | 'onEnd'> {
  /** Of a connected socket, by its descriptor. */
  credentialsOf: (descriptor: number) => PeerCredentials
  /** Who may connect. */
  users: ReadonlySet<number>
  /** It has nothing to do for so long, and is told of by `onIdle`; null for never. */
  idleMs: number | null
  /** Whether this process knows something that the next one would not: then it is never idle. */
  remembers: () => boolean
  onIdle: () => void
}

/** Connections that are served at a time: the daemon has one, the command line another. */
const MAX_SESSIONS = 16

/** Lets in who may come, and serves each. */
export class PrivilegedServer {
  readonly #parts: ServerParts
  readonly #sessions = new Set<Session>()
  readonly #underWay = new Set<Promise<unknown>>()
  #server: Server | null = null
  #idle: NodeJS.Timeout | null = null

  constructor(parts: ServerParts) {
    this.#parts = parts
  }

  /** Listens, on a socket that it was passed or makes one. */
  async start(listen: { fd: number } | { path: string }): Promise<void> {
    // Nothing is read of anybody before it is known who it is.
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      this.#accept(socket)
    })
    this.#server = server
    server.listen(listen)
    await once(server, 'listening')
    this.#rest()
  }

  /** Takes no more, waits for what changes the machine, and closes. May be called twice. */
  async stop(): Promise<void> {
    this.#server?.close()
    this.#server = null
    if (this.#idle !== null) clearTimeout(this.#idle)
    for (const session of this.#sessions) session.stop()
    await Promise.allSettled(this.#underWay)
  }

  #accept(socket: Socket): void {
    const { users, credentialsOf, audit, onFailure } = this.#parts
    let peer: Peer
    try {
      peer = peerOf(socket, credentialsOf)
    } catch (error) {
      // It has gone already, or cannot be told: nobody is let in who might be anybody.
      onFailure(error)
      socket.destroy()
      return
    }
    const reason = !users.has(peer.uid)
      ? `user ${peer.uid} is none of those it is for`
      : this.#sessions.size >= MAX_SESSIONS
        ? `${MAX_SESSIONS} connections are open`
        : null
    if (reason === null) {
      this.#serve(socket, peer)
      return
    }
    audit({ event: 'connection', peer, decision: 'refused', reason })
    refuse(socket, reason)
  }

  #serve(socket: Socket, peer: Peer): void {
    const session: Session = new Session(socket, {
      ...this.#parts,
      peer,
      carryOut: (request, limits) => this.#counted(this.#parts.carryOut(request, limits)),
      onEnd: () => {
        this.#sessions.delete(session)
        this.#rest()
      },
    })
    this.#sessions.add(session)
    if (this.#idle !== null) clearTimeout(this.#idle)
    session.start()
  }

  #counted<T>(work: Promise<T>): Promise<T> {
    const counted = work.finally(() => {
      this.#underWay.delete(counted)
      this.#rest()
    })
    this.#underWay.add(counted)
    return counted
  }

  /**
   * Between looking whether there is nothing to do and ending nothing can come in: a connection that is made then
   * stays with systemd, which starts the next process for it.
   */
  #rest(): void {
    const { idleMs, remembers, onIdle } = this.#parts
    if (this.#idle !== null) clearTimeout(this.#idle)
    if (idleMs === null || this.#server === null) return
    this.#idle = setTimeout(() => {
      if (this.#sessions.size + this.#underWay.size > 0) return
      if (remembers()) this.#rest()
      else onIdle()
    }, idleMs)
  }
}

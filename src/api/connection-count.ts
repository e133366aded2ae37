import type { Socket } from 'node:net'

/** How many connections there may be at a time. */
export interface ConnectionLimits {
  maxConnections: number
  maxConnectionsPerAddress: number
  /** Whose connections are those of many clients. */
  isProxy: (address: string) => boolean
}

/** Counts the connections of a listener, and those of each address: no more is kept than there are connections. */
export class ConnectionCount {
  readonly #limits: ConnectionLimits
  readonly #sockets = new Set<Socket>()
  readonly #ofAddress = new Map<string, number>()

  constructor(limits: ConnectionLimits) {
    this.#limits = limits
  }

  /** Whether there is room for it; counts it then, until it is closed. */
  take(socket: Socket): boolean {
    const { maxConnections, maxConnectionsPerAddress, isProxy } = this.#limits
    // Of a Unix socket, or of a client that has gone already.
    const address = socket.remoteAddress ?? null
    const counted = address === null || isProxy(address) ? null : address
    const before = counted === null ? 0 : (this.#ofAddress.get(counted) ?? 0)
    if (this.#sockets.size >= maxConnections || before >= maxConnectionsPerAddress) return false
    this.#sockets.add(socket)
    if (counted !== null) this.#ofAddress.set(counted, before + 1)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      if (counted === null) return
      const left = (this.#ofAddress.get(counted) ?? 1) - 1
      if (left === 0) this.#ofAddress.delete(counted)
      else this.#ofAddress.set(counted, left)
    })
    return true
  }

  /** Connections there are. */
  get size(): number {
    return this.#sockets.size
  }

  /** Ends every connection there is. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

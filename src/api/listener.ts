import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ConnectionCount, type ConnectionLimits } from './connection-count.ts'
import { ListenError, nameOf, type ListenAddress } from './listen-address.ts'
import { startsTls } from './first-byte.ts'

/** How long those who ask may take, and how many of them there may be. */
export interface ListenerLimits extends ConnectionLimits {
  headersTimeoutMs: number
  requestTimeoutMs: number
  keepAliveTimeoutMs: number
}

/** Where the certificate comes from, and who tells that it is another one. */
export interface TlsSource {
  secureContext(): object
  onReplaced(use: () => void): () => void
}

/** What one listener needs. */
export interface ListenerOptions {
  at: ListenAddress
  /** Null speaks plain HTTP. */
  tls: TlsSource | null
  limits: ListenerLimits
  /** Request and response classes of whoever answers. */
  classes: Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>
  answer: RequestListener
  upgrade: ((request: IncomingMessage, socket: Duplex, head: Buffer) => void) | null
  /** A connection was closed at once because there were too many. */
  onRefused?: () => void
  /** The server cannot take a connection. */
  onError: (error: Error) => void
}

/** A listener that listens. */
export interface Listener {
  /** `host:port`, or the path of a socket. */
  address: string
  /** 0 of a socket. */
  port: number
  /** Connections there are. */
  connections(): number
  /** Takes no more connections, lets requests under way finish, then cuts. May be called twice. */
  stop(timeoutMs: number, meanwhile?: Promise<void>): Promise<void>
}

/** Of a request line and its headers together. */
const HEADER_BYTES = 16_384
const HEADERS = 100
/** Node looks at who takes too long so many times in the time that they have. */
const LOOKS = 5
/** A client that does not read its answer, or does not go on with its request, is cut after it. */
const SILENT_MS = 120_000

/** Listens on an address. Rejects with ListenError. */
export async function listenAt(options: ListenerOptions): Promise<Listener> {
  const { at, tls, limits, classes, answer, upgrade, onRefused, onError } = options
  const serverOptions: ServerOptions = {
    ...classes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.ceil(limits.headersTimeoutMs / LOOKS),
    maxHeaderSize: HEADER_BYTES,
    insecureHTTPParser: false,
    requireHostHeader: true,
  }
  const secure =
    tls === null ? null : createHttpsServer(secured(serverOptions, tls, limits), answer)
  const server: Server = secure ?? createHttpServer(serverOptions, answer)
  server.maxHeadersCount = HEADERS
  server.setTimeout(SILENT_MS)
  const count = new ConnectionCount(limits)
  takeConnections(server, (socket, take) => {
    if (!count.take(socket)) {
      socket.destroy()
      onRefused?.()
    } else if (secure === null) take()
    else startsTls(socket, limits.headersTimeoutMs, take)
  })
  if (upgrade !== null) server.on('upgrade', upgrade)
  const forget = tls?.onReplaced(() => secure?.setSecureContext(tls.secureContext())) ?? null
  await listen(server, at)
  server.on('error', onError)
  const port = 'path' in at ? 0 : (server.address() as AddressInfo).port
  let stopping: Promise<void> | null = null
  return {
    address: nameOf('path' in at ? at : { ...at, port }),
    port,
    connections: () => count.size,
    stop(timeoutMs, meanwhile = Promise.resolve()) {
      forget?.()
      return (stopping ??= close(server, count, timeoutMs, meanwhile))
    },
  }
}

function secured(options: ServerOptions, tls: TlsSource, limits: ListenerLimits) {
  return { ...options, ...tls.secureContext(), handshakeTimeout: limits.headersTimeoutMs }
}

/** Puts somebody before the server's own taking of connections. */
function takeConnections(server: Server, door: (socket: Socket, take: () => void) => void): void {
  const takers = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket) => {
    door(socket, () => {
      for (const take of takers) take.call(server, socket)
    })
  })
}

async function listen(server: Server, at: ListenAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error) => {
      reject(new ListenError(at, error))
    }
    server.once('error', refuse)
    server.listen(at, () => {
      server.off('error', refuse)
      resolve()
    })
  })
}

// Node's own closeAllConnections does not know the connections that were upgraded.
async function close(
  server: Server,
  count: ConnectionCount,
  timeoutMs: number,
  meanwhile: Promise<void>,
): Promise<void> {
  const cut = setTimeout(() => {
    count.cut()
  }, timeoutMs)
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
  try {
    await Promise.all([closed, meanwhile])
  } finally {
    clearTimeout(cut)
  }
}

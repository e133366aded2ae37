import { createServer, IncomingMessage, ServerResponse, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Express } from 'express'
import type { ApiContext } from './context.ts'
import { createHttpApp } from './http-app.ts'
import { routes } from './routes/index.ts'
import { upgradeHandler, type EventStream } from './upgrade.ts'

/** The address cannot be listened on: taken, not allowed, or not of this machine. */
export class ListenError extends Error {
  readonly code = 'ERR_LISTEN'

  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const reasons: Record<string, string> = {
      EADDRINUSE: 'is taken by another program',
      EADDRNOTAVAIL: 'is not an address of this machine',
      EACCES: 'is not allowed to this user',
      ENOTFOUND: 'is not a known name',
    }
    const reason = reasons[cause.code ?? ''] ?? `cannot be listened on: ${cause.message}`
    super(`${hostAndPort(host, port)} ${reason}`, { cause })
    this.name = 'ListenError'
  }
}

/** Where a server listens and what it serves. */
export interface ServerOptions {
  host: string
  /** 0 for any that is free. */
  port: number
  context: ApiContext
  hub: EventStream
  /** How long requests under way may take when the server stops; 5 s if not said. */
  stopTimeoutMs?: number
}

/** A server that listens. */
export interface RunningServer {
  /** `host:port` that is listened on. */
  address: string
  port: number
  /** Takes no more connections, lets requests under way finish, then cuts. May be called twice. */
  stop(): Promise<void>
}

/** Listens. Rejects with ListenError. The hub has to be started; it is stopped with the server. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, context, hub, stopTimeoutMs = 5_000 } = options
  const app = createHttpApp(context, routes)
  const server = createServer(
    {
      ...messageClasses(app),
      headersTimeout: 15_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 30_000,
    },
    app,
  )
  server.maxHeadersCount = 100
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', upgradeHandler(context, hub))
  await listen(server, host, port)
  server.on('error', (error) => {
    context.log.error('the server cannot take a connection', { err: error })
  })
  const { port: listening } = server.address() as AddressInfo
  let stopping: Promise<void> | null = null
  return {
    address: hostAndPort(host, listening),
    port: listening,
    stop: () => (stopping ??= close(server, hub, sockets, stopTimeoutMs)),
  }
}

/**
 * Request and response classes whose instances are born with the prototypes that Express wants. It sets the
 * prototype of each otherwise, which on Node 20 costs three times the processor time of a small answer. They
 * have to be classes: a function that calls its parent, or Reflect.construct, gains less or nothing.
 */
function messageClasses(app: Express) {
  class AppRequest extends IncomingMessage {}
  class AppResponse extends ServerResponse {}
  Object.setPrototypeOf(AppRequest.prototype, app.request)
  Object.setPrototypeOf(AppResponse.prototype, app.response)
  Object.assign(app, { request: AppRequest.prototype, response: AppResponse.prototype })
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error) => {
      reject(new ListenError(host, port, error))
    }
    server.once('error', refuse)
    server.listen({ host, port }, () => {
      server.off('error', refuse)
      resolve()
    })
  })
}

// Node's own closeAllConnections does not know the connections that were upgraded.
async function close(
  server: Server,
  hub: EventStream,
  sockets: ReadonlySet<Socket>,
  timeoutMs: number,
): Promise<void> {
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, timeoutMs)
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
  try {
    await Promise.all([closed, hub.stop()])
  } finally {
    clearTimeout(cut)
  }
}

function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

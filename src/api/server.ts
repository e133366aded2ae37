import { IncomingMessage, ServerResponse } from 'node:http'
import type { Express } from 'express'
import type { ApiContext } from './context.ts'
import { createHttpApp } from './http-app.ts'
import type { ListenAddress } from './listen-address.ts'
import {
  listenAt,
  type Listener,
  type ListenerLimits,
  type ListenerOptions,
  type TlsSource,
} from './listener.ts'
import type { Route } from './route.ts'
import { healthRoutes } from './routes/health.ts'
import { routes } from './routes/index.ts'
import { upgradeHandler, type EventStream } from './upgrade.ts'

export { ListenError } from './listen-address.ts'

/** Where a server listens and what it serves. */
export interface ServerOptions {
  host: string
  /** 0 for any that is free. */
  port: number
  context: ApiContext
  hub: EventStream
  /** Null or not said: plain HTTP. */
  tls?: TlsSource | null
  limits?: Partial<ListenerLimits>
  /** Where metrics and health answer by themselves; metrics answer nowhere else then. */
  metricsAt?: { host: string; port: number } | null
  /** How long requests under way may take when the server stops; 5 s if not said. */
  stopTimeoutMs?: number
}

/** A server that listens. */
export interface RunningServer {
  /** `host:port` that is listened on. */
  address: string
  port: number
  /** Where metrics are, if that is elsewhere. */
  metricsAddress: string | null
  /** Connections there are, but for those who scrape elsewhere. */
  connections(): number
  /** Takes no more connections, lets requests under way finish, then cuts. May be called twice. */
  stop(): Promise<void>
}

/** What the configuration says by itself. */
const defaultLimits: ListenerLimits = {
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 30_000,
  maxConnections: 2000,
  maxConnectionsPerAddress: 500,
  isProxy: () => false,
}

/** Connections of those who scrape: there are few of them. */
const SCRAPERS = 100

/** Listens. Rejects with ListenError. The hub has to be started; it is stopped with the server. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, context, hub, tls = null, metricsAt = null, stopTimeoutMs = 5_000 } = options
  const limits = { ...defaultLimits, ...options.limits }
  const onError = (error: Error) => {
    context.log.error('the server cannot take a connection', { err: error })
  }
  const open = (
    at: ListenAddress,
    served: readonly Route[],
    more: Partial<ListenerOptions> = {},
  ) => {
    const app = createHttpApp(context, served)
    const classes = messageClasses(app)
    const onRefused = () => {
      context.observer.connectionRefused()
    }
    const answering = { classes, answer: app, upgrade: null, onRefused, onError }
    return listenAt({ at, tls, limits, ...answering, ...more })
  }
  const main = routes.filter(({ scraped }) => metricsAt === null || scraped !== true)
  const listener = await open({ host, port }, main, { upgrade: upgradeHandler(context, hub) })
  let scraped: Listener | null = null
  try {
    const few = { ...limits, maxConnections: SCRAPERS }
    if (metricsAt !== null) scraped = await open(metricsAt, healthRoutes, { limits: few })
  } catch (error) {
    await listener.stop(0)
    throw error
  }
  let stopping: Promise<void> | null = null
  const stop = async () => {
    await Promise.all([listener.stop(stopTimeoutMs, hub.stop()), scraped?.stop(stopTimeoutMs)])
  }
  return {
    address: listener.address,
    port: listener.port,
    metricsAddress: scraped?.address ?? null,
    connections: () => listener.connections(),
    stop: () => (stopping ??= stop()),
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
  return { IncomingMessage: AppRequest, ServerResponse: AppResponse as typeof ServerResponse }
}

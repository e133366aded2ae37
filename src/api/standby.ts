import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ApiContext } from './context.ts'
import { createHttpApp } from './http-app.ts'
import { listenAt, type Listener, type ListenerLimits, type TlsSource } from './listener.ts'
import { ProblemError, problemOf } from './problem.ts'
import { writeProblem } from './raw-answer.ts'
import { nameRequest } from './request-id.ts'
import type { Answer, Route } from './route.ts'
import { healthRoutes } from './routes/health.ts'
import { routes } from './routes/index.ts'

/** Why a daemon that listens does not work: another one does, or the database is not there. */
export type Hindrance = { kind: 'standby' } | { kind: 'away'; words: string }

/** What a daemon that does not work answers with. */
export interface StandbyOptions {
  host: string
  port: number
  tls: TlsSource | null
  limits: ListenerLimits
  /** What a standby does not have throws the problem `standby` when it is taken. Its database can only be read. */
  context: ApiContext
  /** As it is now. */
  hindrance: () => Hindrance
  /** Rejects when what the database holds is not for this program to read: its tables are others. */
  readable: (route: Route) => Promise<void>
}

/** Seconds after which asking again may help. */
const RETRY_SECONDS = 5
/** Requests under way when the daemon goes over to answering fully, or ends. */
const healthPaths: ReadonlySet<string> = new Set(healthRoutes.map(({ path }) => path))

/** The problem of what only the daemon that works can answer. */
export function onlyElsewhere(
  detail = 'this daemon stands by, and this takes the one that works on the database',
): ProblemError {
  return new ProblemError('standby', detail, { headers: { 'Retry-After': `${RETRY_SECONDS}` } })
}

/**
 * Answers as long as a daemon may not write: that it is alive and why it does not work, and from the database what
 * can be read there while another daemon writes. Nothing can be changed. Rejects with ListenError.
 */
export async function startStandbyServer(options: StandbyOptions): Promise<Listener> {
  const { host, port, tls, limits, context, hindrance, readable } = options
  const health = healthRoutes.filter(({ scraped }) => scraped !== true)
  const others = routes.filter(({ path }) => !healthPaths.has(path))
  const served = [...health.map((route) => inStandby(route, hindrance)), ...others]
  const answer = createHttpApp(context, served, async (route) => {
    if (route !== null && healthPaths.has(route.path)) return
    await refuse(route, hindrance(), readable)
  })
  return await listenAt({
    ...{ at: { host, port }, tls, limits, answer, classes: {} },
    upgrade(request, socket) {
      refuseUpgrade(request, socket, hindrance())
    },
    onError(error) {
      context.log.error('the server cannot take a connection', { err: error })
    },
  })
}

/** Lets through what reads from a database that another daemon writes to. */
async function refuse(
  route: Route | null,
  hindrance: Hindrance,
  readable: StandbyOptions['readable'],
): Promise<void> {
  if (hindrance.kind === 'away') throw isAway(hindrance)
  if (route === null) throw onlyElsewhere()
  if (route.method !== 'get') {
    throw onlyElsewhere(
      'this daemon stands by, and nothing can be changed here: ask the one that works on the database',
    )
  }
  await readable(route)
}

function isAway({ words }: { words: string }): ProblemError {
  return new ProblemError('database_unavailable', `the database is waited for: ${words}`, {
    headers: { 'Retry-After': `${RETRY_SECONDS}` },
  })
}

function refuseUpgrade(request: IncomingMessage, socket: Duplex, hindrance: Hindrance): void {
  // Whoever asked may be gone already.
  socket.on('error', () => undefined)
  const problem =
    hindrance.kind === 'away'
      ? isAway(hindrance)
      : onlyElsewhere('this daemon stands by: the one that works on the database has the stream')
  writeProblem(socket, problemOf(problem), nameRequest(request))
}

/** A health route that says that the daemon stands by, when it does. */
function inStandby(route: Route, hindrance: () => Hindrance): Route {
  return {
    ...route,
    handle: (call) =>
      hindrance().kind === 'standby' && route.path !== '/health/live'
        ? standbyAnswer(route.path, call.context.now())
        : route.handle(call),
  }
}

/** 503 is for who sends traffic where it can be served; all the others are told that nothing is wrong. */
function standbyAnswer(path: string, now: Date): Answer {
  const status = 'standby'
  if (path === '/health/ready') {
    const headers = { 'Retry-After': `${RETRY_SECONDS}` }
    return { status: 503, json: { status, checks: {} }, headers }
  }
  if (path === '/health/status') {
    const timestamp = now.getTime() / 1000
    return { status: 200, json: { status, timestamp, components: {}, critical_failures: [] } }
  }
  const timestamp = now.toISOString()
  if (path === '/api/v1/health') return { status: 200, json: { status, timestamp, components: {} } }
  return { status: 200, json: { status, timestamp } }
}

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Principal } from '../auth/principal.ts'
import {
  identify,
  originOf,
  refuseForeignHost,
  requireOwnPassword,
  requirePermission,
} from './admit.ts'
import type { ApiContext } from './context.ts'
import { isOwnOrigin, presentedToken } from './credentials.ts'
import { challenge, ProblemError, problemOf } from './problem.ts'
import { writeProblem } from './raw-answer.ts'
import { nameRequest } from './request-id.ts'
import { logFailure, logRequest, toMicroseconds } from './request-log.ts'

/** Where connections go that were let in. */
export interface EventStream {
  hasRoom(): boolean
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, principal: Principal): void
  /** Closes every connection. May be called twice. */
  stop(): Promise<void>
}

/** The path of the event stream. */
export const EVENTS_PATH = '/api/v1/monitoring/events'

/** Lets a WebSocket in or answers with a problem, before any frame. */
export function upgradeHandler(context: ApiContext, stream: EventStream) {
  const { log, elapsedSeconds } = context
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const startedAt = elapsedSeconds()
    const requestId = nameRequest(request)
    const { method = '', url = '' } = request
    const route = pathOf(url) === EVENTS_PATH ? EVENTS_PATH : 'unmatched'
    const { address } = context.access.peerOf(request)
    const answered = (status: number, user: string | null) => {
      const seconds = elapsedSeconds() - startedAt
      logRequest(context, { requestId, method, route, status, seconds, user, address })
    }
    // A connection that breaks before it is taken over must not end the process.
    socket.on('error', noop)
    void letIn(request, context, stream).then(
      (principal) => {
        if (socket.destroyed) return
        socket.off('error', noop)
        const user = principal.username
        answered(101, user)
        socket.on('close', () => {
          const seconds = toMicroseconds(elapsedSeconds() - startedAt)
          log.debug('websocket closed', { request_id: requestId, seconds, user, address })
        })
        stream.accept(request, socket, head, principal)
      },
      (error: unknown) => {
        const problem = problemOf(error)
        if (problem.code === 'too_many_failures') context.observer.rateLimited()
        logFailure(log, problem, error, { method, route, requestId })
        answered(problem.status, null)
        writeProblem(socket, problem, requestId)
      },
    )
  }
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? ''
}

async function letIn(
  request: IncomingMessage,
  context: ApiContext,
  stream: EventStream,
): Promise<Principal> {
  const { headers, method, url = '' } = request
  if (pathOf(url) !== EVENTS_PATH) {
    throw new ProblemError('not_found', 'there is no WebSocket at this path')
  }
  if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket') {
    throw new ProblemError('upgrade_required', 'Upgrade has to be websocket', {
      headers: { Upgrade: 'websocket' },
    })
  }
  const principal = await identify(
    secretOf(request, context),
    // A page opens it, and opens it again, by itself.
    { ...originOf(request, context.access.peerOf(request)), unattended: true },
    context,
  )
  requireOwnPassword(principal, context.observer)
  requirePermission(principal, 'monitoring:read', context.observer)
  if (!stream.hasRoom()) {
    throw new ProblemError('busy', 'no more clients are taken now', {
      headers: { 'Retry-After': '5' },
    })
  }
  return principal
}

// Browsers send cookies along with a WebSocket of any site's page; the Origin they cannot forge.
function secretOf(request: IncomingMessage, context: ApiContext): string {
  const { headers } = request
  const { access, observer } = context
  const presented = presentedToken(headers)
  if (presented?.by === 'header') return presented.secret
  const named = bearerProtocol(headers['sec-websocket-protocol'])
  if (named !== null) return named
  if (presented === null) {
    observer.authFailure('missing')
    throw new ProblemError('unauthenticated', 'no token was given', { headers: challenge })
  }
  const peer = access.peerOf(request)
  refuseForeignHost(peer, context)
  if (!isOwnOrigin(headers, peer)) {
    observer.authFailure('cross_site')
    throw new ProblemError('cross_site_request', 'with a cookie, the Origin has to be this host')
  }
  return presented.secret
}

/** The token in `Sec-WebSocket-Protocol: storwarden.v1, bearer.<token>`. */
function bearerProtocol(header: string | undefined): string | null {
  const named = (header ?? '').split(',').map((protocol) => protocol.trim())
  return named.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length) ?? null
}

function noop(): void {
  // The connection is gone, and with it whoever asked.
}

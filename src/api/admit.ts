import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { may, type Permission } from '../auth/permissions.ts'
import type { Origin, Principal } from '../auth/principal.ts'
import type { Peer } from './access.ts'
import type { ApiContext } from './context.ts'
import { isCrossSite, isOwnOrigin, presentedToken } from './credentials.ts'
import { challenge, ProblemError } from './problem.ts'
import { requestIdOf } from './request-id.ts'
import type { Route } from './route.ts'

/** Sent by a page that asks by itself: its session is not kept from being idle by that. Any value says so. */
const UNATTENDED = 'x-storwarden-unattended'
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

type Gatekeeper = Pick<ApiContext, 'access' | 'accounts' | 'observer'>

/**
 * Who asks, when he may. Throws ProblemError `unauthenticated`, `permission_missing`,
 * `password_change_required` or `cross_site_request`, and rejects with DatabaseUnavailableError when nobody can be known.
 */
export async function admit(
  request: IncomingMessage,
  peer: Peer,
  { guard, beforePasswordChange = false }: Pick<Route, 'guard' | 'beforePasswordChange'>,
  context: Gatekeeper,
): Promise<Principal | null> {
  const { headers, method = 'GET' } = request
  const { observer } = context
  const changes = !SAFE_METHODS.has(method)
  if (guard === 'public') {
    // A login that another site's page makes would put the browser into the other's session.
    if (changes && headers.origin !== undefined) {
      if (!isOwnOrigin(headers, peer)) refuseCrossSite(observer)
      refuseForeignHost(peer, context)
    }
    return null
  }
  const presented = presentedToken(headers)
  if (presented === null) {
    observer.authFailure('missing')
    throw unauthenticated('no token was given')
  }
  if (presented.by === 'cookie') refuseForeignHost(peer, context)
  const principal = await identify(presented.secret, originOf(request, peer), context)
  if (changes && presented.by === 'cookie' && isCrossSite(headers, peer)) refuseCrossSite(observer)
  if (!beforePasswordChange) requireOwnPassword(principal, observer)
  if (guard !== 'authenticated') requirePermission(principal, guard, observer)
  return principal
}

/**
 * Whose token it is. Throws ProblemError `unauthenticated` when it is nobody's, and rejects with AuthError
 * ERR_RATE_LIMITED when that was said too often.
 */
export async function identify(
  secret: string,
  origin: Origin,
  { accounts, observer }: Gatekeeper,
): Promise<Principal> {
  const principal = await accounts.authenticate(secret, origin)
  if (principal !== null) return principal
  observer.authFailure('invalid')
  throw unauthenticated('the token is unknown, revoked or expired')
}

/** Throws ProblemError `password_change_required` for who has a password that somebody else has made. */
export function requireOwnPassword(
  { username, mustChangePassword }: Principal,
  observer: Gatekeeper['observer'],
): void {
  if (!mustChangePassword) return
  observer.authFailure('password_change')
  throw new ProblemError(
    'password_change_required',
    `${username} has to change the password first: POST /api/v1/auth/password`,
  )
}

/** Throws ProblemError `permission_missing`, which names it. */
export function requirePermission(
  { role }: Principal,
  permission: Permission,
  observer: Gatekeeper['observer'],
): void {
  if (may(role, permission)) return
  observer.authFailure('permission')
  throw new ProblemError('permission_missing', `the role ${role} lacks ${permission}`, {
    members: { permission },
  })
}

function unauthenticated(detail: string): ProblemError {
  return new ProblemError('unauthenticated', detail, { headers: challenge })
}

function refuseCrossSite(observer: Gatekeeper['observer']): never {
  observer.authFailure('cross_site')
  throw new ProblemError(
    'cross_site_request',
    'with a cookie, a change needs an Origin of this host or the header X-Requested-With',
  )
}

/** Where a request came from, as it is kept. */
export function originOf(request: IncomingMessage, { address }: Peer): Origin {
  return {
    address,
    userAgent: request.headers['user-agent']?.slice(0, 256) ?? null,
    requestId: requestIdOf(request),
    unattended: request.headers[UNATTENDED] !== undefined,
  }
}

/**
 * Throws ProblemError `host_not_allowed`: a browser was led here by a name that is none of the daemon's. Whoever
 * has a token in his hand is not asked, since no page of another site has one.
 */
export function refuseForeignHost({ host }: Peer, { access, observer }: Gatekeeper): void {
  if (access.isOwnHost(host)) return
  observer.authFailure('host')
  throw new ProblemError(
    'host_not_allowed',
    'browsers ask the daemon by another name; see listen.hosts and listen.trusted_proxies',
  )
}

/** Throws ProblemError `unauthenticated` where metrics have a token and it was not sent. */
export function refuseScrape(
  { headers }: IncomingMessage,
  { metricsToken = null, observer }: Pick<ApiContext, 'metricsToken' | 'observer'>,
): void {
  if (metricsToken === null) return
  const [, given = ''] = /^Bearer +(\S+)\s*$/i.exec(headers.authorization ?? '') ?? []
  const digest = (text: string) => createHash('sha256').update(text).digest()
  if (timingSafeEqual(digest(given), digest(metricsToken))) return
  observer.authFailure(given === '' ? 'missing' : 'invalid')
  throw unauthenticated('metrics need their token')
}

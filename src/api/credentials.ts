import type { IncomingHttpHeaders } from 'node:http'
import type { Peer } from './access.ts'

/** The cookie of a browser's session. */
export const SESSION_COOKIE = 'storwarden_session'

/** A bearer token and how it came. */
export interface Presented {
  secret: string
  by: 'header' | 'cookie'
}

/**
 * The token of a request. A header that is there decides alone: with a bad one the cookie is not tried.
 */
export function presentedToken(headers: IncomingHttpHeaders): Presented | null {
  const { authorization } = headers
  if (authorization !== undefined) {
    const secret = /^Bearer +(\S+)\s*$/i.exec(authorization)?.[1] ?? ''
    return { secret, by: 'header' }
  }
  const secret = readCookie(headers.cookie, SESSION_COOKIE)
  return secret === null ? null : { secret, by: 'cookie' }
}

/** The value of one cookie of a Cookie header (RFC 6265 4.2). */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [key = '', ...value] = pair.split('=')
    if (key.trim() === name) return value.join('=').trim()
  }
  return null
}

/** Set-Cookie for a session: out of reach of scripts, and never sent along by another site. */
export function sessionCookie(token: string, expiresAt: Date, secure: boolean): string {
  return cookie(token, expiresAt, secure)
}

/** Set-Cookie that makes the browser forget its session. */
export function forgottenCookie(secure: boolean): string {
  return cookie('', new Date(0), secure)
}

function cookie(value: string, expiresAt: Date, secure: boolean): string {
  const attributes = [
    `${SESSION_COOKIE}=${value}`,
    'Path=/',
    `Expires=${expiresAt.toUTCString()}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(secure ? ['Secure'] : []),
  ]
  return attributes.join('; ')
}

/** The cookie of a browser that is on its way to an identity provider and back. */
export const ATTEMPT_COOKIE = 'storwarden_oidc'

/**
 * Set-Cookie for it. Lax, since the browser comes back from another site; and for those calls alone, where it says
 * nothing about who asks.
 */
export function attemptCookie(value: string, seconds: number, secure: boolean): string {
  const attributes = [
    `${ATTEMPT_COOKIE}=${value}`,
    'Path=/api/v1/auth/oidc',
    `Max-Age=${seconds}`,
    'HttpOnly',
    'SameSite=Lax',
    ...(secure ? ['Secure'] : []),
  ]
  return attributes.join('; ')
}

/** Set-Cookie that makes the browser forget it. */
export function forgottenAttempt(secure: boolean): string {
  return attemptCookie('', 0, secure)
}

/** Whether an Origin header names the host that the request went to; the scheme may be a proxy's. */
export function isOwnOrigin(
  { origin }: IncomingHttpHeaders,
  { host }: Pick<Peer, 'host'>,
): boolean {
  if (origin === undefined || host === undefined) return false
  try {
    return new URL(origin).host === new URL(`${new URL(origin).protocol}//${host}`).host
  } catch {
    return false
  }
}

/**
 * Whether a request that changes something may have come from another site's page: it says so, or it says
 * nothing and lacks the header that a page of another site cannot set without being asked for it first (CORS).
 */
export function isCrossSite(headers: IncomingHttpHeaders, peer: Pick<Peer, 'host'>): boolean {
  if (headers.origin !== undefined) return !isOwnOrigin(headers, peer)
  return headers['x-requested-with'] === undefined
}

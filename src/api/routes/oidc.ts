import { Type } from 'typebox'
import { ATTEMPT_SECONDS, type OidcFailure, type OidcLogin } from '../../auth/oidc.ts'
import { OIDC_CALLBACK } from '../../auth/oidc-settings.ts'
import type { ApiContext } from '../context.ts'
import { attemptCookie, forgottenAttempt, sessionCookie } from '../credentials.ts'
import { ProblemError } from '../problem.ts'
import type { Answer } from '../route.ts'
import { route } from '../route.ts'
import { nullable, text } from '../schemas.ts'

const START = '/api/v1/auth/oidc/start'

const method = route({
  method: 'get',
  path: '/api/v1/auth/oidc',
  guard: 'public',
  tag: 'auth',
  summary: 'Whether people can log in at an identity provider',
  answers: {
    200: {
      description: 'What is on the button, and where it leads; null where none is set up.',
      schema: Type.Object({ label: nullable(text), start: nullable(text) }),
    },
  },
  handle({ context }) {
    const label = context.oidc?.label ?? null
    return { status: 200, json: { label, start: label === null ? null : START } }
  },
})

const start = route({
  method: 'get',
  path: START,
  guard: 'public',
  tag: 'auth',
  summary: 'Send a browser to the identity provider',
  description:
    'Authorization code with PKCE, state and nonce, which a cookie keeps for 10 min. When the provider does not answer ' +
    'the browser is sent to the login page.',
  answers: { 302: { description: 'To the provider, or to `/?login=unavailable`.' } },
  problems: ['oidc_not_configured'],
  async handle({ context, secure }) {
    const begun = await configured(context).begin()
    if ('failure' in begun) return refused(context, begun.failure, secure)
    return seeOther(begun.url, attemptCookie(begun.cookie, ATTEMPT_SECONDS, secure))
  },
})

const callback = route({
  method: 'get',
  path: OIDC_CALLBACK,
  guard: 'public',
  tag: 'auth',
  summary: 'Take a browser back from the identity provider',
  description:
    'Begins a session, as `auth/login` does, and sends the browser to `/`; what went wrong is in the query there: ' +
    '`login=unavailable`, `failed`, `refused` or `too_many_failures`.',
  answers: { 302: { description: 'To `/`, with the cookie of the session.' } },
  problems: ['oidc_not_configured', 'database_unavailable'],
  async handle({ context, search, origin, attempt, secure }) {
    const outcome = await configured(context).finish(search, attempt, origin)
    if ('failure' in outcome) return refused(context, outcome.failure, secure)
    const { token, expiresAt } = outcome
    return seeOther('/', sessionCookie(token, expiresAt, secure), forgottenAttempt(secure))
  },
})

/** Logging in at an identity provider. */
export const oidcRoutes = [method, start, callback]

function configured({ oidc }: ApiContext): OidcLogin {
  if (oidc !== null) return oidc
  throw new ProblemError('oidc_not_configured', 'auth.oidc.issuer is not set')
}

// The only places that a browser is sent to are the page itself and what the provider names: nothing of a request.
function seeOther(location: string, ...cookies: string[]): Answer {
  return { status: 302, headers: { Location: location, 'Set-Cookie': cookies } }
}

function refused({ observer }: ApiContext, failure: OidcFailure, secure: boolean): Answer {
  if (failure === 'too_many_failures') observer.rateLimited()
  else observer.authFailure('oidc')
  return seeOther(`/?login=${failure}`, forgottenAttempt(secure))
}

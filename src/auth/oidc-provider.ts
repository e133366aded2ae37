import type { Configuration, customFetch } from 'openid-client'
import { claimAt, saysRole, type Claims, type OidcSettings } from './oidc-settings.ts'

/** What binds an answer of the provider to the question. */
export interface Attempt {
  state: string
  nonce: string
  /** Of PKCE (RFC 7636). */
  verifier: string
}

/** What a provider says of itself is asked again after that: keys and addresses of endpoints change. */
const DISCOVERY_MS = 3_600_000
/** After a failure the next one who wants to log in asks again, but not everybody at once. */
const FAILURE_MS = 5_000
/** What a provider says is a few KiB. */
const MAX_ANSWER_BYTES = 1024 * 1024

/** The provider is away, or does not say what it should; the message holds nothing that it has said. */
export class OidcError extends Error {
  readonly code: 'ERR_OIDC_UNAVAILABLE' | 'ERR_OIDC_ANSWER'

  constructor(code: OidcError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'OidcError'
    this.code = code
  }
}

/** Most daemons have no provider: 3 MB that are loaded when somebody wants to log in there. */
const library = () => import('openid-client')

/** An identity provider: asked only when somebody wants to log in there. */
export class OidcProvider {
  readonly #settings: OidcSettings
  readonly #now: () => Date
  #known: { until: number; configuration: Promise<Configuration> } | null = null

  constructor(settings: OidcSettings, now: () => Date) {
    this.#settings = settings
    this.#now = now
  }

  /** Where a browser is sent to log in, and what its answer is compared with. Rejects with OidcError. */
  async begin(): Promise<{ url: URL; attempt: Attempt }> {
    const configuration = await this.#configuration()
    const client = await library()
    const { redirectUrl, scopes } = this.#settings
    const attempt = {
      ...{ state: client.randomState(), nonce: client.randomNonce() },
      verifier: client.randomPKCECodeVerifier(),
    }
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUrl,
      scope: scopes.join(' '),
      ...{ state: attempt.state, nonce: attempt.nonce },
      code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    })
    return { url, attempt }
  }

  /**
   * What the provider says of whoever came back with this query, once code, state, nonce, signature, issuer, audience
   * and times are right (OpenID Connect Core 3.1.3.7). Rejects with OidcError.
   */
  async finish(search: string, { state, nonce, verifier }: Attempt): Promise<Claims> {
    const configuration = await this.#configuration()
    const { authorizationCodeGrant, fetchUserInfo } = await library()
    const { redirectUrl, nameClaim } = this.#settings
    try {
      const tokens = await authorizationCodeGrant(
        configuration,
        // Built from the configuration: what a browser says it came to is not believed.
        new URL(`${redirectUrl}?${search}`),
        {
          ...{ expectedState: state, expectedNonce: nonce },
          ...{ pkceCodeVerifier: verifier, idTokenExpected: true },
        },
      )
      const claims: Claims = { ...tokens.claims() }
      const { userinfo_endpoint: more } = configuration.serverMetadata()
      const tellsAll = saysRole(claims, this.#settings) && claimAt(claims, nameClaim) !== undefined
      if (tellsAll || more === undefined) return claims
      const info = await fetchUserInfo(configuration, tokens.access_token, String(claims.sub))
      return { ...info, ...claims }
    } catch (cause) {
      throw new OidcError('ERR_OIDC_ANSWER', `identity provider: ${wordOf(cause)}`, { cause })
    }
  }

  async #configuration(): Promise<Configuration> {
    const nowMs = () => this.#now().getTime()
    if (this.#known === null || this.#known.until <= nowMs()) {
      const known = { until: nowMs() + DISCOVERY_MS, configuration: this.#discover() }
      known.configuration.catch(() => {
        known.until = nowMs() + FAILURE_MS
      })
      this.#known = known
    }
    return await this.#known.configuration
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, timeoutSeconds } = this.#settings
    const client = await library()
    // The configuration has made sure that plain HTTP stays on this machine; the mark is to make one think of that.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const insecure = new URL(issuer).protocol === 'http:' ? [client.allowInsecureRequests] : []
    try {
      return await client.discovery(
        new URL(issuer),
        clientId,
        clientSecret ?? undefined,
        clientSecret === null ? client.None() : undefined,
        {
          timeout: timeoutSeconds,
          [client.customFetch]: fetchLimited,
          execute: [client.enableNonRepudiationChecks, ...insecure],
        },
      )
    } catch (cause) {
      throw new OidcError('ERR_OIDC_UNAVAILABLE', `identity provider: ${wordOf(cause)}`, { cause })
    }
  }
}

/** Like fetch, but answers that are too long fail. */
async function fetchLimited(
  url: string,
  options: Parameters<NonNullable<Configuration[typeof customFetch]>>[1],
): Promise<Response> {
  const response = await fetch(url, options as RequestInit)
  let length = 0
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      length += chunk.byteLength
      if (length > MAX_ANSWER_BYTES) controller.error(new Error('the answer is too long'))
      else controller.enqueue(chunk)
    },
  })
  const { status, statusText, headers } = response
  return new Response(response.body?.pipeThrough(limit) ?? null, { status, statusText, headers })
}

/** A word for the log. What a provider says may hold codes and tokens, and is in `cause` alone. */
function wordOf(error: unknown): string {
  const { name, code, error: said, cause } = (error ?? {}) as Record<string, unknown>
  if (typeof said === 'string' && /^[a-z_]{1,40}$/.test(said)) return said
  if (typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) && cause === undefined) return code
  if (typeof cause === 'object' && cause !== null && cause !== error) return wordOf(cause)
  return typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? code : String(name)
}

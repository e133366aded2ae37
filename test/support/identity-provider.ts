import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Provider from 'oidc-provider'
import type { OidcSettings } from '../../src/auth/oidc-settings.ts'
import type { Teardown } from './database.ts'

/** What storwarden is at the provider, and shows itself with. */
export const CLIENT = { id: 'storwarden', secret: 'CANARY-oidc-client-secret-of-32-characters' }

/** Settings for a provider; `redirectUrl` and `issuer` are filled in when they are known. */
export function oidcSettings(changes: Partial<OidcSettings> = {}) {
  return {
    issuer: 'http://127.0.0.1:1',
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret as string | null,
    redirectUrl: 'http://127.0.0.1:1/api/v1/auth/oidc/callback',
    scopes: ['openid', 'profile', 'groups'],
    nameClaim: 'preferred_username',
    roleClaim: 'groups',
    values: { viewer: ['staff'], operator: ['storage'], admin: ['storage-admins'] },
    defaultRole: null as OidcSettings['defaultRole'],
    label: 'Example ID',
    timeoutSeconds: 1,
    ...changes,
  }
}

async function listening(t: Teardown, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Somebody who has an account at the provider. */
export interface Person {
  preferred_username?: string
  groups?: readonly string[]
}

/** `oidc-provider` on a port of its own; whoever comes is `person`, without being asked. */
export async function startIdentityProvider(t: Teardown, redirectUrl: string) {
  const people = new Map<string, Person>()
  const state = { person: '', inIdToken: false, down: false, hung: false }
  let answer: RequestListener = () => undefined
  const issuer = await listening(t, (request, response) => {
    if (state.hung) return
    if (state.down) {
      response.writeHead(502).end('<html>Bad Gateway')
      return
    }
    answer(request, response)
  })
  const { privateKey } = keys()
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUrl],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'groups'],
    conformIdTokenClaims: true,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, ...people.get(accountId) }),
    }),
    cookies: { keys: ['of a test'] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    ttl: { Session: 60, Grant: 60, Interaction: 60, AccessToken: 60, IdToken: 60 },
  })
  const handle = provider.callback()
  answer = (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) {
      handle(request, response)
      return
    }
    void (async () => {
      const { prompt, params } = await provider.interactionDetails(request, response)
      if (prompt.name === 'login') {
        const login = { accountId: state.person, remember: false }
        await provider.interactionFinished(request, response, { login })
        return
      }
      const grant = new provider.Grant({ accountId: state.person, clientId: params.client_id })
      grant.addOIDCScope(params.scope)
      const consent = { grantId: await grant.save() }
      await provider.interactionFinished(request, response, { consent })
    })()
  }
  return { issuer, people, state }
}

function keys() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JSON Web Token, signed with RS256. */
function signed(claims: object, key: KeyObject, header: object = {}): string {
  const body = `${part({ alg: 'RS256', kid: 'one', ...header })}.${part(claims)}`
  return `${body}.${createSign('RSA-SHA256').update(body).sign(key, 'base64url')}`
}

/** A provider that answers every code with a token that a test has forged. */
export async function startForgingProvider(t: Teardown) {
  const own = keys()
  const foreign = keys()
  const forged = {
    claims: {} as Record<string, unknown>,
    /** Signed by a key that is not the provider's. */
    foreign: false,
    header: {} as object,
    bytes: 0,
  }
  const asked: string[] = []
  const issuer = await listening(t, (request, response) => {
    void answer(request).then((body) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(body))
    })
  })
  const answer = async (request: IncomingMessage): Promise<object> => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''} ${await text(request)}`.trim())
    if (request.url === '/jwks') {
      const jwk = own.publicKey.export({ format: 'jwk' })
      return { keys: [{ ...jwk, kid: 'one', alg: 'RS256', use: 'sig' }] }
    }
    if (request.url === '/token') {
      const key = (forged.foreign ? foreign : own).privateKey
      return {
        ...{ access_token: 'an-access-token', token_type: 'Bearer', expires_in: 60 },
        id_token: signed(forged.claims, key, forged.header),
        padding: 'x'.repeat(forged.bytes),
      }
    }
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
    }
  }
  return { issuer, forged, asked }
}

/** A browser, as far as logins go: it follows redirects and keeps the cookies of each site. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()
  /** Where it has been, the last place last. */
  readonly trail: string[] = []
  /** Every Set-Cookie it was sent. */
  readonly set: string[] = []

  /** Goes there and on, until the place is `last`, whatever its query. */
  async go(url: string, last: string): Promise<string> {
    let at = url
    for (let hops = 0; hops < 20; hops += 1) {
      this.trail.push(at)
      if (at.split('?')[0] === last) return at
      const answer = await fetch(at, {
        redirect: 'manual',
        headers: { cookie: this.cookies(at), accept: 'text/html' },
      })
      this.#keep(at, answer.headers.getSetCookie())
      const location = answer.headers.get('location')
      if (location === null) throw new Error(`${at}: ${answer.status} ${await answer.text()}`)
      at = new URL(location, at).href
    }
    throw new Error(`${url}: too many redirects`)
  }

  /** Its Cookie header for a place. */
  cookies(url: string): string {
    const jar = this.#cookies.get(new URL(url).origin) ?? new Map<string, string>()
    return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #keep(url: string, headers: readonly string[]): void {
    const { origin } = new URL(url)
    const jar = this.#cookies.get(origin) ?? new Map<string, string>()
    for (const header of headers) {
      this.set.push(header)
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    this.#cookies.set(origin, jar)
  }
}

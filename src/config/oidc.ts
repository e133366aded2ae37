import { list, number, optionalText, section, text, word } from './leaf.ts'
import { isTree, valueAt } from './tree.ts'
import type { Fault } from './validate.ts'

/** Logging in at an identity provider, beside the password. It is set up by saying where that is. */
export const oidc = section('Logging in at an identity provider (OpenID Connect).', {
  issuer: optionalText({
    description:
      'The provider, as it calls itself in its `.well-known/openid-configuration`; plain HTTP on the loopback alone.',
    pattern: '^https?://[^/?#]+[^?#]*$',
    expected: 'a URL such as https://id.example.org',
  }),
  client_id: optionalText({ description: 'What storwarden is called there.' }),
  client_secret: optionalText({ description: 'What it shows itself with.', secret: true }),
  client_secret_file: optionalText({ description: 'File that holds it.' }),
  redirect_url: optionalText({
    description:
      'Where the provider sends browsers back to, as it is registered there; ' +
      '`notifications.public_url` and `/api/v1/auth/oidc/callback` if it is not set.',
    pattern: '^https?://[^/?#]+/api/v1/auth/oidc/callback$',
    expected: 'a URL such as https://appliance.example.org/api/v1/auth/oidc/callback',
  }),
  scopes: list(['openid', 'profile'], { description: 'What is asked for; `openid` always is.' }),
  name_claim: text('preferred_username', { description: 'The claim that a new user is named by.' }),
  role_claim: text('groups', {
    description:
      'The claim that roles follow from, at each login: a text or a list; `a.b` is `b` within `a`.',
  }),
  admin_values: list([], { description: 'Values of the claim that make an admin.' }),
  operator_values: list([], { description: 'Values of the claim that make an operator.' }),
  viewer_values: list([], { description: 'Values of the claim that make a viewer.' }),
  default_role: word('none', ['none', 'viewer', 'operator', 'admin'], {
    description: 'The role of who has none of these values; `none` lets him not in.',
  }),
  label: text('Single sign-on', { description: 'What is on the button.' }),
  timeout_seconds: number(
    10,
    { minimum: 1, maximum: 60 },
    { description: 'How long each answer of the provider may take.', unit: 'seconds' },
  ),
})

const OIDC = ['auth', 'oidc']

/** What these settings have to agree in. */
export function oidcFaults(filled: unknown): Fault[] {
  const settings = valueAt(filled, OIDC)
  if (!isTree(settings) || typeof settings.issuer !== 'string') return []
  const faults: [key: string, message: string][] = []
  if (!isSecureUrl(settings.issuer)) faults.push(['issuer', 'must be https, or on the loopback'])
  if (typeof settings.client_id !== 'string')
    faults.push(['client_id', 'must be set, since there is an issuer'])
  const publicUrl = valueAt(filled, ['notifications', 'public_url'])
  if (typeof settings.redirect_url !== 'string' && typeof publicUrl !== 'string') {
    faults.push([
      'redirect_url',
      'must be set, since there is an issuer and no notifications.public_url',
    ])
  }
  return faults.map(([key, message]) => ({ path: [...OIDC, key], message }))
}

function isSecureUrl(url: string): boolean {
  if (!URL.canParse(url)) return true
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(hostname)
}

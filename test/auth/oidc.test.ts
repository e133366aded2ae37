import t from 'tap'
import { OidcProvider } from '../../src/auth/oidc-provider.ts'
import { claimAt, roleOfClaims } from '../../src/auth/oidc-settings.ts'
import { Seal } from '../../src/auth/sealing.ts'
import { oidcSettings, startForgingProvider } from '../support/identity-provider.ts'

const SECOND = 1000

t.test('what a provider says is believed when everything about it is right', async (t) => {
  const fake = await startForgingProvider(t)
  const settings = oidcSettings({ issuer: fake.issuer })
  const provider = new OidcProvider(settings, () => new Date())
  const seconds = () => Math.floor(Date.now() / SECOND)

  /** What comes of a token with these claims: the name in it, or why not. */
  async function outcome(changes: object, { search = '', ...forged }: Forgery = {}) {
    const { url, attempt } = await provider.begin()
    const sound = {
      ...{ iss: fake.issuer, aud: settings.clientId, sub: 'u-1', nonce: attempt.nonce },
      ...{ iat: seconds(), exp: seconds() + 60, preferred_username: 'jo', groups: ['staff'] },
    }
    fake.forged.claims = { ...sound, ...changes }
    Object.assign(fake.forged, { foreign: false, header: {}, bytes: 0, ...forged })
    const query = search || `code=x&state=${url.searchParams.get('state') ?? ''}`
    try {
      return (await provider.finish(query, attempt)).preferred_username
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  interface Forgery {
    foreign?: boolean
    header?: object
    bytes?: number
    search?: string
  }

  t.equal(await outcome({}), 'jo')
  const bad: [what: string, claims: object, forgery?: Forgery][] = [
    ['another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'another' }],
    ['for several, and another asked', { aud: [settings.clientId, 'b'], azp: 'b' }],
    ['an answer to another question', { nonce: 'of somebody else' }],
    ['no answer to a question', { nonce: undefined }],
    ['over', { exp: seconds() - 3600 }],
    ['without an end', { exp: undefined }],
    ['of nobody', { sub: undefined }],
    ['signed by somebody else', {}, { foreign: true }],
    ['signed by nobody', {}, { header: { alg: 'none' } }],
    ['of another algorithm', {}, { header: { alg: 'HS256' } }],
    ['with a key nobody knows', {}, { header: { kid: 'two' } }],
    ['as long as a film', {}, { bytes: 2 * 1024 * 1024 }],
    ['with another state', {}, { search: 'code=x&state=y' }],
    ['without a state', {}, { search: 'code=x' }],
    ['with a refusal', {}, { search: 'error=access_denied' }],
    ['with nothing at all', {}, { search: 'x=y' }],
  ]
  for (const [what, claims, forgery] of bad) {
    t.equal(await outcome(claims, forgery), 'ERR_OIDC_ANSWER', what)
  }
  t.equal(
    fake.asked.filter((asked) => asked.startsWith('GET /.well-known')).length,
    1,
    'what the provider says of itself is remembered',
  )
})

t.test('an error names no token, code or state', async (t) => {
  const fake = await startForgingProvider(t)
  const provider = new OidcProvider(oidcSettings({ issuer: fake.issuer }), () => new Date())
  const { url, attempt } = await provider.begin()
  const state = url.searchParams.get('state') ?? ''
  for (const query of [
    `code=CANARY-code&state=${state}`,
    `error=access_denied&error_description=CANARY&state=${state}`,
    `error=CANARY-${'x'.repeat(50)}&state=${state}`,
  ]) {
    const error = await provider.finish(query, attempt).catch((reason: unknown) => reason)
    const { message } = error as Error
    t.match(message, /^identity provider: \w+$/)
    t.notMatch(message, /CANARY/)
    t.notOk(message.includes(state))
  }
})

t.test('the strongest role that a value gives is the role', (t) => {
  const { roleClaim, values } = oidcSettings()
  const role = (groups: unknown, defaultRole: 'viewer' | null = null) =>
    roleOfClaims({ groups }, { roleClaim, values, defaultRole })
  t.strictSame(
    [
      role(['staff', 'storage-admins', 'storage']),
      role(['x', 'storage']),
      role('staff'),
      role(['Staff', 'admin']),
      role([]),
      role(undefined),
      role({ staff: true }),
      role([null, 7]),
      role(['x'], 'viewer'),
    ],
    ['admin', 'operator', 'viewer', null, null, null, null, null, 'viewer'],
  )
  const claims = { realm_access: { roles: ['a'] }, 'https://x.example/groups': ['b'] }
  t.strictSame(claimAt(claims, 'realm_access.roles'), ['a'])
  t.strictSame(claimAt(claims, 'https://x.example/groups'), ['b'])
  for (const name of ['constructor', 'realm_access.constructor', '__proto__.x', 'a.b.c', '']) {
    t.equal(claimAt(claims, name), undefined, name)
  }
  t.end()
})

t.test('what is sealed is opened by who has sealed it, unchanged and in time', (t) => {
  const seal = new Seal()
  const at = (seconds: number) => new Date(seconds * SECOND)
  const sealed = seal.close({ nonce: 'n' }, at(10))
  t.match(sealed, /^[\w-]+$/)
  t.strictSame(seal.open(sealed, at(9)), { nonce: 'n' })
  t.equal(seal.open(sealed, at(10)), null, 'too late')
  t.equal(new Seal().open(sealed, at(9)), null, 'by somebody else')
  for (const [index] of Array.from(sealed).entries()) {
    const letter = sealed[index] === 'A' ? 'B' : 'A'
    const changed = sealed.slice(0, index) + letter + sealed.slice(index + 1)
    // The last letter may have bits that are in no byte.
    if (Buffer.from(changed, 'base64url').equals(Buffer.from(sealed, 'base64url'))) continue
    t.equal(seal.open(changed, at(9)), null)
  }
  for (const text of ['', 'x', 'A'.repeat(38), 'A'.repeat(4096)]) {
    t.equal(seal.open(text, at(9)), null)
  }
  t.end()
})

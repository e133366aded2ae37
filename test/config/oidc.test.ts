import t from 'tap'
import { oidcSettings } from '../../src/applied-config.ts'
import { faultsOf, load } from '../support/config.ts'

const set = (settings: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `STORWARDEN_AUTH_OIDC_${key.toUpperCase()}`,
      value,
    ]),
  )

t.test('what an identity provider lacks is named at once', async (t) => {
  t.strictSame(await faultsOf(load(set({ issuer: 'http://id.example.org' }))), [
    'STORWARDEN_AUTH_OIDC_ISSUER: must be https, or on the loopback',
    'auth.oidc.client_id: must be set, since there is an issuer',
    'auth.oidc.redirect_url: must be set, since there is an issuer and no notifications.public_url',
  ])
  t.strictSame(await faultsOf(load(set({ issuer: 'id.example.org' }))), [
    'STORWARDEN_AUTH_OIDC_ISSUER: must be a URL such as https://id.example.org',
    'auth.oidc.client_id: must be set, since there is an issuer',
    'auth.oidc.redirect_url: must be set, since there is an issuer and no notifications.public_url',
  ])
  t.strictSame(await faultsOf(load(set({ client_id: 'x', label: 'Example ID' }))), [])
})

t.test('an identity provider is set up by saying where it is', async (t) => {
  t.equal(oidcSettings(await load({})), null)
  const config = await load({
    ...set({ issuer: 'https://id.example.org/realms/x', client_id: 'storwarden' }),
    ...set({ scopes: 'groups', admin_values: 'storage-admins,root', default_role: 'viewer' }),
    STORWARDEN_NOTIFICATIONS_PUBLIC_URL: 'https://appliance.example.org/',
  })
  t.strictSame(oidcSettings(config), {
    issuer: 'https://id.example.org/realms/x',
    clientId: 'storwarden',
    clientSecret: null,
    redirectUrl: 'https://appliance.example.org/api/v1/auth/oidc/callback',
    scopes: ['openid', 'groups'],
    nameClaim: 'preferred_username',
    roleClaim: 'groups',
    values: { viewer: [], operator: [], admin: ['storage-admins', 'root'] },
    defaultRole: 'viewer',
    label: 'Single sign-on',
    timeoutSeconds: 10,
  })
})

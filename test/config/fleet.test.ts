import t from 'tap'
import { faultsOf, load } from '../support/config.ts'

const faultsFor = async (settings: Record<string, string>) => {
  const given = Object.entries(settings).map(([key, value]) => [`STORWARDEN_${key}`, value])
  return await faultsOf(load(Object.fromEntries(given) as Record<string, string>))
}

t.test('what a fleet lacks is named at once', async (t) => {
  t.strictSame(await faultsFor({ ROLE: 'fleet' }), [
    'fleet.servers: must name some, since the role is fleet',
  ])
  t.strictSame(
    await faultsFor({
      ...{ FLEET_SERVERS: 'nats://a:4222,b:4222,nats://me:secret@c', FLEET_NAME: 'vtl01' },
      ...{ FLEET_USER: 'vtl01', FLEET_TOKEN: 't0ken', FLEET_CREDENTIALS_FILE: '/a.creds' },
      FLEET_KEY_FILE: '/key.pem',
    }),
    [
      'STORWARDEN_FLEET_SERVERS: must be a server such as tls://nats.example.org:4222',
      'STORWARDEN_FLEET_SERVERS: must be a server such as tls://nats.example.org:4222',
      'fleet.password: must be set, since there is a user',
      'STORWARDEN_FLEET_TOKEN: cannot be beside a user',
      'STORWARDEN_FLEET_CREDENTIALS_FILE: cannot be beside a user or a token',
      'fleet.cert_file: must be set, since there is a key_file',
    ],
  )
  t.strictSame(await faultsFor({ FLEET_SERVERS: 'nats://a:4222', FLEET_NAME: 'vtl.01' }), [
    'STORWARDEN_FLEET_NAME: must be letters, digits, - and _, 63 at most',
  ])
})

t.test('without servers nothing is looked at', async (t) => {
  t.strictSame(await faultsFor({ FLEET_USER: 'vtl01' }), [])
})

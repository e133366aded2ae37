import { hostname } from 'node:os'
import { integer, list, number, optionalText, section, word } from './leaf.ts'
import { isTree, valueAt, type Tree } from './tree.ts'
import type { Fault } from './validate.ts'

/** What an appliance can be called: a word of a subject of NATS. */
export const APPLIANCE_NAME = '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$'

/** What the daemon is among others. */
export const role = word('appliance', ['appliance', 'fleet'], {
  description:
    'What the daemon is: that of an `appliance`, which tells a fleet of itself where `fleet.servers` are set; or that of a ' +
    '`fleet`, which besides shows what the appliances told.',
})

/** Several appliances in one view, by way of NATS JetStream. */
export const fleet = section('Several appliances in one view, by way of NATS JetStream.', {
  servers: list([], {
    description: 'NATS servers, `nats://host:port` or `tls://host:port`. Empty: there is no fleet.',
  }),
  name: optionalText({
    description:
      'What the appliance is called in the fleet; its host name, up to the first dot, when it is not set.',
    pattern: APPLIANCE_NAME,
    expected: 'letters, digits, - and _, 63 at most',
  }),
  user: optionalText({ description: 'User at the servers.' }),
  password: optionalText({ description: 'Their password.', secret: true }),
  password_file: optionalText({ description: 'File that holds the password.' }),
  token: optionalText({ description: 'Token for the servers, instead of a user.', secret: true }),
  token_file: optionalText({ description: 'File that holds the token.' }),
  credentials_file: optionalText({
    description: 'File with a user JWT and its key (`.creds`), instead of a user.',
  }),
  ca_file: optionalText({
    description: 'Certificates (PEM) that are trusted besides those that come with Node.js.',
  }),
  cert_file: optionalText({ description: 'Certificate (PEM) shown to the servers.' }),
  key_file: optionalText({ description: 'Its key (PEM).' }),
  metrics: word('all', ['all', 'none'], {
    description: 'Which numbers over time an appliance tells the fleet.',
  }),
  silent_seconds: number(
    120,
    { minimum: 30, maximum: 86_400 },
    {
      description: 'An appliance of which nothing was heard for so long is silent.',
      unit: 'seconds',
    },
  ),
  stream_days: number(
    7,
    { minimum: 1, maximum: 365 },
    {
      description: 'For how long the servers keep events and numbers for a fleet that is away.',
      unit: 'days',
    },
  ),
  stream_replicas: integer(
    1,
    { minimum: 1, maximum: 5 },
    { description: 'On how many servers of a cluster they keep them.' },
  ),
})

const FLEET = ['fleet']
const SERVER = /^(?:nats|tls):\/\/[^\s/@]+$/

/** What these settings have to agree in. Without servers there is no fleet, and nothing is looked at. */
export function fleetFaults(filled: unknown): Fault[] {
  const settings = valueAt(filled, FLEET)
  if (!isTree(settings) || !Array.isArray(settings.servers)) return []
  const servers: unknown[] = settings.servers
  if (servers.length === 0) {
    if (valueAt(filled, ['role']) !== 'fleet') return []
    return [{ path: [...FLEET, 'servers'], message: 'must name some, since the role is fleet' }]
  }
  return [
    ...servers.flatMap((server, index) => serverFaults(server, index)),
    ...keyFaults(settings),
    ...nameFaults(settings.name),
  ].map(([key, message]) => ({ path: [...FLEET, ...key.split('.')], message }))
}

/** What an appliance is called in the fleet: as configured, or as its machine is. */
export function applianceName(settings: { readonly name: string | null }): string {
  return settings.name ?? hostname().split('.', 1)[0] ?? ''
}

type KeyFault = readonly [key: string, message: string]

function serverFaults(server: unknown, index: number): KeyFault[] {
  if (typeof server !== 'string') return []
  const url = server.replace(/^(?:nats|tls):/, 'http:')
  if (SERVER.test(server) && URL.canParse(url)) return []
  return [[`servers.${index}`, 'must be a server such as tls://nats.example.org:4222']]
}

function keyFaults(settings: Tree): KeyFault[] {
  const has = (key: string) => isText(settings[key])
  // A secret that is to come from a file which could not be read is told of already.
  const hasSecret = (key: string) => has(key) || has(`${key}_file`)
  const faults: KeyFault[] = []
  if (has('user') && !hasSecret('password')) {
    faults.push(['password', 'must be set, since there is a user'])
  }
  if (hasSecret('password') && !has('user')) {
    faults.push(['user', 'must be set, since there is a password'])
  }
  if (hasSecret('token') && has('user')) faults.push(['token', 'cannot be beside a user'])
  if (has('credentials_file') && (has('user') || hasSecret('token'))) {
    faults.push(['credentials_file', 'cannot be beside a user or a token'])
  }
  for (const [one, other] of [
    ['cert_file', 'key_file'],
    ['key_file', 'cert_file'],
  ] as const) {
    if (has(one) && !has(other)) faults.push([other, `must be set, since there is a ${one}`])
  }
  return faults
}

function nameFaults(name: unknown): KeyFault[] {
  // One that is set is looked at by the schema.
  if (isText(name)) return []
  const given = applianceName({ name: null })
  if (new RegExp(APPLIANCE_NAME).test(given)) return []
  return [['name', `must be set, since the machine is called ${given}, which does not do`]]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

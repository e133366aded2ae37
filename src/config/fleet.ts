import { integer, list, number, optionalText, section, word } from './leaf.ts'

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
    pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$',
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

import { flag, integer, list, number, optionalText, section, text, word } from './leaf.ts'

const seconds = (byDefault: number, description: string, range = { minimum: 1, maximum: 86_400 }) =>
  number(byDefault, range, { description, unit: 'seconds' })

/** How TLS is spoken. */
const tls = section('TLS. Without a certificate the daemon speaks plain HTTP.', {
  cert_file: optionalText({
    description:
      'Certificate (PEM), with those it is signed by. It is read again when the file changes and at SIGHUP.',
  }),
  key_file: optionalText({ description: 'Its key (PEM).' }),
  key_passphrase: optionalText({ description: 'Opens the key, if it is locked.', secret: true }),
  key_passphrase_file: optionalText({ description: 'File that holds the passphrase.' }),
  self_signed: flag(false, {
    description:
      'The daemon makes a key and a certificate of its own in `tls` below the state directory, and new ones a month ' +
      'before they end. Clients have to be told to trust `tls/certificate.pem`.',
  }),
  self_signed_names: list([], {
    description:
      'Names and addresses that it is for besides `localhost`, the name of the machine and where it listens.',
  }),
  min_version: word('1.2', ['1.2', '1.3'], { description: 'The least version that is spoken.' }),
  hsts_seconds: integer(
    0,
    { minimum: 0, maximum: 63_072_000 },
    {
      description:
        'For so long browsers are to ask this host over TLS alone (`Strict-Transport-Security`); 0 does not say so.',
      unit: 'seconds',
    },
  ),
})

/** Where the daemon answers, whom, and how much of it at a time. */
export const listen = section('Where the daemon answers HTTP and WebSocket.', {
  host: text('127.0.0.1', {
    description: 'Address, or name of one; `0.0.0.0` or `::` for all.',
  }),
  port: integer(
    8080,
    { minimum: 0, maximum: 65_535 },
    { description: 'TCP port; 0 for any that is free.' },
  ),
  hosts: list([], {
    description:
      'Names and addresses that browsers may ask the daemon by (`Host`), besides `localhost`, loopback addresses and the ' +
      'name of the machine. Empty: any, unless the daemon listens on a loopback address; then those alone.',
  }),
  trusted_proxies: list([], {
    description:
      'Addresses and networks of proxies, such as `127.0.0.1` or `10.0.0.0/24`. What they say of their clients ' +
      '(`X-Forwarded-For`, `-Proto`, `-Host`) is believed, of nobody else.',
  }),
  max_connections: integer(
    2000,
    { minimum: 10, maximum: 100_000 },
    { description: 'Connections at a time; further ones are closed at once.' },
  ),
  max_connections_per_address: integer(
    500,
    { minimum: 1, maximum: 100_000 },
    { description: 'And from one address; those of trusted proxies are not counted.' },
  ),
  header_timeout_seconds: seconds(
    15,
    'The headers of a request have to be there by then, and the TLS handshake.',
  ),
  request_timeout_seconds: seconds(60, 'All of the request has to be there by then.'),
  keep_alive_seconds: seconds(30, 'A connection that is not used for so long is closed.'),
  tls,
})

/** What Prometheus reads, and where. */
export const metrics = section('What Prometheus reads.', {
  enabled: flag(true, {
    description: 'Whether `/metrics` and `/health/metrics` answer.',
    aliases: ['ENABLE_METRICS'],
  }),
  listen: optionalText({
    description:
      'Where they answer, and `/health` besides, instead of where all else does: `HOST:PORT`. It has connections of its ' +
      'own, so that it answers also when the others are used up, and TLS as the others have it.',
    pattern: '^(?:\\[[0-9a-fA-F:.]+\\]|[^:\\[\\]\\s]+):\\d{1,5}$',
    expected: 'HOST:PORT, such as 127.0.0.1:9090',
  }),
  token: optionalText({
    description:
      'Who asks for metrics has to send it (`Authorization: Bearer …`); anybody may without.',
    secret: true,
  }),
  token_file: optionalText({ description: 'File that holds the token.' }),
})

import { flag, integer, list, number, optionalText, section, text, word } from './leaf.ts'

const seconds = (byDefault: number, description: string, minimum = 1) =>
  number(byDefault, { minimum, maximum: 31_536_000 }, { description, unit: 'seconds' })

const port = (byDefault: number, description: string) =>
  integer(byDefault, { minimum: 1, maximum: 65_535 }, { description })

const secret = (description: string) => optionalText({ description, secret: true })

const inFile = (what: string) => optionalText({ description: `File that holds ${what}.` })

const minSeverity = (byDefault: 'info' | 'warning' | 'critical') =>
  word(byDefault, ['info', 'warning', 'critical'], {
    description: 'The least severity of alerts that it is told of.',
  })

const url = (description: string, example = 'https://host/path') =>
  optionalText({ description, pattern: '^https?://', expected: `a URL such as ${example}` })

/** Who knows it may post there. */
const secretUrl = (description: string, example: string) =>
  optionalText({
    ...{ description, pattern: '^https?://', expected: `a URL such as ${example}` },
    secret: true,
  })

const caFile = optionalText({
  description: 'Certificates (PEM) that are trusted besides those that come with Node.js.',
})

/** Every channel that there can be. */
const channelNames = [
  ...(['webhook', 'email', 'slack', 'pagerduty', 'alertmanager', 'snmp', 'syslog'] as const),
]

/** Who is told of alerts, when, and how. A channel is set up by saying where it is. */
export const notifications = section('Who is told.', {
  public_url: optionalText({
    description:
      'How people reach the daemon, for the links in messages; `http://host:port` of its address otherwise.',
    pattern: '^https?://[^/]',
    expected: 'a URL such as https://appliance.example.org',
  }),
  allowed_networks: list([], {
    description:
      'Addresses and networks that channels over HTTP may tell though they are none of receivers as a rule: this machine ' +
      '(`127.0.0.0/8`, `::1`, its own addresses), link-local ones (169.254.0.0/16), groups. Those of companies ' +
      '(10.0.0.0/8, 192.168.0.0/16) need not be named.',
  }),
  group_by: list(['library', 'target'], {
    description:
      'Alerts that agree in one of these labels, the first that they have, are told of in one message; ' +
      'those that have none of them, when they are of the same rule.',
  }),
  group_interval_seconds: seconds(
    300,
    'From one message about a group to the next, unless something graver has come.',
    0,
  ),
  repeat_interval_seconds: seconds(
    14_400,
    'An alert that still fires, and that nobody has acknowledged, is told of again after this; 0 never.',
    0,
  ),
  escalation: section('Who is told when nobody acknowledges.', {
    channels: list([], {
      description:
        'Channels that are told one after the other, not at once: the first when nobody has acknowledged ' +
        'an alert `after_seconds` after the others were told, the second after as long again.',
      words: channelNames,
    }),
    after_seconds: seconds(900, 'How long an alert waits for its acknowledgement.'),
  }),
  digest: section('What there was, in one message a day.', {
    channels: list([], {
      description: 'Channels that get it; none: there is no digest.',
      words: channelNames,
    }),
    schedule: text('0 7 * * *', {
      description: 'When, as cron says it: minute, hour, day, month, weekday.',
    }),
    time_zone: optionalText({
      description: 'Name of the time zone, e.g. Europe/Berlin; that of the machine otherwise.',
    }),
  }),
  heartbeat: section('A URL that is asked while all is well, so that silence is noticed.', {
    url: secretUrl(
      'What is asked (GET) as long as alerts are evaluated; nothing without.',
      'https://host/path',
    ),
    url_file: inFile('the URL'),
    interval_seconds: seconds(60, 'From one to the next.', 5),
  }),
  webhook: section('Alerts and TapeAlert flags are posted to a web server as JSON.', {
    url: secretUrl(
      'Where to; nothing is posted without. What is not taken is tried again for a day.',
      'https://host/path',
    ),
    url_file: inFile('the URL'),
    secret: secret(
      'Signs each post: `X-Storwarden-Signature` is `sha256=` and the HMAC-SHA256 of the body in hex.',
    ),
    secret_file: inFile('the secret'),
    min_severity: minSeverity('info'),
  }),
  email: section('Mail by SMTP.', {
    host: optionalText({ description: 'The mail server; nothing is mailed without.' }),
    port: port(587, 'TCP port.'),
    security: word('starttls', ['starttls', 'tls', 'none'], {
      description:
        'STARTTLS, which is required then; TLS from the first byte (port 465); or neither, for a server on this machine.',
    }),
    ca_file: caFile,
    username: optionalText({ description: 'Logs in, with the password; not at all without.' }),
    password: secret('Password of the user.'),
    password_file: inFile('the password'),
    from: text('storwarden@localhost', { description: 'Address of the sender.' }),
    to: list([], {
      description: 'Addresses that mail goes to, at least one where there is a host.',
    }),
    min_severity: minSeverity('warning'),
  }),
  slack: section('An incoming webhook of Slack, or of what understands the same.', {
    url: secretUrl(
      'URL of the webhook; nothing is posted without.',
      'https://hooks.slack.com/services/…',
    ),
    url_file: inFile('the URL'),
    min_severity: minSeverity('warning'),
  }),
  pagerduty: section('PagerDuty, by Events API v2.', {
    routing_key: secret('Integration key of the service; nothing is sent without.'),
    routing_key_file: inFile('the key'),
    url: text('https://events.pagerduty.com/v2/enqueue', {
      description: 'Where to; in Europe https://events.eu.pagerduty.com/v2/enqueue.',
    }),
    min_severity: minSeverity('critical'),
  }),
  alertmanager: section('Alertmanager, by its API v2.', {
    url: url('Its address; nothing is posted without.', 'http://127.0.0.1:9093'),
    username: optionalText({ description: 'For basic authentication; none without.' }),
    password: secret('Password of the user.'),
    password_file: inFile('the password'),
    min_severity: minSeverity('info'),
  }),
  snmp: section('SNMP notifications as in deploy/snmp/STORWARDEN-MIB.txt.', {
    host: optionalText({ description: 'The receiver; nothing is sent without.' }),
    port: port(162, 'UDP port.'),
    version: word('2c', ['2c', '3'], { description: 'Version of SNMP.' }),
    inform: flag(true, {
      description:
        'Asks for a receipt (inform) and tries again without; else a trap that may get lost.',
    }),
    community: secret('Community, of version 2c; `public` otherwise.'),
    community_file: inFile('the community'),
    user: optionalText({ description: 'User, of version 3.' }),
    engine_id: optionalText({
      description:
        'Of whoever sends, in hexadecimal digits: traps of version 3 need it, and the receiver has to know it; ' +
        'informs need none.',
      pattern: '^(?:0x)?(?:[0-9a-fA-F]{2}){5,32}$',
      expected: '5 to 32 bytes in hexadecimal digits, such as 0x8000000001020304',
    }),
    auth_protocol: word('sha256', ['none', 'md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'], {
      description: 'How messages of version 3 are authenticated.',
    }),
    auth_password: secret('Password of that, 8 characters at least.'),
    auth_password_file: inFile('it'),
    privacy_protocol: word('aes', ['none', 'aes', 'aes256b', 'aes256r'], {
      description:
        'How messages of version 3 are encrypted: AES-128, or AES-256 with the key by Blumenthal or by Reeder (Cisco). ' +
        'There is no DES in Node.js.',
    }),
    privacy_password: secret('Password of that, 8 characters at least.'),
    privacy_password_file: inFile('it'),
    min_severity: minSeverity('warning'),
  }),
  syslog: section('A syslog server, by RFC 5424.', {
    host: optionalText({ description: 'The server; nothing is sent without.' }),
    port: port(514, 'Port; of TLS it is 6514 as a rule.'),
    transport: word('udp', ['udp', 'tcp', 'tls'], {
      description: 'UDP (RFC 5426), TCP with octet counting (RFC 6587), or TLS (RFC 5425).',
    }),
    ca_file: caFile,
    facility: word(
      'daemon',
      [
        ...([
          'kern',
          'user',
          'mail',
          'daemon',
          'auth',
          'syslog',
          'lpr',
          'news',
          'uucp',
          'cron',
        ] as const),
        ...([
          'authpriv',
          'ftp',
          'local0',
          'local1',
          'local2',
          'local3',
          'local4',
          'local5',
        ] as const),
        ...(['local6', 'local7'] as const),
      ],
      { description: 'Facility of the messages.' },
    ),
    min_severity: minSeverity('info'),
  }),
})

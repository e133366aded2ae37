import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { ConfigError } from '../../src/config/config-error.ts'
import { settings } from '../../src/config/settings.ts'
import { faultsOf, load, loadText } from '../support/config.ts'

t.test('every fault is named at once, with its line or its variable', async (t) => {
  const text = [
    'listen:',
    '  port: 80808',
    '  hots: localhost',
    'log: {level: loud, json: "yes"}',
    'monitoring:',
    '  evaluation_interval_seconds: 0',
    '  services:',
    '    - smb.service',
    '    - 7',
    '  thresholds: {storage_warning_percent: 96}',
    'auth: []',
    'tapes: 3',
  ].join('\n')
  const env = {
    STORWARDEN_HOST_MAX_PROCESSES: 'many',
    STORWARDEN_TYPO: '1',
    LOG_JSON: 'perhaps',
    MONITORING_EVENT_RETENTION_DAYS: '1.5',
  }
  t.strictSame([...(await faultsOf(loadText(t, text, { env })))].sort(), [
    'LOG_JSON: must be true or false',
    'MONITORING_EVENT_RETENTION_DAYS: must be a whole number',
    'STORWARDEN_HOST_MAX_PROCESSES: must be a whole number',
    'STORWARDEN_TYPO: no such setting',
    'auth: must be a section of keys (config.yaml:11)',
    'listen.hots: unknown key (config.yaml:3)',
    'listen.port: must be <= 65535 (config.yaml:2)',
    'log.level: must be one of debug, info, warn, error, fatal (config.yaml:4)',
    'monitoring.evaluation_interval_seconds: must be >= 1 (config.yaml:6)',
    'monitoring.services[1]: must be a text (config.yaml:7)',
    'monitoring.thresholds.storage_warning_percent: must be less than storage_critical_percent (config.yaml:10)',
    'tapes: unknown key (config.yaml:12)',
  ])
})

t.test('a value that makes no sense beside another one is a fault', async (t) => {
  t.strictSame(await faultsOf(load({ STORWARDEN_STREAM_TIMEOUT_SECONDS: '30' })), [
    'stream.ping_interval_seconds: must be less than timeout_seconds',
  ])
  t.strictSame(await faultsOf(load({ STORWARDEN_AUTH_SESSION_IDLE_SECONDS: '604800' })), [
    'STORWARDEN_AUTH_SESSION_IDLE_SECONDS: must be less than session_lifetime_seconds',
  ])
  t.strictSame(await faultsOf(load({ STORWARDEN_MONITORING_SERVICES: 'a,b,a' })), [
    'STORWARDEN_MONITORING_SERVICES: must not name anything twice',
  ])
})

t.test(
  'a schedule or a time zone that is none, and a channel that there is not, are faults',
  async (t) => {
    const text = [
      'notifications:',
      '  escalation: {channels: [pagerduty, telex]}',
      '  digest:',
      '    channels: [email]',
      '    schedule: "61 7 * * *"',
      '    time_zone: Nowhere/Land',
      '  pagerduty: {routing_key: x}',
      '  email: {host: mail, to: [operator@example.org]}',
    ].join('\n')
    t.strictSame([...(await faultsOf(loadText(t, text)))].sort(), [
      'notifications.digest.schedule: must be a schedule of five fields such as 0 7 * * * (config.yaml:5)',
      'notifications.digest.time_zone: must be the name of a time zone such as Europe/Berlin (config.yaml:6)',
      'notifications.escalation.channels[1]: must be one of webhook, email, slack, pagerduty, alertmanager, snmp, syslog (config.yaml:2)',
    ])
    for (const schedule of ['* * * * * *', '0 7 30 2 *', 'daily']) {
      t.match(await faultsOf(load({ STORWARDEN_NOTIFICATIONS_DIGEST_SCHEDULE: schedule })), [
        /^STORWARDEN_NOTIFICATIONS_DIGEST_SCHEDULE: must be a schedule/,
      ])
    }
    const { notifications } = await load({
      STORWARDEN_NOTIFICATIONS_DIGEST_SCHEDULE: '30 6 * * mon-fri',
      STORWARDEN_NOTIFICATIONS_DIGEST_TIME_ZONE: 'Europe/Berlin',
    })
    t.match(notifications.digest, { schedule: '30 6 * * mon-fri', time_zone: 'Europe/Berlin' })
  },
)

t.test('a section whose keys are all commented out is an empty one', async (t) => {
  t.strictSame(
    await loadText(t, 'listen:\n  # port: 80\nmonitoring:\n  thresholds:\n'),
    await load({}),
  )
  t.strictSame(await loadText(t, '# nothing\n'), await load({}))
})

t.test('a file that cannot be used is named', async (t) => {
  t.strictSame(await faultsOf(load({}, { file: '/nonexistent/config.yaml' })), [
    '/nonexistent/config.yaml: cannot be read: ENOENT',
  ])
  t.strictSame(await faultsOf(load({ LOG_JSON: '?' }, { file: '/' })), [
    '/: cannot be read: EISDIR',
    'LOG_JSON: must be true or false',
  ])
  t.strictSame(await faultsOf(loadText(t, 'log:\n  json: true\n  json: false\n')), [
    'config.yaml:3: map keys must be unique',
  ])
  t.match(await faultsOf(loadText(t, 'log: {json: true\nlisten: 1\n')), [/^config\.yaml:\d: /])
  t.match(await faultsOf(loadText(t, '{}: 1\n')), [/^config\.yaml:1: .*keys/])
  t.strictSame(await faultsOf(loadText(t, '8080: 1\n')), ['8080: unknown key (config.yaml:1)'])
  t.match(await faultsOf(loadText(t, 'log: *nowhere\n')), [/^config\.yaml: unresolved alias/])
  const file = join(t.testdir({ list: '- 1\n' }), 'list')
  t.strictSame(await faultsOf(load({}, { file })), [`${file}: must be a section of keys`])
})

t.test('a secret may be in a file of its own', async (t) => {
  const url = 'postgresql://storwarden:hunter2@db/storwarden'
  const secret = join(t.testdir({ url: `${url}\n`, wrong: 'mysql://hunter2@db\n' }), 'url')
  t.equal((await load({ STORWARDEN_DATABASE_URL_FILE: secret })).database.url, url)

  const file = join(t.testdirName, 'config.yaml')
  writeFileSync(file, `database:\n  url_file: ${secret}\n`)
  t.equal((await load({}, { file })).database.url, url)
  const other = { DATABASE_URL: 'postgres://other/db' }
  t.equal(
    (await load(other, { file })).database.url,
    'postgres://other/db',
    'the file is not asked',
  )

  writeFileSync(file, `database:\n  url: ${url}\n  url_file: ${secret}\n`)
  t.strictSame(await faultsOf(load({}, { file })), [
    'database.url_file: url is set as well (config.yaml:3)',
  ])
  t.strictSame(await faultsOf(load({ ...other, STORWARDEN_DATABASE_URL_FILE: secret })), [
    'STORWARDEN_DATABASE_URL_FILE: url is set as well',
  ])
  t.strictSame(await faultsOf(load({ STORWARDEN_DATABASE_URL_FILE: '/nonexistent' })), [
    'STORWARDEN_DATABASE_URL_FILE: /nonexistent: cannot be read: ENOENT',
  ])
})

t.test('no fault tells a secret', async (t) => {
  const url = 'mysql://hunter2@db'
  const directory = t.testdir({ secret: url, 'config.yaml': `database: {url: '${url}'}` })
  for (const loading of [
    () => load({ DATABASE_URL: url }),
    () => load({ STORWARDEN_DATABASE_URL_FILE: join(directory, 'secret') }),
    () => load({}, { file: join(directory, 'config.yaml') }),
  ]) {
    const [fault = ''] = await faultsOf(loading())
    t.match(fault, /must be a URL such as postgresql:/)
    t.notMatch(fault, /hunter2/)
  }
})

t.test('a key that JavaScript knows is as unknown as any other', async (t) => {
  for (const key of ['__proto__', 'constructor', 'toString'])
    t.strictSame(await faultsOf(loadText(t, `log:\n  ${key}: {json: true}\n`)), [
      `log.${key}: unknown key (config.yaml:2)`,
    ])
})

t.test('any text is a configuration or is refused with what is wrong with it', async (t) => {
  const file = join(t.testdir({ 'config.yaml': '' }), 'config.yaml')
  const words = [
    'log',
    'level',
    'listen',
    ':',
    ' ',
    '\n',
    '-',
    '{',
    '}',
    '[',
    '&a',
    '*a',
    '<<',
    '8',
  ]
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((words) => words.join('')),
    fc.json(),
  )
  const checking = fc.assert(
    fc.asyncProperty(text, async (text) => {
      writeFileSync(file, text)
      try {
        return Object.isFrozen(await load({}, { file }))
      } catch (error) {
        return error instanceof ConfigError && error.faults.length > 0
      }
    }),
    { numRuns: 300 },
  )
  await t.resolves(checking)
})

t.test('any value of a variable is taken or refused by the name of the variable', async (t) => {
  const checking = fc.assert(
    fc.asyncProperty(fc.constantFrom(...settings), fc.string(), async ({ variable }, value) => {
      const faults = await faultsOf(load({ [variable]: value }))
      return faults.every(
        (fault) => fault.startsWith(`${variable}: `) || /less than|since there is/.test(fault),
      )
    }),
    { numRuns: 300 },
  )
  await t.resolves(checking)
})

import { join } from 'node:path'
import t from 'tap'
import { configuredChannels } from '../../src/notify/channels.ts'
import { faultsOf, load, loadText } from '../support/config.ts'
import { onThisMachine } from '../support/reach.ts'

const set = (settings: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `STORWARDEN_NOTIFICATIONS_${key.toUpperCase()}`,
      value,
    ]),
  )

const faultsFor = async (settings: Record<string, string>) =>
  (await faultsOf(load(set(settings)))).map((fault) =>
    fault.replace(/^(?:notifications\.|STORWARDEN_NOTIFICATIONS_)/, ''),
  )

t.test('what a channel lacks is named at once', async (t) => {
  t.strictSame(
    await faultsFor({
      ...{ email_host: 'mail', email_username: 'storwarden', email_from: 'Storwarden' },
      ...{ alertmanager_url: 'http://am:9093', alertmanager_password: 'hunter2' },
      ...{ snmp_host: 'nms', snmp_version: '3', snmp_inform: 'no', snmp_auth_password: 'short' },
    }),
    [
      'email.to: must name somebody, since there is a host',
      'EMAIL_FROM: must be an address such as operator@example.org',
      'email.password: must be set, since there is a username',
      'alertmanager.username: must be set, since there is a password',
      'snmp.user: must be set, since there is version 3',
      'snmp.engine_id: must be set, since there is version 3 without inform',
      'snmp.privacy_password: must be set, since there is a privacy_protocol',
      'SNMP_AUTH_PASSWORD: must have at least 8 characters',
    ],
  )
  t.strictSame(
    await faultsFor({
      ...{ snmp_host: 'nms', snmp_version: '3', snmp_user: 'u', snmp_auth_protocol: 'none' },
      ...{ snmp_privacy_password: 'long enough' },
    }),
    ['snmp.privacy_protocol: must be none where auth_protocol is'],
  )
  t.strictSame(await faultsFor({ email_host: 'mail', email_to: 'a@b,Bob <c@d>,e@f\nBcc: g@h' }), [
    'EMAIL_TO: must be an address such as operator@example.org',
    'EMAIL_TO: must be an address such as operator@example.org',
  ])
})

t.test('what is not set up has no faults', async (t) => {
  t.strictSame(
    await faultsFor({ email_username: 'u', snmp_version: '3', alertmanager_username: 'u' }),
    [],
  )
})

t.test('a secret in a file is as good as one in the configuration', async (t) => {
  const file = join(t.testdir({ password: 'long enough\n' }), 'password')
  const version3 = { snmp_host: 'nms', snmp_version: '3', snmp_user: 'u' }
  const files = { snmp_auth_password_file: file, snmp_privacy_password_file: file }
  t.strictSame(await faultsFor({ ...version3, ...files }), [])
  t.strictSame(
    await faultsFor({ ...version3, ...files, snmp_auth_password_file: '/nonexistent' }),
    ['SNMP_AUTH_PASSWORD_FILE: /nonexistent: cannot be read: ENOENT'],
  )
})

t.test('half a URL is none', async (t) => {
  t.strictSame(
    await faultsFor({
      ...{
        webhook_url: 'https://',
        slack_url: 'http://[::1',
        pagerduty_url: 'events.pagerduty.com',
      },
      ...{ heartbeat_url: 'ftp://x', public_url: 'https://a b/' },
    }),
    [
      'HEARTBEAT_URL: must be a URL such as https://host/path',
      'PUBLIC_URL: must be a URL',
      'WEBHOOK_URL: must be a URL',
      'SLACK_URL: must be a URL',
      'PAGERDUTY_URL: must be a URL',
    ],
  )
})

t.test('who is told later, or of a day, is a channel that is set up', async (t) => {
  t.strictSame(
    await faultsFor({
      ...{ escalation_channels: 'webhook,pager,email', digest_channels: 'alertmanager,syslog' },
      ...{ webhook_url: 'https://host/', alertmanager_url: 'https://host/', syslog_host: 'log' },
    }),
    [
      'ESCALATION_CHANNELS: must be one of webhook, email, slack, pagerduty, alertmanager, snmp, syslog',
      'ESCALATION_CHANNELS: email is not set up',
      'DIGEST_CHANNELS: alertmanager cannot tell a digest',
    ],
  )
})

t.test('a channel is there as soon as it is said where it is', async (t) => {
  const sender = {
    ...{
      agent: 'storwarden/0',
      reach: onThisMachine,
      host: 'backup01',
      publicUrl: 'http://backup01',
    },
    now: () => new Date(0),
  }
  const channelsOf = (config: Awaited<ReturnType<typeof load>>) =>
    configuredChannels(config.notifications, sender).map(({ notifier, minSeverity }) => [
      notifier.name,
      minSeverity,
    ])
  t.strictSame(channelsOf(await load({})), [])
  const everything = [
    'notifications:',
    '  webhook: {url: "https://host/hook", min_severity: critical}',
    '  email: {host: mail, to: [operator@example.org]}',
    '  slack: {url: "https://hooks.slack.com/services/x"}',
    '  pagerduty: {routing_key: x}',
    '  alertmanager: {url: "http://127.0.0.1:9093"}',
    '  snmp: {host: nms, version: 3, user: u, auth_password: long enough, privacy_password: long enough}',
    '  syslog: {host: log}',
  ].join('\n')
  t.strictSame(channelsOf(await loadText(t, everything)), [
    ['webhook', 'critical'],
    ['email', 'warning'],
    ['slack', 'warning'],
    ['pagerduty', 'critical'],
    ['alertmanager', 'info'],
    ['snmp', 'warning'],
    ['syslog', 'info'],
  ])
})

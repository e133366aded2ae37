import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startTestDaemon, until } from '../support/daemon.ts'
import { receiver } from '../support/receiver.ts'
import { readMail, smtpServer } from '../support/smtp.ts'
import { framesOf, parseSyslog, syslogServer } from '../support/syslog.ts'

const recording = fileURLToPath(
  new URL('../../fixtures/recordings/07-raid-degraded-and-full', import.meta.url),
)

const CHANNELS = ['webhook', 'email', 'slack', 'pagerduty', 'alertmanager', 'snmp', 'syslog']

interface Log {
  notifications: { channel: string; kind: string; state: string; alerts: { id: string }[] }[]
}

interface Alerts {
  alerts: { id: string; rule: string; fingerprint: string }[]
}

interface Posted {
  routing_key?: string
  event_action?: string
  payload?: { class: string }
}

t.test('every channel is told of what fires on an appliance, and of a test', async (t) => {
  const web = await receiver(t)
  const { origin } = new URL(web.url)
  const mail = await smtpServer(t)
  const syslog = await syslogServer(t)
  const snmp = createSocket('udp4').bind(0, '127.0.0.1')
  const traps: Buffer[] = []
  snmp.on('message', (trap) => traps.push(trap))
  t.teardown(() => {
    snmp.close()
  })
  await once(snmp, 'listening')
  const file = join(
    t.testdir({
      'config.yaml': [
        'notifications:',
        '  allowed_networks: [127.0.0.0/8]',
        '  public_url: https://backup01.example.org/',
        `  webhook: {url: ${origin}/webhook}`,
        `  email: {host: 127.0.0.1, port: ${mail.port}, security: none, to: [a@example.org], min_severity: info}`,
        `  slack: {url: ${origin}/slack, min_severity: info}`,
        `  pagerduty: {url: ${origin}/pagerduty, routing_key: r, min_severity: info}`,
        `  alertmanager: {url: ${origin}}`,
        `  snmp: {host: 127.0.0.1, port: ${snmp.address().port}, inform: false, min_severity: info}`,
        `  syslog: {host: 127.0.0.1, port: ${syslog.port}, transport: tcp}`,
      ].join('\n'),
    }),
    'config.yaml',
  )
  const daemon = await startTestDaemon(t, {
    arguments: ['--config', file, '--replay', recording],
  })
  const told = await until(
    () => daemon.get<Log>('/api/v1/monitoring/notifications?kind=alerts&limit=500'),
    ({ notifications }) =>
      CHANNELS.every((name) => notifications.some(({ channel }) => channel === name)) &&
      notifications.every(({ state }) => state === 'delivered'),
  )
  const { alerts } = await daemon.get<Alerts>(
    '/api/v1/monitoring/alerts?state=firing&inhibited=false&limit=500',
  )
  const rulesToldTo = (channel: string) => {
    const ids = told.notifications
      .filter((message) => message.channel === channel)
      .flatMap(({ alerts }) => alerts.map(({ id }) => id))
    return alerts
      .filter(({ id }) => ids.includes(id))
      .map(({ rule }) => rule)
      .sort()
  }
  const rules = rulesToldTo('webhook')
  t.ok(rules.includes('ArrayDegraded'), rules.join(' '))
  for (const channel of CHANNELS) t.strictSame(rulesToldTo(channel), rules, channel)

  const tested = await daemon.post<Log>('/api/v1/monitoring/notifications/test', {
    message: 'Grüße',
  })
  t.strictSame(
    tested.notifications.map(({ channel, state }) => [channel, state]).sort(),
    CHANNELS.map((channel) => [channel, 'delivered']).sort(),
  )

  const posts = (path: string) =>
    web.received
      .filter((post) => post.path === path && post.body !== '')
      .map(({ body }) => JSON.parse(body) as unknown)
  const incidents = posts('/pagerduty') as Posted[]
  t.strictSame(incidents.flatMap(({ payload }) => payload?.class ?? []).sort(), rules)
  const lines = syslog.streams.flatMap(framesOf).map(parseSyslog)
  t.strictSame(lines.flatMap(({ data }) => data['storwarden@32473']?.rule ?? []).sort(), rules)
  t.equal(traps.length, rules.length + 1)
  t.match(JSON.stringify(posts('/api/v2/alerts')), /"alertname":"ArrayDegraded"/)
  t.match(JSON.stringify(posts('/slack')), 'https://backup01.example.org/runbooks/ArrayDegraded')
  const subjects = mail.mails.map(({ raw }) => readMail(raw).headers.Subject)
  t.match(subjects.at(-1), /^\[TEST\] storwarden on /)
  t.match(readMail(mail.mails.at(-1)?.raw ?? Buffer.alloc(0)).parts['text/plain'], /^Grüße\r?\n/)
})

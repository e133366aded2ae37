import t from 'tap'
import { Alertmanager, type AlertmanagerOptions } from '../../src/notify/alertmanager.ts'
import { alertsContent, appliance, messageWith, news, testContent } from '../support/news.ts'
import { onThisMachine } from '../support/reach.ts'
import { alertmanager, lacksAlertmanager as skip } from '../support/alertmanager.ts'
import { failure, receiver } from '../support/receiver.ts'

// Alertmanager has the clock of the machine.
const now = new Date()
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString()

const channel = (options: Partial<AlertmanagerOptions>) =>
  new Alertmanager({
    ...{ url: 'http://127.0.0.1:9', username: 'storwarden', password: 'swordfish-am' },
    ...{
      firingSeconds: 86_400,
      appliance,
      agent: 'storwarden/0',
      reach: onThisMachine,
      now: () => now,
    },
    ...options,
  })

t.test('an alert is there with its labels, until it is told to be over', { skip }, async (t) => {
  const { url, told } = await alertmanager(t)
  const notifier = channel({ url: `${url}/` })
  const different = { started_at: ago(10), labels: { serial: 'HU1234ABCD', 'slot-no': '12' } }
  t.equal(await notifier.send(messageWith(alertsContent(news('firing', different)))), '200')
  const expected = {
    labels: {
      alertname: 'TapeDriveUnreachable',
      instance: 'backup01',
      library: 'XYZZY_A',
      resource: 'HU1234ABCD',
      serial: 'HU1234ABCD',
      severity: 'critical',
      slot_no: '12',
      source: 'tape',
    },
    annotations: {
      action: 'Look at the front panel of the drive; power it off and on when no job uses it.',
      description: 'Backups that use the drive wait or fail.',
      fingerprint: 'f1'.repeat(32),
      message:
        'HP Ultrium 6-SCSI, drive 2 (element 257) of STK L700 (XYZZY_A), with ABC123L6 loaded, does not answer.',
      runbook_url: 'https://backup01.example.org/runbooks/TapeDriveUnreachable',
      summary: '[CRITICAL] Tape drive does not answer: HU1234ABCD',
    },
    startsAt: ago(10),
    endsAt: ago(-1440),
    generatorURL: 'https://backup01.example.org/#/alerts/7d3a3a36-0000-4000-8000-000000000001',
  }
  t.strictSame(await told(), [expected])

  const acknowledged = { ...different, acknowledged_by: 'maria' }
  await notifier.send(messageWith(alertsContent(news('acknowledged', acknowledged))))
  t.strictSame(await told(), [
    { ...expected, annotations: { acknowledged_by: 'maria', ...expected.annotations } },
  ])

  const over = { ...different, resolved_at: ago(1) }
  await notifier.send(messageWith(alertsContent(news('resolved', over))))
  t.strictSame(await told(), [], 'what is over is not shown')
})

t.test('an alert that has become graver is one alert, not two', { skip }, async (t) => {
  const { url, told } = await alertmanager(t)
  const severitiesTold = async () => (await told()).map(({ labels }) => labels.severity)
  const started_at = ago(10)
  const message = (severity: 'warning' | 'critical', serial = 'HU1234ABCD') =>
    messageWith(
      alertsContent(
        news('firing', { severity, started_at, labels: { serial } }, serial.padEnd(64, '0')),
      ),
    )
  await channel({ url }).send(message('warning'))
  await channel({ url }).send(message('warning', 'OTHER'))
  t.strictSame(await severitiesTold(), ['warning', 'warning'])
  // As after a restart: nothing is remembered here.
  await channel({ url }).send(message('critical'))
  t.strictSame(await severitiesTold(), ['critical', 'warning'])
  const elsewhere = { ...appliance, host: 'backup02' }
  await channel({ url, appliance: elsewhere }).send(message('warning'))
  t.strictSame(await severitiesTold(), ['critical', 'warning', 'warning'])
})

t.test('a test is an alert for a minute', { skip }, async (t) => {
  const { url, told } = await alertmanager(t)
  await channel({ url }).send({ ...messageWith(testContent), at: now })
  t.strictSame(await told(), [
    {
      labels: {
        alertname: 'StorwardenTest',
        id: 'b0e5a3c6-0000-4000-8000-000000000001',
        instance: 'backup01',
        severity: 'info',
      },
      annotations: {
        message: 'A test message of storwarden.',
        summary: '[TEST] storwarden on backup01',
      },
      startsAt: now.toISOString(),
      endsAt: ago(-1),
      generatorURL: 'https://backup01.example.org',
    },
  ])
})

t.test('labels that Alertmanager has none of are made such', { skip }, async (t) => {
  const { url, told } = await alertmanager(t)
  const labels = { severity: 'mine', '9 lives': 'x', '': 'y', ünïcode: 'z', empty: '' }
  const rule = 'my "rule" \\ (a|b)'
  const content = alertsContent(news('firing', { labels, rule, part_of: {}, started_at: ago(1) }))
  await channel({ url }).send(messageWith(content))
  await channel({ url }).send(messageWith(content))
  const [first, ...others] = await told()
  t.strictSame(first?.labels, {
    ...{ _: 'y', _9_lives: 'x', _n_code: 'z', label_severity: 'mine', alertname: rule },
    ...{ instance: 'backup01', resource: 'HU1234ABCD', severity: 'critical', source: 'tape' },
  })
  t.strictSame(others, [])
})

t.test('who has another password is told so, and it is tried again', { skip }, async (t) => {
  const { url } = await alertmanager(t)
  const message = messageWith(alertsContent(news('firing', { started_at: ago(1) })))
  t.strictSame(await failure(channel({ url, password: 'wrong' }).send(message)), [
    'answered with 401: Unauthorized',
    ...[true, null],
  ])
  t.strictSame(await failure(channel({ url: `${url}/elsewhere` }).send(message)), [
    'answered with 404: 404 page not found',
    ...[true, null],
  ])
  const invalid = alertsContent(news('firing', { started_at: 'yesterday' }))
  t.match(await failure(channel({ url }).send(messageWith(invalid))), [/^answered with 4/, false])
})

t.test('to tell goes before to know what was told', async (t) => {
  const { url, received, how } = await receiver(t)
  const { origin } = new URL(url)
  how.answer = (response) => response.writeHead(received.at(-1)?.body === '' ? 403 : 200).end()
  t.equal(await channel({ url: origin }).send(messageWith(alertsContent(news()))), '200')
  how.answer = (response) => response.writeHead(200).end('{"not": ["alerts"')
  t.equal(await channel({ url: origin }).send(messageWith(alertsContent(news()))), '200')
  t.strictSame(
    received.map(({ path }) => path.replace(/\?.*/, '?…')),
    ['/api/v2/alerts?…', '/api/v2/alerts', '/api/v2/alerts?…', '/api/v2/alerts'],
  )
})

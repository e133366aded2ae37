import t from 'tap'
import { PagerDuty } from '../../src/notify/pagerduty.ts'
import { alertsContent, appliance, messageWith, news, testContent } from '../support/news.ts'
import { onThisMachine } from '../support/reach.ts'
import { failure, receiver } from '../support/receiver.ts'

const dedup_key = `storwarden/backup01/${'f1'.repeat(32)}`

async function pager(t: Parameters<typeof receiver>[0]) {
  const { url, received, how } = await receiver(t)
  how.answer = (response) => response.writeHead(202).end('{"status":"success"}')
  const pagerduty = new PagerDuty({
    url,
    routingKey: 'R0UT1NG',
    appliance,
    agent: 'x',
    reach: onThisMachine,
  })
  return { pagerduty, how, events: () => received.map(({ body }) => JSON.parse(body) as unknown) }
}

t.test('an alert triggers an incident with all that is known', async (t) => {
  const { pagerduty, events } = await pager(t)
  t.equal(await pagerduty.send(messageWith(alertsContent(news()))), '202 trigger')
  t.strictSame(events(), [
    {
      ...{ routing_key: 'R0UT1NG', event_action: 'trigger', dedup_key, client: 'storwarden' },
      client_url: 'https://backup01.example.org',
      links: [
        {
          text: 'Alert',
          href: 'https://backup01.example.org/#/alerts/7d3a3a36-0000-4000-8000-000000000001',
        },
        {
          text: 'Runbook',
          href: 'https://backup01.example.org/runbooks/TapeDriveUnreachable',
        },
      ],
      payload: {
        summary: '[CRITICAL] Tape drive does not answer: HU1234ABCD',
        source: 'backup01',
        severity: 'critical',
        timestamp: '2026-11-20T21:00:00.000Z',
        component: 'HU1234ABCD',
        group: 'library=XYZZY_A',
        class: 'TapeDriveUnreachable',
        custom_details: {
          message:
            'HP Ultrium 6-SCSI, drive 2 (element 257) of STK L700 (XYZZY_A), with ABC123L6 loaded, does not answer.',
          'What to do':
            'Look at the front panel of the drive; power it off and on when no job uses it.',
          'Why it matters': 'Backups that use the drive wait or fail.',
          Where: 'serial=HU1234ABCD, part of library=XYZZY_A',
          Since: '2026-11-20 21:00:00 UTC',
          Evidence: ['device: /dev/sg3', 'hctl: 3:0:1:0', 'stuck_calls: 1'],
        },
      },
    },
  ])
})

t.test('one condition is one incident, from its begin to its end', async (t) => {
  const { pagerduty, events } = await pager(t)
  for (const event of ['firing', 'repeated', 'acknowledged', 'resolved'] as const) {
    await pagerduty.send(messageWith(alertsContent(news(event))))
  }
  t.match(events(), [
    { event_action: 'trigger', dedup_key },
    { event_action: 'trigger', dedup_key },
    { event_action: 'acknowledge', dedup_key },
    { event_action: 'resolve', dedup_key },
  ])
})

t.test('a test is over at once', async (t) => {
  const { pagerduty, events } = await pager(t)
  t.equal(await pagerduty.send(messageWith(testContent)), '202 trigger, 202 resolve')
  const key = 'storwarden/backup01/test/b0e5a3c6-0000-4000-8000-000000000001'
  t.strictSame(events(), [
    {
      ...{ routing_key: 'R0UT1NG', event_action: 'trigger', dedup_key: key },
      payload: {
        summary: '[TEST] storwarden on backup01',
        source: 'backup01',
        severity: 'info',
        timestamp: '2026-11-20T21:03:00.250Z',
        custom_details: { message: 'A test message of storwarden.' },
      },
    },
    { routing_key: 'R0UT1NG', event_action: 'resolve', dedup_key: key },
  ])
})

t.test('an invalid event is not sent again, all else is', async (t) => {
  const { pagerduty, how } = await pager(t)
  const answers: unknown[] = []
  const invalid = (error: string) =>
    JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors: [error] })
  for (const [status, said, headers] of [
    [400, invalid("'payload.severity' is invalid"), {}],
    [400, invalid('Invalid routing key'), {}],
    [403, '', {}],
    [429, 'R0UT1NG is throttled', { 'retry-after': '60' }],
    [500, '', {}],
  ] as const) {
    how.answer = (response) => response.writeHead(status, headers).end(said)
    answers.push(await failure(pagerduty.send(messageWith(alertsContent(news())))))
  }
  t.strictSame(answers, [
    [
      `answered with 400: {"status":"invalid event","message":"Event object is invalid","errors":["'payload.severity' is invalid"]}`,
      ...[false, null],
    ],
    [
      'answered with 400: {"status":"invalid event","message":"Event object is invalid","errors":["Invalid routing key"]}',
      ...[true, null],
    ],
    ['answered with 403', true, null],
    ['answered with 429: not quoted, it holds a secret', true, 60_000],
    ['answered with 500', true, null],
  ])
})

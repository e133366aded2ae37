import t from 'tap'
import { Slack, slackMessage } from '../../src/notify/slack.ts'
import { wordsOf } from '../../src/notify/words.ts'
import { alertsContent, appliance, messageWith, news, testContent } from '../support/news.ts'
import { onThisMachine } from '../support/reach.ts'
import { failure, receiver } from '../support/receiver.ts'

const messageOf = (...alerts: ReturnType<typeof news>[]) =>
  slackMessage(wordsOf(alertsContent(...alerts), appliance))

t.test('an alert is a header, what is known, and where to read on', async (t) => {
  const { url, received } = await receiver(t)
  const slack = new Slack({ url, appliance, agent: 'storwarden/0', reach: onThisMachine })
  t.equal(await slack.send(messageWith(alertsContent(news()))), '204')
  t.strictSame(JSON.parse(received[0]?.body ?? ''), {
    text: [
      '[CRITICAL] Tape drive does not answer: HU1234ABCD',
      'HP Ultrium 6-SCSI, drive 2 (element 257) of STK L700 (XYZZY_A), with ABC123L6 loaded, does not answer.',
      'What to do: Look at the front panel of the drive; power it off and on when no job uses it.',
      'Why it matters: Backups that use the drive wait or fail.',
      'Where: serial=HU1234ABCD, part of library=XYZZY_A',
      'Since: 2026-11-20 21:00:00 UTC',
      'Evidence:',
      '  device: /dev/sg3',
      '  hctl: 3:0:1:0',
      '  stuck_calls: 1',
      'Alert: https://backup01.example.org/#/alerts/7d3a3a36-0000-4000-8000-000000000001',
      'Runbook: https://backup01.example.org/runbooks/TapeDriveUnreachable',
      '',
      'storwarden on backup01: https://backup01.example.org',
    ].join('\n'),
    blocks: [
      {
        type: 'header',
        text: {
          type: 'plain_text',
          text: '[CRITICAL] Tape drive does not answer: HU1234ABCD',
          emoji: false,
        },
      },
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: [
            'HP Ultrium 6-SCSI, drive 2 (element 257) of STK L700 (XYZZY_A), with ABC123L6 loaded, does not answer.',
            'What to do: Look at the front panel of the drive; power it off and on when no job uses it.',
            'Why it matters: Backups that use the drive wait or fail.',
            'Where: serial=HU1234ABCD, part of library=XYZZY_A',
            'Since: 2026-11-20 21:00:00 UTC',
            'Evidence:\ndevice: /dev/sg3\nhctl: 3:0:1:0\nstuck_calls: 1',
            '<https://backup01.example.org/#/alerts/7d3a3a36-0000-4000-8000-000000000001|Alert>',
            '<https://backup01.example.org/runbooks/TapeDriveUnreachable|Runbook>',
          ].join('\n'),
          verbatim: true,
        },
      },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: '<https://backup01.example.org|storwarden on backup01>',
            verbatim: true,
          },
        ],
      },
    ],
  })
})

t.test('what hardware says is no markup, and calls nobody', (t) => {
  const { text, blocks } = messageOf(
    news('firing', { title: 'a & b', resource: '<!channel>', message: '<http://evil|x> @here' }),
  )
  t.match(text, /^\[CRITICAL\] a &amp; b: &lt;!channel&gt;\n&lt;http:\/\/evil\|x&gt; @\u200bhere\n/)
  t.match(JSON.stringify(blocks), '&lt;http://evil|x&gt; @\u200bhere')
  t.end()
})

t.test('no part is longer than Slack takes', (t) => {
  const long = '&<>'.repeat(2000)
  const different = { title: long, message: long, action: long, labels: { serial: long } }
  const { text, blocks } = messageOf(
    ...Array.from({ length: 100 }, () => news('firing', different)),
  )
  const lengths = blocks.map((block) => ('text' in block ? block.text.text.length : 0))
  t.strictSame([text.length <= 3500, blocks.length, Math.max(...lengths) <= 3000], [true, 42, true])
  t.notMatch(text, /&(?!amp;|lt;|gt;)/)
  const [, section] = blocks
  t.match(section, { text: { text: /<https:\/\/[^|]+\|Alert>/ } })
  t.match(blocks.at(-1), { elements: [{ text: /^and 60 more · </ }] })
  t.end()
})

t.test('what Slack says of the message itself is not asked again', async (t) => {
  const { url, how } = await receiver(t)
  const send = () =>
    failure(
      new Slack({ url, appliance, agent: 'x', reach: onThisMachine }).send(
        messageWith(testContent),
      ),
    )
  const answers: unknown[] = []
  for (const [status, said] of [
    [400, 'invalid_blocks'],
    [400, 'Invalid webhook'],
    [403, 'action_prohibited'],
    [404, 'no_service'],
    [500, 'rollup_error'],
  ] as const) {
    how.answer = (response) => response.writeHead(status).end(said)
    answers.push(await send())
  }
  how.answer = (response) => response.writeHead(429, { 'retry-after': '7' }).end()
  answers.push(await send())
  t.strictSame(answers, [
    ['answered with 400: invalid_blocks', false, null],
    ['answered with 400: Invalid webhook', true, null],
    ['answered with 403: action_prohibited', true, null],
    ['answered with 404: no_service', true, null],
    ['answered with 500: rollup_error', true, null],
    ['answered with 429', true, 7000],
  ])
})

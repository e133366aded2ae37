import fc from 'fast-check'
import { createTransport } from 'nodemailer'
import t from 'tap'
import { Alertmanager, postable } from '../../src/notify/alertmanager.ts'
import { htmlText } from '../../src/notify/html.ts'
import { mailOf } from '../../src/notify/mail.ts'
import { pagerDutyEvents } from '../../src/notify/pagerduty.ts'
import { plainText } from '../../src/notify/plain-text.ts'
import { slackMessage } from '../../src/notify/slack.ts'
import { SnmpTrap } from '../../src/notify/snmp-trap.ts'
import { syslogLines } from '../../src/notify/syslog-frame.ts'
import { Webhook } from '../../src/notify/webhook.ts'
import { wordsOf } from '../../src/notify/words.ts'
import { alertmanager, lacksAlertmanager } from '../support/alertmanager.ts'
import { onThisMachine } from '../support/reach.ts'
import { hostileAlerts, hostileContent, hostileReport, hostileText } from '../support/hostile.ts'
import { appliance, messageWith } from '../support/news.ts'
import { lacks } from '../support/peer.ts'
import { receiver } from '../support/receiver.ts'
import { readMail } from '../support/smtp.ts'
import { snmptrapd } from '../support/snmptrapd.ts'
import { parseSyslog } from '../support/syslog.ts'

/** A host name is what somebody typed into the appliance. */
const hostileAppliance = hostileText.map((host) => ({ ...appliance, host }))

const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e]/u

t.test('every text is one line of what can be seen', (t) => {
  const said = fc.oneof(hostileContent, hostileReport)
  const property = fc.property(said, hostileAppliance, (content, appliance) => {
    const words = wordsOf(content, appliance)
    const lines = [words.subject, ...plainText(words).split('\n')]
    return lines.every((line) => !UNPRINTABLE.test(line)) && words.subject.length <= 300
  })
  t.doesNotThrow(() => {
    fc.assert(property, { numRuns: 150 })
  })
  t.end()
})

t.test('a mail has its own headers and no others, and its page no other markup', async (t) => {
  const transport = createTransport({ streamTransport: true, buffer: true })
  const expected = [
    ...['Auto-Submitted', 'Content-Type', 'Date', 'From', 'Importance', 'In-Reply-To'],
    ...['MIME-Version', 'Message-ID', 'References', 'Subject', 'To', 'X-Auto-Response-Suppress'],
    'X-Storwarden-Severity',
  ]
  const markup = new RegExp(
    '<(?:!doctype html|/?(?:html|head|title|body|p|strong|em|table|tr|td|div)|html lang="en"|/?th|/a|br|' +
      'meta charset="utf-8"|a href="[^"<>]*"|(?:body|div|p|th|td|tr|table)(?: (?:align|valign|style)="[^"<>]*")+)>',
    'g',
  )
  const property = fc.asyncProperty(
    fc.oneof(hostileContent, hostileReport),
    hostileAppliance,
    async (content, appliance) => {
      const addresses = { from: 'storwarden@example.org', to: ['operator@example.org'] }
      const mail = mailOf(messageWith(content), appliance, addresses)
      const { message } = await transport.sendMail(mail)
      const { headers, parts } = readMail(message as Buffer)
      t.strictSame(
        Object.keys(headers).filter((name) => !expected.includes(name)),
        [],
      )
      t.strictSame(
        [headers.To, Object.keys(parts)],
        ['operator@example.org', ['text/plain', 'text/html']],
      )
      t.notMatch(htmlText(wordsOf(content, appliance)).replace(markup, ''), /[<>"']/)
    },
  )
  await t.resolves(fc.assert(property, { numRuns: 100 }))
})

t.test('a post is JSON that says what the message says', async (t) => {
  const { url, received } = await receiver(t)
  const webhook = new Webhook({ url, secret: 'x', agent: 'x', reach: onThisMachine })
  const property = fc.asyncProperty(hostileContent, async (content) => {
    received.length = 0
    await webhook.send(messageWith(content))
    const said: unknown = JSON.parse(received[0]?.body ?? '')
    const expected = content.kind === 'event' ? content.event : content
    t.match(said, JSON.parse(JSON.stringify(expected)) as object)
  })
  await t.resolves(fc.assert(property, { numRuns: 50 }))
})

t.test('Slack is posted no more than it takes, and no markup but ours', (t) => {
  const property = fc.property(hostileContent, hostileAppliance, (content, appliance) => {
    const { text, blocks } = slackMessage(wordsOf(content, appliance))
    const texts = blocks.flatMap((block) => ('text' in block ? block.text : block.elements))
    const ours = /<https:\/\/backup01\.example\.org[^<>|]*\|[^<>]*>/g
    return (
      blocks.length <= 50 &&
      [text, ...texts.map(({ text }) => text)].every(
        ({ length }) => length > 0 && length <= 3500,
      ) &&
      texts.every(
        ({ type, text }) =>
          text.length <= (type === 'mrkdwn' ? 3000 : 150) &&
          (type !== 'mrkdwn' || !/[<>]|&(?!(?:amp|lt|gt);)/.test(text.replace(ours, ''))),
      ) &&
      !/[<>]|&(?!(?:amp|lt|gt);)/.test(text)
    )
  })
  t.doesNotThrow(() => {
    fc.assert(property, { numRuns: 150 })
  })
  t.end()
})

t.test('PagerDuty is sent events within its limits', (t) => {
  const property = fc.property(hostileContent, hostileAppliance, (content, appliance) =>
    pagerDutyEvents(messageWith(content), appliance).every((event) => {
      const { dedup_key } = event
      const payload = 'payload' in event ? event.payload : null
      return (
        dedup_key.length <= 255 &&
        JSON.stringify(event).length < 500_000 &&
        (payload === null ||
          (payload.summary.length > 0 &&
            payload.summary.length <= 1024 &&
            payload.source.length > 0))
      )
    }),
  )
  t.doesNotThrow(() => {
    fc.assert(property, { numRuns: 150 })
  })
  t.end()
})

t.test('labels are such as Prometheus has', (t) => {
  const now = new Date('2026-11-20T21:00:00Z')
  const property = fc.property(hostileAlerts(), hostileAppliance, ({ alerts }, appliance) =>
    alerts.every((news) => {
      const { labels, startsAt, endsAt } = postable(news, appliance, 60, now)
      return (
        Object.entries(labels).every(
          ([name, value]) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && value !== '',
        ) && Date.parse(startsAt) <= Date.parse(endsAt)
      )
    }),
  )
  t.doesNotThrow(() => {
    fc.assert(property, { numRuns: 150 })
  })
  t.end()
})

t.test('Alertmanager takes every alert', { skip: lacksAlertmanager }, async (t) => {
  const { url } = await alertmanager(t)
  const property = fc.asyncProperty(hostileAlerts(), async (content) => {
    const channel = new Alertmanager({
      ...{ url, username: 'storwarden', password: 'swordfish-am', firingSeconds: 60 },
      ...{ appliance, agent: 'x', reach: onThisMachine, now: () => new Date('2100-01-01') },
    })
    t.equal(await channel.send(messageWith(content)), '200')
  })
  await t.resolves(fc.assert(property, { numRuns: 40 }))
})

t.test('snmptrapd confirms every notification', { skip: lacks('snmptrapd', '-v') }, async (t) => {
  const { port } = await snmptrapd(t)
  const property = fc.asyncProperty(
    hostileContent,
    hostileAppliance,
    async (content, appliance) => {
      const snmp = new SnmpTrap({
        ...{ host: '127.0.0.1', port, inform: true, appliance, now: () => new Date(0) },
        security: { version: '2c', community: 'c0mmunity' },
      })
      t.equal(await snmp.send(messageWith(content)), 'confirmed')
    },
  )
  await t.resolves(fc.assert(property, { numRuns: 40 }))
})

t.test('a line of syslog is taken apart as it was put together, within its length', (t) => {
  const property = fc.property(
    hostileContent,
    hostileAppliance,
    fc.constantFrom(1400, 8192),
    (content, appliance, mostBytes) => {
      const lines = syslogLines(messageWith(content), { appliance, facility: 'user', mostBytes })
      return lines.every((line) => {
        const bytes = Buffer.from(line)
        const { kind, data, text } = parseSyslog(bytes)
        const values = Object.values(data['storwarden@32473'] ?? {})
        return (
          bytes.length <= mostBytes &&
          Object.keys(data).length === 1 &&
          /^[a-z]+$/.test(kind) &&
          [text, ...values].every((said) => !UNPRINTABLE.test(said))
        )
      })
    },
  )
  t.doesNotThrow(() => {
    fc.assert(property, { numRuns: 150 })
  })
  t.end()
})

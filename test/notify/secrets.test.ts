import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { inspect } from 'node:util'
import t, { type Test } from 'tap'
import { configuredChannels } from '../../src/notify/channels.ts'
import type { Message, Notifier } from '../../src/notify/notifier.ts'
import { loadText } from '../support/config.ts'
import { onThisMachine } from '../support/reach.ts'
import { alertsContent, appliance, messageWith, news, testContent } from '../support/news.ts'
import { failureOf, receiver } from '../support/receiver.ts'
import { smtpServer } from '../support/smtp.ts'

/** One for each setting that may hold a secret, in letters that every form of it shows. */
const canaries = [
  ...['webhook-path', 'webhook-token', 'webhook-signing', 'slack-path', 'routing-key'],
  ...['mail-password', 'am-user-password', 'am-password', 'community', 'auth', 'privacy'],
].map((name) => `canary/${name}+"é`)

const canary = (name: string) => canaries.find((text) => text.includes(`/${name}+`)) ?? name

const inUrl = (name: string) => encodeURIComponent(canary(name))

/** Whatever could get into a log, an answer or the table of attempts. */
const everythingOf = (value: unknown) =>
  [
    ...[String(value), JSON.stringify(value), value instanceof Error ? value.stack : ''],
    inspect(value, { depth: 20, showHidden: true }),
  ].join('\n')

const formsOf = (text: string) => [
  ...[text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)],
  ...[Buffer.from(text).toString('base64').slice(0, -4), Buffer.from(text).toString('hex')],
]

function assertNone(t: Test, what: string, value: unknown) {
  const said = everythingOf(value)
  t.strictSame(
    canaries.flatMap(formsOf).filter((form) => said.includes(form)),
    [],
    what,
  )
  // What every canary begins with, in case a form was forgotten.
  t.notMatch(said, /canary|Y2FuYXJ5|63616e617279/, what)
}

/** Every channel, at servers that say again all that they were told. */
async function channels(t: Test, snmp: string): Promise<Notifier[]> {
  const { url, received, how } = await receiver(t)
  const { origin, host } = new URL(url)
  how.answer = (response) => {
    const { path = '', headers, body } = received.at(-1) ?? {}
    const said = [decodeURIComponent(path), path, JSON.stringify(headers), body].join('\n')
    response.writeHead(500, { 'content-type': 'text/plain' }).end(said)
  }
  const mail = await smtpServer(t, {
    ...{ allowInsecureAuth: true, authMethods: ['PLAIN'] },
    onAuth({ username, password }, _session, callback) {
      const plain = Buffer.from(`\0${username ?? ''}\0${password ?? ''}`).toString('base64')
      callback(Object.assign(new Error(`no ${password ?? ''} ${plain}`), { responseCode: 535 }))
    },
  })
  const echo = createSocket('udp4').bind(0, '127.0.0.1')
  t.teardown(() => {
    echo.close()
  })
  // An inform with another community, as a response.
  echo.on('message', (bytes, { port }) => {
    const text = bytes.toString('latin1').replace('canary', 'CANARY')
    const answer = Buffer.from(text, 'latin1')
    answer[answer.indexOf(0xa6)] = 0xa2
    echo.send(answer, port)
  })
  await once(echo, 'listening')
  const yaml = JSON.stringify
  const { notifications } = await loadText(
    t,
    [
      'notifications:',
      '  webhook:',
      `    url: ${yaml(`${origin}/${inUrl('webhook-path')}?token=${inUrl('webhook-token')}`)}`,
      `    secret: ${yaml(canary('webhook-signing'))}`,
      `  email: {host: 127.0.0.1, port: ${mail.port}, security: none, to: [a@example.org], username: u, password: ${yaml(canary('mail-password'))}}`,
      `  slack: {url: ${yaml(`${origin}/services/${inUrl('slack-path')}`)}}`,
      `  pagerduty: {url: ${yaml(origin)}, routing_key: ${yaml(canary('routing-key'))}}`,
      `  alertmanager: {url: ${yaml(`http://u:${inUrl('am-user-password')}@${host}`)}, username: u, password: ${yaml(canary('am-password'))}}`,
      `  snmp: {host: 127.0.0.1, port: ${echo.address().port}, ${snmp}}`,
    ].join('\n'),
  )
  const sender = {
    ...appliance,
    agent: 'storwarden/0',
    reach: onThisMachine,
    now: () => new Date(0),
  }
  return configuredChannels(notifications, sender).map(({ notifier }) => notifier)
}

const messages: Message[] = [messageWith(alertsContent(news())), messageWith(testContent)]

const COMMUNITY = `community: ${JSON.stringify(canary('community'))}`
const VERSION_3 =
  `version: 3, user: u, auth_password: ${JSON.stringify(canary('auth'))}, ` +
  `privacy_password: ${JSON.stringify(canary('privacy'))}`

t.test('no secret is told, whatever the other side says', async (t) => {
  const reasons: string[] = []
  for (const notifier of await channels(t, COMMUNITY)) {
    assertNone(t, notifier.name, notifier)
    for (const message of messages) {
      const error = await failureOf(notifier.send(message))
      assertNone(t, notifier.name, error)
      reasons.push(`${notifier.name}: ${error.message}`)
    }
  }
  const hidden = 'answered with 500: not quoted, it holds a secret'
  const mail = 'email: not quoted, it holds a secret'
  t.strictSame(reasons, [
    ...[`webhook: ${hidden}`, `webhook: ${hidden}`, mail, mail],
    ...[`slack: ${hidden}`, `slack: ${hidden}`, `pagerduty: ${hidden}`, `pagerduty: ${hidden}`],
    ...[`alertmanager: ${hidden}`, `alertmanager: ${hidden}`],
    ...[
      'snmp: not confirmed: not quoted, it holds a secret',
      'snmp: not confirmed: not quoted, it holds a secret',
    ],
  ])
})

t.test('nor by version 3 of SNMP', async (t) => {
  const snmp = (await channels(t, VERSION_3)).find(({ name }) => name === 'snmp')
  if (snmp === undefined) throw new Error('not there')
  const [message] = messages
  assertNone(t, 'snmp', snmp)
  if (message !== undefined) assertNone(t, 'snmp', await failureOf(snmp.send(message)))
})

t.test('nor when nobody is there', async (t) => {
  const { notifications } = await loadText(
    t,
    [
      'notifications:',
      `  webhook: {url: "http://127.0.0.1:1/${inUrl('webhook-path')}", secret: x}`,
      `  slack: {url: "http://u:${inUrl('slack-path')}@nobody.invalid/"}`,
      `  alertmanager: {url: "http://127.0.0.1:1", username: u, password: ${JSON.stringify(canary('am-password'))}}`,
      `  email: {host: nobody.invalid, to: [a@example.org], username: u, password: ${JSON.stringify(canary('mail-password'))}}`,
    ].join('\n'),
  )
  const sender = {
    ...appliance,
    agent: 'storwarden/0',
    reach: onThisMachine,
    now: () => new Date(0),
  }
  for (const { notifier } of configuredChannels(notifications, sender)) {
    for (const message of messages) {
      assertNone(t, notifier.name, await failureOf(notifier.send(message)))
    }
  }
})

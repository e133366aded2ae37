import { createHmac } from 'node:crypto'
import t from 'tap'
import { signatureOf, Webhook } from '../../src/notify/webhook.ts'
import { alertsContent, messageWith, news } from '../support/news.ts'
import { onThisMachine } from '../support/reach.ts'
import { failure, failureOf, message, receiver } from '../support/receiver.ts'

t.test('a webhook is posted JSON with an id, signed by the secret', async (t) => {
  const { url, received } = await receiver(t)
  const at = new Date('2026-11-20T21:00:00Z')
  const webhook = new Webhook({
    url,
    secret: 'swordfish',
    agent: 'storwarden/0',
    reach: onThisMachine,
  })
  const answer = await webhook.send(message('Bücher', at, 'b0e5a3c6-0000-4000-8000-000000000001'))
  t.equal(answer, '204')

  const [{ headers, body } = { headers: {}, body: '' }] = received
  t.strictSame(JSON.parse(body), {
    id: 'b0e5a3c6-0000-4000-8000-000000000001',
    timestamp: '2026-11-20T21:00:00.000Z',
    ...{
      type: 'tape',
      source: 'tape-alerts',
      level: 'critical',
      message: 'Bücher',
      data: { flag: 4 },
    },
  })
  const signature = createHmac('sha256', 'swordfish').update(Buffer.from(body)).digest('hex')
  t.match(headers, {
    'content-type': 'application/json',
    'user-agent': 'storwarden/0',
    'idempotency-key': 'b0e5a3c6-0000-4000-8000-000000000001',
    'x-storwarden-id': 'b0e5a3c6-0000-4000-8000-000000000001',
    'x-storwarden-signature': `sha256=${signature}`,
  })
  // RFC 4231, test case 2.
  t.equal(
    signatureOf('what do ya want for nothing?', 'Jefe'),
    'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )

  await new Webhook({ url, secret: null, agent: 'storwarden/0', reach: onThisMachine }).send(
    message('x', at),
  )
  t.notOk('x-storwarden-signature' in (received[1]?.headers ?? {}))
})

t.test('alerts are posted as they are, with what is told of each', async (t) => {
  const { url, received } = await receiver(t)
  const content = alertsContent(news(), news('resolved'))
  await new Webhook({ url, secret: null, agent: 'x', reach: onThisMachine }).send(
    messageWith(content),
  )
  t.strictSame(JSON.parse(received[0]?.body ?? ''), {
    id: 'b0e5a3c6-0000-4000-8000-000000000001',
    timestamp: '2026-11-20T21:03:00.250Z',
    ...content,
  })
})

t.test(
  'what is no 2xx is no receipt, a redirect is not followed, and nothing secret is said',
  async (t) => {
    const { url, received, how } = await receiver(t)
    const webhook = new Webhook({
      url,
      secret: 'swordfish',
      agent: 'x',
      reach: onThisMachine,
      timeoutMs: 200,
    })
    const said = async (sender = webhook) => {
      const error = await failureOf(sender.send(message('x', new Date(0))))
      t.notMatch(`${error.stack ?? ''} ${JSON.stringify(error)}`, /swordfish|hidden/)
      return error.message
    }
    how.answer = (response) => response.writeHead(503).end('busy')
    t.equal(await said(), 'answered with 503: busy')
    how.answer = (response) => response.writeHead(404).end('no /hook?token=hidden here')
    t.equal(await said(), 'answered with 404: not quoted, it holds a secret')
    how.answer = (response) => response.writeHead(307, { location: url }).end()
    t.equal(await said(), 'answered with 307')
    t.equal(received.length, 3)
    how.answer = () => undefined
    t.equal(await said(), 'no answer within 200 ms')
    how.answer = (response) => response.writeHead(500).write('and then nothing')
    t.equal(await said(), 'answered with 500')
    const closed = (address: string) =>
      new Webhook({ url: address, secret: null, agent: 'x', reach: onThisMachine })
    t.equal(await said(closed('http://127.0.0.1:9/?token=hidden')), 'not reached: ECONNREFUSED')
    const { port } = new URL(url)
    how.answer = (response) => response.destroy()
    t.equal(await said(closed(`http://127.0.0.1:${port}/`)), 'not reached: ECONNRESET')
    t.equal(await said(closed('http://hidden.invalid/')), 'not reached: ENOTFOUND')
  },
)

t.test('whatever is refused is tried again, and not before it is asked for', async (t) => {
  const { url, how } = await receiver(t)
  const send = () =>
    failure(
      new Webhook({ url, secret: null, agent: 'x', reach: onThisMachine }).send(
        message('x', new Date(0)),
      ),
    )
  for (const status of [400, 401, 404, 410, 500]) {
    how.answer = (response) => response.writeHead(status).end()
    t.strictSame(await send(), [`answered with ${status}`, true, null])
  }
  const pauses: unknown[] = []
  for (const asked of ['30', 'Fri, 20 Nov 2026 21:02:00 GMT', '999999', 'soon']) {
    how.answer = (response) =>
      response.writeHead(429, { 'retry-after': asked, date: 'Fri, 20 Nov 2026 21:00:00 GMT' }).end()
    pauses.push((await send())[2])
  }
  t.strictSame(pauses, [30_000, 120_000, 3_600_000, null])
})

t.test('a receipt is one before it has been read', async (t) => {
  const { url, how } = await receiver(t)
  how.answer = (response) => response.writeHead(200).write('and then nothing')
  const webhook = new Webhook({
    url,
    secret: null,
    agent: 'x',
    reach: onThisMachine,
    timeoutMs: 2000,
  })
  t.equal(await webhook.send(message('x', new Date(0))), '200')
})

t.test('name and password of an address are sent as they should', async (t) => {
  const { url, received, how } = await receiver(t)
  const address = url.replace('//', '//b%C3%BCro:100%25@')
  const webhook = new Webhook({ url: address, secret: null, agent: 'x', reach: onThisMachine })
  await webhook.send(message('x', new Date(0)))
  t.equal(
    received[0]?.headers.authorization,
    `Basic ${Buffer.from('büro:100%').toString('base64')}`,
  )
  how.answer = (response) => response.writeHead(401).end('büro:100%, no')
  t.strictSame(await failure(webhook.send(message('x', new Date(0)))), [
    'answered with 401: not quoted, it holds a secret',
    true,
    null,
  ])
})

import { createHmac } from 'node:crypto'
import t from 'tap'
import { NotifyError } from '../../src/notify/notifier.ts'
import { signatureOf, Webhook } from '../../src/notify/webhook.ts'
import { message, receiver } from '../support/receiver.ts'

t.test('a webhook is posted JSON with an id, signed by the secret', async (t) => {
  const { url, received } = await receiver(t)
  const at = new Date('2026-11-20T21:00:00Z')
  const webhook = new Webhook({ url, secret: 'swordfish', agent: 'storwarden/0' })
  await webhook.send(message('Bücher', at, 'b0e5a3c6-0000-4000-8000-000000000001'))

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
    'x-storwarden-id': 'b0e5a3c6-0000-4000-8000-000000000001',
    'x-storwarden-signature': `sha256=${signature}`,
  })
  // RFC 4231, test case 2.
  t.equal(
    signatureOf('what do ya want for nothing?', 'Jefe'),
    'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )

  await new Webhook({ url, secret: null, agent: 'storwarden/0' }).send(message('x', at))
  t.notOk('x-storwarden-signature' in (received[1]?.headers ?? {}))
})

t.test(
  'what is no 2xx is no receipt, a redirect is not followed, and nothing secret is said',
  async (t) => {
    const { url, received, how } = await receiver(t)
    const webhook = new Webhook({ url, secret: 'swordfish', agent: 'x', timeoutMs: 200 })
    const failure = async (sender = webhook) => {
      const error = await sender.send(message('x', new Date(0))).then(
        () => null,
        (error: unknown) => error,
      )
      t.ok(error instanceof NotifyError)
      t.notMatch(`${String(error)} ${JSON.stringify(error)}`, /swordfish|hidden/)
      return (error as Error).message
    }
    how.answer = (response) => response.writeHead(503).end('busy')
    t.equal(await failure(), 'answered with 503')
    how.answer = (response) => response.writeHead(307, { location: url }).end()
    t.equal(await failure(), 'answered with 307')
    t.equal(received.length, 2)
    how.answer = () => undefined
    t.equal(await failure(), 'no answer within 200 ms')
    const closed = new Webhook({
      url: 'http://127.0.0.1:9/?token=hidden',
      secret: null,
      agent: 'x',
    })
    t.match(await failure(closed), /^not reached/)
  },
)

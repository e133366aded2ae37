import t from 'tap'
import { Dispatcher } from '../../src/notify/dispatcher.ts'
import { NotifyError, type Content, type Notifier } from '../../src/notify/notifier.ts'
import { enqueue, forgetOldMessages } from '../../src/notify/outbox.ts'
import { pausedUntil, retryAt } from '../../src/notify/retry.ts'
import { Webhook } from '../../src/notify/webhook.ts'
import { Clock } from '../support/clock.ts'
import { openTestDatabase } from '../support/database.ts'
import { message, receiver } from '../support/receiver.ts'

const database = await openTestDatabase(t)

t.beforeEach(() => database.query('truncate notifications cascade').then(() => undefined))

t.test('pauses grow to a quarter of an hour, for a day', (t) => {
  const at = new Date(0)
  const seconds = (date: Date | null) => (date === null ? null : date.getTime() / 1000)
  const pauses = [1, 2, 3, 9, 1000].map((failures) => seconds(retryAt({ at, failures }, at, 0.5)))
  t.strictSame(pauses, [5, 10, 20, 900, 900])
  t.strictSame(
    [0, 1].map((random) => seconds(retryAt({ at, failures: 1 }, at, random))),
    [4, 6],
  )
  const late = (hours: number) => retryAt({ at, failures: 100 }, new Date(hours * 3600_000), 0)
  t.not(late(23.9), null)
  t.equal(late(24), null)

  t.strictSame(
    [1, 2, 3, 4, 100].map((failures) => seconds(pausedUntil(failures, at, 0.5))),
    [...[null, null, 5, 10, 900]],
  )
  t.end()
})

/** A channel that notes what it is given. */
function channel(name = 'webhook') {
  const sent: string[] = []
  const notifier: Notifier & { down: boolean; sent: string[]; tried: number } = {
    ...{ name, sent, down: false, tried: 0 },
    ...{ grouped: true, kinds: ['event'], news: [] },
    async send({ content }) {
      this.tried += 1
      if (this.down) throw new NotifyError('not reached: ECONNREFUSED')
      sent.push(textOf(content))
      return '204'
    },
  }
  return notifier
}

function textOf(content: Content): string {
  return content.kind === 'event' ? content.event.message : content.kind
}

function dispatcherOf(clock: Clock, ...notifiers: Notifier[]) {
  const errors: string[] = []
  const counts: Record<string, number> = {}
  const dispatcher = new Dispatcher({
    ...{ database, notifiers, now: () => clock.now, random: () => 0.5 },
    onAttempts: (channel, result, count) => {
      const key = `${channel} ${result}`
      counts[key] = (counts[key] ?? 0) + count
    },
    onError: (error) => errors.push(error.message),
  })
  return Object.assign(dispatcher, { errors, counts })
}

t.test('what could not be delivered is delivered once the receiver is back', async (t) => {
  const clock = new Clock()
  const { url, received, how } = await receiver(t)
  const webhook = new Webhook({ url, secret: null, agent: 'x' })
  const messages = ['one', 'two', 'three', 'four'].map((text) => {
    clock.advance(1)
    return message(text, clock.now)
  })
  await enqueue(database, ['webhook'], messages)
  how.answer = (response) => response.writeHead(500).end()
  const before = dispatcherOf(clock, webhook)
  await before.sendDue()
  t.equal(received.length, 3, 'after three failures it is left alone')
  for (let hour = 0; hour < 23; hour++) {
    clock.advance(3600)
    await before.sendDue()
  }
  await before.stop()

  // Another daemon, and the receiver is back.
  how.answer = (response) => response.writeHead(200).end('ok')
  received.length = 0
  const after = dispatcherOf(clock, webhook)
  clock.advance(900)
  await after.sendDue()
  const ids = received.map(({ body }) => (JSON.parse(body) as { id: string }).id)
  t.strictSame(
    ids,
    messages.map(({ id }) => id),
  )
  t.strictSame(before.counts, { 'webhook failed': 26 })
  t.strictSame(after.counts, { 'webhook delivered': 4 })
  t.strictSame(
    await database.query(
      'select count(*) as count from notifications where delivered_at is not null',
    ),
    [{ count: 4 }],
  )
})

t.test('when a channel is back nothing waits for its own pause to end', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  notifier.down = true
  const texts = ['one', 'two', 'three']
  await enqueue(
    database,
    ['webhook'],
    texts.map((text, index) => message(text, new Date(clock.now.getTime() - 10 + index))),
  )
  const dispatcher = dispatcherOf(clock, notifier)
  for (let minute = 0; minute < 120; minute++) {
    await dispatcher.sendDue()
    clock.advance(60)
  }
  t.ok(notifier.tried < 30, 'it is not hammered meanwhile')
  notifier.down = false
  while (notifier.sent.length === 0) {
    clock.advance(60)
    await dispatcher.sendDue()
  }
  t.strictSame([...notifier.sent].sort(), [...texts].sort())
})

t.test(
  'a message that was taken when the daemon was killed is sent again, with the same id',
  async (t) => {
    const clock = new Clock()
    const { url, received } = await receiver(t)
    const webhook = new Webhook({ url, secret: null, agent: 'x' })
    await enqueue(database, ['webhook'], [message('one', clock.now)])
    const killed = new Dispatcher({
      database: {
        async query(text, values) {
          if (text.includes('delivered_at = $3')) throw new Error('killed')
          return database.query(text, values)
        },
      },
      ...{ notifiers: [webhook], now: () => clock.now, onError: () => undefined },
      onAttempts: () => undefined,
    })
    await killed.sendDue()
    await dispatcherOf(clock, webhook).sendDue()
    const ids = received.map(({ headers }) => headers['x-storwarden-id'])
    t.equal(ids.length, 2)
    t.equal(ids[0], ids[1])
  },
)

t.test(
  'one message that is refused does not hold up the others, nor one channel another',
  async (t) => {
    const clock = new Clock()
    const refusing = channel('refusing')
    const send = refusing.send.bind(refusing)
    refusing.send = async (message) => {
      if (textOf(message.content) === 'two') throw new NotifyError('answered with 400')
      return await send(message)
    }
    const other = channel('other')
    const texts = ['one', 'two', 'three']
    const messages = texts.map((text, index) =>
      message(text, new Date(clock.now.getTime() - 3000 + index)),
    )
    await enqueue(database, ['refusing', 'other'], messages)
    await dispatcherOf(clock, refusing, other).sendDue()
    t.strictSame(refusing.sent, ['one', 'three'])
    t.strictSame(other.sent, texts)
  },
)

t.test('a message is given up when it is a day old, and that is told', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  notifier.down = true
  await enqueue(database, ['webhook'], [message('one', clock.now)])
  const dispatcher = dispatcherOf(clock, notifier)
  await dispatcher.sendDue()
  clock.advance(24 * 3600)
  await dispatcher.sendDue()
  t.match(dispatcher.errors, [/^webhook: message .* is given up: not reached: ECONNREFUSED$/])
  notifier.down = false
  clock.advance(3600)
  await dispatcher.sendDue()
  t.strictSame(notifier.sent, [])
  t.match(await database.query('select attempts, last_error, given_up_at from notifications'), [
    { attempts: 2, last_error: 'not reached: ECONNREFUSED', given_up_at: Date },
  ])
})

t.test('what waits is not forgotten, what is settled is after a while', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  await enqueue(database, ['webhook'], [message('one', clock.now)])
  await dispatcherOf(clock, notifier).sendDue()
  await enqueue(database, ['webhook'], [message('two', clock.now)])
  clock.advance(30 * 86_400)
  t.equal(await forgetOldMessages(database, 31, clock.now), 0)
  t.equal(await forgetOldMessages(database, 30, new Date(clock.now.getTime() + 1)), 1)
  t.strictSame(
    await database.query(`select payload->'event'->>'message' as text from notifications`),
    [{ text: 'two' }],
  )
})

t.test('what is put up with a transaction that fails is not there', async (t) => {
  const clock = new Clock()
  const storing = database.transaction(async (transaction) => {
    await enqueue(transaction, ['webhook'], [message('one', clock.now)])
    throw new Error('no')
  })
  await t.rejects(storing)
  const notifier = channel()
  await dispatcherOf(clock, notifier).sendDue()
  t.equal(notifier.tried, 0)
})

t.test('it sends when it is started, when it is woken, and not when it has stopped', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  const dispatcher = dispatcherOf(clock, notifier)
  await enqueue(database, ['webhook'], [message('one', clock.now)])
  dispatcher.wake()
  await dispatcher.sendDue()
  t.strictSame(notifier.sent, ['one'])
  dispatcher.start()
  dispatcher.start()
  t.strictSame(dispatcher.counts, {
    ...{ 'webhook delivered': 1, 'webhook failed': 0, 'webhook given_up': 0 },
  })
  await enqueue(database, ['webhook'], [message('two', clock.now)])
  dispatcher.wake()
  while (notifier.sent.length < 2) await new Promise((resolve) => setImmediate(resolve))
  await dispatcher.stop()
  await dispatcher.stop()
  await enqueue(database, ['webhook'], [message('three', clock.now)])
  dispatcher.wake()
  await dispatcher.sendDue()
  t.strictSame(notifier.sent, ['one', 'two'])
})

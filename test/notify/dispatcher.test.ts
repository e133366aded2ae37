import t from 'tap'
import { NotifyError, type Notifier } from '../../src/notify/notifier.ts'
import { enqueue, forgetOldMessages } from '../../src/notify/outbox.ts'
import { pausedUntil, retryAt } from '../../src/notify/retry.ts'
import { Webhook } from '../../src/notify/webhook.ts'
import { Clock } from '../support/clock.ts'
import { onThisMachine } from '../support/reach.ts'
import { openTestDatabase } from '../support/database.ts'
import { channel, dispatchersOn, textOf, to } from '../support/dispatching.ts'
import { message, receiver } from '../support/receiver.ts'

const database = await openTestDatabase(t)

t.beforeEach(() => database.query('truncate notifications cascade').then(() => undefined))
const dispatcherOf = dispatchersOn(database)

t.test('pauses grow to a quarter of an hour, for a day', (t) => {
  const at = new Date(0)
  const seconds = (date: Date | null) => (date === null ? null : date.getTime() / 1000)
  const retried = (failures: number, random = 0.5, askedMs: number | null = null) =>
    seconds(retryAt({ at, failures, askedMs }, at, random))
  t.strictSame(
    [1, 2, 3, 9, 1000].map((failures) => retried(failures)),
    [5, 10, 20, 900, 900],
  )
  t.strictSame([retried(1, 0), retried(1, 1)], [4, 6])
  t.strictSame([retried(1, 0.5, 2_000), retried(1, 0.5, 30_000)], [5, 30])
  const late = (hours: number) =>
    retryAt({ at, failures: 100, askedMs: null }, new Date(hours * 3600_000), 0)
  t.not(late(23.9), null)
  t.equal(late(24), null)

  const paused = (failures: number, askedMs: number | null = null) =>
    seconds(pausedUntil({ failures, askedMs }, at, 0.5))
  t.strictSame(
    [1, 2, 3, 4, 100].map((failures) => paused(failures)),
    [...[null, null, 5, 10, 900]],
  )
  t.strictSame([paused(1, 30_000), paused(3, 30_000), paused(1, 86_400_000)], [30, 30, 3600])
  t.end()
})

t.test('what could not be delivered is delivered once the receiver is back', async (t) => {
  const clock = new Clock()
  const { url, received, how } = await receiver(t)
  const webhook = new Webhook({ url, secret: null, agent: 'x', reach: onThisMachine })
  const messages = ['one', 'two', 'three', 'four'].map((text) => {
    clock.advance(1)
    return message(text, clock.now)
  })
  await enqueue(database, to(['webhook'], ...messages))
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
  t.match(before.counts, { 'webhook failed': 26, 'webhook delivered': 0 })
  t.match(after.counts, { 'webhook delivered': 4, 'webhook failed': 0 })
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
  await enqueue(database, to(['webhook'], ...texts.map((text) => message(text, clock.now))))
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
    await enqueue(database, to(['refusing', 'other'], ...messages))
    await dispatcherOf(clock, [refusing, other]).sendDue()
    t.strictSame(refusing.sent, ['one', 'three'])
    t.strictSame(other.sent, texts)
  },
)

t.test('a message is given up when it is a day old, and that is told', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  notifier.down = true
  await enqueue(database, to(['webhook'], message('one', clock.now)))
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
  await enqueue(database, to(['webhook'], message('one', clock.now)))
  await dispatcherOf(clock, notifier).sendDue()
  await enqueue(database, to(['webhook'], message('two', clock.now)))
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
    await enqueue(transaction, to(['webhook'], message('one', clock.now)))
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
  await enqueue(database, to(['webhook'], message('one', clock.now)))
  dispatcher.wake()
  await dispatcher.sendDue()
  t.strictSame(notifier.sent, ['one'])
  dispatcher.start()
  dispatcher.start()
  t.strictSame(dispatcher.counts, {
    ...{ 'webhook delivered': 1, 'webhook failed': 0, 'webhook given_up': 0 },
  })
  await enqueue(database, to(['webhook'], message('two', clock.now)))
  dispatcher.wake()
  while (notifier.sent.length < 2) await new Promise((resolve) => setImmediate(resolve))
  await dispatcher.stop()
  await dispatcher.stop()
  await enqueue(database, to(['webhook'], message('three', clock.now)))
  dispatcher.wake()
  await dispatcher.sendDue()
  t.strictSame(notifier.sent, ['one', 'two'])
})

t.test('a message that is refused for good is given up at once', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  notifier.send = async () => {
    throw new NotifyError('answered with 400', { retry: false })
  }
  await enqueue(database, to(['webhook'], message('one', clock.now)))
  const dispatcher = dispatcherOf(clock, notifier)
  await dispatcher.sendDue()
  t.strictSame(dispatcher.counts, {
    ...{ 'webhook delivered': 0, 'webhook failed': 0, 'webhook given_up': 1 },
  })
  t.match(dispatcher.errors, [/^webhook: message .* is given up: answered with 400$/])
  t.strictSame(
    await database.query('select next_attempt_at, given_up_at, last_error from notifications'),
    [{ next_attempt_at: null, given_up_at: clock.now, last_error: 'answered with 400' }],
  )
})

t.test('a channel that asks to be left alone is, and everything on it', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  notifier.send = async ({ content }) => {
    notifier.tried += 1
    if (notifier.down) throw new NotifyError('answered with 429', { retryAfterMs: 120_000 })
    notifier.sent.push(textOf(content))
    return '204'
  }
  notifier.down = true
  await enqueue(database, to(['webhook'], message('one', clock.now), message('two', clock.now)))
  const dispatcher = dispatcherOf(clock, notifier)
  await dispatcher.sendDue()
  clock.advance(119)
  await dispatcher.sendDue()
  t.equal(notifier.tried, 1)
  t.strictSame(dispatcher.breakers(), [{ name: 'notifications webhook', state: 'open' }])
  notifier.down = false
  clock.advance(1)
  t.strictSame(dispatcher.breakers(), [{ name: 'notifications webhook', state: 'half_open' }])
  await dispatcher.sendDue()
  t.strictSame(notifier.sent, ['one', 'two'])
  t.strictSame(dispatcher.breakers(), [])
})

t.test('channels come and go while it runs', async (t) => {
  const clock = new Clock()
  const [one, other] = [channel('one'), channel('other')]
  let notifiers: readonly Notifier[] = [one]
  await enqueue(database, to(['one', 'other'], message('first', clock.now)))
  const dispatcher = dispatcherOf(clock, one, { notifiers: () => notifiers })
  await dispatcher.sendDue()
  t.strictSame([one.sent, other.sent], [['first'], []])
  notifiers = [other]
  await enqueue(database, to(['one', 'other'], message('second', clock.now)))
  await dispatcher.sendDue()
  t.strictSame([one.sent, other.sent], [['first'], ['first', 'second']])
  t.strictSame(dispatcher.errors, [])

  // What waits for one that is gone does not wait for ever.
  clock.advance(25 * 3600)
  await dispatcher.sendDue()
  t.strictSame(dispatcher.errors, ['one: 1 messages are given up: it is not set up any more'])
  t.equal(dispatcher.counts['one given_up'], 1)
  t.strictSame(
    await database.query(
      `select channel, last_error from notifications where given_up_at is not null`,
    ),
    [{ channel: 'one', last_error: 'the channel is not set up any more' }],
  )
})

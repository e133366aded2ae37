import t from 'tap'
import { claimNext } from '../../src/notify/delivery.ts'
import { Dispatcher } from '../../src/notify/dispatcher.ts'
import { NotifyError } from '../../src/notify/notifier.ts'
import { enqueue } from '../../src/notify/outbox.ts'
import { Webhook } from '../../src/notify/webhook.ts'
import { Clock } from '../support/clock.ts'
import { onThisMachine } from '../support/reach.ts'
import { openTestDatabase } from '../support/database.ts'
import { channel, dispatchersOn, newsOf, textOf, to } from '../support/dispatching.ts'
import { message, receiver } from '../support/receiver.ts'

const database = await openTestDatabase(t)

t.beforeEach(() => database.query('truncate notifications cascade').then(() => undefined))
const dispatcherOf = dispatchersOn(database)

t.test(
  'a message that was taken when the daemon was killed is sent again, with the same id',
  async (t) => {
    const clock = new Clock()
    const { url, received } = await receiver(t)
    const webhook = new Webhook({ url, secret: null, agent: 'x', reach: onThisMachine })
    await enqueue(database, to(['webhook'], message('one', clock.now)))
    const killed = new Dispatcher({
      database: {
        async query(text, values) {
          if (text.includes('notification_attempts')) throw new Error('killed')
          return database.query(text, values)
        },
      },
      ...{ notifiers: () => [webhook], now: () => clock.now, onError: () => undefined },
      onAttempts: () => undefined,
    })
    await killed.sendDue()
    const ids = () => received.map(({ headers }) => headers['x-storwarden-id'])

    const beside = dispatcherOf(clock, webhook)
    await beside.sendDue()
    t.equal(ids().length, 1, 'another daemon cannot know that it was killed')
    clock.advance(104)
    await beside.sendDue()
    t.equal(ids().length, 1)
    clock.advance(1)
    await beside.sendDue()
    t.equal(ids().length, 2)
    t.equal(ids()[0], ids()[1])
  },
)

t.test('a daemon that is alone need not wait for one that was killed', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  await enqueue(database, to(['webhook'], message('one', clock.now)))
  const leasedUntil = new Date(clock.now.getTime() + 90_000)
  t.ok(await claimNext(database, 'webhook', { now: clock.now, leasedUntil }))
  await dispatcherOf(clock, notifier).sendDue()
  t.strictSame(notifier.sent, [])
  await dispatcherOf(clock, [notifier], { alone: true }).sendDue()
  t.strictSame(notifier.sent, ['one'])
})

t.test(
  'what was taken while the database was away is noted later, and not sent again',
  async (t) => {
    const clock = new Clock()
    const notifier = channel()
    let away = true
    const flaky = {
      async query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> {
        if (away && text.includes('notification_attempts')) throw new Error('away')
        return database.query<Row>(text, values)
      },
    }
    await enqueue(database, to(['webhook'], message('one', clock.now), message('two', clock.now)))
    const dispatcher = dispatcherOf(clock, [notifier], { database: flaky })
    for (let beat = 0; beat < 5; beat++) {
      clock.advance(60)
      await dispatcher.sendDue()
    }
    t.strictSame(notifier.sent, ['one'])
    away = false
    await dispatcher.sendDue()
    t.strictSame(notifier.sent, ['one', 'two'])
    t.strictSame(
      await database.query(
        `select payload->'event'->>'message' as text, attempts, delivered_at is not null as delivered,
              (select count(*) from notification_attempts where notification_id = notifications.id) as noted
       from notifications order by position`,
      ),
      [
        { text: 'one', attempts: 1, delivered: true, noted: 1 },
        { text: 'two', attempts: 1, delivered: true, noted: 1 },
      ],
    )
  },
)

t.test('several daemons never send the same message', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  const texts = Array.from({ length: 40 }, (_, index) => `message ${index}`)
  await enqueue(database, to(['webhook'], ...texts.map((text) => message(text, clock.now))))
  const daemons = Array.from({ length: 4 }, () => dispatcherOf(clock, notifier))
  await Promise.all(daemons.map((daemon) => daemon.sendDue()))
  t.strictSame([...notifier.sent].sort(), [...texts].sort())
  t.ok(daemons.filter(({ counts }) => (counts['webhook delivered'] ?? 0) > 0).length > 1)
})

t.test('each attempt is noted, with how long it took and what was said', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  notifier.down = true
  const send = notifier.send.bind(notifier)
  notifier.send = async (message) => {
    clock.advance(0.25)
    return await send(message)
  }
  await enqueue(database, to(['webhook'], message('one', clock.now)))
  const dispatcher = dispatcherOf(clock, notifier)
  const begin = clock.now.getTime()
  await dispatcher.sendDue()
  notifier.down = false
  clock.advance(10)
  await dispatcher.sendDue()
  t.strictSame(
    await database.query(
      'select channel, at, duration_seconds, delivered, answer from notification_attempts order by id',
    ),
    [
      {
        ...{ channel: 'webhook', at: new Date(begin), duration_seconds: 0.25, delivered: false },
        answer: 'not reached: ECONNREFUSED',
      },
      {
        ...{ channel: 'webhook', at: new Date(begin + 10_250), duration_seconds: 0.25 },
        ...{ delivered: true, answer: '204' },
      },
    ],
  )
})

t.test(
  'an attempt that never ends is given up, and one that breaks says nothing secret',
  async (t) => {
    const clock = new Clock()
    const hanging = channel('hanging')
    hanging.send = () => new Promise(() => undefined)
    const broken = channel('broken')
    broken.send = async () => {
      throw new TypeError('cannot parse https://user:swordfish@host/')
    }
    await enqueue(database, to(['hanging', 'broken'], message('one', clock.now)))
    const dispatcher = dispatcherOf(clock, [hanging, broken], { limitMs: 50 })
    await dispatcher.sendDue()
    t.strictSame(
      await database.query('select channel, answer from notification_attempts order by channel'),
      [
        { channel: 'broken', answer: 'failed: TypeError' },
        { channel: 'hanging', answer: 'no answer within 0.05 s' },
      ],
    )
    t.match(dispatcher.errors, [/^broken: message .*: TypeError at .*delivery.test/])
    t.notMatch(dispatcher.errors.join(), 'swordfish')
  },
)

t.test('an end is not told before its begin, and nothing else waits for that', async (t) => {
  const clock = new Clock()
  const notifier = channel()
  const fails = new Set(['firing /srv'])
  notifier.send = async ({ content }) => {
    const text = textOf(content)
    if (fails.has(text)) throw new NotifyError('answered with 500')
    notifier.sent.push(text)
    return '204'
  }
  const { now } = clock
  const messages = [
    newsOf('firing', '/srv', now),
    newsOf('resolved', '/srv', now),
    newsOf('firing', '/data', now),
  ]
  await enqueue(database, to(['webhook'], ...messages))
  const dispatcher = dispatcherOf(clock, notifier)
  await dispatcher.sendDue()
  t.strictSame(notifier.sent, ['firing /data'])
  clock.advance(3600)
  await dispatcher.sendDue()
  t.strictSame(notifier.sent, ['firing /data'])
  fails.clear()
  clock.advance(3600)
  await dispatcher.sendDue()
  t.strictSame(notifier.sent, ['firing /data', 'firing /srv', 'resolved /srv'])
})

t.test(
  'a message that somebody waits for goes first, also while the channel is down',
  async (t) => {
    const clock = new Clock()
    const notifier = channel()
    notifier.down = true
    const texts = ['one', 'two', 'three', 'four']
    await enqueue(database, to(['webhook'], ...texts.map((text) => message(text, clock.now))))
    const dispatcher = dispatcherOf(clock, notifier)
    await dispatcher.sendDue()
    t.equal(notifier.tried, 3)
    const test = message('test', clock.now)
    await enqueue(database, to(['webhook'], test))
    await dispatcher.sendFirst('webhook', test.id)
    t.equal(notifier.tried, 4)
    notifier.down = false
    const another = message('another', clock.now)
    await enqueue(database, to(['webhook'], another))
    await dispatcher.sendFirst('webhook', another.id)
    t.strictSame(notifier.sent, ['another', ...texts, 'test'])
  },
)

import { randomUUID } from 'node:crypto'
import t from 'tap'
import { channelHealth } from '../../src/notify/channel-health.ts'
import {
  attemptsOf,
  contentOf,
  findMessages,
  listMessages,
  type MessageFilter,
} from '../../src/notify/log.ts'
import { NotifyError } from '../../src/notify/notifier.ts'
import { enqueue } from '../../src/notify/outbox.ts'
import { summaryOf } from '../../src/notify/summary.ts'
import { TestMessages } from '../../src/notify/test-message.ts'
import { Clock } from '../support/clock.ts'
import { channelOf } from '../support/channels.ts'
import { openTestDatabase } from '../support/database.ts'
import { channel, dispatchersOn, newsOf, to } from '../support/dispatching.ts'
import { idOf } from '../support/notices.ts'
import { message } from '../support/receiver.ts'

const database = await openTestDatabase(t)

t.beforeEach(() => database.query('truncate notifications cascade').then(() => undefined))
const dispatcherOf = dispatchersOn(database)

/** What is listed, in brief: the newest first. */
async function listed(filter: Partial<MessageFilter> = {}): Promise<string[]> {
  const { messages } = await listMessages(database, { limit: 100, offset: 0, ...filter })
  return messages.map((one) => `${one.channel} ${one.state}: ${summaryOf(one)}`)
}

/** A message that was taken, one that waits for another attempt, one that was refused, one nobody has tried. */
async function somethingHappens(clock: Clock) {
  const notifier = channel()
  const event = message('A flag.', clock.now)
  await enqueue(database, to(['webhook'], event))
  await dispatcherOf(clock, notifier).sendDue()
  notifier.down = true
  clock.advance(60)
  const firing = newsOf('firing', '/srv', clock.now)
  await enqueue(
    database,
    to(['webhook'], firing).map((one) => ({ ...one, groupKey: 'rule=Broken' })),
  )
  await dispatcherOf(clock, notifier).sendDue()
  notifier.send = async () => {
    throw new NotifyError('answered with 400', { retry: false })
  }
  clock.advance(1)
  const refused = message('Another flag.', clock.now)
  await enqueue(database, to(['webhook'], refused))
  await dispatcherOf(clock, notifier).sendFirst('webhook', refused.id)
  await enqueue(database, to(['email'], newsOf('resolved', '/srv', clock.now)))
  return { event, firing, refused }
}

t.test('the log tells what was sent, to whom, and what became of it', async (t) => {
  const clock = new Clock()
  const begin = clock.now
  const { firing } = await somethingHappens(clock)
  t.strictSame(await listed(), [
    'email waiting: Something is broken, resolved: /srv is broken',
    'webhook given_up: Another flag.',
    'webhook waiting: Something is broken, firing: /srv is broken',
    'webhook delivered: A flag.',
  ])
  const [logged] = await findMessages(database, [firing.id])
  t.strictSame(logged, {
    ...{ id: firing.id, channel: 'webhook', position: logged?.position, kind: 'alerts' },
    ...{ group: 'rule=Broken', state: 'waiting', attempts: 1 },
    createdAt: new Date(begin.getTime() + 60_000),
    nextAttemptAt: new Date(begin.getTime() + 65_000),
    ...{ deliveredAt: null, givenUpAt: null },
    ...{ answer: 'not reached: ECONNREFUSED', lastError: 'not reached: ECONNREFUSED' },
    brief: {
      alerts: [
        {
          ...{ id: idOf('/srv'), event: 'firing', title: 'Something is broken' },
          ...{ resource: '/srv', message: '/srv is broken' },
        },
      ],
      ...{ text: null, firing: null, resolved: null },
    },
  })
  t.strictSame(await contentOf(database, firing.id), JSON.parse(JSON.stringify(firing.content)))
  t.equal(await contentOf(database, randomUUID()), null)
  t.strictSame(logged && (await attemptsOf(database, logged)), [
    {
      ...{ at: new Date(begin.getTime() + 60_000), durationSeconds: 0, delivered: false },
      answer: 'not reached: ECONNREFUSED',
    },
  ])
})

t.test('the log is searched by channel, state, kind, alert and time', async (t) => {
  const clock = new Clock()
  const begin = clock.now
  await somethingHappens(clock)
  const resolved = 'email waiting: Something is broken, resolved: /srv is broken'
  const firing = 'webhook waiting: Something is broken, firing: /srv is broken'
  t.strictSame(await listed({ channel: 'email' }), [resolved])
  t.strictSame(await listed({ state: 'given_up' }), ['webhook given_up: Another flag.'])
  t.strictSame(await listed({ kind: 'event', state: 'delivered' }), ['webhook delivered: A flag.'])
  t.strictSame(await listed({ alert: idOf('/srv') }), [resolved, firing])
  t.strictSame(await listed({ alert: 'no id' }), [])
  const minute = new Date(begin.getTime() + 60_000)
  t.strictSame(await listed({ since: minute, until: minute }), [firing])
})

t.test('the log is read page by page, whatever is put up meanwhile', async (t) => {
  const clock = new Clock()
  const texts = ['one', 'two', 'three', 'four', 'five']
  await enqueue(database, to(['webhook'], ...texts.map((text) => message(text, clock.now))))
  const page = async (filter: Partial<MessageFilter>) => {
    const found = await listMessages(database, { limit: 2, offset: 0, ...filter })
    return { ...found, messages: found.messages.map(({ brief }) => brief.text) }
  }
  const first = await page({})
  t.match(first, { messages: ['five', 'four'], total: 5 })
  await enqueue(database, to(['webhook'], message('six', clock.now)))
  const second = await page({ cursor: first.nextCursor ?? '' })
  t.match(second, { messages: ['three', 'two'], total: 6 })
  t.match(await page({ cursor: second.nextCursor ?? '' }), { messages: ['one'], nextCursor: null })
  t.match(await page({ offset: 4 }), { messages: ['two', 'one'], nextCursor: null })
  await t.rejects(page({ cursor: 'x' }), { code: 'ERR_CURSOR' })
})

t.test('a summary says how many of what, of a group', async (t) => {
  const clock = new Clock()
  const [one, two, three] = ['/a', '/b', '/c'].map((place, index) =>
    newsOf(index < 2 ? 'firing' : 'resolved', place, clock.now),
  )
  const alerts = [one, two, three].flatMap((news) => news?.content.alerts ?? [])
  const content = { ...newsOf('firing', '/a', clock.now).content, alerts }
  const recap = { firing: alerts.map(({ alert }) => alert), resolved: [] }
  const span = { since: 'x', until: 'y', firing_not_listed: 4, resolved_not_listed: 0 }
  await enqueue(database, [
    {
      ...{ channel: 'email', id: randomUUID(), at: clock.now, content },
      groupKey: 'library=L700',
    },
    {
      ...{ channel: 'email', id: randomUUID(), at: clock.now },
      content: { kind: 'digest', ...span, ...recap },
    },
    {
      ...{ channel: 'email', id: randomUUID(), at: clock.now },
      content: { kind: 'test', message: 'hello', requested_by: 'ann' },
    },
  ])
  t.strictSame(await listed(), [
    'email waiting: Test: hello',
    'email waiting: Digest: 7 firing, 0 resolved',
    'email waiting: library=L700: 2 firing, 1 resolved',
  ])
})

t.test('how a channel is doing is what its attempts say, also after a restart', async (t) => {
  const clock = new Clock()
  const begin = clock.now
  const names = ['webhook', 'email', 'slack']
  await somethingHappens(clock)
  clock.advance(30)
  t.strictSame(await channelHealth(database, names, clock.now), [
    channelOf('webhook', {
      ...{ up: false, failingSince: new Date(begin.getTime() + 60_000), failuresInARow: 2 },
      ...{ lastError: 'answered with 400', lastDeliveredAt: begin, waiting: 1 },
      ...{ oldestWaitingAt: new Date(begin.getTime() + 60_000), oldestWaitingSeconds: 31 },
      ...{ givenUp: 1, lastGivenUpAt: new Date(begin.getTime() + 61_000) },
    }),
    channelOf('email', {
      ...{ waiting: 1, oldestWaitingSeconds: 30 },
      oldestWaitingAt: new Date(begin.getTime() + 61_000),
    }),
    channelOf('slack'),
  ])
  clock.advance(86_400)
  await dispatcherOf(clock, channel()).sendDue()
  t.strictSame(await channelHealth(database, ['webhook'], clock.now), [
    channelOf('webhook', { up: true, lastDeliveredAt: clock.now }),
  ])
  t.strictSame(await channelHealth(database, [], clock.now), [])
})

/** Test messages on these channels. */
function testsOn(clock: Clock, ...notifiers: ReturnType<typeof channel>[]) {
  return new TestMessages({
    ...{ database, dispatcher: dispatcherOf(clock, notifiers), notifiers: () => notifiers },
    ...{ now: () => clock.now, newId: randomUUID },
  })
}

t.test('a test message tells what became of it', async (t) => {
  const clock = new Clock()
  const good = { ...channel('good'), kinds: ['test' as const] }
  const bad = { ...channel('bad'), kinds: ['test' as const], down: true }
  const deaf = { ...channel('deaf'), kinds: ['test' as const] }
  deaf.send = () => new Promise(() => undefined)
  const tests = testsOn(clock, good, bad, deaf, channel('other'))
  t.strictSame(tests.channels(), ['good', 'bad', 'deaf'])
  const request = { message: 'hello', user: 'ann' }
  const sent = await tests.send({ ...request, channels: ['good', 'bad'], patienceMs: 60_000 })
  t.match(sent, [
    { channel: 'good', kind: 'test', state: 'delivered', answer: '204', attempts: 1 },
    { channel: 'bad', state: 'waiting', lastError: 'not reached: ECONNREFUSED', attempts: 1 },
  ])
  t.strictSame(await contentOf(database, sent[0]?.id ?? ''), {
    ...{ kind: 'test', message: 'hello', requested_by: 'ann' },
  })
  t.match(await tests.send({ ...request, channels: ['deaf'], patienceMs: 100 }), [
    { channel: 'deaf', state: 'waiting', lastError: null, attempts: 1 },
  ])
})

import t from 'tap'
import type { NewEvent } from '../../src/events/event.ts'
import {
  appendEvents,
  deleteEventsBefore,
  eventsSince,
  lastSeq,
  oldestSeq,
} from '../../src/events/store.ts'
import { openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 21, minute))

const event = (message: string, given: Partial<NewEvent> = {}): NewEvent => ({
  type: 'system',
  source: 'test',
  level: 'info',
  message,
  data: { a: 1 },
  at: at(0),
  ...given,
})

const append = (...events: NewEvent[]) =>
  database.transaction((transaction) => appendEvents(transaction, events))

t.beforeEach(async () => {
  await database.query('truncate events')
  await database.query('update event_sequence set last = 0')
})

t.test('events come back as they were appended, numbered in order', async (t) => {
  t.equal(await lastSeq(database), 0)
  t.equal(await oldestSeq(database), null)
  const first = await append(event('one'), event('two', { type: 'alert', level: 'critical' }))
  const second = await append(event('three', { data: { deep: { list: [1, null, 'x'] } } }))
  t.strictSame(await append(), [])

  t.strictSame(
    [...first, ...second].map(({ seq, message }) => [seq, message]),
    [
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ],
  )
  t.strictSame(await eventsSince(database, 0, 10), [...first, ...second])
  t.equal(await lastSeq(database), 3)
  t.equal(await oldestSeq(database), 1)
})

t.test('a client gets what it missed, of the types it wants, in portions', async (t) => {
  await append(
    event('1', { type: 'alert' }),
    event('2', { type: 'task' }),
    event('3', { type: 'alert' }),
    event('4', { type: 'tape' }),
  )
  const messages = async (...rest: [number, number, NewEvent['type'][]?]) =>
    (await eventsSince(database, ...rest)).map(({ message }) => message)

  t.strictSame(await messages(2, 10), ['3', '4'])
  t.strictSame(await messages(0, 3), ['1', '2', '3'])
  t.strictSame(await messages(0, 10, ['alert', 'tape']), ['1', '3', '4'])
  t.strictSame(await messages(4, 10), [])
})

t.test('a transaction that is rolled back leaves no gap', async (t) => {
  await append(event('kept'))
  await t.rejects(
    database.transaction(async (transaction) => {
      await appendEvents(transaction, [event('lost'), event('lost')])
      throw new Error('killed')
    }),
    { message: 'killed' },
  )
  const [next] = await append(event('next'))

  t.equal(next?.seq, 2)
  t.equal(await lastSeq(database), 2)
})

t.test('numbers are in the order of commits, whoever appends at once', async (t) => {
  const order: number[] = []
  await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const stored = await append(...Array.from({ length: 1 + (index % 3) }, () => event('x')))
      order.push(...stored.map(({ seq }) => seq))
    }),
  )
  const all = (await eventsSince(database, 0, 100)).map(({ seq }) => seq)

  t.strictSame(
    all,
    Array.from({ length: 24 }, (_, index) => index + 1),
  )
  t.strictSame(
    order.sort((one, two) => one - two),
    all,
  )
  // Not visible to others before every lower number is: the row of the last number is locked till the commit.
  const { promise: appended, resolve: release } = withResolvers()
  const slow = database.transaction(async (transaction) => {
    await appendEvents(transaction, [event('slow')])
    release()
    await database.query('select 1')
    t.equal(await lastSeq(database), 24)
  })
  await appended
  await Promise.all([slow, append(event('fast'))])
  t.strictSame(
    (await eventsSince(database, 24, 10)).map(({ message }) => message),
    ['slow', 'fast'],
  )
})

t.test('old events are deleted, and what is kept says how far back it reaches', async (t) => {
  await append(event('1', { at: at(0) }), event('2', { at: at(1) }), event('3', { at: at(2) }))

  t.equal(await deleteEventsBefore(database, at(1)), 1)
  t.equal(await oldestSeq(database), 2)
  t.equal(await lastSeq(database), 3)
  t.equal(await deleteEventsBefore(database, at(1)), 0)
  t.equal(await deleteEventsBefore(database, at(9)), 2)
  t.equal(await oldestSeq(database), null)
  t.equal((await append(event('4')))[0]?.seq, 4)
})

t.test('the table refuses types that there are not', async (t) => {
  await t.rejects(append(event('x', { type: 'nonsense' as NewEvent['type'] })), { code: '23514' })
  await t.rejects(
    database.query(
      `insert into events (event_type, source, message, level, "timestamp")
       values ('nonsense', 'x', 'x', 'info', now())`,
    ),
    { code: '23514' },
  )
  t.equal(await lastSeq(database), 0)
})

function withResolvers() {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}

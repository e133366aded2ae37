import t from 'tap'
import { countEvents } from '../../src/events/counts.ts'
import type { HandedInEvent, NewEvent } from '../../src/events/event.ts'
import { keepEvents } from '../../src/events/handed-in.ts'
import { appendEvents, eventsSince, lastSeq, oldestSeq } from '../../src/events/store.ts'
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

t.test('what is handed in is kept beside the stream, and its ids come in order', async (t) => {
  const handedIn = (message: string): HandedInEvent => ({
    ...{ eventType: 'trace', source: 'backup', level: 'debug', message, tags: { job: '7' } },
    ...{ payload: { deep: [1, null] }, at: at(1) },
  })
  await append(event('told'))
  const messages = Array.from({ length: 50 }, (_, index) => `line ${index}`)
  const ids = await database.transaction((transaction) =>
    keepEvents(transaction, messages.map(handedIn), null),
  )
  const rows = await database.query<{ id: string; message: string }>(
    `select id, message from events where seq is null`,
  )
  t.strictSame(
    ids.map((id) => rows.find((row) => row.id === id)?.message),
    messages,
  )
  t.strictSame(await keepEvents(database, [], null), [])
  t.equal(await lastSeq(database), 1)
  t.strictSame(await eventsSince(database, 1, 10), [])
})

t.test('days are counted as events come, whatever day they are of', async (t) => {
  const day = (text: string) => new Date(`${text}Z`)
  await append(
    event('1', { at: day('2026-11-20T23:59:59.999') }),
    event('2', { at: day('2026-11-21T00:00:00') }),
    event('3', { at: day('1999-01-01T12:00:00') }),
  )
  await append(event('4', { at: day('2026-11-20T00:00:00') }))
  t.strictSame(
    await database.query(
      `select to_char(day, 'YYYY-MM-DD') as day, events, first_seq, last_seq from event_days order by 1`,
    ),
    [
      { day: '1999-01-01', events: 1, first_seq: 3, last_seq: 3 },
      { day: '2026-11-20', events: 2, first_seq: 1, last_seq: 4 },
      { day: '2026-11-21', events: 1, first_seq: 2, last_seq: 2 },
    ],
  )
  t.strictSame(await countEvents(database, day('2026-11-20T12:00:00')), { total: 4, since: 2 })
  t.strictSame(
    (await eventsSince(database, 0, 10)).map(({ message }) => message),
    ['1', '2', '3', '4'],
    'the stream is in the order of numbers, not of times',
  )
  t.strictSame(
    (await eventsSince(database, 2, 10)).map(({ message }) => message),
    ['3', '4'],
  )
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

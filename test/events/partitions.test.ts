import t from 'tap'
import type { DatabasePool } from '../../src/db/pool.ts'
import type { NewEvent } from '../../src/events/event.ts'
import { makePartitions, partitionDays } from '../../src/events/partitions.ts'
import { appendEvents, eventsSince } from '../../src/events/store.ts'
import { migrate } from '../../src/db/migrate.ts'
import { migrationsFolder, openEmptyDatabase, startTestServer } from '../support/database.ts'

const server = await startTestServer(t)

async function freshDatabase(test: Parameters<typeof openEmptyDatabase>[0]): Promise<DatabasePool> {
  const database = await openEmptyDatabase(test, server)
  await migrate(database, migrationsFolder)
  return database
}

const noon = (day: string) => new Date(`${day}T12:00:00Z`)

const event = (message: string, at: Date): NewEvent => ({
  ...{ type: 'system', source: 'test', level: 'info', message, data: {}, at },
})

const appendTo = (database: DatabasePool, ...events: NewEvent[]) =>
  database.transaction((transaction) => appendEvents(transaction, events))

const messagesOf = async (database: DatabasePool) =>
  (await eventsSince(database, 0, 1000)).map(({ message }) => message)

/** How many rows each table has that has any. */
async function whereTheyAre(database: DatabasePool): Promise<Record<string, number>> {
  const rows = await database.query<{ name: string; count: number }>(
    `select tableoid::regclass::text as name, count(*) as count from events group by 1 order by 1`,
  )
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}

t.test('today and the next days have a partition, made once', async (t) => {
  const database = await freshDatabase(t)
  const days = ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02', '2027-01-03']
  t.strictSame(await partitionDays(database), [])
  t.strictSame(await makePartitions(database, noon('2026-12-31')), { done: days, postponed: [] })
  t.strictSame(await makePartitions(database, noon('2026-12-31')), { done: [], postponed: [] })
  t.strictSame(await partitionDays(database), days)

  await appendTo(
    database,
    event('last', new Date('2026-12-31T23:59:59.999Z')),
    event('first', new Date('2027-01-01T00:00:00Z')),
  )
  t.strictSame(await whereTheyAre(database), { events_20261231: 1, events_20270101: 1 })
})

t.test('the clock jumps a month ahead, and back: nothing fails or is lost', async (t) => {
  const database = await freshDatabase(t)
  await makePartitions(database, noon('2026-11-20'))
  await appendTo(
    database,
    event('now', noon('2026-11-20')),
    event('ahead', noon('2026-12-20')),
    event('back', noon('2026-10-20')),
    event('and on', noon('2026-11-20')),
  )
  t.strictSame(await whereTheyAre(database), { events_20261120: 2, events_default: 2 })

  const { done } = await makePartitions(database, noon('2026-11-20'))
  t.strictSame(done, ['2026-12-20', '2026-10-20'])
  t.strictSame(await whereTheyAre(database), {
    ...{ events_20261020: 1, events_20261120: 2, events_20261220: 1 },
  })
  t.strictSame(await messagesOf(database), ['now', 'ahead', 'back', 'and on'])
  t.strictSame(
    await database.query('select sum(events) as events from event_days'),
    [{ events: 4 }],
    'what is moved is not counted again',
  )
})

t.test('a partition is made while events of its day come in', async (t) => {
  const database = await freshDatabase(t)
  const appending = Array.from({ length: 20 }, (_, index) =>
    appendTo(database, event(String(index), noon('2026-11-20'))),
  )
  const made = await makePartitions(database, noon('2026-11-20'))
  await Promise.all(appending)
  await makePartitions(database, noon('2026-11-20'))

  t.ok(made.done.length + made.postponed.length >= 5)
  t.strictSame(await whereTheyAre(database), { events_20261120: 20 })
  t.equal((await messagesOf(database)).length, 20)
})

t.test('two daemons at once make each partition once', async (t) => {
  const database = await freshDatabase(t)
  const made = await Promise.all(
    Array.from({ length: 4 }, () => makePartitions(database, noon('2026-11-20'))),
  )
  t.equal((await partitionDays(database)).length, 5)
  for (const { postponed } of made) t.strictSame(postponed, [], 'they wait for each other')
  t.strictSame(await makePartitions(database, noon('2026-11-20')), { done: [], postponed: [] })
})

t.test('what is locked is left for later, and events come in meanwhile', async (t) => {
  const database = await freshDatabase(t)
  await database.transaction(async (reader) => {
    // A backup reads like this for an hour.
    await reader.query('lock table events_default in access share mode')
    t.match(await makePartitions(database, noon('2026-11-20')), { done: [] })
    await appendTo(database, event('meanwhile', noon('2026-11-20')))
  })
  t.match(await makePartitions(database, noon('2026-11-20')), { postponed: [] })
  t.strictSame(await whereTheyAre(database), { events_20261120: 1 })
})

t.test('partitions have the indexes and the constraints of the table', async (t) => {
  const database = await freshDatabase(t)
  await makePartitions(database, noon('2026-11-20'))
  const [indexes] = await database.query(
    `select count(*) filter (where indrelid = 'events'::regclass) as parent,
            count(*) filter (where indrelid = 'events_20261120'::regclass) as child,
            count(*) filter (where indrelid = 'events_default'::regclass) as other
     from pg_index`,
  )
  t.strictSame(indexes, { parent: 10, child: 10, other: 10 })
  const insert = (column: string, value: string) =>
    database.query(
      `insert into events (event_type, source, message, level, "timestamp", ${column})
       values ('log', 'x', 'x', 'info', '2026-11-20 12:00+00', $1)`,
      [value],
    )
  await t.rejects(insert('created_by', '00000000-0000-4000-8000-000000000000'), { code: '23503' })
  await t.rejects(insert('stream', 'system'), { code: '23514' })
})

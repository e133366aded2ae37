import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { migrate } from '../../src/db/migrate.ts'
import { listEvents } from '../../src/events/list.ts'
import { makePartitions, partitionDays } from '../../src/events/partitions.ts'
import { appendEvents, eventsSince, oldestSeq } from '../../src/events/store.ts'
import { migrationsFolder, openEmptyDatabase, startTestServer } from '../support/database.ts'

const server = await startTestServer(t)

/** The migrations before the one that makes partitions. */
async function olderMigrations(folder: string): Promise<string> {
  for (const name of await readdir(migrationsFolder)) {
    if (name < '0017') await cp(join(migrationsFolder, name), join(folder, name))
  }
  return folder
}

t.test('events of before are kept, each in the partition of its day', async (t) => {
  const database = await openEmptyDatabase(t, server)
  await migrate(database, await olderMigrations(t.testdir({})))
  await database.query(
    `insert into events (seq, stream, event_type, source, message, level, tags, payload, "timestamp")
     select n, 'tape', 'log', 'changers', 'cartridge ' || n, 'info', '{"a": "b"}', '{"n": 1}',
            '2026-11-18 22:00+00'::timestamptz + n * interval '1 hour'
     from generate_series(1, 30) as n`,
  )
  await database.query(
    `insert into events (event_type, source, message, level, "timestamp")
     values ('metric', 'x', 'handed in', 'debug', '2026-11-19 00:00+00')`,
  )
  await database.query('update event_sequence set last = 30')
  // Bounds are in UTC wherever the server is.
  await database.query(`alter role current_user set timezone = 'Pacific/Kiritimati'`)
  t.teardown(() => database.query('alter role current_user reset timezone').then(() => undefined))

  await migrate(database, migrationsFolder)

  t.strictSame(await partitionDays(database), ['2026-11-18', '2026-11-19', '2026-11-20'])
  t.strictSame(
    (await eventsSince(database, 0, 100)).map(({ seq, message }) => [seq, message]),
    Array.from({ length: 30 }, (_, index) => [index + 1, `cartridge ${index + 1}`]),
  )
  t.equal(await oldestSeq(database), 1)
  t.match(await listEvents(database, { q: 'handed', limit: 5, offset: 0 }), {
    events: [{ message: 'handed in', seq: null, stream: null, eventType: 'metric' }],
    total: 1,
  })
  t.match(await listEvents(database, { tags: { a: 'b' }, limit: 1, offset: 0 }), {
    events: [{ message: 'cartridge 30', payload: { n: 1 }, seq: 30 }],
    total: 30,
  })
  t.match(await makePartitions(database, new Date('2026-11-20T12:00:00Z')), {
    done: ['2026-11-21', '2026-11-22', '2026-11-23'],
  })
  const [next] = await database.transaction((transaction) =>
    appendEvents(transaction, [
      {
        ...{ type: 'system', source: 'x', level: 'info', message: 'next', data: {} },
        at: new Date('2026-11-20T12:00:00Z'),
      },
    ]),
  )
  t.equal(next?.seq, 31)
})

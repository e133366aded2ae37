import t from 'tap'
import { streams } from '../../src/fleet/wire.ts'
import { until } from '../support/daemon.ts'
import { openTestDatabase } from '../support/database.ts'
import { startNatsServer, withoutNats as skip } from '../support/nats-server.ts'
import {
  asking,
  happen,
  makeStreams,
  messages,
  numbers,
  publishing,
  toldUntil,
} from '../support/publishing.ts'

const database = await openTestDatabase(t)

t.beforeEach(async () => {
  await database.query('truncate events')
  await database.query('update event_sequence set last = 0')
  await database.query('delete from fleet_publisher')
})

t.test('what happens while there is no server is told later, in order', { skip }, async (t) => {
  const server = await startNatsServer(t, { running: false })
  await happen(database, 1, 600)
  const { publisher } = publishing(t, database, server.url)
  await happen(database, 601, 620)
  await server.start()
  await until(
    () => publisher.look(),
    ({ why }) => why === 'the streams are not there',
  )
  await makeStreams(server.url)
  t.strictSame(await toldUntil(server.url, 620), numbers(620))
  await happen(database, 621, 625)
  publisher.wake()
  t.strictSame(await toldUntil(server.url, 625), numbers(625))
  const state = await until(
    () => publisher.look(),
    ({ waiting }) => waiting === 0,
  )
  t.match(state, { taken: false, why: null })
})

t.test('who is killed before it is noted what was told goes on after it', { skip }, async (t) => {
  const server = await startNatsServer(t)
  await makeStreams(server.url)
  await happen(database, 1, 300)
  const first = publishing(t, database, server.url)
  await toldUntil(server.url, 300)
  await first.stop()
  await database.query('update fleet_publisher set seq = 10')
  await happen(database, 301, 310)
  publishing(t, database, server.url)
  t.strictSame(await toldUntil(server.url, 310), numbers(310))
})

t.test('streams that are lost are told again what is kept', { skip }, async (t) => {
  const server = await startNatsServer(t)
  await makeStreams(server.url)
  await happen(database, 1, 20)
  const { publisher } = publishing(t, database, server.url)
  await toldUntil(server.url, 20)
  await asking(server.url, (manager) => manager.streams.delete(streams.events.name))
  await happen(database, 21, 30)
  publisher.wake()
  await until(
    () => publisher.look(),
    ({ why }) => why === 'the streams are not there',
  )
  await makeStreams(server.url)
  t.strictSame(await toldUntil(server.url, 30), numbers(30))
})

t.test('another machine of the same name is told nothing of', { skip }, async (t) => {
  const server = await startNatsServer(t)
  await makeStreams(server.url)
  await happen(database, 1, 5)
  const first = publishing(t, database, server.url)
  await toldUntil(server.url, 5)
  await first.stop()

  await database.query('update fleet_publisher set identity = gen_random_uuid(), seq = 0')
  const { publisher, said } = publishing(t, database, server.url)
  await until(
    () => publisher.look(),
    ({ taken }) => taken,
  )
  t.strictSame(said, ['taken'])
  t.equal((await messages(server.url, 'events')).length, 1, 'of the first')

  for (const { name } of [streams.events, streams.metrics, streams.state]) {
    await asking(server.url, (manager) => manager.streams.purge(name))
  }
  await until(
    () => publisher.look(),
    ({ taken }) => !taken,
  )
  t.strictSame(said, ['taken', 'free'])
  t.strictSame(await toldUntil(server.url, 5), numbers(5), 'when the name is free it begins')
})

t.test('after an older backup was restored events are counted anew', { skip }, async (t) => {
  const server = await startNatsServer(t)
  await makeStreams(server.url)
  await happen(database, 1, 40)
  const first = publishing(t, database, server.url)
  await toldUntil(server.url, 40)
  await first.stop()

  await database.query('delete from events where seq > 30')
  await database.query('update event_sequence set last = 30')
  await database.query('update fleet_publisher set seq = 25')
  await happen(database, 31, 50)
  const { said } = publishing(t, database, server.url)
  await toldUntil(server.url, 50)
  const told = await messages(server.url, 'events')
  t.strictSame(
    told.map(({ epoch, seq }) => [epoch === told[0]?.epoch, seq]),
    [
      [true, 40],
      [false, 50],
    ],
    'although there are as many events again as were told',
  )
  t.ok(Number(told[1]?.epoch) > Number(told[0]?.epoch))
  t.strictSame(said, ['counts anew'])
})

t.test('a database that is away is waited for', { skip }, async (t) => {
  const server = await startNatsServer(t)
  await makeStreams(server.url)
  await happen(database, 1, 5)
  let away = true
  const gone = Object.assign(new Error('at 10.0.0.1'), { code: 'ERR_DATABASE_UNAVAILABLE' })
  const query: typeof database.query = (...words) =>
    away ? Promise.reject(gone) : database.query(...words)
  const { publisher } = publishing(t, { query }, server.url)
  const state = await until(
    () => publisher.look(),
    ({ why }) => why === 'the database does not answer',
  )
  t.equal(state.waiting, null)
  away = false
  t.strictSame(await toldUntil(server.url, 5), numbers(5))
})

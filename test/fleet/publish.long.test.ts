import t from 'tap'
import { startCutProxy } from '../support/cut-proxy.ts'
import { until } from '../support/daemon.ts'
import { openTestDatabase } from '../support/database.ts'
import { startNatsServer, withoutNats as skip } from '../support/nats-server.ts'
import { happen, makeStreams, numbers, publishing, toldUntil } from '../support/publishing.ts'

const database = await openTestDatabase(t)

t.beforeEach(async () => {
  await database.query('truncate events')
  await database.query('update event_sequence set last = 0')
  await database.query('delete from fleet_publisher')
})

t.test('a server that ends in the midst of it has everything once', { skip }, async (t) => {
  const server = await startNatsServer(t)
  await makeStreams(server.url)
  const { publisher } = publishing(t, database, server.url)
  for (const [round, signal] of (['SIGKILL', 'SIGTERM', 'SIGKILL'] as const).entries()) {
    await happen(database, round * 3_000 + 1, (round + 1) * 3_000)
    publisher.wake()
    await until(
      () => publisher.look(),
      ({ waiting }) => waiting !== null && waiting < 3_000,
    )
    await server.stop(signal)
    await server.start()
  }
  t.strictSame(await toldUntil(server.url, 9_000), numbers(9_000))
})

t.test(
  'a network that freezes or breaks loses nothing, and doubles nothing',
  { skip },
  async (t) => {
    const server = await startNatsServer(t)
    await makeStreams(server.url)
    const proxy = await startCutProxy(t, server.port)
    const { publisher } = publishing(t, database, `nats://127.0.0.1:${proxy.port}`)
    const ways = ['answers', 'both', 'cut', 'answers'] as const
    for (const [round, way] of ways.entries()) {
      await happen(database, round * 2_000 + 1, (round + 1) * 2_000)
      publisher.wake()
      await until(
        () => publisher.look(),
        ({ waiting }) => waiting !== null && waiting < 2_000,
      )
      if (way === 'cut') proxy.cut()
      else proxy.freeze(way)
      await until(
        () => publisher.look(),
        ({ why }) => why !== null,
      )
      proxy.heal()
      await until(
        () => publisher.look(),
        ({ why }) => why === null,
      )
    }
    t.strictSame(await toldUntil(server.url, 8_000), numbers(8_000))
  },
)

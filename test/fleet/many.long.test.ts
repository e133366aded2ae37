import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { openTestDatabase } from '../support/database.ts'
import { startCutProxy } from '../support/cut-proxy.ts'
import { until } from '../support/embedded.ts'
import { startFleet } from '../support/listening-fleet.ts'
import { startNatsServer, withoutNats } from '../support/nats-server.ts'
import { connectAppliances, publish, ToldAppliance } from '../support/told-appliance.ts'

const APPLIANCES = 200
const EVENTS = 150
/** Events of a message at most, and for how long each appliance pauses from one to the next, in ms. */
const AT_ONCE = 4
const PAUSE_MS = 150

t.test(
  'two hundred appliances, servers that are killed and lines that break: each event is stored once, in order',
  { skip: withoutNats, timeout: 600_000 },
  async (t) => {
    const database = await openTestDatabase(t)
    const server = await startNatsServer(t)
    const lines = await Promise.all(
      ['fleet', 'some', 'others'].map(() => startCutProxy(t, server.port)),
    )
    const [ofFleet, ofSome, ofOthers] = lines
    if (!ofFleet || !ofSome || !ofOthers) throw new Error('there are three')
    const urlOf = ({ port }: { port: number }) => `nats://127.0.0.1:${port}`
    const connections = await Promise.all(
      [ofSome, ofOthers].map((line) => connectAppliances(urlOf(line))),
    )
    t.teardown(async () => {
      await Promise.all(connections.map((connection) => connection.close()))
    })
    const clients = connections.map((connection) => connection.jetstream({ timeout: 2_000 }))
    let fleet = await startFleet(t, { database, url: urlOf(ofFleet) })

    /** Tells all it has, in order: what was not acknowledged is told again until it is. */
    const tell = async (appliance: ToldAppliance, index: number) => {
      const client = clients[index % clients.length]
      if (client === undefined) throw new Error('there are two')
      while (appliance.seq < EVENTS) {
        const count = Math.min(1 + ((appliance.seq + index) % AT_ONCE), EVENTS - appliance.seq)
        const message = appliance.events(Array.from({ length: count }, () => ({})))
        await until(() =>
          publish(client, message).then(
            () => true,
            () => false,
          ),
        )
        if (appliance.seq % 10 === 0)
          await publish(client, appliance.about()).catch(() => undefined)
        await pause(PAUSE_MS)
      }
    }
    const appliances = Array.from(
      { length: APPLIANCES },
      (_, index) => new ToldAppliance(`a-${index}`),
    )
    const telling = Promise.all(appliances.map(tell))
    const count = async () => {
      const [row] = await database.query<{ count: number }>(
        'select count(*) as count from events where appliance is not null',
      )
      return row?.count ?? 0
    }
    const untilMore = async () => {
      const before = await count()
      await until(async () => (await count()) > before || (await count()) === APPLIANCES * EVENTS)
    }

    await untilMore()
    for (const line of [ofSome, ofFleet, ofOthers]) {
      line.cut()
      await pause(300)
      line.heal()
      await untilMore()
    }
    await server.stop('SIGKILL')
    await server.start()
    await untilMore()
    ofFleet.freeze('answers')
    await pause(300)
    ofFleet.cut()
    ofFleet.heal()
    await untilMore()
    await fleet.stop()
    await server.stop()
    await server.start()
    fleet = await startFleet(t, { database, url: urlOf(ofFleet) })
    await untilMore()
    await server.stop('SIGKILL')
    ofFleet.cut()
    await server.start()
    ofFleet.heal()
    await telling
    await until(async () => (await count()) >= APPLIANCES * EVENTS)

    const rows = await database.query<{ appliance: string; seqs: number[] }>(
      `select appliance, array_agg(appliance_seq::integer order by seq) as seqs
       from events where appliance is not null group by appliance`,
    )
    const all = Array.from({ length: EVENTS }, (_, index) => index + 1)
    t.equal(rows.length, APPLIANCES)
    for (const { appliance, seqs } of rows) t.strictSame(seqs, all, appliance)
    t.strictSame(
      fleet.fleet
        .list()
        .filter(({ missing, unreadable, seq }) => missing + unreadable > 0 || seq !== EVENTS),
      [],
    )
    const [told] = await database.query(
      `select count(*) as events, count(distinct seq) as numbers, max(seq) - min(seq) + 1 as span
       from events where seq is not null`,
    )
    t.strictSame(new Set(Object.values(told ?? {})).size, 1, 'the stream has no gap')
  },
)

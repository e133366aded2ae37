// What a fleet costs: appliances tell of themselves through a nats-server of the bench's own, and a fleet stores it, one
// kind after the other. First all appliances tell while nobody listens: the CPU of their end and of the server, and what
// the server keeps; then a fleet stores what waits: its CPU, that of PostgreSQL, and what that keeps. The peer of this end
// is the same events, in as large portions, stored as those of an appliance's own. FLEET_APPLIANCES=200 chooses how many.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from 'nats'
import type { Database } from '../src/db/database.ts'
import { appendEvents } from '../src/events/store.ts'
import type { Appliance } from '../src/fleet/appliances.ts'
import { Session } from '../src/fleet/session.ts'
import { makeStreams } from '../src/fleet/streams.ts'
import { FleetSubscriber } from '../src/fleet/subscribe.ts'
import type { EventMessage, MetricsMessage } from '../src/fleet/wire.ts'
import { snapshotOf } from './support/appliance.ts'
import { openDatabase } from './support/database.ts'
import { bytesBelow, cpuSecondsOf, cpuSecondsOfTree, ownCpuSeconds } from './support/process.ts'
import { freePort } from '../test/support/free-port.ts'
import { findProgram, serve } from './support/programs.ts'
import { printTable, type Cell } from './support/table.ts'

const APPLIANCES = Number(process.env.FLEET_APPLIANCES ?? 50)
/** What each of them tells: events one by one, beats of so many series, and how it is. */
const EVENTS = 40
const SERIES = 1_000
const BEATS = 8
const ROUNDS = 4
/** What is older than a quarter of a day would be packed at once. */
const FIRST_MS = Date.now() - 10 * 60_000
const BEAT_MS = 30_000
const LOOK_MS = 20
const KIB = 1024

const program = findProgram('nats-server')
if (program !== null) await measure(program)

/** Something that appliances tell. */
interface Kind {
  what: string
  /** Resolves with how many messages that were. */
  tell: (session: Session) => Promise<number>
  /** Whether the fleet has it of an appliance. */
  isStored: (subscriber: FleetSubscriber, appliance: Appliance) => boolean
}

async function measure(natsServer: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'storwarden-bench-'))
  const port = await freePort()
  const words = ['-js', '-sd', folder, '-a', '127.0.0.1', '-p', String(port)]
  const server = await serve((http) => [natsServer, ...words, '-m', String(http)], '/varz')
  const { db, connect: open, directory, close } = await openDatabase()
  const connection = await connect({ servers: `nats://127.0.0.1:${port}` })
  /** Seconds of CPU and bytes so far, of each. */
  const spent = () => {
    const [own, nats] = [ownCpuSeconds(), cpuSecondsOf(server.pid)]
    const postgres = cpuSecondsOfTree(process.pid) - own - nats
    return { own, nats, postgres, kept: bytesBelow(folder), stored: bytesBelow(directory) }
  }
  try {
    await makeStreams(await connection.jetstreamManager(), { days: 7, replicas: 1 })
    const sessions = Array.from({ length: APPLIANCES }, (_, index) => {
      const place = { identity: randomUUID(), epoch: FIRST_MS }
      const appliance = `vtl${index}`
      return new Session({ connection, appliance, place, onPublished: () => undefined })
    })
    const subscriber = subscriberOf(open(4), connection)
    const rows: Cell[][] = []
    for (const { what, tell, isStored } of kinds((await snapshotOf('01-steady')).readings)) {
      const before = spent()
      let messages = 0
      for (const session of sessions) messages += await tell(session)
      const told = spent()
      await subscriber.start()
      while (
        subscriber.list().length < APPLIANCES ||
        !subscriber.list().every((one) => isStored(subscriber, one))
      ) {
        await delay(LOOK_MS)
      }
      await subscriber.stop()
      const stored = spent()
      const ms = (seconds: number) => (seconds * 1000) / messages
      rows.push([
        ...[what, messages, ms(told.own - before.own), ms(told.nats - before.nats)],
        ...[(told.kept - before.kept) / KIB / messages, ms(stored.own - told.own)],
        ms(stored.postgres - told.postgres),
        (stored.stored - told.stored) / KIB / messages,
      ])
    }
    const begin = spent()
    await storeAsOwn(db)
    const end = spent()
    const ms = (seconds: number) => (seconds * 1000) / (APPLIANCES * EVENTS)
    rows.push([
      ...['an event, stored as own', APPLIANCES * EVENTS, 0, 0, 0, ms(end.own - begin.own)],
      ms(end.postgres - begin.postgres),
      (end.stored - begin.stored) / KIB / (APPLIANCES * EVENTS),
    ])
    printTable(
      `${APPLIANCES} appliances, CPU in ms and KiB a message`,
      [
        ...['what', 'messages', 'appliance', 'server', 'KiB there'],
        ...['fleet', 'PostgreSQL', 'KiB there'],
      ],
      rows,
    )
  } finally {
    await connection.close()
    await close()
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

function subscriberOf(
  database: Database,
  connection: Awaited<ReturnType<typeof connect>>,
): FleetSubscriber {
  return new FleetSubscriber({
    ...{ database, connect: () => Promise.resolve(connection), inbox: '_INBOX' },
    settings: () => ({ days: 7, replicas: 1, silentSeconds: 120 }),
    now: () => new Date(),
    onEvents: () => undefined,
    onNumbers: () => undefined,
    onError: (error) => {
      process.stdout.write(`${error.message}\n`)
    },
  })
}

function kinds(readings: object): Kind[] {
  const all = Object.entries(readings)
  return [
    {
      what: 'an event',
      tell: tellEvents,
      isStored: (_, { seq }) => seq === EVENTS,
    },
    {
      what: `a beat of ${SERIES} series that are new`,
      tell: (session) => tellBeats(session, 1, 1),
      isStored: (_, { metricsAt }) => metricsAt?.getTime() === beatMs(1),
    },
    {
      what: 'a beat of the same',
      tell: (session) => tellBeats(session, 2, BEATS),
      isStored: (_, { metricsAt }) => metricsAt?.getTime() === beatMs(BEATS),
    },
    {
      what: `one of ${all.length} readings`,
      tell: async (session) => {
        const at = new Date(FIRST_MS).toISOString()
        for (let round = 0; round < ROUNDS; round += 1) {
          for (const [subject, reading] of all) {
            const message = { seq: EVENTS, body: { at, reading: reading as unknown } }
            await session.publish('state', session.subjects.reading(subject), message)
          }
        }
        return ROUNDS * all.length
      },
      isStored: (subscriber, { name }) => subscriber.readings(name).size === all.length,
    },
  ]
}

function eventAt(n: number): EventMessage {
  return {
    ...{ seq: n, id: randomUUID(), type: 'tape', source: 'collectors/changers', level: 'info' },
    ...{ message: `Cartridge A${n}L8 was moved from slot 12 to drive 3.` },
    data: { event: 'cartridge_moved', library: 'XYZZY_A', volume_tag: `A${n}L8`, from: 12, to: 3 },
    timestamp: new Date(FIRST_MS + n * 1000).toISOString(),
  }
}

async function tellEvents(session: Session): Promise<number> {
  for (let n = 1; n <= EVENTS; n += 1) {
    const message = { seq: n, body: { events: [eventAt(n)] } }
    await session.publish('events', session.subjects.events, message)
  }
  return EVENTS
}

function beatMs(beat: number): number {
  return FIRST_MS + beat * BEAT_MS
}

async function tellBeats(session: Session, first: number, last: number): Promise<number> {
  for (let beat = first; beat <= last; beat += 1) {
    const atMs = beatMs(beat)
    const samples = Array.from({ length: SERIES }, (_, n): MetricsMessage['samples'][number] => {
      const labels = { target: `iqn.2026-01.org.example:disk${n % 50}`, lun: String(n) }
      return ['storwarden_scst_lun_read_bytes_total', labels, 'counter', atMs, beat * n * 4096]
    })
    const message = { seq: atMs, body: { at_ms: atMs, samples } }
    await session.publish('metrics', session.subjects.metrics, message)
  }
  return last - first + 1
}

async function storeAsOwn(db: Database): Promise<void> {
  for (let appliance = 0; appliance < APPLIANCES; appliance += 1) {
    const events = Array.from({ length: EVENTS }, (_, n) => {
      const { source, message, data, timestamp } = eventAt(n)
      const [type, level] = ['tape', 'info'] as const
      return { type, source, level, message, data, at: new Date(timestamp) }
    })
    await db.transaction((transaction) => appendEvents(transaction, events))
  }
}

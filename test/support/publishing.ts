import { randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { connect, type JetStreamManager } from 'nats'
import type { DatabasePool } from '../../src/db/pool.ts'
import type { NewEvent } from '../../src/events/event.ts'
import { appendEvents } from '../../src/events/store.ts'
import { FleetConnection, type ServerSettings } from '../../src/fleet/connection.ts'
import { FleetPublisher, type FleetPublisherOptions } from '../../src/fleet/publish.ts'
import { headers, streams } from '../../src/fleet/wire.ts'
import { until } from './daemon.ts'
import type { Teardown } from './database.ts'

/** More than a message may have, also when it is packed. */
export const noise = randomBytes(900_000).toString('hex')

/** The alerts of an appliance that tells. */
export const alerts = [{ id: 'a', state: 'firing' }]

type Stream = keyof typeof streams

/** An appliance that tells of itself, and what it said of how that goes. */
export function publishing(
  t: Teardown,
  database: FleetPublisherOptions['database'],
  url: string,
  given: { metrics?: boolean; shows?: Partial<ServerSettings> } = {},
) {
  const said: string[] = []
  const { metrics = false, shows = {} } = given
  const none = { user: null, password: null, token: null, credentialsFile: null }
  const connection = new FleetConnection({
    settings: () => ({
      servers: [url],
      ...none,
      caFile: null,
      certFile: null,
      keyFile: null,
      ...shows,
    }),
    ...{ name: 'vtl01', now: () => new Date(), random: () => 0, onChange: () => undefined },
    ...{ timeoutMs: 2_000, pingMs: 300 },
  })
  const publisher = new FleetPublisher({
    ...{ database, appliance: 'vtl01', now: () => new Date(), patienceMs: 1_000 },
    connect: (signal) => connection.connect(signal),
    settings: () => ({ metrics, days: 7, numbersSeconds: 30 }),
    sources: {
      about: () =>
        Promise.resolve({
          ...{ version: '1.2.3', url: null, started_at: '2026-11-20T00:00:00.000Z', health: 'up' },
        }),
      alerts: () => Promise.resolve(alerts),
      numbers: () => ({ tape: { total_libraries: 1 } }),
      readings: () => ({
        changers: { state: 'read', value: [{ serial: 'L', seenAt: new Date(0), size: 1n }] },
        scst: { state: 'read', value: noise },
      }),
    },
    onError: () => undefined,
    onTaken: (taken) => said.push(taken ? 'taken' : 'free'),
    onCountedAnew: () => said.push('counts anew'),
  })
  const stop = async () => {
    await publisher.stop()
    await connection.stop()
  }
  t.teardown(stop)
  connection.start()
  publisher.start()
  return { publisher, said, stop }
}

/** Has events of these numbers happen. */
export async function happen(
  database: DatabasePool,
  first: number,
  last: number,
  data: object = {},
): Promise<void> {
  const events = numbers(last)
    .slice(first - 1)
    .map((n): NewEvent => {
      const text = { source: 'test', message: `event ${n}` }
      return { type: 'system', level: 'info', ...text, data: { n, ...data }, at: new Date() }
    })
  await database.transaction((transaction) => appendEvents(transaction, events))
}

/** 1 to `last`. */
export function numbers(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}

/** Asks a server something over a connection of its own. */
export async function asking<T>(
  url: string,
  ask: (manager: JetStreamManager) => Promise<T>,
): Promise<T> {
  const connection = await connect({ servers: url, reconnect: false })
  try {
    return await ask(await connection.jetstreamManager())
  } finally {
    await connection.close()
  }
}

/** Makes the streams as a fleet does. */
export async function makeStreams(url: string): Promise<void> {
  await asking(url, async (manager) => {
    for (const { name, subjects } of Object.values(streams)) {
      const more = name === streams.state.name ? { max_msgs_per_subject: 1 } : {}
      await manager.streams.add({ name, subjects: [...subjects], allow_direct: true, ...more })
    }
  })
}

/** A message as a fleet finds it. */
export interface ToldMessage {
  subject: string
  epoch: number
  seq: number
  body: unknown
}

/** All messages of a stream, in its order; none while the server does not say. */
export async function messages(url: string, stream: Stream): Promise<ToldMessage[]> {
  const { name } = streams[stream]
  const all = asking(url, async (manager) => {
    const { state } = await manager.streams.info(name)
    const found: ToldMessage[] = []
    for (let seq = state.first_seq; seq > 0 && seq <= state.last_seq; seq += 1) {
      const message = await manager.streams.getMessage(name, { seq }).catch(() => null)
      if (message === null) continue
      const { subject, header, data } = message
      const body: unknown = JSON.parse(gunzipSync(data).toString())
      const [epoch, told] = [headers.epoch, headers.seq].map((key) => Number(header.get(key)))
      found.push({ subject, epoch: epoch ?? 0, seq: told ?? 0, body })
    }
    return found
  })
  return await all.catch(() => [])
}

/** The events of a message. */
export function eventsOf({ body }: ToldMessage): { seq: number; data: object }[] {
  return (body as { events: { seq: number; data: object }[] }).events
}

/** The numbers of all events that a server has, in its order, once it has that of this number. */
export async function toldUntil(url: string, seq: number): Promise<number[]> {
  return await until(
    async () => (await messages(url, 'events')).flatMap(eventsOf).map((event) => event.seq),
    (told) => told.includes(seq),
  )
}

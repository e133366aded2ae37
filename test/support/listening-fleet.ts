import { FleetConnection, inboxOf } from '../../src/fleet/connection.ts'
import type { Database } from '../../src/db/database.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { FleetSubscriber } from '../../src/fleet/subscribe.ts'
import type { Teardown } from './database.ts'
import { until } from './embedded.ts'

/** What listens to the appliances of a fleet. */
export interface ListeningFleet {
  fleet: FleetSubscriber
  /** Events that it told of. */
  told: StoredEvent[]
  errors: string[]
  /** Appliances whose numbers it told of. */
  numbers: string[]
  /** Its clock is so far ahead. */
  ahead: { ms: number }
  stop: () => Promise<void>
}

/** Starts it, and waits until it listens, unless it is not to wait. */
export async function startFleet(
  t: Teardown,
  {
    database,
    url,
    days = 7,
    waits = true,
  }: { database: Database; url: string; days?: number; waits?: boolean },
): Promise<ListeningFleet> {
  const told: StoredEvent[] = []
  const errors: string[] = []
  const numbers: string[] = []
  const ahead = { ms: 0 }
  const connection = new FleetConnection({
    settings: () => ({
      ...{ servers: [url], user: null, password: null, token: null, credentialsFile: null },
      ...{ caFile: null, certFile: null, keyFile: null },
    }),
    ...{ name: 'fleet', now: () => new Date(), random: () => 0, onChange: () => undefined },
  })
  connection.start()
  const fleet = new FleetSubscriber({
    database,
    connect: (signal) => connection.connect(signal),
    inbox: inboxOf('fleet'),
    settings: () => ({ days, replicas: 1, silentSeconds: 120 }),
    now: () => new Date(Date.now() + ahead.ms),
    onEvents: (events) => told.push(...events),
    onNumbers: ({ name }) => numbers.push(name),
    onError: ({ message, cause }) =>
      errors.push(`${message}${cause instanceof Error ? `: ${cause.message}` : ''}`),
  })
  const stop = async () => {
    await fleet.stop()
    await connection.stop()
  }
  t.teardown(stop)
  await fleet.start()
  if (waits) await until(() => fleet.deafSince() === null)
  return { fleet, told, errors, numbers, ahead, stop }
}

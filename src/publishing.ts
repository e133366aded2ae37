import { alertToJson } from './alerts/alert.ts'
import { activeAlerts } from './alerts/store.ts'
import { collectors } from './collectors/index.ts'
import { applianceName } from './config/fleet.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import type { FleetCounts } from './exporter/publishing.ts'
import { FleetConnection, type ConnectionState, type ServerSettings } from './fleet/connection.ts'
import { FleetPublisher } from './fleet/publish.ts'
import type { FleetStanding } from './health/fleet-check.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Log } from './log.ts'
import { urlForPeople } from './notifying.ts'
import { version } from './package.ts'
import type { Snapshot } from './snapshot.ts'

/** What a fleet is told with. */
export interface PublishingParts {
  /** As it is now: a reload changes who is shown to the servers, and what is told. */
  config: () => Config
  db: Database
  monitor: () => { snapshot(): Snapshot }
  log: Log
  now: () => Date
}

/** What is known once the daemon answers. */
export interface Answers {
  url: string
  numbers: () => object
  health: () => Promise<{ status: string }>
}

/** Who tells a fleet of the appliance. */
export interface Publishing {
  /** How it stands; null for who tells none. */
  standing: (() => FleetStanding) | null
  counts: () => FleetCounts | null
  /** Something may have happened that is to be told. */
  wake(): void
  /** Tells from now on, until it is stopped. */
  start(answers: Answers, lifecycle: Lifecycle): void
}

/** What is kept about the hardware, and shown with it. */
const KEPT = ['inventory', 'cartridges', 'tape_alerts'] as const
const LOOPBACK = /^https?:\/\/(?:127\.|localhost|\[::1\])/

/** Puts together who tells a fleet. Nothing is started; without servers nothing ever is. */
export function publishing(parts: PublishingParts): Publishing {
  const { fleet, role } = parts.config()
  if (role === 'fleet' || fleet.servers.length === 0) {
    const nothing = () => undefined
    return { standing: null, counts: () => null, wake: nothing, start: nothing }
  }
  const connection = fleetConnection(parts)
  let publisher: FleetPublisher | null = null
  return {
    standing() {
      const state = publisher?.state ?? null
      return {
        ...{ connected: connection.state.connected, since: connection.state.since },
        ...{ taken: state?.taken === true, waiting: state?.waiting ?? null },
        refused: state !== null && state.why !== null,
      }
    },
    counts() {
      const { published = {}, waiting = null } = publisher?.state ?? {}
      return { connected: connection.state.connected, published, waiting }
    },
    wake() {
      publisher?.wake()
      void publisher?.look()
    },
    start(answers, lifecycle) {
      connection.start()
      lifecycle.onStop('servers of the fleet', () => connection.stop())
      const telling = publisherOf(parts, connection, answers)
      publisher = telling
      telling.start()
      lifecycle.onStop('telling the fleet', () => telling.stop())
    },
  }
}

function publisherOf(
  { config, db, monitor, log, now }: PublishingParts,
  connection: FleetConnection,
  { url, numbers, health }: Answers,
): FleetPublisher {
  const appliance = applianceName(config().fleet)
  const startedAt = now().toISOString()
  const people = urlForPeople(url)
  return new FleetPublisher({
    ...{ database: db, appliance, now, onError: log.failure },
    connect: (signal) => connection.connect(signal),
    settings() {
      const { fleet, monitoring } = config()
      return {
        ...{ metrics: fleet.metrics === 'all', days: fleet.stream_days },
        numbersSeconds: monitoring.broadcast_interval_seconds,
      }
    },
    sources: {
      async about() {
        const told = config().notifications.public_url ?? (LOOPBACK.test(people) ? null : people)
        return { version, url: told, started_at: startedAt, health: (await health()).status }
      },
      alerts: async () => (await activeAlerts(db)).map(alertToJson),
      numbers,
      readings: () => readingsOf(monitor().snapshot()),
    },
    onTaken(taken) {
      if (taken)
        log.error(`another machine is called ${appliance} in the fleet: it is told nothing`)
      else log.info(`the name ${appliance} is free in the fleet: it is told again`)
    },
    onCountedAnew() {
      log.warn('the fleet has heard of later events than there are: they are counted anew')
    },
  })
}

/** What is read of the hardware, but for the messages of its kernel, which are events. */
function readingsOf({ readings }: Snapshot): Record<string, object> {
  const told = [...Object.keys(collectors), ...KEPT].filter((subject) => subject !== 'kernel_log')
  return Object.fromEntries(
    told.flatMap((subject) => {
      const reading = readings[subject as keyof typeof readings]
      return reading === undefined ? [] : [[subject, reading]]
    }),
  )
}

/** The connection to the servers; it is opened once it is started. */
export function fleetConnection({
  config,
  log,
  now,
}: Pick<PublishingParts, 'config' | 'log' | 'now'>): FleetConnection {
  return new FleetConnection({
    ...{ name: applianceName(config().fleet), now, random: Math.random, onChange: tell(log) },
    settings: () => serverSettings(config()),
  })
}

/** Where the servers are, and as whom they are asked. */
function serverSettings({ fleet }: Config): ServerSettings {
  return {
    servers: fleet.servers,
    ...{ user: fleet.user, password: fleet.password, token: fleet.token },
    ...{ credentialsFile: fleet.credentials_file, caFile: fleet.ca_file },
    ...{ certFile: fleet.cert_file, keyFile: fleet.key_file },
  }
}

function tell(log: Log): (state: ConnectionState) => void {
  return ({ connected, why }) => {
    if (connected) log.info('connected to the servers of the fleet')
    else log.warn('the servers of the fleet are not reached', { why })
  }
}

import { shownNumbers } from './api/fleet/numbers.ts'
import { applianceName } from './config/fleet.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import type { Fleet } from './fleet/appliances.ts'
import { inboxOf } from './fleet/connection.ts'
import { noFleet, type FleetState } from './fleet/state.ts'
import { FleetSubscriber } from './fleet/subscribe.ts'
import type { FleetStanding } from './health/fleet-check.ts'
import type { Hub } from './hub/hub.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Log } from './log.ts'
import {
  fleetConnection,
  publishing,
  type Answers,
  type Publishing,
  type PublishingParts,
} from './publishing.ts'

/** What appliances are listened to with. */
export interface GatheringParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  db: Database
  hub: Hub
  monitor: PublishingParts['monitor']
  log: Log
  now: () => Date
}

/** The appliances of a fleet. */
export interface Gathering {
  /** Null where the daemon is not that of a fleet. */
  fleet: Fleet | null
  /** What of the snapshot they are asked for. */
  kept: { fleet(): Promise<FleetState> }
  /** Who tells a fleet of this appliance. */
  told: Publishing
  /** How it stands with the servers; null where there are none. */
  standing: (() => FleetStanding) | null
  /** Listens or tells from now on, until it is stopped. Rejects as the database does. */
  start(lifecycle: Lifecycle, answers: Answers): Promise<void>
}

/** At the start, and when a server is restarted, nothing is heard for a moment. */
const DEAF_MS = 60_000

/** Puts together what listens to the appliances of a fleet. Nothing is started; of a daemon that is none nothing is. */
export function gathering(parts: GatheringParts): Gathering {
  const { config, db, hub, log, now } = parts
  const told = publishing(parts)
  if (config().role !== 'fleet') {
    return {
      ...{ fleet: null, kept: { fleet: async () => noFleet(now()) } },
      ...{ told, standing: told.standing },
      start: async (lifecycle, answers) => {
        told.start(answers, lifecycle)
      },
    }
  }
  const connection = fleetConnection(parts)
  const subscriber = new FleetSubscriber({
    ...{ database: db, now, onError: log.failure, inbox: inboxOf(applianceName(config().fleet)) },
    connect: (signal) => connection.connect(signal),
    settings() {
      const { stream_days: days, stream_replicas: replicas, silent_seconds } = config().fleet
      return { days, replicas, silentSeconds: silent_seconds }
    },
    onEvents: (events) => {
      hub.publish(events)
    },
    onNumbers: (appliance) => {
      const told = hub.wantsNumbers(appliance.name) ? subscriber.numbers(appliance.name) : null
      if (told === null) return
      const shown = shownNumbers(appliance, told, { like: {}, now: now(), silence: null })
      hub.publishNumbers(shown, told.at, appliance.name)
    },
  })
  return {
    ...{ fleet: subscriber, told },
    standing() {
      const { connected, since } = connection.state
      const deafSince = subscriber.deafSince()
      return {
        ...{ connected, since: connected && deafSince !== null ? deafSince : since },
        ...{ taken: false, refused: connected && deafSince !== null, waiting: null },
      }
    },
    kept: {
      async fleet() {
        const { deafSince, why, appliances } = await subscriber.look()
        // What is not heard is not known: the alerts about appliances stay as they are. A moment is none.
        if (deafSince !== null && now().getTime() - deafSince.getTime() > DEAF_MS) {
          throw new Error(
            `the servers of the fleet are not reached: ${connection.state.why ?? why ?? ''}`,
          )
        }
        const { silent_seconds: silentSeconds } = config().fleet
        return { at: now(), listens: true, silentSeconds, appliances }
      },
    },
    async start(lifecycle) {
      connection.start()
      lifecycle.onStop('servers of the fleet', () => connection.stop())
      await subscriber.start()
      lifecycle.onStop('appliances of the fleet', () => subscriber.stop())
    },
  }
}

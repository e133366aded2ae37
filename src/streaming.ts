import { streamLimits } from './applied-config.ts'
import type { Accounts } from './auth/accounts.ts'
import { mayReadStream } from './auth/permissions.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import { streamTypes } from './events/event.ts'
import { storedEvents } from './events/store.ts'
import type { Native } from './host/native.ts'
import { Hub } from './hub/hub.ts'
import { version } from './package.ts'

/** What the event stream is made of. */
export interface StreamingParts {
  config: Config
  db: Database
  accounts: Pick<Accounts, 'stillGood'>
  native: Native | null
  now: () => Date
}

/** Broadcasts the numbers of now. */
export interface Broadcasting {
  now(): void
  stop(): void
}

/** Broadcasts them once in so many seconds, until it is stopped. */
export function startBroadcasting(
  hub: Pick<Hub, 'publishNumbers'>,
  { numbers, now, seconds }: { numbers: () => unknown; now: () => Date; seconds: number },
): Broadcasting {
  const broadcast = () => {
    hub.publishNumbers(numbers(), now())
  }
  const beat = setInterval(broadcast, seconds * 1000)
  return {
    now: broadcast,
    stop() {
      clearInterval(beat)
    },
  }
}

/** The event stream; it takes clients once it is started. */
export function streaming({ config, db, accounts, native, now }: StreamingParts): Hub {
  return new Hub({
    types: streamTypes,
    mayRead: mayReadStream,
    backlog: storedEvents(db),
    stillGood: (credentials) => accounts.stillGood(credentials),
    ...{ sender: native, now },
    // A page shows what there is of appliances where there are some.
    greeting: { version, ...(config.role === 'fleet' ? { role: config.role } : {}) },
    ...streamLimits(config),
  })
}

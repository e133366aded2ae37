import type { Database, Queryable } from '../db/database.ts'
import { jsonb } from '../db/json.ts'
import type { NewEvent, StoredEvent } from '../events/event.ts'
import { appendEvents } from '../events/store.ts'
import type { Decision, DeviceMemory, KeptFlag, Memory, TapeAlertStore } from './memory.ts'

/** What a store works with and whom it tells. */
export interface StoreOptions {
  database: Database
  /** Does in the same transaction what else is owed to the events, such as putting them up for sending. */
  alongside: (transaction: Queryable, events: readonly NewEvent[]) => Promise<void>
  /** Told of every event after it is committed. */
  onEvents: (events: readonly StoredEvent[]) => void
}

/** The memory in PostgreSQL: every change is one transaction with the events that tell of it. */
export class DatabaseStore implements TapeAlertStore {
  readonly #options: StoreOptions
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: StoreOptions) {
    this.#options = options
  }

  change<T>(decide: (memory: Memory) => Decision<T>): Promise<T> {
    const { database, alongside, onEvents } = this.#options
    const step = this.#last.then(async () => {
      // Most of the time there is nothing to write, and nobody is locked out to see that.
      const first = decide(await remembered(database))
      if (isNothing(first)) return first.result
      const { result, stored } = await database.transaction(async (transaction) => {
        // Nobody else changes it until the transaction ends.
        await transaction.query('lock table tape_alert_devices in share row exclusive mode')
        const memory = await remembered(transaction)
        const { result, devices = [], flags = [], events = [] } = decide(memory)
        await saveDevices(transaction, devices)
        await saveFlags(transaction, flags)
        await alongside(transaction, events)
        return { result, stored: await appendEvents(transaction, events) }
      })
      if (stored.length > 0) onEvents(stored)
      return result
    })
    this.#last = step.catch(() => undefined)
    return step
  }
}

function isNothing({ devices = [], flags = [], events = [] }: Decision<unknown>): boolean {
  return devices.length === 0 && flags.length === 0 && events.length === 0
}

async function remembered(database: Queryable): Promise<Memory> {
  return {
    devices: await database.query<DeviceMemory>(
      `select kind, id, place, signs, begun_at as "begunAt", read_at as "readAt", clears,
              reading_id as "readingId", failures, failed_at as "failedAt", error
       from tape_alert_devices
       order by kind, id`,
    ),
    flags: await database.query<KeptFlag>(
      `select key, kind, id, flag, volume_tag as "volumeTag", first_read_at as "firstReadAt",
              last_read_at as "lastReadAt", count, excerpt, standing, left_at as "leftAt",
              returned_at as "returnedAt", returned_to as "returnedTo", ended_at as "endedAt", ending
       from tape_alert_flags
       where ended_at is null
       order by first_read_at, kind, id, flag`,
    ),
  }
}

async function saveDevices(
  transaction: Queryable,
  devices: readonly DeviceMemory[],
): Promise<void> {
  if (devices.length === 0) return
  await transaction.query(
    `insert into tape_alert_devices (
       kind, id, place, signs, begun_at, read_at, clears, reading_id, failures, failed_at, error
     )
     select kind, id, place, nullif(signs, 'null'::jsonb), "begunAt", "readAt", clears, "readingId",
            failures, "failedAt", error
     from jsonb_to_recordset($1) as device (
       kind text, id text, place jsonb, signs jsonb, "begunAt" timestamptz, "readAt" timestamptz,
       clears boolean, "readingId" uuid, failures integer, "failedAt" timestamptz, error text
     )
     on conflict (kind, id) do update set
       place = excluded.place,
       signs = excluded.signs,
       begun_at = excluded.begun_at,
       read_at = excluded.read_at,
       clears = excluded.clears,
       reading_id = excluded.reading_id,
       failures = excluded.failures,
       failed_at = excluded.failed_at,
       error = excluded.error`,
    [jsonb(devices)],
  )
}

async function saveFlags(transaction: Queryable, flags: readonly KeptFlag[]): Promise<void> {
  if (flags.length === 0) return
  await transaction.query(
    `insert into tape_alert_flags (
       key, kind, id, flag, volume_tag, first_read_at, last_read_at, count, excerpt, standing,
       left_at, returned_at, returned_to, ended_at, ending
     )
     select key, kind, id, flag, "volumeTag", "firstReadAt", "lastReadAt", count, excerpt, standing,
            "leftAt", "returnedAt", "returnedTo", "endedAt", ending
     from jsonb_to_recordset($1) as flag (
       key uuid, kind text, id text, flag smallint, "volumeTag" text, "firstReadAt" timestamptz,
       "lastReadAt" timestamptz, count bigint, excerpt text, standing text, "leftAt" timestamptz,
       "returnedAt" timestamptz, "returnedTo" text, "endedAt" timestamptz, ending text
     )
     on conflict (key) do update set
       volume_tag = excluded.volume_tag,
       last_read_at = excluded.last_read_at,
       count = excluded.count,
       excerpt = excluded.excerpt,
       standing = excluded.standing,
       left_at = excluded.left_at,
       returned_at = excluded.returned_at,
       returned_to = excluded.returned_to,
       ended_at = excluded.ended_at,
       ending = excluded.ending`,
    [jsonb(flags)],
  )
}

import type { StoredAuditEntry } from '../auth/audit.ts'
import type { Database, Queryable } from '../db/database.ts'
import type { StoredEvent } from '../events/event.ts'
import { appendEvents, lockSequence } from '../events/store.ts'
import { auditedEvent, AUDIT_SOURCE } from './audited.ts'

/** What is followed, and who is told. */
export interface AuditFollowerOptions {
  database: Database
  onEvents: (events: readonly StoredEvent[]) => void
  onError: (error: Error) => void
  now: () => Date
}

/** An entry is committed so long after its time at most. */
const LATE_MS = 10 * 60_000
/** What was done while no daemon ran. */
const AWAY_MS = 24 * 60 * 60_000
const AT_ONCE = 100

/**
 * Tells the stream of what is in the audit trail, each entry once whoever wrote it, the command line too, and
 * however many daemons are told of it. Of alerts and incidents the stream is told by those themselves.
 */
export class AuditFollower {
  readonly #options: AuditFollowerOptions
  #following: Promise<void> | null = null
  #wasAway = true
  /** What there was when all of it was told. */
  #told: string | null = null

  constructor(options: AuditFollowerOptions) {
    this.#options = options
  }

  /** Tells of what is new. Never rejects: what cannot be told now is told later. */
  follow(): Promise<void> {
    this.#following ??= this.#follow()
      .catch((cause: unknown) => {
        this.#options.onError(new Error('the audit trail was not followed', { cause }))
      })
      .finally(() => (this.#following = null))
    return this.#following
  }

  async #follow(): Promise<void> {
    const { database, now, onEvents } = this.#options
    const since = new Date(now().getTime() - (this.#wasAway ? AWAY_MS : LATE_MS))
    for (;;) {
      // Most of the time there is nothing new: events are not asked to see that, and nobody is locked out.
      const there = await thereSince(database, since)
      if (there === this.#told) break
      if ((await untold(database, since)).length === 0) {
        this.#told = there
        break
      }
      const stored = await database.transaction(async (transaction) => {
        await lockSequence(transaction)
        const entries = await untold(transaction, since)
        return await appendEvents(transaction, entries.map(auditedEvent))
      })
      onEvents(stored)
    }
    this.#wasAway = false
  }
}

async function untold(database: Queryable, since: Date): Promise<StoredAuditEntry[]> {
  return await database.query<StoredAuditEntry>(
    `select id, at, actor, credential, address, action, subject, before, after
     from audit
     where at >= $1 and action not like 'alert.%' and action not like 'incident.%' and not exists (
       select from events
       where source = $2 and appliance is null and "timestamp" >= $1 - interval '1 second'
         and payload->>'audit_id' = audit.id::text
     )
     order by id limit $3`,
    [since, AUDIT_SOURCE, AT_ONCE],
  )
}

/** Another text once an entry has been added, also one with a smaller number than others. */
async function thereSince(database: Queryable, since: Date): Promise<string> {
  const [row] = await database.query<{ there: string }>(
    `select count(*) || ' ' || coalesce(sum(id), 0) as there from audit where at >= $1`,
    [since],
  )
  return row?.there ?? ''
}

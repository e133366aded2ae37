import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import type { Origin, Principal } from './principal.ts'

/** Something that somebody changed, or tried to. */
export interface AuditEntry {
  at: Date
  /** Name of the user; `storwardend` for the daemon itself. */
  actor: string
  /** `session` or `token:<id>`; null for the daemon. */
  credential: string | null
  address: string | null
  /** The request in whose name it was done, as the log names it. */
  requestId?: string | null
  /** Subject and verb, e.g. `alert.acknowledge`. */
  action: string
  /** Id or name of what was changed. */
  subject: string | null
  before: Readonly<Record<string, unknown>> | null
  after: Readonly<Record<string, unknown>> | null
}

/** An entry with its number. */
export interface StoredAuditEntry extends AuditEntry {
  id: number
  requestId: string | null
}

/** Which entries are wanted; what is left out excludes nothing. */
export interface AuditFilter {
  actor?: string | undefined
  action?: string | undefined
  subject?: string | undefined
  requestId?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
  limit: number
  offset: number
}

/** The part of an entry that tells who it was. */
export function auditActor(
  { username, credential }: Principal,
  { address, requestId = null }: Origin,
): Pick<AuditEntry, 'actor' | 'credential' | 'address' | 'requestId'> {
  return {
    actor: username,
    credential: credential.kind === 'session' ? 'session' : `token:${credential.id}`,
    address,
    requestId,
  }
}

/** Writes one entry; in the transaction of the change where the change has one. */
export async function appendAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  await db.query(
    `insert into audit (at, actor, credential, address, action, subject, before, after, request_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      entry.at,
      storable(entry.actor),
      entry.credential,
      entry.address,
      entry.action,
      entry.subject === null ? null : storable(entry.subject),
      entry.before === null ? null : jsonb(entry.before),
      entry.after === null ? null : jsonb(entry.after),
      entry.requestId ?? null,
    ],
  )
}

/** Newest first, and how many there are without limit and offset. */
export async function listAudit(
  db: Queryable,
  filter: AuditFilter,
): Promise<{ entries: StoredAuditEntry[]; total: number }> {
  const where = `($1::text is null or actor = $1) and ($2::text is null or action = $2)
     and ($3::text is null or subject = $3) and ($4::timestamptz is null or at >= $4)
     and ($5::timestamptz is null or at < $5) and ($6::text is null or request_id = $6)`
  const values = [
    filter.actor ?? null,
    filter.action ?? null,
    filter.subject ?? null,
    filter.since ?? null,
    filter.until ?? null,
    filter.requestId ?? null,
  ]
  const [count] = await db.query<{ total: number }>(
    `select count(*) as total from audit where ${where}`,
    values,
  )
  const rows = await db.query<StoredAuditEntry>(
    `select id, at, actor, credential, address, action, subject, before, after,
       request_id as "requestId"
     from audit where ${where} order by id desc limit $7 offset $8`,
    [...values, filter.limit, filter.offset],
  )
  return {
    entries: rows,
    total: count?.total ?? 0,
  }
}

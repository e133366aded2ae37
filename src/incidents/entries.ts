import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'

/** What can become of an incident besides being read. */
export type EntryKind =
  'opened' | 'changed' | 'note' | 'alerts_attached' | 'alert_detached' | 'alerts_over'

/** Something that became of an incident, or that somebody wrote about it. */
export interface IncidentEntry {
  at: Date
  kind: EntryKind
  /** The user; null when the daemon did it by itself. */
  actor: string | null
  /** The note, or a sentence. */
  text: string
  details: Readonly<Record<string, unknown>>
}

/** What somebody wrote. */
export interface IncidentNote {
  id: number
  at: Date
  author: string | null
  text: string
}

/** Adds to the history of an incident; resolves with the number of the entry. */
export async function appendEntry(
  transaction: Queryable,
  incidentId: string,
  { at, kind, actor, text, details }: IncidentEntry,
): Promise<number> {
  const [row] = await transaction.query<{ id: number }>(
    `insert into incident_entries (incident_id, at, kind, actor, text, details)
     values ($1, $2, $3, $4, $5, $6)
     returning id`,
    [
      ...[incidentId, at, kind, actor === null ? null : storable(actor)],
      ...[storable(text), jsonb(details)],
    ],
  )
  if (!row) throw new Error('incidents: an entry without a number')
  return row.id
}

/** The last notes about an incident, the oldest of them first, and how many there are. */
export async function listNotes(
  database: Queryable,
  incidentId: string,
  limit: number,
): Promise<{ notes: IncidentNote[]; total: number }> {
  const rows = await database.query<IncidentNote & { total: number }>(
    `select id, at, actor as author, text, count(*) over () as total
     from incident_entries
     where incident_id = $1 and kind = 'note'
     order by at desc, id desc
     limit $2`,
    [incidentId, limit],
  )
  const notes = rows.reverse().map(({ id, at, author, text }) => ({ id, at, author, text }))
  return { notes, total: rows[0]?.total ?? 0 }
}

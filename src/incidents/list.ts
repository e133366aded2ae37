import { CursorError } from '../alerts/list.ts'
import type { Queryable } from '../db/database.ts'
import { storable } from '../db/json.ts'
import type { Incident, IncidentSeverity, IncidentStatus, Reader } from './incident.ts'
import { incidentColumns } from './store.ts'

/** Which incidents are wanted; what is left out excludes nothing. */
export interface IncidentFilter {
  status?: IncidentStatus | undefined
  severity?: IncidentSeverity | undefined
  /** Open or investigating; false: neither. */
  active?: boolean | undefined
  /** Name of a user, in whatever case. */
  assignedTo?: string | undefined
  /** Text in title, description or root cause, in any case. */
  q?: string | undefined
  /** Bounds of the time it was opened, both included. */
  since?: Date | undefined
  until?: Date | undefined
  /** True: only what was closed before `archivedBefore`; false: all but that. */
  archived: boolean
  archivedBefore: Date
  limit: number
  offset: number
  /** `nextCursor` of the page before; the offset then counts for nothing. */
  cursor?: string | undefined
}

/** One page of incidents, newest first, and how many there are in all. */
export interface IncidentPage {
  incidents: Incident[]
  total: number
  /** Where the next page begins; null at the end. */
  nextCursor: string | null
}

const FILTER = `
  ($1::uuid is null or created_by_id = $1 or assigned_to_id = $1)
  and ($2::text is null or status = $2)
  and ($3::text is null or severity = $3)
  and ($4::boolean is null or (status in ('open', 'investigating')) = $4)
  and ($5::text is null or lower(assigned_to) = lower($5))
  and ($6::text is null or title ilike $6 or description ilike $6 or root_cause ilike $6)
  and ($7::timestamptz is null or created_at >= $7)
  and ($8::timestamptz is null or created_at <= $8)
  and (closed_at is not null and closed_at <= $9) = $10::boolean`

/** Lists the incidents that the reader may know of, newest first. Rejects with CursorError. */
export async function listIncidents(
  database: Queryable,
  { userId, seesAll }: Reader,
  filter: IncidentFilter,
): Promise<IncidentPage> {
  const wanted = [
    seesAll ? null : userId,
    filter.status ?? null,
    filter.severity ?? null,
    filter.active ?? null,
    filter.assignedTo === undefined ? null : storable(filter.assignedTo),
    filter.q === undefined ? null : `%${storable(filter.q).replace(/[\\%_]/g, '\\$&')}%`,
    filter.since ?? null,
    filter.until ?? null,
    filter.archivedBefore,
    filter.archived,
  ]
  const after = filter.cursor === undefined ? null : readCursor(filter.cursor)
  const [counted] = await database.query<{ total: number }>(
    `select count(*) as total from incidents where ${FILTER}`,
    wanted,
  )
  // One more than asked for tells whether there is another page.
  const rows = await database.query<Incident>(
    `select ${incidentColumns} from incidents
     where ${FILTER} and ($11::timestamptz is null or (created_at, id) < ($11, $12::uuid))
     order by created_at desc, id desc
     limit $13 offset $14`,
    [
      ...wanted,
      after?.createdAt ?? null,
      after?.id ?? null,
      filter.limit + 1,
      after === null ? filter.offset : 0,
    ],
  )
  const incidents = rows.slice(0, filter.limit)
  const last = incidents.at(-1)
  return {
    incidents,
    total: counted?.total ?? 0,
    nextCursor: last !== undefined && rows.length > filter.limit ? cursorOf(last) : null,
  }
}

function cursorOf({ createdAt, id }: Incident): string {
  return Buffer.from(`${createdAt.toISOString()} ${id}`).toString('base64url')
}

const CURSOR =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

function readCursor(cursor: string): { createdAt: Date; id: string } {
  const [, time, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const createdAt = new Date(time ?? '')
  if (id === undefined || Number.isNaN(createdAt.getTime())) throw new CursorError(cursor)
  return { createdAt, id }
}

import type { Queryable } from '../db/database.ts'
import { storable } from '../db/json.ts'
import { ownedBy, ownerOf } from '../db/owned-by.ts'
import type { Alert, ListedAlert } from './alert.ts'
import { alertColumns, everyAlert } from './rows.ts'

/** Which alerts are wanted; what is left out excludes nothing. */
export interface AlertFilter {
  severity?: Several
  source?: Several
  state?: Several
  /** The whole resource, e.g. a mount point. */
  resource?: string | undefined
  /** The name or the title of the rule. */
  rule?: string | undefined
  acknowledged?: boolean | undefined
  /** True: only those that a graver alert of the same place mutes now; false: none of them. */
  inhibited?: boolean | undefined
  /** Whether a silence mutes it now. */
  silenced?: boolean | undefined
  flapping?: boolean | undefined
  /** Of a fleet: the appliance whose alerts they are; null for the daemon's own. */
  appliance?: string | null | undefined
  /** Bounds of the time it began, both included. */
  since?: Date | undefined
  until?: Date | undefined
  /** Text in title, message or resource, in any case. */
  q?: string | undefined
  limit: number
  offset: number
  /** `nextCursor` of the page before; the offset then counts for nothing. */
  cursor?: string | undefined
}

/** One of several values; a string may hold them separated by commas. */
export type Several = string | readonly string[] | undefined

/** One page of alerts, newest first, and how many there are in all. */
export interface AlertPage {
  alerts: ListedAlert[]
  total: number
  /** Where the next page begins; null at the end. */
  nextCursor: string | null
}

/** The cursor is none that was handed out. */
export class CursorError extends Error {
  readonly code = 'ERR_CURSOR'

  constructor(cursor: string) {
    super(`cursor ${cursor}: is none that was handed out`)
    this.name = 'CursorError'
  }
}

const FILTER = `
  ($1::text[] is null or severity = any ($1))
  and ($2::text[] is null or source = any ($2))
  and ($3::text[] is null or state = any ($3))
  and ($4::text is null or resource = $4)
  and ($5::text is null or rule = $5 or title = $5)
  and ($6::boolean is null or (acknowledged_at is not null) = $6)
  and ($7::timestamptz is null or started_at >= $7)
  and ($8::timestamptz is null or started_at <= $8)
  and ($9::text is null or title ilike $9 or message ilike $9 or resource ilike $9)
  and ($10::boolean is null or (inhibited_by is not null and state <> 'resolved') = $10)
  and ($11::boolean is null or (silenced_by <> '{}' and state <> 'resolved') = $11)
  and ($12::boolean is null or flapping = $12)
  and ${ownedBy('$13')}`

/** Lists alerts, newest first. Rejects with CursorError. */
export async function listAlerts(database: Queryable, filter: AlertFilter): Promise<AlertPage> {
  const wanted = [
    several(filter.severity),
    several(filter.source),
    several(filter.state),
    text(filter.resource),
    text(filter.rule),
    filter.acknowledged ?? null,
    filter.since ?? null,
    filter.until ?? null,
    filter.q === undefined ? null : `%${storable(filter.q).replace(/[\\%_]/g, '\\$&')}%`,
    filter.inhibited ?? null,
    filter.silenced ?? null,
    filter.flapping ?? null,
    ownerOf(filter.appliance),
  ]
  const after = filter.cursor === undefined ? null : readCursor(filter.cursor)
  const [counted] = await database.query<{ total: number }>(
    `select count(*) as total from ${everyAlert} where ${FILTER}`,
    wanted,
  )
  // One more than asked for tells whether there is another page.
  const rows = await database.query<ListedAlert>(
    `select ${alertColumns}, appliance from ${everyAlert}
     where ${FILTER} and ($14::timestamptz is null or (started_at, id) < ($14, $15::uuid))
     order by started_at desc, id desc
     limit $16 offset $17`,
    [
      ...wanted,
      after?.startedAt ?? null,
      after?.id ?? null,
      filter.limit + 1,
      after === null ? filter.offset : 0,
    ],
  )
  const alerts = rows.slice(0, filter.limit)
  const last = alerts.at(-1)
  return {
    alerts,
    total: counted?.total ?? 0,
    nextCursor: last !== undefined && rows.length > filter.limit ? cursorOf(last) : null,
  }
}

function several(value: Several): readonly string[] | null {
  if (value === undefined) return null
  return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value
}

function text(value: string | undefined): string | null {
  return value === undefined ? null : storable(value)
}

function cursorOf({ startedAt, id }: Alert): string {
  return Buffer.from(`${startedAt.toISOString()} ${id}`).toString('base64url')
}

const CURSOR =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

function readCursor(cursor: string): { startedAt: Date; id: string } {
  const [, time, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const startedAt = new Date(time ?? '')
  if (id === undefined || Number.isNaN(startedAt.getTime())) throw new CursorError(cursor)
  return { startedAt, id }
}

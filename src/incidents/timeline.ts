import { CursorError } from '../alerts/list.ts'
import type { Queryable } from '../db/database.ts'
import { attachedIds } from './attached-alerts.ts'
import type { Incident, Reader } from './incident.ts'
import { eventsKeptSince, type IncidentKeeping } from './keeping.ts'
import { entryOf, type TimelineEntry } from './timeline-entry.ts'
import {
  countTimelineRows,
  timelineRows,
  type TimelinePosition,
  type TimelineWindow,
} from './timeline-rows.ts'

/** Who reads a timeline. */
export type TimelineReader = Pick<Reader, 'seesAll' | 'seesAudit'>

/** Which part of a timeline is wanted. */
export interface TimelineWanted {
  limit: number
  offset: number
  /** `nextCursor` of the page before; the offset then counts for nothing. */
  cursor?: string | undefined
}

/** A page of a timeline, the oldest first. */
export interface TimelinePage {
  entries: TimelineEntry[]
  total: number
  /** Where the next page begins; null at the end. */
  nextCursor: string | null
  since: Date
  until: Date
  /** Of what happened before, events are gone; null when all are there. */
  eventsKeptSince: Date | null
}

const HOUR_MS = 3_600_000

/** From an hour before an incident to its resolution, or to now. Pure. */
export function windowOf({ startedAt, resolvedAt }: Incident, now: Date) {
  return { since: new Date(startedAt.getTime() - HOUR_MS), until: resolvedAt ?? now }
}

/** What is asked of the tables for a reader. */
export async function timelineWindow(
  database: Queryable,
  incident: Incident,
  { seesAll, seesAudit }: TimelineReader,
  { keeping, now }: { keeping: IncidentKeeping; now: Date },
): Promise<TimelineWindow> {
  return {
    incidentId: incident.id,
    ...windowOf(incident, now),
    eventsKeptSince: eventsKeptSince(keeping, now),
    alertIds: await attachedIds(database, incident.id),
    ...{ seesAll, seesAudit },
  }
}

/**
 * What happened from an hour before an incident to its resolution, in one order: by time, then what it is, then
 * the order in which it was stored. Pages put together are the whole, without gap or double; what comes to a
 * lasting incident comes at their end. Rejects with CursorError.
 */
export async function timelinePage(
  database: Queryable,
  window: TimelineWindow,
  { limit, offset, cursor }: TimelineWanted,
): Promise<TimelinePage> {
  const after = cursor === undefined ? null : readCursor(cursor)
  // One more than asked for tells whether there is another page.
  const rows = await timelineRows(database, window, {
    after,
    limit: limit + 1,
    offset: after === null ? offset : 0,
  })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const { since, until, eventsKeptSince: kept } = window
  return {
    entries: shown.map(entryOf),
    total: await countTimelineRows(database, window),
    nextCursor: last !== undefined && rows.length > limit ? cursorOf(last) : null,
    ...{ since, until },
    eventsKeptSince: kept > since ? kept : null,
  }
}

function cursorOf({ at, rank, key }: TimelinePosition): string {
  return Buffer.from(`${at} ${rank} ${key}`).toString('base64url')
}

const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (\d) ([^\0]{1,512})$/

function readCursor(cursor: string): TimelinePosition {
  const [, at = '', rank = '', key] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (key === undefined || Number.isNaN(Date.parse(at))) throw new CursorError(cursor)
  return { at, rank: Number(rank), key }
}

import { jsonb, storable } from '../db/json.ts'
import type { Queryable } from '../db/database.ts'
import { EVERY, ownedBy, ownerOf } from '../db/owned-by.ts'
import { isUuid } from '../db/uuid.ts'
import { laterDay, startOf, type Day } from './days.ts'
import { cursorOf, readCursor } from './cursor.ts'
import type { ListedEvent } from './event.ts'

/** Which events are wanted; what is left out excludes nothing. */
export interface EventFilter {
  eventType?: string | undefined
  source?: string | undefined
  level?: string | undefined
  /** Bounds of the time at which it happened, both included. */
  since?: Date | undefined
  until?: Date | undefined
  /** Text of which every word begins a word of message, source or tags, in any case. */
  q?: string | undefined
  /** Tags that the event has, with these values. */
  tags?: Readonly<Record<string, string>> | undefined
  /** Of a fleet: the appliance it happened at; null for what happened here. */
  appliance?: string | null | undefined
  limit: number
  offset: number
  /** `nextCursor` of the page before; the offset then counts for nothing. */
  cursor?: string | undefined
}

/** One page of events, the newest first. */
export interface EventPage {
  events: ListedEvent[]
  /** How many there are, as far as they are counted. */
  total: number
  /** Whether there are more than that: nobody waits for a million to be counted. */
  more: boolean
  /** Where the next page begins; null at the end. */
  nextCursor: string | null
}

/** Filtered events are counted so far. */
export const COUNTED = 10_000

/** What is found by a word is sorted, when it is as few as this. */
const FEW = 2_000

/** Days that are looked at together at most, so that a query locks few of the tables. */
const DAYS_AT_ONCE = 32

/** Lists events, the newest first. Rejects with EventCursorError. */
export async function listEvents(database: Queryable, filter: EventFilter): Promise<EventPage> {
  const after = filter.cursor === undefined ? null : readCursor(filter.cursor)
  const wanted = wantedOf(filter)
  const days = await daysOf(database, filter)
  // One more than asked for tells whether there is another page.
  const found: ListedEvent[] = []
  let offset = after === null ? filter.offset : 0
  for (const window of windowsOf(days)) {
    if (found.length > filter.limit) break
    if (after !== null && window.from > after.at) continue
    if (offset > 0) {
      const passed = await countIn(database, wanted, window, offset + 1)
      if (passed <= offset) {
        offset -= passed
        continue
      }
    }
    const limit = filter.limit + 1 - found.length
    const isRare =
      filter.q !== undefined && (await countIn(database, wanted, window, FEW + 1)) <= FEW
    const page = { after, limit, offset }
    found.push(...(await (isRare ? rareIn : eventsIn)(database, wanted, window, page)))
    offset = 0
  }
  const events = found.slice(0, filter.limit)
  const last = events.at(-1)
  return {
    events,
    ...(await totalOf(database, wanted, days)),
    nextCursor: last !== undefined && found.length > filter.limit ? cursorOf(last) : null,
  }
}

/** One event by its id; null when there is none, or it is not kept any more. */
export async function findEvent(database: Queryable, id: string): Promise<ListedEvent | null> {
  if (!isUuid(id)) return null
  for (const { from, to } of windowsOf(await daysOf(database, {}))) {
    const [found] = await database.query<ListedEvent>(
      `select ${COLUMNS}
       from events as event left join users on users.id = event.created_by
       where event.id = $1 and "timestamp" >= $2 and "timestamp" < $3`,
      [id, from, to],
    )
    if (found !== undefined) return found
  }
  return null
}

/** From the first to before the second. */
interface Window {
  from: Date
  to: Date
}

/** Values of the parameters of FILTER. */
type Wanted = readonly unknown[]

const COLUMNS = `event.id, seq, stream, appliance, event_type as "eventType", source, level, message, tags, payload,
  "timestamp" as at, event.created_at as "createdAt", username as "createdBy"`

const FILTER = `
  ($1::text is null or event_type = $1)
  and ($2::text is null or source = $2)
  and ($3::text is null or level = $3)
  and ($4::timestamptz is null or "timestamp" >= $4)
  and ($5::timestamptz is null or "timestamp" <= $5)
  and ($6::text is null or words @@ event_search($6))
  and ($7::jsonb is null or tags @> $7)
  and ${ownedBy('$8')}
  and "timestamp" >= $9 and "timestamp" < $10`

function wantedOf({
  eventType,
  source,
  level,
  since,
  until,
  q,
  tags,
  appliance,
}: EventFilter): Wanted {
  return [
    eventType ?? null,
    source === undefined ? null : storable(source),
    level ?? null,
    since ?? null,
    until ?? null,
    q === undefined ? null : storable(q),
    tags === undefined ? null : jsonb(tags),
    ownerOf(appliance),
  ]
}

interface CountedDay {
  day: Day
  events: number
}

/** The days that have events of the wanted time, the newest first. */
async function daysOf(
  database: Queryable,
  { since, until }: Pick<EventFilter, 'since' | 'until'>,
): Promise<CountedDay[]> {
  return await database.query<CountedDay & Record<string, unknown>>(
    `select to_char(day, 'YYYY-MM-DD') as day, events
     from event_days as known
     where ($1::timestamptz is null or known.day >= ($1 at time zone 'UTC')::date)
       and ($2::timestamptz is null or known.day <= ($2 at time zone 'UTC')::date)
     order by known.day desc`,
    [since ?? null, until ?? null],
  )
}

/** A day, then two, then four …: what is wanted is mostly new, and what is rare may be anywhere. */
function windowsOf(days: readonly CountedDay[]): Window[] {
  const windows: Window[] = []
  for (let begin = 0, size = 1; begin < days.length; size = Math.min(size * 2, DAYS_AT_ONCE)) {
    const chunk = days.slice(begin, begin + size)
    const [newest] = chunk
    const oldest = chunk.at(-1)
    if (newest !== undefined && oldest !== undefined) {
      windows.push({ from: startOf(oldest.day), to: startOf(laterDay(newest.day, 1)) })
    }
    begin += size
  }
  return windows
}

/** Which rows of a window. */
interface Part {
  after: { at: Date; id: string } | null
  limit: number
  offset: number
}

/** From the newest on, until there are enough. */
async function eventsIn(
  database: Queryable,
  wanted: Wanted,
  window: Window,
  part: Part,
): Promise<ListedEvent[]> {
  return await database.query<ListedEvent>(
    pageOf('select * from events where'),
    valuesOf(wanted, window, part),
  )
}

/**
 * All that there are, and then the newest of them. How often the beginning of a word occurs the planner does not
 * know; taking it for frequent it would look at one event after the other. "offset 0" has it not look further.
 */
async function rareIn(
  database: Queryable,
  wanted: Wanted,
  window: Window,
  part: Part,
): Promise<ListedEvent[]> {
  return await database.query<ListedEvent>(
    pageOf(`select * from (select * from events where ${FILTER} offset 0) as events where`),
    valuesOf(wanted, window, part),
  )
}

function valuesOf(wanted: Wanted, { from, to }: Window, { after, limit, offset }: Part) {
  return [...wanted, from, to, after?.at ?? null, after?.id ?? null, limit, offset]
}

/** A page of what is selected. */
function pageOf(selected: string): string {
  return `select ${COLUMNS}
     from (
       ${selected} ${FILTER} and ($11::timestamptz is null or ("timestamp", id) < ($11, $12::uuid))
       order by "timestamp" desc, id desc
       limit $13 offset $14
     ) as event left join users on users.id = event.created_by
     order by "timestamp" desc, event.id desc`
}

async function countIn(
  database: Queryable,
  wanted: Wanted,
  { from, to }: Window,
  most: number,
): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `select count(*) as count from (select from events where ${FILTER} limit $11) as found`,
    [...wanted, from, to, most],
  )
  return row?.count ?? 0
}

async function totalOf(
  database: Queryable,
  wanted: Wanted,
  days: readonly CountedDay[],
): Promise<{ total: number; more: boolean }> {
  if (wanted.every((value) => value === null || value === EVERY)) {
    return { total: days.reduce((sum, { events }) => sum + events, 0), more: false }
  }
  let total = 0
  for (const window of windowsOf(days)) {
    total += await countIn(database, wanted, window, COUNTED + 1 - total)
    if (total > COUNTED) return { total: COUNTED, more: true }
  }
  return { total, more: false }
}

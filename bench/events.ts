// What events cost when there are a million of them: listing, searching, counting, replaying, forgetting a day.
// The peer is the same question in one statement to a plain table of the same rows, with an index by time, and for
// a million rows what one would write first: `ilike` for a search, `count(*)` for a total, `delete` for retention.
import { countEvents } from '../src/events/counts.ts'
import { firstKeptDay } from '../src/events/days.ts'
import { listEvents, type EventFilter } from '../src/events/list.ts'
import { dropPartitions, makePartitions } from '../src/events/partitions.ts'
import { eventsSince } from '../src/events/store.ts'
import { fillEvents } from '../test/support/events.ts'
import { openDatabase } from './support/database.ts'
import { median } from './support/measure.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const COUNT = 1_000_000
const DAYS = 30
const END = new Date('2026-11-20T23:00:00Z')
const HOUR_MS = 3_600_000
const ROUNDS = 7

const { db, close } = await openDatabase()
try {
  await load()
  await measure()
} finally {
  await close()
}

async function load(): Promise<void> {
  for (let day = 0; day <= DAYS; day += 3) {
    await makePartitions(db, new Date(END.getTime() - day * 24 * HOUR_MS))
  }
  const begun = performance.now()
  await fillEvents(db, { count: COUNT, days: DAYS, end: END })
  const seconds = (performance.now() - begun) / 1000
  await db.query('create table plain (like events including defaults)')
  await db.query('alter table plain drop column words, drop column created_by')
  const columns =
    'id, seq, stream, event_type, source, message, level, tags, payload, "timestamp", created_at'
  const copied = performance.now()
  await db.query(`insert into plain (${columns}) select ${columns} from events`)
  await db.query('create index on plain ("timestamp", id)')
  await db.query('create index on plain (seq)')
  const plainSeconds = (performance.now() - copied) / 1000
  await db.query('vacuum analyze events')
  await db.query('vacuum analyze plain')
  const [size] = await db.query<{ ours: number; peer: number }>(
    `select sum(pg_total_relation_size(inhrelid)) as ours, pg_total_relation_size('plain') as peer
     from pg_inherits where inhparent = 'events'::regclass`,
  )
  printTable(
    'a million events',
    ['', 'ours', 'plain', 'ratio'],
    [
      [
        'stored, µs each',
        ((seconds * 1e6) / COUNT).toFixed(0),
        ((plainSeconds * 1e6) / COUNT).toFixed(0),
        ratio(seconds, plainSeconds),
      ],
      [
        'on disk, bytes each',
        ((size?.ours ?? 0) / COUNT).toFixed(0),
        ((size?.peer ?? 0) / COUNT).toFixed(0),
        ratio(size?.ours ?? 0, size?.peer ?? 1),
      ],
    ],
  )
}

async function measure(): Promise<void> {
  const list = (filter: Partial<EventFilter>) => () =>
    listEvents(db, { limit: 100, offset: 0, ...filter })
  const plain = (where: string) => () =>
    db.query(`select * from plain where ${where} order by "timestamp" desc, id desc limit 100`)
  const { nextCursor } = await listEvents(db, { limit: 1000, offset: 0 })
  const hourAgo = new Date(END.getTime() - HOUR_MS)
  const monthAgo = new Date(END.getTime() - 25 * 24 * HOUR_MS)
  const questions: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
    ['the newest 100', list({}), plain('true')],
    [
      'the next, by cursor',
      list({ cursor: nextCursor ?? '' }),
      plain(`"timestamp" < '${hourAgo.toISOString()}'`),
    ],
    [
      'of 25 days ago',
      list({ until: monthAgo }),
      plain(`"timestamp" <= '${monthAgo.toISOString()}'`),
    ],
    ['errors, counted', list({ level: 'error' }), plain(`level = 'error'`)],
    ['a rare source, counted', list({ source: 'rare' }), plain(`source = 'rare'`)],
    ['a rare word, counted', list({ q: 'A00042' }), plain(`message ilike '%A00042%'`)],
    ['a frequent word, counted', list({ q: 'moved' }), plain(`message ilike '%moved%'`)],
    ['a word that is nowhere', list({ q: 'nowhere' }), plain(`message ilike '%nowhere%'`)],
    [
      'a tag, counted',
      list({ tags: { request_id: 'r4711' } }),
      plain(`tags @> '{"request_id": "r4711"}'`),
    ],
    [
      'totals (stats)',
      () => countEvents(db, hourAgo),
      () =>
        db.query('select count(*), count(*) filter (where "timestamp" >= $1) from plain', [
          hourAgo,
        ]),
    ],
    [
      'replay of 500 events',
      () => eventsSince(db, COUNT - 1000, 500),
      () => db.query('select * from plain where seq > $1 order by seq limit 500', [COUNT - 1000]),
    ],
  ]
  const rows: Cell[][] = []
  for (const [name, ours, peer] of questions) {
    const spent = { ours: [] as number[], peer: [] as number[] }
    for (let round = 0; round < ROUNDS; round += 1) {
      spent.ours.push(await timed(ours))
      spent.peer.push(await timed(peer))
    }
    rows.push([name, ms(spent.ours), ms(spent.peer), ratio(median(spent.ours), median(spent.peer))])
  }
  const forget = { ours: [] as number[], peer: [] as number[] }
  for (let day = 0; day < 3; day += 1) {
    const first = firstKeptDay(END, DAYS - 1 - day)
    forget.ours.push(await timed(() => dropPartitions(db, first)))
    forget.peer.push(
      await timed(() => db.query('delete from plain where "timestamp" < $1', [first])),
    )
  }
  rows.push([
    'forgetting a day',
    ms(forget.ours),
    ms(forget.peer),
    ratio(median(forget.ours), median(forget.peer)),
  ])
  printTable('questions, median', ['question', 'ours, ms', 'plain, ms', 'ratio'], rows)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

function ms(spent: readonly number[]): string {
  return median(spent).toFixed(1)
}

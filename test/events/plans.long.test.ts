import t from 'tap'
import type { Queryable } from '../../src/db/database.ts'
import { countEvents } from '../../src/events/counts.ts'
import { listEvents, type EventFilter } from '../../src/events/list.ts'
import { makePartitions } from '../../src/events/partitions.ts'
import { eventsSince, oldestSeq } from '../../src/events/store.ts'
import { openTestDatabase } from '../support/database.ts'
import { fillEvents } from '../support/events.ts'

const database = await openTestDatabase(t)
const END = new Date('2026-11-20T23:00:00Z')
const DAYS = 10
const COUNT = 100_000
const LAST_TABLE = 'events_20261120'

for (let day = 0; day < DAYS; day += 1) {
  await makePartitions(database, new Date(END.getTime() - day * 86_400_000))
}
await fillEvents(database, { count: COUNT, days: DAYS, end: END })
await database.query('analyze events')

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: Plan[]
}

/** How the statements that look at events are carried out: what is read of which table, without its day. */
function explaining(read: Set<string>): Queryable {
  return {
    async query(text, values) {
      if (/from events\b/.test(text)) {
        const [row] = await database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `explain (format json) ${text}`,
          values,
        )
        for (const node of nodesOf(row?.['QUERY PLAN'][0].Plan)) {
          const { 'Relation Name': table = '', 'Index Name': index } = node
          // Days ahead are empty, and read as they are.
          const isEmpty = table === 'events_default' || table > LAST_TABLE
          if (index?.startsWith('events') === true) read.add(index.replace(/_(\d{8}|default)/, ''))
          else if (table.startsWith('events') && !isEmpty) read.add(node['Node Type'])
        }
      }
      return await database.query(text, values)
    },
  }
}

function nodesOf(plan: Plan | undefined): Plan[] {
  return plan === undefined ? [] : [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

/** What is read, sorted. */
async function readBy(work: (database: Queryable) => Promise<unknown>): Promise<string[]> {
  const read = new Set<string>()
  await work(explaining(read))
  return [...read].filter((name) => name !== 'Bitmap Heap Scan').sort()
}

const list = (filter: Partial<EventFilter>) =>
  readBy((explained) => listEvents(explained, { limit: 100, offset: 0, ...filter }))

t.test('whatever is asked for is found by an index', async (t) => {
  const { nextCursor } = await listEvents(database, { limit: 1000, offset: 0 })
  const asked: Record<string, string[]> = {
    'the newest': await list({}),
    'the next page': await list({ cursor: nextCursor ?? '' }),
    'an hour': await list({
      since: new Date(END.getTime() - 7_200_000),
      until: new Date(END.getTime() - 3_600_000),
    }),
    'a rare source': await list({ source: 'rare' }),
    errors: await list({ level: 'error' }),
    traces: await list({ eventType: 'trace' }),
    'a rare word': await list({ q: 'A00042' }),
    'a tag': await list({ tags: { request_id: 'r4711' } }),
    'a replay': await readBy((explained) => eventsSince(explained, COUNT - 1000, 500)),
    'an old replay': await readBy((explained) => eventsSince(explained, 100, 500)),
    counts: await readBy((explained) =>
      countEvents(explained, new Date(END.getTime() - 3_600_000)),
    ),
    'the oldest': await readBy((explained) => oldestSeq(explained)),
  }
  for (const [question, read] of Object.entries(asked)) {
    t.notOk(read.includes('Seq Scan'), `${question}: ${read.join(', ')}`)
  }
  // A day of ten thousand is soon read as it is, when two words are wanted.
  t.ok((await list({ q: 'A00042 drive' })).includes('events_words_idx'))
  t.strictSame(asked['a rare word'], ['events_words_idx'])
  t.strictSame(asked['a tag'], ['events_tags_idx'])
  t.strictSame(asked['a rare source'], ['events_source_timestamp_idx'])
  t.strictSame(asked['the newest'], ['events_pkey'])
  t.strictSame(asked['the oldest'], [], 'nothing is read for that')
})

t.test('few tables are looked at for what is new', async (t) => {
  const queries: string[] = []
  const counting: Queryable = {
    async query(text, values) {
      if (/from events\b/.test(text)) queries.push(text)
      return await database.query(text, values)
    },
  }
  await listEvents(counting, { limit: 100, offset: 0 })
  t.equal(queries.length, 1)
})

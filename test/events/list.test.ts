import fc from 'fast-check'
import t from 'tap'
import type { HandedInEvent } from '../../src/events/event.ts'
import { eventLevels, eventTypes } from '../../src/events/event.ts'
import { keepEvents } from '../../src/events/handed-in.ts'
import { COUNTED, listEvents, type EventFilter } from '../../src/events/list.ts'
import { makePartitions } from '../../src/events/partitions.ts'
import { openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const NOON = Date.UTC(2026, 10, 20, 12)
await makePartitions(database, new Date(NOON))

const event = (message: string, given: Partial<HandedInEvent> = {}): HandedInEvent => ({
  ...{ eventType: 'log', source: 'test', level: 'info', message, tags: {}, payload: {} },
  ...{ at: new Date(NOON), ...given },
})

const keep = (...events: HandedInEvent[]) => keepEvents(database, events, null)

const messages = async (filter: Partial<EventFilter>) =>
  (await listEvents(database, { limit: 100, offset: 0, ...filter })).events.map(
    ({ message }) => message,
  )

t.beforeEach(async () => {
  await database.query('truncate events')
})

t.test('words are found by their beginnings, wherever they stand', async (t) => {
  await keep(
    event('Cartridge A00001L6 moved to /dev/sg3'),
    event("it's said: SCSI-Fehler, Gerät überhitzt (iqn.2004-10.com.example:disk1)"),
    event('x', { source: 'backup/nightly', tags: { job_id: '4711-Ä' } }),
    event(`${'y'.repeat(5000)} end`),
    event('first line\nsecond\tline\u0007 \u001b[31mred'),
    event('テープが一杯'),
  )
  const found = async (q: string) => (await messages({ q })).map((text) => text.slice(0, 9))
  t.strictSame(await found('a00001'), ['Cartridge'])
  t.strictSame(await found('MOVED cartridge'), ['Cartridge'])
  t.strictSame(await found('/dev/sg3'), ['Cartridge'])
  t.strictSame(await found('0001'), [], 'not in the middle of a word')
  t.strictSame(await found("it's"), ["it's said"])
  t.strictSame(await found('iqn.2004-10.com.example:disk1'), ["it's said"])
  t.strictSame(await found('gerät über'), ["it's said"])
  t.strictSame(await found('nightly 4711'), ['x'])
  t.strictSame(await found('job_id'), ['x'])
  t.strictSame(await found('y'.repeat(200)), ['yyyyyyyyy'])
  t.strictSame(await found('second line'), ['first lin'])
  t.strictSame(await found('テープ'), ['テープが一杯'])
  t.strictSame(await found("a:* | b & !c <-> ' \\ \0"), [], 'operators of tsquery are no words')
  t.strictSame(await found('--- & |'), [], 'no word at all')
})

t.test('one page follows the other, also among events of the same moment', async (t) => {
  const at = (index: number) => new Date(NOON - Math.floor(index / 7) * 3_600_000 * 5)
  await keep(...Array.from({ length: 100 }, (_, index) => event(String(index), { at: at(index) })))
  const all = await messages({ limit: 1000 })
  t.equal(new Set(all).size, 100)
  const paged: string[] = []
  let cursor: string | undefined
  do {
    const page = await listEvents(database, { limit: 9, offset: 0, cursor })
    t.match(page, { total: 100, more: false })
    paged.push(...page.events.map(({ message }) => message))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  t.strictSame(paged, all)
  for (const offset of [0, 1, 49, 50, 99, 100, 1_000_000_000]) {
    t.strictSame(await messages({ limit: 10, offset }), all.slice(offset, offset + 10))
  }
  await t.rejects(listEvents(database, { limit: 1, offset: 0, cursor: 'nonsense' }), {
    code: 'ERR_CURSOR',
  })
})

t.test('whatever is asked for, it is what a look at all of them finds', async (t) => {
  const arbitrary = fc.record({
    eventType: fc.constantFrom(...eventTypes),
    source: fc.constantFrom('a', 'b', 'c'),
    level: fc.constantFrom(...eventLevels),
    tags: fc.constantFrom({}, { job: '1' }, { job: '1', step: '2' }),
    // From 70 days ago to 3 ahead, so that some days have partitions and others have not.
    hours: fc.integer({ min: -70 * 24, max: 3 * 24 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitrary, { maxLength: 60 }),
      fc.record(
        {
          eventType: fc.constantFrom(...eventTypes),
          source: fc.constantFrom('a', 'b'),
          level: fc.constantFrom(...eventLevels),
          tags: fc.constantFrom({ job: '1' }, { job: '1', step: '2' }),
          sinceHours: fc.integer({ min: -70 * 24, max: 0 }),
          untilHours: fc.integer({ min: -70 * 24, max: 72 }),
        },
        { requiredKeys: [] },
      ),
      fc.nat({ max: 20 }),
      async (events, { sinceHours, untilHours, ...wanted }, offset) => {
        await database.query('truncate events')
        const time = (hours: number) => new Date(NOON + hours * 3_600_000)
        const given = events.map(({ hours, ...one }, index) =>
          event(String(index), { ...one, at: time(hours) }),
        )
        await keep(...given)
        const since = sinceHours === undefined ? undefined : time(sinceHours)
        const until = untilHours === undefined ? undefined : time(untilHours)
        const expected = given
          .filter(
            (one) =>
              (wanted.eventType === undefined || one.eventType === wanted.eventType) &&
              (wanted.source === undefined || one.source === wanted.source) &&
              (wanted.level === undefined || one.level === wanted.level) &&
              Object.entries(wanted.tags ?? {}).every(([name, text]) => one.tags[name] === text) &&
              (since === undefined || one.at >= since) &&
              (until === undefined || one.at <= until),
          )
          .map(({ at }) => at.getTime())
          .sort((one, other) => other - one)
        const filter = { ...wanted, since, until, limit: 10, offset }
        const page = await listEvents(database, filter)
        t.strictSame(
          page.events.map(({ at }) => at.getTime()),
          expected.slice(offset, offset + 10),
        )
        t.match(page, { total: expected.length, more: false })
        t.equal(page.nextCursor !== null, expected.length > offset + 10)
      },
    ),
    { numRuns: 60 },
  )
})

t.test('a number of filtered events is told as far as it is counted', async (t) => {
  await database.query(
    `insert into events (event_type, source, message, level, "timestamp")
     select 'log', 'many', 'x', 'info', $1::timestamptz - n * interval '1 minute'
     from generate_series(0, $2::integer) as n`,
    [new Date(NOON), COUNTED],
  )
  const page = (given: Partial<EventFilter>) =>
    listEvents(database, { limit: 1, offset: 0, ...given })
  t.match(await page({ source: 'many' }), { total: COUNTED, more: true })
  t.match(await page({}), { total: COUNTED + 1, more: false })
  t.match(await page({ source: 'many', since: new Date(NOON - 60_000) }), {
    ...{ total: 2, more: false },
  })
})

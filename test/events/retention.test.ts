import fc from 'fast-check'
import t from 'tap'
import { firstKeptDay } from '../../src/events/days.ts'
import type { NewEvent } from '../../src/events/event.ts'
import { makePartitions, partitionDays } from '../../src/events/partitions.ts'
import { forgetOldEvents } from '../../src/events/retention.ts'
import { appendEvents, eventsSince, lastSeq, oldestSeq } from '../../src/events/store.ts'
import { openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 10, 20, 12)

const event = (atMs: number): NewEvent => ({
  ...{ type: 'system', source: 'test', level: 'info', message: String(atMs), data: {} },
  at: new Date(atMs),
})

const append = (...atMs: number[]) =>
  database.transaction((transaction) => appendEvents(transaction, atMs.map(event)))

const kept = async () => (await eventsSince(database, 0, 10_000)).map(({ message }) => message)

t.beforeEach(async () => {
  await database.query('truncate events')
  await database.query('update event_sequence set last = 0')
})

t.test('a day is dropped when its last moment is as old as events are kept', (t) => {
  const first = (now: string, days: number) => firstKeptDay(new Date(now), days)
  t.equal(first('2026-11-20T23:59:59.999Z', 1), '2026-11-19')
  t.equal(first('2026-11-21T00:00:00.000Z', 1), '2026-11-20')
  t.equal(first('2028-03-01T00:00:00.000Z', 1), '2028-02-29')
  t.end()
})

const zones = ['UTC', 'Pacific/Kiritimati', 'Etc/GMT+12', 'America/St_Johns', 'Europe/Berlin']

t.test(
  'not a row is dropped that is young enough, and none kept that is a day too old',
  async (t) => {
    const zoneBefore = process.env.TZ
    t.teardown(() => {
      if (zoneBefore === undefined) delete process.env.TZ
      else process.env.TZ = zoneBefore
    })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        // Around clock changes and midnights, too.
        fc.integer({ min: -400 * 24, max: 400 * 24 }),
        fc.integer({ min: -2, max: 2 }),
        fc.array(fc.integer({ min: -45 * 24 * 60, max: 60 }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(...zones),
        fc.constantFrom(...zones),
        async (days, hours, ms, minutes, zone, serverZone) => {
          process.env.TZ = zone
          await database.query('truncate events')
          await database.query(`alter role current_user set timezone = '${serverZone}'`)
          await database.query(`set timezone = '${serverZone}'`)
          const nowMs = NOW + hours * 3_600_000 + ms
          const edgeMs = nowMs - days * DAY_MS
          const midnightMs = Math.floor(edgeMs / DAY_MS) * DAY_MS
          const times = [
            ...minutes.map((minute) => nowMs + minute * 60_000 + ms),
            ...[edgeMs - 1, edgeMs, edgeMs + 1, midnightMs - 1, midnightMs, midnightMs + 1],
          ]
          await makePartitions(database, new Date(nowMs))
          await append(...times)
          // Half of the days get partitions, the rest of them stays where it fell.
          if (hours % 2 === 0) await makePartitions(database, new Date(nowMs))

          await forgetOldEvents(database, days, new Date(nowMs))

          const expected = times.filter((atMs) => atMs >= midnightMs).map(String)
          t.strictSame((await kept()).sort(), expected.sort())
          const [counted] = await database.query('select sum(events) as events from event_days')
          t.strictSame(counted, { events: expected.length })
          t.notOk((await partitionDays(database)).some((day) => Date.parse(day) < midnightMs))
        },
      ),
      { numRuns: 40 },
    )
    await database.query('alter role current_user reset timezone')
  },
)

t.test('what is kept says how far back it reaches, and numbers go on', async (t) => {
  await append(NOW - 3 * DAY_MS, NOW - 2 * DAY_MS, NOW)
  await makePartitions(database, new Date(NOW))
  t.match(await forgetOldEvents(database, 2, new Date(NOW)), { postponed: [] })
  t.equal(await oldestSeq(database), 2)
  t.equal(await lastSeq(database), 3)
  await forgetOldEvents(database, 1, new Date(NOW + 9 * DAY_MS))
  t.equal(await oldestSeq(database), null)
  t.equal((await append(NOW + 9 * DAY_MS))[0]?.seq, 4)
})

t.test('a day that is being read is dropped later, and nobody waits for it long', async (t) => {
  await makePartitions(database, new Date(NOW))
  await append(NOW)
  const later = new Date(NOW + 3 * DAY_MS)
  await makePartitions(database, later)
  await database.transaction(async (reader) => {
    await reader.query('select count(*) from events')
    const { done, postponed } = await forgetOldEvents(database, 1, later)
    t.strictSame(done, [])
    t.ok(postponed.includes('2026-11-20'))
    await append(later.getTime())
  })
  t.match(await forgetOldEvents(database, 1, later), { postponed: [] })
  t.strictSame(await kept(), [String(later.getTime())])
})

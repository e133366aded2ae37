import t from 'tap'
import { availabilityOf } from '../../src/reports/availability.ts'
import { WeeklySchedule } from '../../src/reports/schedule.ts'
import { dueAt, messageId, weekOf } from '../../src/reports/week.ts'
import { clockOf, spanText } from '../../src/reports/words.ts'

const MONDAYS = { schedule: '0 6 * * 1', timeZone: 'Europe/Berlin' }

t.test('a week is that of ISO 8601, where the appliance is', (t) => {
  const berlin = (time: string) => weekOf(new Date(time), 'Europe/Berlin')
  t.equal(berlin('2026-11-23T05:00:00Z'), '2026-W48')
  t.equal(berlin('2026-11-22T22:59:59Z'), '2026-W47')
  t.equal(berlin('2026-11-22T23:00:00Z'), '2026-W48', 'it is Monday there')
  t.equal(berlin('2027-01-01T12:00:00Z'), '2026-W53')
  t.equal(berlin('2029-12-31T12:00:00Z'), '2030-W01')
  t.end()
})

t.test('what was missed is made up for within a day', (t) => {
  const due = (now: string) => dueAt(MONDAYS, new Date(now))?.toISOString() ?? null
  t.equal(due('2026-11-23T04:59:59Z'), null)
  t.equal(due('2026-11-23T05:00:00Z'), '2026-11-23T05:00:00.000Z')
  t.equal(due('2026-11-24T04:59:59Z'), '2026-11-23T05:00:00.000Z')
  t.equal(due('2026-11-24T05:00:00Z'), null)
  t.end()
})

t.test('a message has one id for a channel and what has it sent', (t) => {
  t.equal(messageId('email', 'a'), messageId('email', 'a'))
  t.not(messageId('email', 'a'), messageId('email', 'b'))
  t.match(
    messageId('email', 'a'),
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  t.end()
})

t.test('times are told in the time zone, spans in their two largest units', (t) => {
  const clock = clockOf('Europe/Berlin')
  t.equal(clock.time(new Date('2026-11-22T23:05:59Z')), '2026-11-23 00:05')
  t.equal(clock.day(new Date('2026-07-01T22:00:00Z')), '2026-07-02')
  t.strictSame([0, 59.4, 60, 3599, 5400, 86_400, 100_000].map(spanText), [
    '0 s',
    '59 s',
    '1 min',
    '1 h',
    '1 h 30 min',
    '1 d',
    '1 d 3 h',
  ])
  t.end()
})

t.test('availability', (t) => {
  const span = { sinceMs: 0, untilMs: 1000, stepMs: 100 }
  const points = (...values: (number | null)[]) =>
    values.flatMap((value, index) => (value === null ? [] : [{ atMs: index * 100, value }]))
  const of = (...values: (number | null)[]) => availabilityOf(points(...values), span)

  t.strictSame(
    of(1, 1, 0.5, 0, 1, 1, 0, 1, 1, 1),
    { totalMs: 1000, knownMs: 1000, downMs: 250, outages: 2, longestMs: 150 },
    'outages are added up and counted',
  )
  t.strictSame(
    of(1, 1, 0, null, null, null, 0, 1, 1, 1),
    { totalMs: 1000, knownMs: 700, downMs: 200, outages: 2, longestMs: 100 },
    'what is not known is neither, and may have ended an outage',
  )
  t.strictSame(
    of(1, null, 1, 1, 1, 1, 1, 1, 1, 1),
    { totalMs: 1000, knownMs: 1000, downMs: 0, outages: 0, longestMs: 0 },
    'a value that is late is no gap',
  )
  t.strictSame(
    of(),
    { totalMs: 1000, knownMs: 0, downMs: 0, outages: 0, longestMs: 0 },
    'of nothing nothing is known',
  )
  t.strictSame(
    availabilityOf(points(0, 0, 0, 1), { sinceMs: 150, untilMs: 350, stepMs: 100 }),
    { totalMs: 200, knownMs: 200, downMs: 150, outages: 1, longestMs: 150 },
    'only the period counts',
  )
  t.end()
})

t.test('a report is asked for once a week', async (t) => {
  const state = {
    now: '2026-11-23T04:59:00Z',
    takers: true,
    fails: true,
    began: '2026-01-01T00:00:00Z',
  }
  const [asked, errors]: [unknown[], string[]] = [[], []]
  const schedule = () =>
    new WeeklySchedule({
      settings: () => MONDAYS,
      hasTakers: () => state.takers,
      beganAt: async () => new Date(state.began),
      now: () => new Date(state.now),
      onError: ({ message }) => errors.push(message),
    })
  const submit = async (draft: object) => {
    if (state.fails) throw new Error('the database is away')
    asked.push(draft)
  }
  const one = schedule()
  await one.look(submit)
  t.strictSame([asked, errors], [[], []], 'it is not due')
  state.now = '2026-11-23T05:00:10Z'
  await one.look(submit)
  t.strictSame(errors, ['the weekly report could not be asked for'])
  state.fails = false
  await one.look(submit)
  await one.look(submit)
  const draft = { kind: 'weekly_report', params: {}, idempotencyKey: 'weekly report 2026-W48' }
  t.strictSame(asked, [draft], 'when the database is there again, and only then')
  await schedule().look(submit)
  t.strictSame(asked, [draft, draft], 'a daemon that was started anew asks with the same key')
  state.takers = false
  await schedule().look(submit)
  state.takers = true
  state.began = '2026-11-23T05:00:05Z'
  await schedule().look(submit)
  t.equal(asked.length, 2, 'not where nobody takes it, nor of what was before the installation')
})

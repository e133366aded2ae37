import t from 'tap'
import { scstSessions } from '../../src/collectors/scst-sessions.ts'
import { scst } from '../../src/collectors/scst.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { eventsSince } from '../../src/events/store.ts'
import { HappeningLog } from '../../src/happenings/happening-log.ts'
import { whatHappened, type Read } from '../../src/happenings/index.ts'
import type { HardwareSubjects } from '../../src/snapshot.ts'
import { collected } from '../support/collected.ts'
import { openTestDatabase } from '../support/database.ts'
import { openRecording } from '../support/recording.ts'

const AT = new Date('2026-11-20T21:00:00Z')

/** A reading of a recording, as the loop would make it. */
async function readOf(subject: 'scst' | 'scst_sessions', name: string): Promise<Read> {
  const collector = { scst, scst_sessions: scstSessions }[subject]
  const told = await collected<HardwareSubjects[typeof subject]>(collector, openRecording(name))
  return { state: 'read', ...told, takenAt: AT, durationSeconds: 0 }
}

const told = (happenings: ReturnType<typeof whatHappened>) =>
  happenings.map(({ event, level, message }) => `${event} ${level}: ${message}`)

t.test('SCST is told of by target, LUN, device and initiator', async (t) => {
  const media = 'iqn.1993-08.org.debian:01:media01'
  const disk1 = 'iqn.2026-01.org.example:disk1'
  const [before, after] = [
    await readOf('scst', '01-steady'),
    await readOf('scst', '06-scst-degraded'),
  ]
  t.strictSame(told(whatHappened('scst', before, after)), [
    `lun_unmapped info: Target ${disk1} (iscsi) does not map any more LUN 3 (thin_lun).`,
    `lun_mapped info: Target ${disk1} (iscsi) maps LUN 9 (null0).`,
    'target_disabled warning: Target iqn.2026-01.org.example:vtl1 (iscsi) was disabled.',
  ])
  const sessions = whatHappened(
    'scst_sessions',
    await readOf('scst_sessions', '01-steady'),
    await readOf('scst_sessions', '06-scst-degraded'),
  )
  t.strictSame(told(sessions), [`session_closed info: Initiator ${media} logged out of ${disk1}.`])
  t.match(sessions[0]?.data, { driver: 'iscsi', target: disk1, initiator: media })

  const stopped = await readOf('scst', '08-no-scst')
  t.strictSame(told(whatHappened('scst', before, stopped)), [
    'scst_stopped warning: SCST does not run any more.',
  ])
  t.strictSame(whatHappened('scst', before, before), [])
})

t.test('of places that could not be read nothing is said to be gone', async (t) => {
  const before = await readOf('scst_sessions', '01-steady')
  const after = await readOf('scst_sessions', '06-scst-degraded')
  const gap = (labels: Record<string, string>): Read => ({
    ...after,
    problems: [{ labels, error: 'EAGAIN' }],
    coverage: 'some',
  })
  t.strictSame(whatHappened('scst_sessions', before, gap({ driver: 'iscsi' })), [])
  t.equal(whatHappened('scst_sessions', before, gap({ driver: 'qla2x00t' })).length, 1)
  t.strictSame(whatHappened('scst_sessions', before, { ...after, coverage: 'none' }), [])
})

t.test('what happened is committed, then told, in the order it was found', async (t) => {
  const database = await openTestDatabase(t)
  const published: StoredEvent[] = []
  const errors: string[] = []
  const log = new HappeningLog({
    database,
    onEvents: (events) => published.push(...events),
    onError: ({ message }) => errors.push(message),
    now: () => AT,
  })
  const before = await readOf('scst_sessions', '01-steady')
  const after = await readOf('scst_sessions', '06-scst-degraded')
  t.equal(log.observe('scst_sessions', before).length, 0, 'the first reading is news of nothing')
  t.equal(log.observe('scst_sessions', after).length, 1)
  t.equal(log.observe('scst_sessions', { ...failed(), last: null }).length, 0)
  t.equal(log.observe('scst_sessions', before).length, 1, 'compared with the last that succeeded')
  await log.flush()
  const stored = await eventsSince(database, 0, 10)
  t.strictSame(published, stored)
  t.match(stored, [
    { type: 'scst', source: 'collectors/scst_sessions', data: { event: 'session_closed' } },
    { type: 'scst', level: 'info', data: { event: 'session_opened' } },
  ])
  t.strictSame(errors, [])

  t.equal(log.observe('scst_sessions', absent()).length, 0)
  t.equal(
    log.observe('scst_sessions', after).length,
    0,
    'absent in between: nothing to compare with',
  )
})

t.test('what the database cannot take is kept for later', async (t) => {
  const database = await openTestDatabase(t)
  const published: StoredEvent[] = []
  const errors: string[] = []
  let away = true
  const log = new HappeningLog({
    database: {
      query: (text, values) => database.query(text, values),
      transaction: (work) =>
        away ? Promise.reject(new Error('it is away')) : database.transaction(work),
    },
    onEvents: (events) => published.push(...events),
    onError: ({ message }) => errors.push(message),
    now: () => AT,
  })
  log.observe('scst_sessions', await readOf('scst_sessions', '01-steady'))
  log.observe('scst_sessions', await readOf('scst_sessions', '06-scst-degraded'))
  await log.flush()
  t.strictSame(published, [])
  t.strictSame(errors, ['what happened could not be written down yet'])
  away = false
  await log.flush()
  t.match(published, [{ seq: 1, data: { event: 'session_closed' } }])
})

function failed() {
  return { state: 'failed', error: 'EIO', since: AT, durationSeconds: 0 } as const
}

function absent() {
  return { state: 'absent', takenAt: AT, durationSeconds: 0 } as const
}

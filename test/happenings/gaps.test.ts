import t from 'tap'
import type { Collector } from '../../src/collectors/collector.ts'
import { changers, type Changer } from '../../src/collectors/changers.ts'
import { scstSessions } from '../../src/collectors/scst-sessions.ts'
import { HappeningLog } from '../../src/happenings/happening-log.ts'
import { matched } from '../../src/happenings/happening.ts'
import { whatHappened, type Read } from '../../src/happenings/index.ts'
import { libraryHappenings } from '../../src/happenings/libraries.ts'
import { collected } from '../support/collected.ts'
import { openRecording } from '../support/recording.ts'

const AT = new Date('2026-11-20T21:00:00Z')

/** What a collector reads of a recording, as the loop would make it. */
async function readOf<T>(collector: Collector<T>, name: string): Promise<Read & { value: T }> {
  const told = await collected(collector, openRecording(name))
  return { state: 'read', ...told, takenAt: AT, durationSeconds: 0 }
}

/** The reading of an appliance that has but this library; as the loop would make it, with what was known. */
function only(reading: Read & { value: readonly Changer[] }, id: string, before?: Read): Read {
  const one = reading.value.filter((changer) => changer.id === id)
  const known = before?.value as readonly Changer[] | undefined
  const value = changers.accumulate?.(known, one, 30, AT)
  const coverage = one.some(({ state }) => state === 'online') ? 'all' : 'none'
  return { ...reading, value, coverage }
}

const told = (happenings: ReturnType<typeof whatHappened>) =>
  happenings.map(({ message }) => message)

t.test('the only library there is goes offline, and comes back with tapes elsewhere', async (t) => {
  const steady = only(await readOf(changers, '01-steady'), 'IBMLIB0030')
  const offline = only(await readOf(changers, '05a-library-offline'), 'IBMLIB0030', steady)
  t.equal(offline.coverage, 'none')
  t.strictSame(told(whatHappened('changers', steady, offline)), [
    'Library IBM 03584L32 (IBMLIB0030) is offline, it was online.',
  ])
  const moved = only(await readOf(changers, '03-tape-moves'), 'IBMLIB0030', offline)
  const back = told(whatHappened('changers', offline, moved))
  t.equal(back[0], 'Library IBM 03584L32 (IBMLIB0030) is online, it was offline.')
  t.ok(
    back.includes('Cartridge G03002L9 moved from slot 2 to drive 0 of IBM 03584L32 (IBMLIB0030).'),
  )
})

t.test('what went away while nothing answered is told when something answers again', async (t) => {
  const log = logWithoutDatabase()
  const before = await readOf(scstSessions, '01-steady')
  const after = await readOf(scstSessions, '06-scst-degraded')
  const nothing: Read = { ...after, value: { sessions: [], totals: [] }, coverage: 'none' }
  log.observe('scst_sessions', before)
  t.equal(log.observe('scst_sessions', nothing).length, 0)
  t.equal(log.observe('scst_sessions', nothing).length, 0)
  t.equal(log.observe('scst_sessions', after).length, 1, 'a session is gone')
  t.equal(log.observe('scst_sessions', after).length, 0)
})

t.test(
  'what was read before the log was there is not news, what changes after it is',
  async (t) => {
    const log = logWithoutDatabase()
    const before = await readOf(scstSessions, '01-steady')
    const after = await readOf(scstSessions, '06-scst-degraded')
    log.begin({
      scst_sessions: before,
      disks: { state: 'absent', takenAt: AT, durationSeconds: 0 },
    })
    t.equal(log.observe('scst_sessions', after).length, 1)
    log.begin({ scst_sessions: before })
    t.equal(log.observe('scst_sessions', after).length, 0, 'it has begun')
  },
)

t.test(
  'a barcode that is not read any more has not left, and one that is read has not come',
  async (t) => {
    const { value: steady } = await readOf(changers, '01-steady')
    const unread = steady.map((changer) => ({
      ...changer,
      inventory: changer.inventory && {
        ...changer.inventory,
        elements: changer.inventory.elements.map((element) => ({ ...element, volumeTag: null })),
      },
    }))
    t.strictSame(libraryHappenings(steady, unread), [])
    t.strictSame(libraryHappenings(unread, steady), [])
  },
)

t.test('of what is there several times it matters how many there are', (t) => {
  const keys = (before: string, after: string) => {
    const { gone, come, both } = matched(before.split(' '), after.split(' '), (key) => key)
    return [gone, come, both.map(([one]) => one)].map((list) => list.join('')).join('|')
  }
  t.equal(keys('a a b', 'a a b'), '||aab')
  t.equal(keys('a a b', 'a b'), 'a||ab')
  t.equal(keys('a b', 'a a b'), '|a|ab')
  t.end()
})

/** A log that gets rid of nothing. */
function logWithoutDatabase(): HappeningLog {
  return new HappeningLog({
    database: {
      query: () => Promise.reject(new Error('away')),
      transaction: () => Promise.reject(new Error('away')),
    },
    onEvents: () => undefined,
    onError: () => undefined,
    now: () => AT,
  })
}

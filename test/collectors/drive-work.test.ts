import fc from 'fast-check'
import t from 'tap'
import type { DriveHealth } from '../../src/collectors/drive-health.ts'
import { followDrives } from '../../src/collectors/drive-mounts.ts'
import { addWork, UNCOUNTED, perGigabyte, workBetween } from '../../src/collectors/drive-work.ts'
import { drive, type DriveSaid } from '../support/drive-health.ts'

const start = Date.parse('2026-11-20T21:00:00Z')
const minute = (minutes: number) => new Date(start + minutes * 60_000)

/** What is known of one drive after each reading, five minutes apart. */
function follow(...said: DriveSaid[]): DriveHealth[] {
  const known: DriveHealth[] = []
  for (const [index, reading] of said.entries()) {
    const before = known.at(-1)
    known.push(...followDrives(before && [before], [drive(reading)], minute(5 * index)))
  }
  return known
}

const gigabytes = (count: number) => count * 1_000_000_000

t.test('work of a cartridge is what the counters grew by', (t) => {
  const said = { tape: 'A', writtenBytes: gigabytes(5), rewrites: 40, uncorrectedWrites: 2 }
  const [first, second, third] = follow(
    said,
    { ...said, writtenBytes: gigabytes(15), rewrites: 540 },
    { ...said, writtenBytes: gigabytes(25), rewrites: 540, uncorrectedWrites: 3 },
  )

  t.match(first?.mount, { writtenBytes: 0, rewrites: 0, unrecoveredWriteErrors: 0 })
  t.match(second?.mount, {
    since: minute(0),
    writtenBytes: gigabytes(10),
    rewrites: 500,
    rewritesPerGigabyte: 50,
    unrecoveredWriteErrors: 0,
  })
  t.match(third?.mount, { writtenBytes: gigabytes(20), rewritesPerGigabyte: 25 })
  t.strictSame(
    [first, second, third].map((health) => health?.recentErrors),
    [[], [], [{ at: minute(10), writeErrors: 1, readErrors: 0, cartridge: 'A' }]],
  )
  t.end()
})

t.test('counters that fall were reset, and count the cartridge that is loaded', (t) => {
  const [, second, third] = follow(
    { tape: 'A', writtenBytes: gigabytes(50), rewrites: 900, uncorrectedWrites: 4 },
    { tape: 'B', writtenBytes: gigabytes(2), rewrites: 6, uncorrectedWrites: 1 },
    { tape: 'B', writtenBytes: gigabytes(1), rewrites: 0, uncorrectedWrites: 0 },
  )

  t.match(second?.mount, {
    since: minute(5),
    writtenBytes: gigabytes(2),
    rewrites: 6,
    unrecoveredWriteErrors: 1,
  })
  t.match(second?.recentErrors, [{ writeErrors: 1, cartridge: null }])
  t.match(third?.mount, { since: minute(5), writtenBytes: gigabytes(3), rewrites: 6 })
  t.end()
})

t.test('what no reset shows is given to neither of two cartridges', (t) => {
  const [, second] = follow(
    { tape: 'A', writtenBytes: gigabytes(1), uncorrectedWrites: 0 },
    { tape: 'B', writtenBytes: gigabytes(9), uncorrectedWrites: 7 },
  )
  t.match(second?.mount, { writtenBytes: 0, unrecoveredWriteErrors: 0 })
  t.strictSame(second?.recentErrors, [])

  const [, loaded] = follow({ tape: null, writtenBytes: 0 }, { tape: 'B', writtenBytes: 7 })
  t.match(loaded?.mount, { writtenBytes: 7 }, 'into an empty drive only one came')
  t.end()
})

t.test('hard errors that a drive counts for ever are its own, whatever is in it', (t) => {
  const [, same, other] = follow(
    { tape: 'A', hardReads: 3 },
    { tape: 'A', hardReads: 4 },
    { tape: 'B', hardReads: 6 },
  )
  t.match(same?.recentErrors, [{ readErrors: 1, cartridge: 'A' }])
  t.match(same?.mount, { unrecoveredReadErrors: 1 })
  t.match(other?.recentErrors, [{ readErrors: 1 }, { readErrors: 2, cartridge: null }])
  t.match(other?.mount, { unrecoveredReadErrors: 0 })
  t.end()
})

t.test('one error on several pages is one', (t) => {
  const [, now] = follow(
    { tape: 'A', uncorrectedWrites: 0, hardWrites: 10, volumeWriteErrors: 5 },
    { tape: 'A', uncorrectedWrites: 1, hardWrites: 11, volumeWriteErrors: 6 },
  )
  t.match(now?.mount, { unrecoveredWriteErrors: 1 })
  t.end()
})

t.test('a drive that was left alone, or did not answer, is known as it was', (t) => {
  const said = { tape: 'A', writtenBytes: 100, uncorrectedReads: 1 }
  const [first, locating, silent, back] = follow(
    said,
    { tape: null, passedOver: 'locating' },
    { tape: null, error: 'no answer within 10000 ms' },
    { ...said, writtenBytes: 300, uncorrectedReads: 2 },
  )
  t.strictSame(locating, { ...first, passedOver: 'locating' })
  t.strictSame(silent, { ...first, error: 'no answer within 10000 ms' })
  t.match(back, { takenAt: minute(15), passedOver: null, mount: { writtenBytes: 200 } })
  t.match(back?.recentErrors, [{ readErrors: 1 }])
  t.end()
})

t.test('errors are recent for a day', (t) => {
  const said = { tape: 'A', uncorrectedReads: 0 }
  const quarters = Array.from({ length: 300 }, () => ({ ...said, uncorrectedReads: 1 }))
  const known = follow(said, ...quarters)
  const told = known.map(({ recentErrors }) => recentErrors.length)
  t.strictSame([told[1], told[288], told[289], told.at(-1)], [1, 1, 0, 0])
  t.end()
})

t.test('a rate needs a gigabyte', (t) => {
  t.equal(perGigabyte(5, 999_999_999), null)
  t.equal(perGigabyte(5, 2_500_000_000), 2)
  t.equal(perGigabyte(null, 2_500_000_000), null)
  t.equal(perGigabyte(5, null), null)
  const known = { ...UNCOUNTED, rereads: 2 }
  t.strictSame(addWork(UNCOUNTED, known), known)
  t.strictSame(addWork(known, known), { ...UNCOUNTED, rereads: 4 })
  t.end()
})

const counter = fc.option(fc.nat(1_000_000), { nil: undefined })
const anything = fc.record({
  tape: fc.constantFrom('A', 'B', null),
  writtenBytes: counter,
  rewrites: counter,
  uncorrectedWrites: counter,
  hardReads: counter,
  volumeWriteErrors: counter,
})

t.test('no work is ever less than none, nor more than the counters say', (t) => {
  fc.assert(
    fc.property(anything, anything, (before, now) => {
      const work = workBetween(drive(before), drive(now))
      const most = {
        writtenBytes: now.writtenBytes,
        rewrites: now.rewrites,
        unrecoveredWriteErrors: Math.max(now.uncorrectedWrites ?? 0, now.volumeWriteErrors ?? 0),
        unrecoveredReadErrors: now.hardReads,
      }
      return Object.entries(most).every(([name, limit]) => {
        const value = work[name as keyof typeof most]
        return value === null || (value >= 0 && value <= (limit ?? 0))
      })
    }),
  )
  t.end()
})

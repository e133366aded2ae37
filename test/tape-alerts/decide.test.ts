import t from 'tap'
import { decide, isNews } from '../../src/tape-alerts/decide.ts'
import { blankMemory, type DeviceMemory, type Signs } from '../../src/tape-alerts/memory.ts'
import { Patience } from '../../src/tape-alerts/patience.ts'
import type { TapeAlertMode } from '../../src/tape-alerts/tape-alert.ts'
import type { WatchedDevice } from '../../src/tape-alerts/watched.ts'

const start = Date.parse('2026-11-20T21:00:00Z')
const at = (seconds: number) => new Date(start + seconds * 1000)

const status = (given: Partial<Extract<Signs, { by: 'status' }>> = {}): Signs => ({
  by: 'status',
  tapeAlertChanged: false,
  cleaningRequired: false,
  cleaningRequested: false,
  recoveryRequested: false,
  ...given,
})
const changed = status({ tapeAlertChanged: true })
const contents = (digest: string | null, ready = true): Signs => ({ by: 'contents', ready, digest })

const place = { text: 'a drive', virtual: false, node: '/dev/sg3', element: null }

/** A device as it is seen at a time. */
const seen = (signs: Signs | null, seconds: number, kind: 'drive' | 'library' = 'drive') => ({
  ...{ kind, id: 'D1', place, signs, volumeTag: null, mediumPresent: null, isCleaning: false },
  ...{ seenSince: at(seconds), loadedSince: at(seconds) },
})

/** What is remembered after a reading at a time. */
const read = (signs: Signs, seconds: number, given: Partial<DeviceMemory> = {}): DeviceMemory => ({
  ...blankMemory({ kind: 'drive', id: 'D1', place }),
  ...{ signs, readAt: at(seconds), clears: true },
  ...given,
})

/** Whether the device is read, and the signs that are remembered from then on; null when nothing new is. */
function decided(
  device: WatchedDevice,
  known: DeviceMemory | null,
  seconds: number,
  { mode = 'on_change', pollSeconds = 3600 }: { mode?: TapeAlertMode; pollSeconds?: number } = {},
) {
  const memory = { devices: known === null ? [] : [{ ...known, kind: device.kind }], flags: [] }
  const { due, devices } = decide([device], memory, { mode, pollSeconds, now: at(seconds) })
  const [noted] = devices
  if (due.length > 0) {
    t.strictSame(noted?.begunAt, at(seconds), 'the begin is noted')
    return 'read'
  }
  return noted === undefined ? null : noted.signs
}

t.test('TAFC has a drive read, once', (t) => {
  t.equal(decided(seen(changed, 10), null, 11), 'read')
  t.strictSame(decided(seen(status(), 10), null, 11), status())
  // It went out by reading, and is set anew.
  t.equal(decided(seen(changed, 40), read(status(), 20), 41), 'read')
  // It is still set, as from a drive that does not clear it, until it was seen to be out.
  t.equal(decided(seen(changed, 40), read(changed, 20), 41), null)
  t.strictSame(decided(seen(status(), 40), read(changed, 20), 41), status())
  t.equal(decided(seen(changed, 70), read(status(), 20), 71), 'read')
  t.end()
})

t.test('what asks for cleaning or recovery is news of a drive without TAFC', (t) => {
  for (const bit of ['cleaningRequired', 'cleaningRequested', 'recoveryRequested'] as const) {
    const set = status({ [bit]: true })
    t.equal(decided(seen(set, 10), read(status(), 1), 11), 'read', bit)
    t.equal(decided(seen(set, 10), read(set, 1), 11), null, bit)
    t.strictSame(decided(seen(status(), 10), read(set, 1), 11), status(), bit)
  }
  t.end()
})

t.test(
  'a drive in transition, one that is being read, and what was seen before it was read tell nothing',
  (t) => {
    t.equal(decided(seen(null, 10), null, 11), null)
    t.equal(decided(seen(changed, 10), read(status(), 1, { begunAt: at(9) }), 11), null)
    t.equal(decided(seen(changed, 10), read(status(), 10), 12), null)
    t.equal(decided(seen(changed, 10), read(status(), 12), 13), null)
    // Otherwise an older look would have what was heeded forgotten.
    t.equal(decided(seen(status(), 10), read(changed, 12), 13), null)
    t.end()
  },
)

t.test(
  'a library is read when it is first seen, and when its contents or exceptions are others',
  (t) => {
    const library = (signs: Signs, seconds: number) => seen(signs, seconds, 'library')
    t.equal(decided(library(contents('a'), 10), null, 11), 'read')
    t.equal(decided(library(contents('a'), 40), read(contents('a'), 20), 41), null)
    t.equal(decided(library(contents('b'), 40), read(contents('a'), 20), 41), 'read')
    // It is not asked while it is not ready, and when it is again, though nothing has moved.
    const offline = contents(null, false)
    t.strictSame(decided(library(offline, 40), read(contents('a'), 20), 41), offline)
    t.equal(decided(library(contents('a'), 70), read(offline, 20), 71), 'read')
    t.equal(decided(library(offline, 10), null, 11, { mode: 'poll' }) === 'read', false)
    t.end()
  },
)

t.test('off reads nothing, and forgets nothing that is to be read once it is on', (t) => {
  const off = { mode: 'off' } as const
  t.equal(decided(seen(changed, 40), read(status(), 20), 41, off), null)
  t.equal(decided(seen(contents('b'), 40, 'library'), null, 41, off), null)
  t.strictSame(decided(seen(status(), 40), read(changed, 20), 41, off), status())
  t.end()
})

t.test('poll reads at its interval besides', (t) => {
  const poll = { mode: 'poll', pollSeconds: 600 } as const
  t.equal(decided(seen(status(), 10), null, 11, poll), 'read')
  t.equal(decided(seen(status(), 610), read(status(), 20), 619, poll), null)
  t.equal(decided(seen(status(), 610), read(status(), 20), 620, poll), 'read')
  t.equal(decided(seen(changed, 40), read(status(), 20), 41, poll), 'read')
  t.end()
})

t.test(
  'what could not be read is tried again after a while, longer each time, as long as it is news',
  (t) => {
    const failed = (failures: number) =>
      read(status(), 0, { failures, failedAt: at(100), error: 'no answer' })
    const waits = [1, 2, 3, 8].map((failures) => {
      const isRead = (seconds: number) =>
        decided(seen(changed, 100 + seconds), failed(failures), 100 + seconds) === 'read'
      return [30, 60, 120, 240, 3599, 3600].find(isRead)
    })
    t.strictSame(waits, [60, 120, 240, 3600])

    const [noted] = decide(
      [seen(changed, 190)],
      { devices: [], flags: [] },
      {
        ...{ mode: 'on_change', pollSeconds: 60, now: at(191) },
      },
    ).devices
    t.match(noted, { begunAt: at(191), signs: null })
    // A page that the device does not have is asked for when something else is new.
    const lasting = read(changed, 0, { failures: 1, failedAt: at(100), error: 'no page 2Eh' })
    t.equal(decided(seen(changed, 9000), lasting, 9001), null)
    const forgotten = decide(
      [seen(status(), 9000)],
      { devices: [lasting], flags: [] },
      {
        ...{ mode: 'on_change', pollSeconds: 60, now: at(9001) },
      },
    ).devices
    t.match(forgotten, [{ error: null, failures: 0, failedAt: null }])
    t.end()
  },
)

t.test('signs of another sort are compared with nothing', (t) => {
  t.equal(isNews(changed, contents('a')), true)
  t.equal(isNews(status(), contents('a')), false)
  t.equal(isNews(contents('a'), status()), true)
  t.end()
})

t.test('a drive waits for its library to say what is loaded, but not for ever', (t) => {
  const patience = new Patience()
  const drive = (seenAt: number, loadedAt: number) => ({
    ...seen(changed, seenAt),
    loadedSince: at(loadedAt),
  })
  const count = (device: WatchedDevice, seconds: number) =>
    patience.withhold([device], at(seconds)).length
  t.equal(count(drive(30, 30), 31), 1)
  t.equal(count(drive(60, 30), 61), 0)
  t.equal(count(drive(60, 60), 63), 1)
  t.equal(count(drive(90, 60), 91), 0)
  t.equal(count(drive(120, 60), 121), 0)
  t.equal(count(drive(150, 60), 151), 1)
  t.end()
})

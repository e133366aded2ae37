import t from 'tap'
import { followFlags, followResponse } from '../../src/tape-alerts/endings.ts'
import type { KeptFlag } from '../../src/tape-alerts/memory.ts'
import { resolvedFlags } from '../../src/tape-alerts/resolved.ts'
import type { WatchedDevice } from '../../src/tape-alerts/watched.ts'
import { look, watchDrives } from '../support/tape-alerts.ts'
import { FakeDrive, snapshotAt } from '../support/tape-alert-drive.ts'

const start = Date.parse('2026-11-20T21:00:00Z')
const at = (minutes: number) => new Date(start + minutes * 60_000)

/** A flag that was read at 21:00. */
const kept = (flag: number, given: Partial<KeptFlag> = {}): KeptFlag => ({
  ...{ key: `${given.id ?? 'D1'} ${flag}`, kind: 'drive', id: 'D1', flag, volumeTag: 'E01001L8' },
  ...{ firstReadAt: at(0), lastReadAt: at(0), count: 1, excerpt: '2e 00 01 40', standing: null },
  ...{ leftAt: null, returnedAt: null, returnedTo: null, endedAt: null, ending: null },
  ...given,
})

/** A drive as it is seen at a time, a cartridge in it. */
const drive = (minutes: number, given: Partial<WatchedDevice> = {}): WatchedDevice => ({
  ...{ kind: 'drive', id: 'D1', signs: null, volumeTag: 'E01001L8', mediumPresent: true },
  place: { text: 'a drive', virtual: false, node: '/dev/sg3', element: null },
  ...{ isCleaning: false, seenSince: at(minutes), loadedSince: at(minutes) },
  ...given,
})
const empty = { volumeTag: null, mediumPresent: false }

/** What becomes of flags while drives are seen, one time after the other. */
function follow(flags: KeptFlag[], ...steps: WatchedDevice[][]) {
  for (const watched of steps) {
    const now = watched[0]?.seenSince ?? at(0)
    const changed = followFlags(flags, { watched, resolved: [], now })
    flags = flags.map((flag) => changed.find(({ key }) => key === flag.key) ?? flag)
    flags = flags.filter(({ endedAt }) => endedAt === null).concat(changed.filter(isOver))
  }
  return flags.map(({ flag, ending, leftAt }) =>
    [flag, ending ?? (leftAt === null ? 'lasts' : 'has left')].join(' '),
  )
}

function isOver({ endedAt }: KeptFlag): boolean {
  return endedAt !== null
}

t.test('information about a medium ends when it leaves the drive, a warning does not', (t) => {
  const flags = [kept(10), kept(4), kept(7), kept(33), kept(30)]
  t.strictSame(follow(flags, [drive(1)]), [
    '10 lasts',
    '4 lasts',
    '7 lasts',
    '33 lasts',
    '30 lasts',
  ])
  const left = ['4 has left', '7 has left', '30 lasts', '10 medium_gone', '33 medium_gone']
  t.strictSame(follow(flags, [drive(1, empty)]), left)
  t.strictSame(follow(flags, [drive(1, { volumeTag: 'E01002L8' })]), left)
  t.end()
})

t.test('what was seen before the flag was read, and what is not known, ends nothing', (t) => {
  t.strictSame(follow([kept(10)], [drive(-1, empty)]), ['10 lasts'])
  t.strictSame(follow([kept(10)], [drive(1, { volumeTag: null, mediumPresent: null })]), [
    '10 lasts',
  ])
  t.strictSame(follow([kept(10)], [drive(1, { volumeTag: 'X', loadedSince: at(-1) })]), [
    '10 lasts',
  ])
  t.strictSame(follow([kept(10)], []), ['10 lasts'])
  t.end()
})

t.test('what was read of a drive that was empty already lasts until the next load', (t) => {
  const flag = kept(12, { volumeTag: null, leftAt: at(0) })
  t.strictSame(follow([flag], [drive(1, empty)], [drive(60, empty)]), ['12 has left'])
  t.strictSame(follow([flag], [drive(1, empty)], [drive(2)]), ['12 medium_gone'])
  t.end()
})

t.test('a bad cartridge is one until it was in a drive again without the flag', (t) => {
  const gone = [drive(1, empty)]
  const elsewhere = (minutes: number) => [drive(minutes, empty), drive(minutes, { id: 'D2' })]
  const other = [drive(9, { id: 'D2', volumeTag: 'E01002L8' })]
  const flag = () => kept(4, { key: 'D1 4' })

  t.strictSame(follow([flag()], gone, elsewhere(5)), ['4 has left'])
  t.strictSame(follow([flag()], gone, elsewhere(5), other), ['4 medium_good'])
  // Another drive has read it again, so the cartridge is bad for good.
  const again = kept(4, { key: 'D2 4', id: 'D2', lastReadAt: at(6) })
  t.strictSame(follow([flag(), again], gone, elsewhere(5), other), ['4 has left', '4 has left'])
  // Without a label it cannot be told whether it is the same.
  t.strictSame(follow([kept(4, { volumeTag: null })], gone, [drive(5)], gone), ['4 has left'])
  t.end()
})

t.test('a cartridge that its library names later is named then', (t) => {
  const flag = kept(4, { volumeTag: null })
  const named = (watched: WatchedDevice) =>
    followFlags([flag], { watched: [watched], resolved: [], now: at(1) }).map(
      ({ volumeTag }) => volumeTag,
    )
  t.strictSame(named(drive(1)), ['E01001L8'])
  t.strictSame(named(drive(1, { loadedSince: at(-1) })), [])
  t.strictSame(named(drive(1, { mediumPresent: null })), [])
  t.end()
})

t.test('cleaning flags end when the drive does not ask any more', async (t) => {
  const drive = new FakeDrive()
  drive.raise(20, 21, 3)
  drive.cleaningRequired = true
  drive.cleaningRequested = true
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  const update = async () => {
    await look(watched, tapeAlerts)
    await tapeAlerts.update(snapshotAt(watched.clock.now, [drive.drive()]))
    return watched.active()
  }
  t.strictSame(await update(), ['D1 3', 'D1 20', 'D1 21'])
  drive.cleaningRequired = false
  t.strictSame(await update(), ['D1 3', 'D1 21'])
  drive.cleaningRequested = false
  t.strictSame(await update(), ['D1 3'])
})

t.test('a drive that stops asking because it was read has to be seen cleaning', (t) => {
  const signs = {
    ...({ by: 'status', tapeAlertChanged: false, recoveryRequested: false } as const),
    ...{ cleaningRequired: false, cleaningRequested: false },
  }
  t.strictSame(follow([kept(20)], [drive(1, { signs })]), ['20 lasts'])
  t.strictSame(follow([kept(20)], [drive(1, { signs, isCleaning: true })]), ['20 cleaned'])
  t.strictSame(follow([kept(20, { standing: 'status' })], [drive(1, { signs })]), ['20 cleaned'])
  t.strictSame(follow([kept(20, { standing: 'status' })], [drive(-1, { signs })]), ['20 lasts'])
  t.end()
})

t.test('an operator has the last word, until the flag is read again', (t) => {
  const resolved = resolvedFlags([
    { rule: 'TapeDriveTapeAlert', labels: { serial: 'D1', flag: '4' }, resolvedAt: at(5) },
    { rule: 'LibraryTapeAlert', labels: { library: 'D1', flag: '16' }, resolvedAt: at(5) },
    { rule: 'TapeDriveCleaningRequired', labels: { serial: 'D1', flag: '30' }, resolvedAt: at(5) },
  ])
  const flags = [
    kept(4),
    kept(4, { key: 'again', lastReadAt: at(6) }),
    kept(30),
    kept(16, { key: 'drive' }),
    kept(16, { key: 'library', kind: 'library' }),
  ]
  t.strictSame(
    followFlags(flags, { watched: [], resolved, now: at(7) }).map(({ key, ending }) => [
      key,
      ending,
    ]),
    [
      ['D1 4', 'resolved'],
      ['library', 'resolved'],
    ],
  )
  t.end()
})

t.test('a library says nothing of the end of its flags', (t) => {
  const flags = [kept(16, { kind: 'library' }), kept(21, { kind: 'library' })]
  t.strictSame(follow(flags, [drive(1, { ...empty, kind: 'library' })]), ['16 lasts', '21 lasts'])
  t.end()
})

t.test('page 12h ends what stood on it, but a bad cartridge', (t) => {
  const flags = [
    kept(26, { standing: 'response' }),
    kept(4, { standing: 'response' }),
    kept(36, { standing: 'response' }),
    kept(27),
    kept(28, { id: 'D2', standing: 'response' }),
  ]
  const changed = followResponse(flags, { kind: 'drive', id: 'D1' }, [36], at(1))
  t.match(changed, [{ flag: 26, ending: 'withdrawn', endedAt: at(1) }])
  t.end()
})

t.test('two cartridges with the same flag are both remembered', async (t) => {
  const drive = new FakeDrive()
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  for (const volumeTag of ['E01001L8', 'E01002L8', 'E01001L8']) {
    drive.volumeTag = volumeTag
    drive.raise(7, 30)
    await look(watched, tapeAlerts)
  }
  const told = [...watched.flags.values()].map(({ flag, volumeTag, count }) => [
    flag,
    volumeTag,
    count,
  ])
  t.strictSame(told, [
    [7, 'E01001L8', 2],
    [30, 'E01001L8', 3],
    [7, 'E01002L8', 1],
  ])
})

t.test('a cartridge that was unloaded just before it was found bad is named', async (t) => {
  const drive = new FakeDrive()
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts)
  drive.mediumPresent = false
  drive.raise(51, 31)
  await look(watched, tapeAlerts)
  const told = [...watched.flags.values()].map(({ flag, volumeTag }) => [flag, volumeTag])
  t.strictSame(told, [
    [31, null],
    [51, 'E01001L8'],
  ])
})

import t from 'tap'
import { DatabaseUnavailableError } from '../../src/db/database.ts'
import { TimeoutError } from '../../src/host/host.ts'
import { FakeDrive, snapshotAt } from '../support/tape-alert-drive.ts'
import { look, readsOf, watchDrives, type WatchedDrives } from '../support/tape-alerts.ts'

const unavailable = new DatabaseUnavailableError('stopped')

t.test('nothing is read twice for the same news after a restart', async (t) => {
  const drive = new FakeDrive()
  drive.clears = false
  drive.raise(4)
  const watched = watchDrives([drive])
  for (let daemon = 0; daemon < 3; daemon++) await look(watched, watched.begin(), 2)
  t.equal(readsOf(drive), 1)
  t.strictSame(watched.said(), ['critical tape_alert 4'])
})

t.test('without a database nothing is read', async (t) => {
  const drive = new FakeDrive()
  drive.raise(4)
  const watched = watchDrives([drive])
  watched.setDatabase(unavailable)
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts, 3)
  t.strictSame(drive.asked, [])
  t.match(watched.errors[0], 'TapeAlert pages are not read')

  watched.setDatabase(null)
  await look(watched, tapeAlerts)
  t.strictSame(watched.active(), ['D1 4'])
})

/** A drive during whose reading the database goes away. */
function losesDatabase(): { drive: FakeDrive; watched: WatchedDrives } {
  const drive = new FakeDrive()
  drive.raise(4)
  const watched: WatchedDrives = watchDrives([drive])
  const answer = drive.answer.bind(drive)
  drive.answer = async (page) => {
    if (page === 0x2e) watched.setDatabase(unavailable)
    return answer(page)
  }
  return { drive, watched }
}

t.test('what was read when the database went away is stored when it is back', async (t) => {
  const { drive, watched } = losesDatabase()
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts, 3)
  t.equal(watched.journal.readings.length, 1)
  t.strictSame(watched.active(), [])

  watched.setDatabase(null)
  drive.answer = FakeDrive.prototype.answer.bind(drive)
  await look(watched, tapeAlerts)
  t.strictSame(watched.active(), ['D1 4'])
  t.strictSame(watched.journal.readings, [])
  t.equal(readsOf(drive), 1)
})

t.test('or by the next daemon, which says nothing of lost flags then', async (t) => {
  const { drive, watched } = losesDatabase()
  await look(watched, watched.begin())
  watched.setDatabase(null)
  await look(watched, watched.begin(), 2)
  t.strictSame(watched.active(), ['D1 4'])
  t.strictSame(watched.said(), ['critical tape_alert 4'])
  t.strictSame(watched.journal.readings, [])
  t.equal(readsOf(drive), 1)
})

t.test('a reading that was stored just before the daemon was killed counts once', async (t) => {
  const drive = new FakeDrive()
  drive.raise(4)
  const watched = watchDrives([drive], {})
  const remove = watched.journal.remove.bind(watched.journal)
  watched.journal.remove = () => Promise.reject(new Error('killed'))
  await look(watched, watched.begin())
  t.equal(watched.journal.readings.length, 1)
  watched.journal.remove = remove
  await look(watched, watched.begin())
  t.strictSame(
    [...watched.flags.values()].map(({ count }) => count),
    [1],
  )
  t.strictSame(watched.said(), ['critical tape_alert 4'])
  t.strictSame(watched.journal.readings, [])
})

t.test('a daemon that was killed between asking and keeping tells the next one', async (t) => {
  const drive = new FakeDrive()
  drive.raise(4)
  drive.failure = () => new Promise(() => undefined)
  const watched = watchDrives([drive])
  watched.clock.advance(30)
  watched.begin()
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(readsOf(drive), 1, 'it waits for the answer')

  drive.failure = null
  drive.flags = []
  drive.tapeAlertChanged = false
  await look(watched, watched.begin(), 2)
  t.strictSame(watched.said(), ['warning tape_alert_lost'])
  t.match(watched.events[0]?.message, /serial D1.* may be lost: the daemon ended/)
  t.equal(readsOf(drive), 1)
})

t.test('a drive that hangs delays no other, and has one command in flight', async (t) => {
  const drives = ['D1', 'D2', 'D3'].map((id) => new FakeDrive(id))
  const [hung, ...others] = drives as [FakeDrive, FakeDrive, FakeDrive]
  for (const drive of drives) drive.raise(4)
  let release = (): void => undefined
  hung.failure = () =>
    new Promise((_, reject) => {
      release = () => {
        reject(new TimeoutError('/dev/sg1', 10_000))
      }
    })
  const watched = watchDrives(drives)
  const tapeAlerts = watched.begin()
  for (let beat = 0; beat < 120; beat++) {
    watched.clock.advance(30)
    for (const drive of others) if (beat % 10 === 5) drive.raise(5)
    tapeAlerts.look()
    // As long as an answer that is there takes.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    await tapeAlerts.update(snapshotAt(watched.clock.now, []))
  }
  t.equal(readsOf(hung), 1)
  t.strictSame(watched.active(), ['D2 4', 'D3 4', 'D2 5', 'D3 5'])

  hung.failure = null
  release()
  await look(watched, tapeAlerts, 3)
  t.ok(watched.active().includes('D1 4'))
  t.match(
    watched.said().filter((line) => line.includes('lost')),
    ['warning tape_alert_lost'],
    'whether the drive has cleared flags nobody knows',
  )
})

t.test('nothing is begun after the stop, and what is being read is waited for', async (t) => {
  const drive = new FakeDrive()
  drive.raise(4)
  const watched = watchDrives([drive])
  watched.clock.advance(30)
  const tapeAlerts = watched.begin()
  await tapeAlerts.stop()
  await tapeAlerts.stop()
  t.strictSame(watched.active(), ['D1 4'])
  drive.raise(5)
  await look(watched, tapeAlerts)
  t.equal(readsOf(drive), 1)
})

import t from 'tap'
import { RecordingHoleError } from '../../src/host/host.ts'
import { FakeDrive, hostOf, snapshotAt, tapeAlertPage } from '../support/tape-alert-drive.ts'
import { look, readsOf, watchDrives } from '../support/tape-alerts.ts'

t.test('a drive that has something new is read once, and page 11h after it', async (t) => {
  const drive = new FakeDrive()
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts, 3)
  t.strictSame(drive.asked, [])

  drive.raise(4, 20)
  await look(watched, tapeAlerts, 3)
  t.strictSame(drive.asked, ['00', '2e', '11'])
  t.strictSame(watched.active(), ['D1 4', 'D1 20'])
  t.strictSame(watched.said(), ['critical tape_alert 4', 'critical tape_alert 20'])

  drive.raise(4)
  await look(watched, tapeAlerts, 3)
  t.equal(readsOf(drive), 2)
  t.strictSame(
    [...watched.flags.values()].map(({ count }) => count),
    [2, 1],
  )
  t.equal(watched.said().length, 3, 'it was set anew')
  t.strictSame(watched.journal.readings, [])
  t.strictSame(watched.errors, [])
})

t.test('a drive that does not clear its flags is not read again before TAFC was out', async (t) => {
  const drive = new FakeDrive()
  drive.clears = false
  drive.raise(30, 36)
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts, 5)
  t.equal(readsOf(drive), 1)

  drive.tapeAlertChanged = false
  await look(watched, tapeAlerts, 2)
  drive.flags = [30]
  drive.tapeAlertChanged = true
  await look(watched, tapeAlerts, 2)
  t.equal(readsOf(drive), 2)
  t.strictSame(watched.active(), ['D1 30'], 'what it does not say any more is over')
  t.equal(watched.said().length, 2, 'what was told is not told again')
})

t.test('a drive whose TAFC stays set is read when what is in it is another', async (t) => {
  const drive = new FakeDrive()
  drive.keepsChanged = true
  drive.raise(30)
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts, 5)
  t.equal(readsOf(drive), 1)

  drive.raise(6)
  drive.mediumPresent = false
  await look(watched, tapeAlerts, 5)
  drive.mediumPresent = true
  drive.volumeTag = 'E01002L8'
  await look(watched, tapeAlerts, 5)
  t.equal(readsOf(drive), 3)
  t.strictSame(watched.active(), ['D1 30', 'D1 6'], 'that they were cleared does not end them')
})

t.test('a flag that is set while the page is read is not lost', async (t) => {
  const drive = new FakeDrive()
  drive.raise(1)
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts)
  drive.raise(2)
  const host = hostOf(drive)
  const raising = watched.begin({
    host: {
      async scsi(node, cdb, options) {
        const answer = await host.scsi(node, cdb, options)
        if (cdb[2] === 0x6e && readsOf(drive) === 2) drive.raise(3)
        return answer
      },
    },
  })
  await look(watched, raising, 4)
  t.equal(readsOf(drive), 3)
  t.strictSame(watched.active(), ['D1 1', 'D1 2', 'D1 3'])
})

t.test('only what page 00h lists is asked for', async (t) => {
  const drive = new FakeDrive()
  drive.pages = [0x00, 0x11]
  drive.raise(4)
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts, 200)
  t.strictSame(drive.asked, ['00'])
  const { unread } = await tapeAlerts.update(snapshotAt(watched.clock.now, [drive.drive()]))
  t.match(unread, [{ id: 'D1', error: 'page 00h does not list page 2Eh' }])
})

t.test('a drive of which it is not known whether it answers is left alone', async (t) => {
  const drive = new FakeDrive()
  drive.raise(4)
  const watched = watchDrives([drive])
  for (const reachable of [null, false]) {
    const tapeAlerts = watched.begin({
      snapshot: () => snapshotAt(watched.clock.now, [{ ...drive.drive(), reachable }]),
    })
    await look(watched, tapeAlerts, 3)
  }
  t.strictSame(drive.asked, [])
})

t.test('a hole in a recording leaves the flag unread', async (t) => {
  const drive = new FakeDrive()
  drive.raise(4)
  drive.failure = async () => {
    throw new RecordingHoleError('x', 'LOG SENSE 2e')
  }
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts, 2)
  const state = await tapeAlerts.update(snapshotAt(watched.clock.now, [drive.drive()]))
  t.match(state, { active: [], unread: [{ id: 'D1', error: /does not hold/ }] })
  t.strictSame(watched.said(), [], 'nothing was asked, so nothing is lost')
})

t.test('a page that cannot be decoded, or is cut short, is kept as it is', async (t) => {
  const drive = new FakeDrive()
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  const pages = [Uint8Array.of(0x2e, 0, 0, 3, 0, 4, 0xc0), tapeAlertPage(4, 60).subarray(0, 60)]
  for (const data of pages) {
    drive.tapeAlertChanged = true
    drive.failure = async () => ({
      ...{ status: 0, hostStatus: 0, driverStatus: 0, sense: new Uint8Array() },
      data,
    })
    await look(watched, tapeAlerts)
    drive.tapeAlertChanged = false
    await look(watched, tapeAlerts)
  }
  t.match(watched.events, [
    { level: 'warning', data: { event: 'tape_alert_undecoded', page: '2e 00 00 03 00 04 c0' } },
    { level: 'critical', data: { event: 'tape_alert', flag: 4 } },
    { level: 'warning', data: { event: 'tape_alert_undecoded', error: /60 of 324 bytes/ } },
  ])
})

t.test('a unit attention is only heard, a refusal is no answer', async (t) => {
  const drive = new FakeDrive()
  drive.raise(4)
  const sense = (key: number, asc: number) =>
    Uint8Array.of(0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, 0, 0, 0, 0, 0)
  const refused = (key: number, asc: number) => async () => {
    drive.failure = null
    const data = new Uint8Array()
    return { status: 2, hostStatus: 0, driverStatus: 0, sense: sense(key, asc), data }
  }
  drive.failure = refused(6, 0x29)
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts)
  t.strictSame(watched.active(), ['D1 4'])

  drive.raise(5)
  drive.failure = refused(2, 0x04)
  await look(watched, tapeAlerts)
  t.strictSame(watched.active(), ['D1 4'])
  await look(watched, tapeAlerts, 2)
  t.strictSame(watched.active(), ['D1 4', 'D1 5'], 'it was asked again a minute later')
  t.strictSame(watched.said(), ['critical tape_alert 4', 'critical tape_alert 5'])
})

t.test('off leaves everything to the backup software', async (t) => {
  const drive = new FakeDrive()
  drive.raise(4)
  const watched = watchDrives([drive], { settings: () => ({ mode: 'off', pollSeconds: 60 }) })
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts, 3)
  t.strictSame(drive.asked, [])
  const state = await tapeAlerts.update(snapshotAt(watched.clock.now, [drive.drive()]))
  t.match(state, { active: [], unread: [{ id: 'D1', error: null, volumeTag: 'E01001L8' }] })
})

t.test('flags that stand on page 12h end when they do not any more', async (t) => {
  const drive = new FakeDrive()
  drive.pages = [0x00, 0x11, 0x12, 0x2e]
  drive.raise(4, 26, 36)
  drive.response = [4, 26, 36]
  const watched = watchDrives([drive])
  const tapeAlerts = watched.begin()
  await look(watched, tapeAlerts, 4)
  drive.response = [26]
  await look(watched, tapeAlerts, 20)
  t.strictSame(watched.active(), ['D1 4', 'D1 26'], 'a bad cartridge stays one')
  t.equal(drive.asked.filter((page) => page === '12').length, 4)
  t.equal(readsOf(drive), 1)
})

import t from 'tap'
import { CartridgeHistory, forgetOldLoads, judgedNow } from '../../src/cartridges/history.ts'
import {
  latestLoads,
  loadsOfCartridge,
  loadsOfDrive,
  saveLoads,
} from '../../src/cartridges/store.ts'
import { DatabaseUnavailableError, type Database } from '../../src/db/database.ts'
import { randomUUID } from 'node:crypto'
import { limits } from '../support/cartridges.ts'
import { openTestDatabase } from '../support/database.ts'
import { Shelf } from '../support/shelf.ts'

const db = await openTestDatabase(t)

t.beforeEach(async () => {
  await db.query('truncate cartridge_loads, cartridges')
})

function historyOf(shelf: Shelf, database: Database = db): CartridgeHistory {
  return new CartridgeHistory({
    database,
    limits: () => limits,
    now: shelf.now,
    newId: randomUUID,
  })
}

t.test('loads are kept, and a restart in the midst of one goes on with it', async (t) => {
  const shelf = new Shelf(['D1'])
  shelf.load('D1', 'ABC001L8', 'S1')
  const before = historyOf(shelf)
  await before.update(shelf.snapshot())
  shelf.work('D1', 12)
  await before.update(shelf.snapshot())

  shelf.work('D1', 30, 2)
  const after = historyOf(shelf)
  const { known } = await after.update(shelf.snapshot())
  shelf.unload('D1')
  await after.update(shelf.snapshot())

  const loads = await loadsOfDrive(db, 'D1', 10)
  t.match(loads, [
    {
      drive: 'D1',
      serial: 'S1',
      volumeTag: 'ABC001L8',
      library: 'L1',
      virtual: false,
      work: { writtenBytes: 42e9, unrecoveredWriteErrors: 2, correctedReadErrors: null },
      tapeAlerts: [],
    },
  ])
  t.equal(loads.length, 1)
  t.strictSame(loads[0]?.unloadedAt, shelf.now())
  t.match(known, [{ key: 'S1', volumeTag: 'ABC001L8', drive: 'D1', present: true }])
  t.strictSame(await latestLoads(db), loads)
})

t.test('what is known of a cartridge stays when it is back in its slot', async (t) => {
  const shelf = new Shelf(['D1'])
  shelf.load('D1', 'ABC001L8', 'S1')
  const history = historyOf(shelf)
  await history.update(shelf.snapshot())
  shelf.unload('D1')
  const gone = await history.update(shelf.snapshot())
  t.match(gone.known, [{ key: 'S1', present: false, health: { serial: 'S1' } }])
  const revived = await historyOf(shelf).update(shelf.snapshot())
  t.strictSame(revived, gone)
})

t.test('verdicts are drawn from what is kept, and anew when something new is told', async (t) => {
  const shelf = new Shelf(['D1', 'D2'])
  const history = historyOf(shelf)
  const use = async (drive: string, tape: string, errors: number) => {
    shelf.load(drive, tape)
    await history.update(shelf.snapshot())
    shelf.work(drive, 50, errors)
    const { verdicts } = await history.update(shelf.snapshot())
    shelf.unload(drive)
    await history.update(shelf.snapshot())
    return verdicts.map(({ about, name, verdict }) => `${about} ${name}: ${verdict}`)
  }
  t.strictSame(await use('D1', 'GOOD01L8', 0), [])
  t.strictSame(await use('D2', 'GOOD01L8', 0), [])
  t.strictSame(await use('D1', 'WORN01L8', 1), [
    'cartridge WORN01L8: undetermined',
    'drive D1: undetermined',
  ])
  const told = ['cartridge WORN01L8: tape', 'drive D1: tape', 'drive D2: tape']
  t.strictSame(await use('D2', 'WORN01L8', 2), told)

  const restarted = await historyOf(shelf).update(shelf.snapshot())
  t.equal(restarted.verdicts.length, 3)
  const inFourMonths = new Date(shelf.clock + 120 * 86_400_000)
  t.strictSame(await judgedNow(db, inFourMonths, limits), [], 'old errors are forgiven')
})

t.test('an update that fails is made up for by the next', async (t) => {
  const shelf = new Shelf(['D1'])
  let down = false
  const flaky: Database = {
    query: db.query.bind(db),
    transaction: (work) => {
      if (down) return Promise.reject(new DatabaseUnavailableError('it is stopping'))
      return db.transaction(work)
    },
  }
  const history = historyOf(shelf, flaky)
  await history.update(shelf.snapshot())
  shelf.load('D1', 'ABC001L8')
  down = true
  await t.rejects(history.update(shelf.snapshot()), { code: 'ERR_DATABASE_UNAVAILABLE' })
  down = false
  await history.update(shelf.snapshot())
  t.match(await latestLoads(db), [{ volumeTag: 'ABC001L8' }])
})

t.test('a drive that claims what no number holds stops nothing', async (t) => {
  const shelf = new Shelf(['D1'])
  const history = historyOf(shelf)
  shelf.load('D1', 'ABC\x00001L8', 'S\ud800')
  await history.update(shelf.snapshot())
  shelf.work('D1', 1e15)
  await history.update(shelf.snapshot())
  t.match(await latestLoads(db), [{ work: { writtenBytes: Number.MAX_SAFE_INTEGER } }])
})

t.test(
  'loads of a cartridge are found by its serial number, else by barcode and library',
  async (t) => {
    const shelf = new Shelf(['D1'])
    shelf.add('D2', 'L2')
    const history = historyOf(shelf)
    for (const [drive, serial] of [
      ['D1', 'S1'],
      ['D1', null],
      ['D2', 'S2'],
      ['D2', null],
    ] as const) {
      shelf.load(drive, 'ABC001L8', serial)
      await history.update(shelf.snapshot(serial === null ? [] : undefined))
      shelf.unload(drive)
      await history.update(shelf.snapshot())
    }
    const found = async (serial: string | null, library: string | null) => {
      const loads = await loadsOfCartridge(db, { serial, volumeTag: 'ABC001L8', library }, 10)
      return loads.map((load) => `${load.drive} ${load.serial ?? 'unknown'}`)
    }
    t.strictSame(await found('S1', 'L1'), ['D1 unknown', 'D1 S1'])
    t.strictSame(await found('S2', 'L2'), ['D2 unknown', 'D2 S2'])
    t.strictSame(await found(null, 'L1'), ['D1 unknown', 'D1 S1'])
    t.strictSame(await found('S3', 'L3'), [])
  },
)

t.test('old loads are forgotten, open ones are not', async (t) => {
  const shelf = new Shelf(['D1', 'D2'])
  const history = historyOf(shelf)
  shelf.load('D1', 'ABC001L8')
  shelf.load('D2', 'ABC002L8')
  await history.update(shelf.snapshot())
  shelf.unload('D1')
  await history.update(shelf.snapshot())
  const later = (days: number) => new Date(shelf.clock + days * 86_400_000)
  t.equal(await forgetOldLoads(db, 730, later(729)), 0)
  t.equal(await forgetOldLoads(db, 730, later(731)), 1)
  t.match(await latestLoads(db), [{ drive: 'D2' }])
  await saveLoads(db, [])
})

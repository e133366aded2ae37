import { randomUUID } from 'node:crypto'
import t from 'tap'
import { CartridgeHistory } from '../../src/cartridges/history.ts'
import { changers } from '../../src/collectors/changers.ts'
import { startTestApi } from '../support/api.ts'
import { limits } from '../support/cartridges.ts'
import { collected } from '../support/collected.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { hardwareOf } from '../support/hardware.ts'
import { read, snapshotOf } from '../support/readings.ts'
import { openRecording } from '../support/recording.ts'
import { Shelf } from '../support/shelf.ts'

const db = await openTestDatabase(t)
const api = await startTestApi(db, await makeStateDirectory(t))
t.teardown(() => api.stop())
const { get, list } = await hardwareOf(api)

// Cartridges of the library of 01-steady, used in drives on a shelf.
const { value: libraries } = await collected(changers, openRecording('01-steady'))
const shelf = new Shelf(['D1', 'D2', 'D3'], 'XYZZY_A')
const history = new CartridgeHistory({
  ...{ database: db, now: shelf.now, newId: randomUUID },
  limits: () => limits,
})

async function use(drive: string, tape: string, errors = 0): Promise<void> {
  shelf.load(drive, tape, `${tape}-serial`)
  await history.update(shelf.snapshot())
  shelf.work(drive, 100, errors)
  await history.update(shelf.snapshot())
  shelf.unload(drive)
  await history.update(shelf.snapshot())
}

async function show(): Promise<void> {
  const snapshot = shelf.snapshot()
  const state = await history.update(snapshot)
  const { tape_drives, tape_health } = snapshot.readings
  api.show(
    snapshotOf({
      ...(tape_drives && { tape_drives }),
      ...(tape_health && { tape_health }),
      changers: read(libraries),
      cartridges: read(state),
    }),
  )
}

t.test('a cartridge in its slot is what a drive told of it last', async (t) => {
  await use('D1', 'E01003L8')
  await show()
  const { items } = await list('cartridges')
  const found = items.find(({ id }) => id === 'E01003L8')
  t.match(found, {
    place: 'storage',
    place_text: /^slot \d+ of library XYZZY_A holds E01003L8$/,
    health: { serial: 'E01003L8-serial', barcode: 'E01003L8', drive: 'D1', last_drives: [] },
  })
  t.match(
    items.find(({ id }) => id === 'E01004L8'),
    { health: null },
  )
})

t.test('one cartridge tells its loads, and what its errors follow', async (t) => {
  await use('D2', 'E01003L8')
  await use('D1', 'E01005L8', 2)
  await use('D2', 'E01005L8', 1)
  await show()
  const { body } = await get('cartridges', 'E01005L8')
  t.match(body, {
    id: 'E01005L8',
    loads: [
      {
        drive: 'D2',
        serial: 'E01005L8-serial',
        volume_tag: 'E01005L8',
        written_bytes: 100e9,
        unrecovered_write_errors: 1,
        tape_alerts: [],
      },
      { drive: 'D1', unrecovered_write_errors: 2 },
    ],
    verdict: {
      verdict: 'tape',
      witnesses: ['D1', 'D2'],
      matrix: [
        { drive: 'D1', bad_loads: 1 },
        { drive: 'D2', bad_loads: 1 },
      ],
    },
  })
  t.match((await get('cartridges', 'E01003L8')).body, { loads: { length: 2 }, verdict: null })
  t.match((await get('cartridges', 'E01004L8')).body, { loads: [], verdict: null })
})

t.test('one drive tells what was in it, and what its errors follow', async (t) => {
  await show()
  t.match((await get('drives', 'D1')).body, {
    id: 'D1',
    loads: [{ volume_tag: 'E01005L8' }, { volume_tag: 'E01003L8' }],
    verdict: {
      about: 'drive',
      verdict: 'tape',
      reason: /^its errors were all with cartridge E01005L8/,
    },
    health: { cartridge: null, write: { retries: 0 } },
  })
  t.match((await get('drives', 'D3')).body, { loads: [], verdict: null })
  const { items } = await list('drives')
  t.notOk('loads' in (items[0] ?? {}), 'a list tells less')
})

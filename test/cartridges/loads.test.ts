import t from 'tap'
import { outcomeOf, type CartridgeLoad } from '../../src/cartridges/load.ts'
import { followLoads } from '../../src/cartridges/loads.ts'
import { drivesSeen } from '../../src/cartridges/in-drives.ts'
import { followCartridges, limits } from '../support/cartridges.ts'
import { openRecording } from '../support/recording.ts'
import { read, snapshotOf } from '../support/readings.ts'
import { Shelf } from '../support/shelf.ts'
import { watchAppliance } from '../support/appliance.ts'

const minutes = (load: CartridgeLoad | undefined) =>
  load && [load.loadedAt, load.unloadedAt].map((at) => at && (at.getTime() - begin) / 60_000)
const begin = Date.parse('2026-11-20T21:00:00Z')

t.test('a load lasts from when it was seen to when it was seen gone, with its work', (t) => {
  const shelf = new Shelf(['D1'])
  const follow = followCartridges(shelf.now)
  follow.update(shelf.snapshot())
  t.strictSame(follow.loads(), [])

  shelf.load('D1', 'ABC001L8', 'S1')
  follow.update(shelf.snapshot())
  shelf.work('D1', 20, 1, 300)
  follow.update(shelf.snapshot())
  follow.update(shelf.snapshot())
  shelf.work('D1', 5, 1)
  shelf.unload('D1')
  follow.update(shelf.snapshot())
  follow.update(shelf.snapshot())

  const [load, ...others] = follow.loads()
  t.strictSame(others, [])
  t.match(load, {
    drive: 'D1',
    serial: 'S1',
    volumeTag: 'ABC001L8',
    library: 'L1',
    work: { rewrites: 300, unrecoveredReadErrors: 0 },
  })
  t.strictSame(minutes(load), [2, 5])
  t.strictSame(
    [load?.work.writtenBytes, load?.work.unrecoveredWriteErrors],
    [25e9, 2],
    'what it counted until the unload is known from the empty drive',
  )
  t.end()
})

t.test('counters that begin anew, or go on over loads, count for the cartridge that is in', (t) => {
  const shelf = new Shelf(['D1'])
  const follow = followCartridges(shelf.now)
  shelf.load('D1', 'ABC001L8')
  shelf.work('D1', 50, 3)
  follow.update(shelf.snapshot())
  shelf.unload('D1')
  follow.update(shelf.snapshot([]))
  shelf.load('D1', 'ABC002L8')
  shelf.work('D1', 2)
  follow.update(shelf.snapshot())
  shelf.work('D1', 2)
  follow.update(shelf.snapshot())

  const told = follow
    .loads()
    .map(({ volumeTag, work }) => [volumeTag, work.writtenBytes, work.unrecoveredWriteErrors])
  t.strictSame(told, [
    // Of what was counted before the daemon looked for the first time nothing is known.
    ['ABC001L8', 0, 0],
    ['ABC002L8', 4e9, 0],
  ])
  t.end()
})

t.test('an unload that was missed ends the load when something else is seen', (t) => {
  const shelf = new Shelf(['D1', 'D2'])
  shelf.add('D3', null)
  const follow = followCartridges(shelf.now)
  shelf.load('D1', 'ABC001L8')
  shelf.load('D3', null, 'S1')
  follow.update(shelf.snapshot())
  follow.update(shelf.snapshot())
  shelf.load('D1', 'ABC002L8')
  shelf.load('D3', null, 'S2')
  follow.update(shelf.snapshot())
  follow.update(shelf.snapshot())

  t.strictSame(
    follow.loads().map((load) => [load.drive, load.serial, ...(minutes(load) ?? [])]),
    [
      ['D1', 'ABC001L8', 1, 3],
      ['D3', 'S1', 1, 3],
      ['D1', 'ABC002L8', 3, null],
      ['D3', 'S2', 3, null],
    ],
    'by the barcode, and where nobody reads that by the serial number',
  )
  t.end()
})

t.test('a drive in transition, or that does not answer, says nothing', (t) => {
  const shelf = new Shelf(['D1'])
  const follow = followCartridges(shelf.now)
  shelf.load('D1', 'ABC001L8')
  follow.update(shelf.snapshot())
  shelf.change('D1', { activity: 'unloading' })
  follow.update(shelf.snapshot([]))
  shelf.change('D1', { reachable: false })
  follow.update(shelf.snapshot([]))
  const [load] = follow.loads()
  t.equal(load?.unloadedAt, null)

  follow.update(snapshotOf({}))
  t.equal(follow.loads()[0]?.unloadedAt, null)
  t.end()
})

t.test('what a drive told before is not taken for the cartridge that came since', (t) => {
  const shelf = new Shelf(['D1'])
  const follow = followCartridges(shelf.now)
  shelf.load('D1', 'ABC001L8', 'S1')
  follow.update(shelf.snapshot())
  follow.update(shelf.snapshot())
  shelf.unload('D1')
  follow.update(shelf.snapshot([]))
  shelf.load('D1', 'ABC002L8', 'S2')
  follow.update(shelf.snapshot([]))
  t.match(follow.loads()[1], { volumeTag: 'ABC002L8', serial: null })
  const { known } = follow.update(shelf.snapshot())
  t.match(follow.loads()[1], { volumeTag: 'ABC002L8', serial: 'S2' })
  t.strictSame(
    known.map(({ key, volumeTag }) => [key, volumeTag]),
    [
      ['S1', 'ABC001L8'],
      ['S2', 'ABC002L8'],
    ],
  )
  t.end()
})

t.test('a restart in the midst of a load loses nothing', (t) => {
  const shelf = new Shelf(['D1'])
  shelf.load('D1', 'ABC001L8')
  const step = (before: CartridgeLoad[]) => {
    const latest = new Map(before.map((load) => [load.drive, load]))
    return followLoads(latest, drivesSeen(shelf.snapshot()), shelf.now(), () => 'id')
  }
  const begun = step(step([]))
  shelf.work('D1', 30, 2)
  // What is kept goes through JSON in between.
  const kept = JSON.parse(JSON.stringify(begun)) as CartridgeLoad[]
  const revived = kept.map((load) => ({
    ...load,
    loadedAt: new Date(load.loadedAt),
    countedAt: load.countedAt && new Date(load.countedAt),
  }))
  const [after] = step(revived)
  t.match(after, {
    id: 'id',
    unloadedAt: null,
    work: { writtenBytes: 30e9, unrecoveredWriteErrors: 2 },
  })
  t.end()
})

t.test('TapeAlert flags that are raised while it is loaded are its', (t) => {
  const shelf = new Shelf(['D1'])
  const follow = followCartridges(shelf.now)
  shelf.load('D1', 'ABC001L8')
  follow.update(shelf.snapshot())
  const alert = (flag: number, id: string, lastSeen: Date, mediumLeft = false) => ({
    ...{ kind: 'drive' as const, id, flag, lastSeen, firstSeen: lastSeen, mediumLeft, count: 1 },
    ...{ name: '', severity: 'warning' as const, meaning: '', action: '', aboutMedium: true },
    ...{ place: { name: '', virtual: false, node: '', element: null }, volumeTag: null },
  })
  const snapshot = shelf.snapshot()
  const active = [
    alert(6, 'D1', shelf.now()),
    alert(3, 'D1', shelf.now()),
    alert(5, 'D1', new Date(begin)),
    alert(4, 'D1', shelf.now(), true),
    alert(20, 'D2', shelf.now()),
  ]
  const raised = read({ active: active as never, unread: [], undecided: [] })
  follow.update({ ...snapshot, readings: { ...snapshot.readings, tape_alerts: raised } })
  follow.update(shelf.snapshot())
  t.strictSame(follow.loads()[0]?.tapeAlerts, [3, 6])
  t.end()
})

t.test('a flag that is read when the bad cartridge is ejected already is of its load', (t) => {
  const shelf = new Shelf(['D1'])
  const follow = followCartridges(shelf.now)
  shelf.load('D1', 'ABC001L8')
  follow.update(shelf.snapshot())
  shelf.unload('D1')
  follow.update(shelf.snapshot())

  const snapshot = shelf.snapshot()
  const left = (flag: number, volumeTag: string | null, lastSeen = shelf.now()) => ({
    ...{ kind: 'drive' as const, id: 'D1', flag, lastSeen, firstSeen: lastSeen, count: 1 },
    ...{ name: '', severity: 'critical' as const, meaning: '', action: '', aboutMedium: true },
    ...{ place: { text: '', virtual: false, node: '', element: null }, excerpt: '' },
    ...{ volumeTag, mediumLeft: true },
  })
  const active = [
    left(6, 'ABC001L8'),
    left(4, 'ABC002L8'),
    left(5, null),
    left(3, 'ABC001L8', new Date(begin)),
  ]
  const raised = read({ active, unread: [], undecided: [] })
  follow.update({ ...snapshot, readings: { ...snapshot.readings, tape_alerts: raised } })
  const [load] = follow.loads()
  t.strictSame(load?.tapeAlerts, [6], 'not one about another cartridge, nor one from before')
  t.equal(load && outcomeOf(load, limits), 'bad')
  t.end()
})

t.test('how a load went', (t) => {
  const unknown = { corrected: null }
  const work = (given: Partial<CartridgeLoad['work']>) => ({
    ...{ writtenBytes: 20e9, readBytes: 0, rewrites: 0, rereads: 0, ...unknown },
    ...{ correctedWriteErrors: 0, correctedReadErrors: 0 },
    ...{ unrecoveredWriteErrors: 0, unrecoveredReadErrors: 0, ...given },
  })
  const outcome = (given: Partial<CartridgeLoad['work']>, tapeAlerts: number[] = []) =>
    outcomeOf({ work: work(given), tapeAlerts }, limits)

  t.equal(outcome({}), 'good')
  t.equal(outcome({ unrecoveredReadErrors: 1 }), 'bad')
  t.equal(outcome({}, [4]), 'bad')
  t.equal(outcome({}, [1, 20]), 'good')
  t.equal(outcome({ rewrites: 2001 }), 'bad')
  t.equal(outcome({ rewrites: 2000 }), 'good')
  t.equal(outcome({ writtenBytes: 9e9, rewrites: 5000 }), 'good', 'too little for a rate')
  t.equal(outcome({ writtenBytes: 9e8 }), 'unknown')
  t.equal(outcome({ unrecoveredReadErrors: null }), 'unknown', 'what is not counted is not well')
  t.equal(outcome({ writtenBytes: null, readBytes: null }), 'unknown')
  t.end()
})

t.test('the loads of an appliance are what its libraries say is in its drives', async (t) => {
  const { snapshot } = await watchAppliance(openRecording('03-tape-moves')).watch()
  const follow = followCartridges(() => snapshot.takenAt)
  follow.update(snapshot)
  t.strictSame(
    follow.loads().map(({ drive, volumeTag, library }) => [drive, volumeTag, library]),
    [
      ['XYZZY_A01', 'E01001L8', 'XYZZY_A'],
      ['XYZZY_A02', 'E01007L8', 'XYZZY_A'],
      ['XYZZY_A04', 'F01002L6', 'XYZZY_A'],
      ['IBMLIB0001', 'G03002L9', 'IBMLIB0030'],
      ['IBMLIB0002', 'G03003L9', 'IBMLIB0030'],
      ['IBMLIB0003', 'H03001L8', 'IBMLIB0030'],
      ['IBMLIB0004', 'J03001L7', 'IBMLIB0030'],
      // No page 11h: its library tells.
      ['DEC3005002', 'K05002L6', 'DEC30050AB'],
    ],
  )
  t.match(follow.loads()[0], { serial: 'E01001L8_1795206838', virtual: true })
})

import t from 'tap'
import type { Changer } from '../../src/collectors/changers.ts'
import type { MdArray } from '../../src/collectors/md-arrays.ts'
import type { Problem } from '../../src/collectors/collector.ts'
import type { Scst, ScstTarget } from '../../src/collectors/scst.ts'
import type { ScstSession } from '../../src/collectors/scst-sessions.ts'
import type { TapeDrive } from '../../src/collectors/tape-drives.ts'
import { compare, type Remembered } from '../../src/inventory/compare.ts'
import { Inventory } from '../../src/inventory/inventory.ts'
import { present } from '../../src/inventory/present.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { openTestDatabase } from '../support/database.ts'
import { absent, failed, read, snapshotOf } from '../support/readings.ts'

const database = await openTestDatabase(t)

type Readings = Snapshot['readings']

const changer = (id: string, given: Partial<Changer> = {}) =>
  ({ id, serial: id, vendor: 'STK', product: 'L700', virtual: true, ...given }) as Changer
const drive = (id: string, given: Partial<TapeDrive> = {}) =>
  ({
    ...{ id, serial: id, vendor: 'IBM', product: 'ULT3580', library: null, virtual: false },
    ...given,
  }) as TapeDrive
const array = (name: string) => ({ id: `uuid-${name}`, name, level: 'raid1' }) as MdArray
const target = (name: string, enabled: boolean | null = true) =>
  ({ id: `iscsi/${name}`, driver: 'iscsi', name, enabled }) as ScstTarget
const scst = (...targets: ScstTarget[]) => read({ running: true, targets } as unknown as Scst)
const stopped = read({ running: false, targets: [] } as unknown as Scst)
const session = (targetName: string, initiator: string) =>
  ({
    id: `iscsi/${targetName}/${initiator}_1`,
    driver: 'iscsi',
    target: targetName,
    initiator,
  }) as ScstSession

const sessions = (...all: ScstSession[]) => read({ sessions: all, totals: [] })

const start = Date.parse('2026-11-20T21:00:00Z')
const hours = (count: number) => new Date(start + count * 3600_000)

/** Takes one snapshot after the other in, an hour apart, and tells what was missing after each. */
function missingAfter(...steps: Readings[]): string[][] {
  let remembered: Remembered[] = []
  return steps.map((readings, index) => {
    const now = hours(index)
    const { seen, gone, forgotten, missing } = compare(
      remembered,
      present(snapshotOf(readings)),
      now,
    )
    const is = (one: { kind: string; id: string }) => (other: typeof one) =>
      one.kind === other.kind && one.id === other.id
    remembered = [
      ...remembered
        .filter((old) => !forgotten.some(is(old)) && !seen.some(is(old)))
        .map((old) => (gone.some(is(old)) ? { ...old, goneSince: now } : old)),
      ...seen.map((object) => ({ ...object, lastSeen: now, goneSince: null })),
    ]
    return missing.map(({ kind, id }) => `${kind} ${id}`)
  })
}

t.test('what was never there is not missing', (t) => {
  const none = { changers: read([]), tape_drives: absent(), md_arrays: read([]), scst: scst() }

  t.strictSame(missingAfter(none, none), [[], []])
  t.end()
})

t.test('a library, drive, array or target that vanishes is missing until it is back', (t) => {
  const all = {
    changers: read([changer('L1'), changer('L2')]),
    tape_drives: read([drive('D1'), drive('D2')]),
    md_arrays: read([array('md0'), array('md1')]),
    scst: scst(target('disk1'), target('vtl1')),
  }
  const some = {
    changers: read([changer('L1')]),
    tape_drives: read([drive('D1')]),
    md_arrays: read([array('md0')]),
    scst: scst(target('disk1')),
  }
  const missing = ['library L2', 'drive D2', 'array uuid-md1', 'target iscsi/vtl1']

  t.strictSame(
    missingAfter(all, some, some, all).map((each) => each.sort()),
    [[], missing.sort(), missing, []],
  )
  t.end()
})

t.test('a library that does not answer is there', (t) => {
  const silent = changer('L1', { state: 'unreachable' })

  t.strictSame(
    missingAfter(
      { changers: read([changer('L1')]) },
      { changers: read([silent], { problems: [{ labels: { library: 'L1' }, error: 'hangs' }] }) },
    ),
    [[], []],
  )
  t.end()
})

t.test('what goes by its address for want of a serial number is never missing', (t) => {
  const known = { changers: read([changer('L1')]), tape_drives: read([drive('D1')]) }
  const problems = [{ labels: {}, error: 'no serial number' }]
  const nameless = {
    changers: read([changer('13:0:0:0', { serial: null })], { problems }),
    tape_drives: read([drive('13:0:1:0', { serial: null })], { problems }),
  }

  t.strictSame(missingAfter(nameless, known, nameless, known), [[], [], [], []])
  t.end()
})

t.test('hardware that is absent altogether is missed', (t) => {
  t.strictSame(
    missingAfter(
      { changers: read([changer('L1')]), tape_drives: read([drive('D1')]) },
      { changers: absent(), tape_drives: absent() },
    ),
    [[], ['library L1', 'drive D1']],
  )
  t.end()
})

t.test('nothing goes missing, or comes back, by a reading that failed', (t) => {
  const both = { changers: read([changer('L1'), changer('L2')]) }
  const one = { changers: read([changer('L1')]) }
  const unknown = { changers: failed() }

  t.strictSame(missingAfter(both, unknown, {}, one, unknown, {}, both), [
    [],
    [],
    [],
    ['library L2'],
    ['library L2'],
    ['library L2'],
    [],
  ])
  t.end()
})

t.test('where a part could not be read, only what is elsewhere can be missing', (t) => {
  const both = { changers: read([changer('L1'), changer('L2')]) }
  const partly = (...problems: Problem[]) => ({ changers: read<Changer[]>([], { problems }) })

  t.strictSame(missingAfter(both, partly({ labels: { library: 'L1' }, error: 'hangs' })), [
    [],
    ['library L2'],
  ])
  t.strictSame(missingAfter(both, partly({ labels: {}, error: 'hangs' })), [[], []])
  t.strictSame(missingAfter(both, { changers: read([], { coverage: 'none' }) }), [[], []])
  t.end()
})

t.test('targets are not missed one by one while SCST does not run', (t) => {
  const up = { scst: scst(target('disk1')), scst_sessions: sessions(session('disk1', 'esx01')) }

  t.strictSame(missingAfter(up, { scst: stopped, scst_sessions: sessions() }, up), [[], [], []])
  t.end()
})

t.test('an initiator that is gone is missed for a day, unless its target went too', (t) => {
  const up = {
    scst: scst(target('disk1'), target('disk2')),
    scst_sessions: sessions(session('disk1', 'esx01'), session('disk2', 'esx01')),
  }
  const down = { scst: scst(target('disk1'), target('disk2', false)), scst_sessions: sessions() }
  const day = missingAfter(up, ...Array.from({ length: 26 }, () => down))

  t.strictSame(day.slice(0, 2), [[], ['session iscsi/disk1/esx01']])
  t.strictSame(day.slice(23), [
    ['session iscsi/disk1/esx01'],
    ['session iscsi/disk1/esx01'],
    [],
    [],
  ])
  t.strictSame(
    missingAfter(up, { scst: scst(target('disk1')), scst_sessions: sessions() })[1]?.sort(),
    ['session iscsi/disk1/esx01', 'target iscsi/disk2'],
  )
  t.end()
})

t.test('a second session of the same initiator is no other object', (t) => {
  const two = { scst: scst(target('disk1')), scst_sessions: sessions(session('disk1', 'esx01')) }
  const [, sight] = present(
    snapshotOf({
      ...two,
      scst_sessions: sessions(session('disk1', 'esx01'), session('disk1', 'esx01')),
    }),
  )

  t.strictSame(
    sight?.seen.map(({ id }) => id),
    ['iscsi/disk1/esx01'],
  )
  t.end()
})

t.test('the database remembers over restarts, and forgets what it is told to', async (t) => {
  let now = hours(0)
  const open = () => new Inventory({ database, now: () => now })
  const both = snapshotOf({ changers: read([changer('L1'), changer('L2', { virtual: false })]) })
  const none = snapshotOf({ changers: absent() })
  const library = (id: string, virtual: boolean) => ({
    kind: 'library',
    id,
    name: `STK L700 (${id})`,
    labels: { library: id },
    partOf: {},
    virtual,
    lastSeen: hours(1),
  })

  t.strictSame(await open().update(both), { missing: [] })
  now = hours(1)
  t.strictSame(await open().update(both), { missing: [] })
  now = hours(2)
  const missing = [library('L1', true), library('L2', false)]
  t.strictSame(await open().update(none), { missing })
  now = hours(3)
  t.strictSame(await open().update(none), { missing })
  t.strictSame(await open().update(snapshotOf({})), { missing })
  t.strictSame(
    await database.query('select id, first_seen, gone_since from inventory order by id'),
    [
      { id: 'L1', first_seen: hours(0), gone_since: hours(2) },
      { id: 'L2', first_seen: hours(0), gone_since: hours(2) },
    ],
  )

  t.equal(await open().forget('library', 'L1'), true)
  t.equal(await open().forget('library', 'L1'), false)
  t.strictSame(await open().update(none), { missing: [library('L2', false)] })
  t.strictSame(await open().update(both), { missing: [] })
})

t.test('a drive is remembered with its library, also when that is gone before it', async (t) => {
  await database.query('truncate inventory')
  const inventory = new Inventory({ database, now: () => hours(0) })
  const inLibrary = { library: { serial: 'L1', element: 0 } }
  await inventory.update(
    snapshotOf({
      tape_drives: read([drive('D1', inLibrary), drive('D2', inLibrary), drive('D3')]),
    }),
  )
  await inventory.update(snapshotOf({ tape_drives: read([drive('D1'), drive('D2'), drive('D3')]) }))
  const moved = drive('D2', { library: { serial: 'L2', element: 3 } })
  await inventory.update(snapshotOf({ tape_drives: read([moved]) }))
  const { missing } = await inventory.update(snapshotOf({ tape_drives: absent() }))

  t.strictSame(
    missing.map(({ id, partOf }) => [id, partOf]),
    [
      ['D1', { library: 'L1' }],
      ['D2', { library: 'L2' }],
      ['D3', {}],
    ],
  )
})

t.test('two daemons at once remember every object once', async (t) => {
  await database.query('truncate inventory')
  const inventory = new Inventory({ database, now: () => hours(0) })
  const all = snapshotOf({ tape_drives: read(['D1', 'D2', 'D3'].map((id) => drive(id))) })
  await Promise.all([inventory.update(all), inventory.update(all), inventory.update(all)])

  t.strictSame(await database.query('select id from inventory order by id'), [
    { id: 'D1' },
    { id: 'D2' },
    { id: 'D3' },
  ])
})

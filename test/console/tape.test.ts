import t from 'tap'
import {
  filtered as cartridgesWith,
  unrecoveredOf,
} from '../../dashboard/pages/cartridges/filtered.ts'
import { filtered as drivesWith, recentErrors } from '../../dashboard/pages/drives/filtered.ts'
import { fileSystemOf } from '../../dashboard/pages/vtl/file-system.ts'
import { amiss, mediaOf } from '../../dashboard/pages/vtl/media.ts'
import { matrixOf, outcomeOf, joined, partnersOf, type Cell } from '../../dashboard/tape/matrix.ts'
import { timelineOf, wentBadly } from '../../dashboard/tape/timeline.ts'
import type { Cartridge, Drive, Library, Load, VirtualLibrary } from '../../dashboard/wire/types.ts'

function cellOf(cartridge: string, drive: string, bad: number, good: number): Cell {
  return {
    ...{ cartridge, drive, cartridge_name: `name of ${cartridge}`, bad_loads: bad },
    ...{ good_loads: good, loads: bad + good },
  } as unknown as Cell
}

t.test('a matrix has those first that had most loads with errors', (t) => {
  const cells = [cellOf('A', 'D1', 0, 1), cellOf('B', 'D1', 1, 0), cellOf('B', 'D2', 2, 0)]
  const [a1, b1, b2] = cells
  t.strictSame(matrixOf(cells), {
    drives: ['D2', 'D1'],
    rows: [
      { id: 'B', name: 'name of B', cells: [b2, b1] },
      { id: 'A', name: 'name of A', cells: [null, a1] },
    ],
  })
  t.strictSame([...cells, cellOf('C', 'D', 0, 0)].map(outcomeOf), ['good', 'bad', 'bad', 'open'])
  t.end()
})

t.test('the loads of those with whom there were errors are put beside', (t) => {
  const own = [cellOf('A', 'D1', 1, 0), cellOf('A', 'D2', 0, 1)]
  const other = cellOf('B', 'D1', 0, 1)
  t.strictSame(partnersOf({ about: 'cartridge', matrix: own }), ['D1'])
  t.strictSame(partnersOf({ about: 'drive', matrix: own }), ['name of A'])
  t.strictSame(joined([own, [cellOf('A', 'D1', 1, 0), other]]), [...own, other])
  t.end()
})

t.test('loads are bars between the first of them and now', (t) => {
  const load = (
    drive: string,
    from: string,
    to: string | null,
    errors: number | null = null,
    flags: number[] = [],
  ) =>
    ({
      ...{ drive, loaded_at: `2026-11-20T${from}:00Z`, unloaded_at: to && `2026-11-20T${to}:00Z` },
      ...{ unrecovered_write_errors: errors, unrecovered_read_errors: null },
      tape_alerts: flags,
    }) as unknown as Load
  const loads = [load('D2', '12:00', null, 1), load('D1', '10:00', '11:00')]
  const [latest, first] = loads
  t.strictSame(timelineOf(loads, new Date('2026-11-20T14:00:00Z')), {
    from: new Date('2026-11-20T10:00:00Z'),
    to: new Date('2026-11-20T14:00:00Z'),
    rows: [
      { drive: 'D1', bars: [{ load: first, start: 0, length: 0.25 }] },
      { drive: 'D2', bars: [{ load: latest, start: 0.5, length: 0.5 }] },
    ],
  })
  t.strictSame(loads.map(wentBadly), [true, false])
  t.equal(wentBadly(load('D', '10:00', null, 0, [6, 50])), true)
  t.equal(wentBadly(load('D', '10:00', null, null, [20])), false)
  t.equal(timelineOf([], new Date()), null)
  t.end()
})

t.test('drives are found by any of their names and by what they do', (t) => {
  const drive = (id: string, more: object) =>
    ({
      ...{ id, place: `drive 0 of library L = serial ${id}`, volume_tag: null, wwn: null },
      ...{ product: 'ULT', tape_node: 'st0', library: null, status: null, active: null },
      ...{ loaded: null, health: null },
      ...more,
    }) as unknown as Drive
  const reading = drive('A', { status: { activity: 'reading' }, loaded: true, volume_tag: 'E1L8' })
  const idle = drive('B', { status: { activity: 'no-activity' }, loaded: false, active: false })
  const silent = drive('C', {})
  const all = [reading, idle, silent]
  const ids = (asked: object) => drivesWith(all, asked, ({ id }) => id === 'C').map(({ id }) => id)
  t.strictSame(ids({}), ['A', 'B', 'C'])
  t.strictSame(ids({ q: 'e1l8' }), ['A'])
  t.strictSame(ids({ q: 'serial b' }), ['B'])
  t.strictSame(ids({ does: 'working' }), ['A'])
  t.strictSame(ids({ does: 'loaded' }), ['A'], 'unknown is neither loaded')
  t.strictSame(ids({ does: 'empty' }), ['B'], 'nor empty')
  t.strictSame(ids({ does: 'attention' }), ['C'])
  t.strictSame(ids({ library: 'L' }), [])
  t.equal(recentErrors(silent), null)
  const recent_errors = [
    { write_errors: 1, read_errors: 0 },
    { write_errors: 2, read_errors: 3 },
  ]
  t.strictSame(recentErrors(drive('D', { health: { taken_at: 'x', recent_errors } })), {
    write: 3,
    read: 3,
  })
  t.end()
})

t.test('cartridges are found by barcode, place and errors', (t) => {
  const cartridge = (id: string, more: object) =>
    ({
      ...{ id, volume_tag: id, library: 'L', place: 'storage', health: null, errors_follow: null },
      ...more,
    }) as unknown as Cartridge
  const bad = cartridge('A', { errors_follow: 'tape' })
  const had = cartridge('B', {
    place: 'data-transfer',
    health: { serial: 'S9', unrecovered_write_errors: null, unrecovered_read_errors: 1 },
  })
  const ids = (asked: object) => cartridgesWith([bad, had], asked).map(({ id }) => id)
  t.strictSame(ids({ q: 's9' }), ['B'])
  t.strictSame(ids({ place: 'data-transfer' }), ['B'])
  t.strictSame(ids({ errors: 'any' }), ['A', 'B'])
  t.strictSame(ids({ errors: 'tape' }), ['A'])
  t.strictSame([unrecoveredOf(bad), unrecoveredOf(had)], [null, 1])
  t.end()
})

t.test(
  'media differ where one side has them and another has not; who was not asked says nothing',
  (t) => {
    const virtual = {
      contents: { cartridges: [{ volume_tag: 'A' }, { volume_tag: 'B' }, { volume_tag: 'C' }] },
      media_on_disk: ['A', 'C', 'D', 'NOBAR1'],
    } as unknown as VirtualLibrary
    const elements = [{ volume_tag: 'A' }, { volume_tag: 'B' }, { volume_tag: null }]
    const running = { state: 'online', inventory: { elements } } as unknown as Library
    const media = mediaOf(virtual, running)
    t.strictSame(
      media.map((medium) => [medium.tag, amiss(medium)]),
      [
        ['A', null],
        ['B', 'lost'],
        ['C', 'moved'],
        ['D', 'orphaned'],
        ['NOBAR1', 'orphaned'],
      ],
    )
    t.strictSame(mediaOf({ ...virtual, media_on_disk: null }, undefined)[0], {
      ...{ tag: 'A', configured: true, live: null, onDisk: null },
    })
    t.equal(amiss({ tag: 'A', configured: true, live: null, onDisk: null }), null)
    t.end()
  },
)

t.test('a path is on the file system of the longest mount point above it', (t) => {
  const mounts = ['/', '/opt', '/opt/mhvtl', '/opt/mhvtl-2'].map((at) => ({ mount_point: at }))
  t.equal(fileSystemOf('/opt/mhvtl/10', mounts)?.mount_point, '/opt/mhvtl')
  t.equal(fileSystemOf('/srv', mounts)?.mount_point, '/')
  t.equal(fileSystemOf('/srv', []), null)
  t.end()
})

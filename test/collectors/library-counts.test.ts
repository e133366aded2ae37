import t from 'tap'
import type { Changer, Element } from '../../src/collectors/changers.ts'
import { countActive, countLibraries, countLoaded } from '../../src/collectors/library-counts.ts'
import type { DriveStatus, TapeDrive } from '../../src/collectors/tape-drives.ts'

const place = (type: Element['type'], full: boolean, driveSerial: string | null = null) =>
  ({ type, full, driveSerial }) as Element

const library = (state: Changer['state'], ...elements: Element[]) =>
  ({ state, inventory: { takenAt: null, source: 'scsi', elements } }) as unknown as Changer

const drive = (serial: string, mediumPresent: boolean | null, active: boolean | null = null) =>
  ({
    serial,
    active,
    status: mediumPresent === null ? null : ({ mediumPresent } as DriveStatus),
  }) as TapeDrive

const online = library(
  'online',
  place('storage', true),
  place('storage', false),
  place('import-export', true),
  place('data-transfer', true, 'D1'),
  place('data-transfer', false, 'D2'),
)
const silent = library('unreachable', place('storage', true), place('data-transfer', true, 'D3'))

t.test('places are counted by what they are, cartridges wherever they are', (t) => {
  t.strictSame(countLibraries([online]), {
    libraries: 1,
    slots: 2,
    slotsFull: 1,
    importExport: 1,
    cartridges: 3,
  })
  t.end()
})

t.test('what a silent library last held is not counted', (t) => {
  t.strictSame(countLibraries([online, silent]), { ...countLibraries([online]), libraries: 2 })
  t.strictSame(countLibraries([silent]), {
    libraries: 1,
    slots: null,
    slotsFull: null,
    importExport: null,
    cartridges: null,
  })
  t.end()
})

t.test('without a library there is nothing to count', (t) => {
  t.strictSame(countLibraries([]), {
    libraries: 0,
    slots: 0,
    slotsFull: 0,
    importExport: 0,
    cartridges: 0,
  })
  t.equal(countLoaded([], []), 0)
  t.equal(countActive([]), 0)
  t.end()
})

t.test('drives are loaded as their library says, others as they say', (t) => {
  t.equal(countLoaded([online], []), 1)
  t.equal(countLoaded([online], [drive('D1', true), drive('D2', true)]), 1)
  t.equal(countLoaded([online, silent], [drive('D1', true), drive('D3', true)]), 2)
  t.equal(countLoaded([online, silent], [drive('D3', null)]), 1)
  t.equal(countLoaded([], [drive('D4', true), drive('D5', false)]), 1)
  t.equal(countLoaded([silent], [drive('D3', null)]), null)
  t.end()
})

t.test('a drive of a library that tells no serial numbers is not counted twice', (t) => {
  const byMtx = library('online', place('data-transfer', true))

  t.equal(countLoaded([byMtx], [drive('D1', true)]), 1)
  t.end()
})

t.test('drives are active when they are known to be', (t) => {
  t.equal(countActive([drive('D1', true, true), drive('D2', true, null)]), 1)
  t.equal(countActive([drive('D1', true, false), drive('D2', true, null)]), 0)
  t.equal(countActive([drive('D1', true, null)]), null)
  t.end()
})

import t from 'tap'
import { changers, type Changer } from '../../src/collectors/changers.ts'
import { placeChangers, placeDrives } from '../../src/collectors/place-drives.ts'
import { PlacedReadings, placedReadings } from '../../src/collectors/placed-readings.ts'
import { scst } from '../../src/collectors/scst.ts'
import { tapeDrives, type TapeDrive } from '../../src/collectors/tape-drives.ts'
import { worldWideName } from '../../src/collectors/world-wide-name.ts'
import { collected } from '../support/collected.ts'
import { absent, failed, read } from '../support/readings.ts'
import { recorded } from '../support/recorded.ts'
import { openRecording } from '../support/recording.ts'

const host = openRecording('01-steady')
const { value: drives } = await collected(tapeDrives, host)
const { value: libraries } = await collected(changers, host)
const { value: running } = await collected(scst, host)
const [firstDrive] = drives
const [firstLibrary] = libraries
const [firstTarget] = running.targets
const [firstDevice] = running.devices
if (!firstDrive || !firstLibrary || !firstTarget || !firstDevice)
  throw new Error('01-steady is empty')
const around = { changers: libraries, scst: running, automation: new Map() }

/** LUN links of the recording to devices named by SCSI address: `address target lun`. */
function passedThrough(): string[] {
  return recorded('01-steady')
    .lines.flatMap(({ path, link }) => {
      const lun = /\/targets\/(\w+)\/([^/]+)\/luns\/(\d+)\/device$/.exec(path)
      const device = /\/(\d+:\d+:\d+:\d+)$/.exec(link ?? '')
      return lun && device ? [`${device[1]} ${lun[1]} ${lun[2]} ${lun[3]}`] : []
    })
    .sort()
}

t.test('drives and changers are joined with the LUNs that sysfs links to them', (t) => {
  const units = [...placeDrives(drives, around), ...placeChangers(libraries, around)]
  const joined = units.flatMap(({ hctl, exportedAs }) =>
    (exportedAs ?? []).map(({ driver, target, lun }) => `${hctl} ${driver} ${target} ${lun}`),
  )
  t.equal(joined.length, 3)
  t.strictSame(joined.sort(), passedThrough())
  t.end()
})

t.test('a drive by all its names', (t) => {
  const placeOf = (id: string, all: readonly TapeDrive[]) => all.find((one) => one.id === id)?.place

  const placed = placeDrives(drives, around)
  t.equal(
    placeOf('DEC3005001', placed),
    'drive 0 of library DEC30050AB = serial DEC3005001 = /dev/sg22 = st8' +
      ' = LUN 1 of target iqn.2026-01.org.example:vtl1',
  )
  t.equal(
    placeOf('XYZZY_A02', placed),
    'drive 1 of library XYZZY_A = serial XYZZY_A02 = /dev/sg15 = st1',
  )
  t.equal(placeOf('XYZZY_A02', drives), 'serial XYZZY_A02 = /dev/sg15 = st1')
  t.strictSame(
    placed.map(({ wwn }) => wwn?.slice(0, 13)),
    placed.map(() => '0x50223344ab0'),
  )
  t.end()
})

const drive = (given: Partial<TapeDrive>): TapeDrive => ({ ...firstDrive, ...given })
const target = (name: string, device: string) => ({
  ...firstTarget,
  driver: 'iscsi',
  name,
  luns: [{ lun: 1, device, readOnly: false }],
  groups: [
    { name: 'hosts', initiators: [], blackHole: 0, luns: [{ lun: 7, device, readOnly: false }] },
  ],
})

t.test('a drive with several paths is one drive, exported by whichever of them', (t) => {
  const handler = 'dev_tape'
  const devices = ['1:0:0:0', '2:0:0:0'].map((name) => ({
    ...firstDevice,
    name,
    handler,
  }))
  const both = drive({
    serial: 'S1',
    paths: ['/dev/sg1', '/dev/sg2'],
    hctl: '1:0:0:0',
    hctls: ['1:0:0:0', '2:0:0:0'],
    tapeNode: null,
  })
  const place = (names: readonly string[], exporting = devices) =>
    placeDrives([both], {
      changers: [],
      scst: {
        ...running,
        devices: exporting,
        targets: names.map((name) => target(name, '2:0:0:0')),
      },
      automation: new Map(),
    })[0]

  t.strictSame(place(['x'])?.exportedAs, [
    { driver: 'iscsi', target: 'x', group: null, lun: 1 },
    { driver: 'iscsi', target: 'x', group: 'hosts', lun: 7 },
  ])
  t.equal(
    place(['x'])?.place,
    'serial S1 = /dev/sg1 and /dev/sg2 = LUN 1 of target x and LUN 7 of target x for group hosts',
  )
  t.match(place(['x', 'y'])?.place, / and 2 more$/)

  const disk = devices.map((device) => ({ ...device, handler: 'vdisk_fileio' }))
  t.strictSame(place(['x'], disk)?.exportedAs, [], 'a disk that is named like an address is none')
  t.end()
})

t.test('a drive that names its own element is believed where its library names none', (t) => {
  const one = drive({ id: 'S1', serial: 'S1' })
  const library = (driveSerial: string | null, given: Partial<Changer> = {}): Changer => ({
    ...firstLibrary,
    id: 'L1',
    serial: 'L1',
    inventory: {
      takenAt: null,
      source: 'scsi',
      elements: [
        {
          ...{ type: 'data-transfer', number: 3, address: 259, full: true, volumeTag: 'A1' },
          ...{ sourceElement: null, exception: null, exceptionText: null, accessible: null },
          ...{ mediumType: null, driveSerial },
        },
      ],
    },
    ...given,
  })
  const place = (changer: Changer, serial: string | null, elementAddress: number | null) => {
    const automation = new Map([['S1', { serial, elementAddress }]])
    const [placed] = placeDrives([one], { changers: [changer], scst: null, automation })
    return [placed?.library, placed?.volumeTag, placed?.exportedAs]
  }
  const there = { serial: 'L1', element: 3 }

  t.strictSame(place(library(null), 'L1', 259), [there, 'A1', null])
  t.strictSame(place(library('S1'), 'L2', 1), [there, 'A1', null], 'the library knows best')
  t.strictSame(place(library('S2'), 'L1', 259), [null, null, null])
  t.strictSame(place(library(null), 'L2', 259), [null, null, null])
  t.strictSame(place(library(null), null, 259), [null, null, null])
  t.strictSame(place(library(null), 'L1', null), [null, null, null])
  t.strictSame(place(library(null, { inventory: null }), 'L1', 259), [null, null, null])
  t.end()
})

t.test('what could not be read leaves its part unknown, what is absent does not', (t) => {
  const places = (readings: Parameters<typeof placedReadings>[0]) => {
    const { tape_drives: placed } = placedReadings({ tape_drives: read(drives), ...readings })
    const [first] = placed?.state === 'read' ? placed.value : []
    return [first?.library?.serial, first?.exportedAs]
  }
  t.strictSame(places({}), [undefined, null])
  t.strictSame(places({ changers: read(libraries), scst: failed() }), ['XYZZY_A', null])
  t.strictSame(places({ changers: failed(), scst: absent() }), [undefined, []])
  t.strictSame(placedReadings({}), {})
  t.strictSame(placedReadings({ tape_drives: absent() }), { tape_drives: absent() })
  t.end()
})

t.test('they are the same readings until one that they are made of is another', (t) => {
  const placing = new PlacedReadings()
  const before = { tape_drives: read(drives), changers: read(libraries), system: failed() }
  const placed = placing.placed(before)
  t.strictSame(placed, placedReadings(before))
  t.equal(placing.placed({ ...before, system: absent() }), placed)
  const after = { ...before, changers: failed() }
  t.strictSame(placing.placed(after), placedReadings(after))
  t.strictSame(placing.placed({}), {})
  t.end()
})

t.test('of the names of a device that of the unit itself is taken', (t) => {
  const name = (type: number, association: number, value: string | null) => ({
    type,
    association,
    value,
  })
  t.equal(worldWideName([name(3, 1, '5000'), name(3, 2, '5001'), name(3, 0, '5002')]), '0x5002')
  t.equal(worldWideName([name(3, 2, '5001'), name(2, 0, 'ab')]), 'eui.ab')
  t.equal(worldWideName([name(1, 0, 'IBM x'), name(3, 1, '5000'), name(3, 0, null)]), null)
  t.equal(worldWideName([]), null)
  t.end()
})

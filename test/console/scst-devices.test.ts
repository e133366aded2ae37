import t from 'tap'
import { backingOf, type Behind } from '../../dashboard/pages/scst/backing.ts'
import { driftLines, type Difference } from '../../dashboard/pages/scst/drift.ts'
import { device } from '../support/console-scst.ts'

const behind: Behind = {
  drives: [{ id: 'D1', hctls: ['13:1:1:0'] }],
  libraries: [{ id: 'L1', hctls: ['13:1:0:0'] }],
  disks: [
    { id: 'S1', name: 'sda', hctl: '0:0:0:0' },
    { id: 'N1', name: 'nvme0n1', hctl: null },
  ],
  arrays: [{ id: 'uuid', name: 'md0' }],
  groups: [{ id: 'vg-data', name: 'vg-data' }],
  filesystems: [
    { id: '/', mount_point: '/' },
    { id: '/srv/luns', mount_point: '/srv/luns' },
  ],
}

t.test('what is behind a device is found by its path or its address', (t) => {
  const block = (filename: string) =>
    backingOf(device('b', { handler: 'vdisk_blockio', filename }), behind)
  const scsi = (name: string, type: number) =>
    backingOf(device(name, { handler: 'dev_x', filename: null, type }), behind)
  t.same(
    [
      backingOf(device('lun0'), behind),
      backingOf(device('lun0'), null),
      ...['/dev/sda1', '/dev/nvme0n1p2', '/dev/md0', '/dev/vg-data/lun'].map(block),
      ...['/dev/mapper/vg--data-lun', '/dev/sdz'].map(block),
      ...[scsi('13:1:1:0', 1), scsi('13:1:0:0', 8), scsi('0:0:0:0', 0), scsi('9:0:0:0', 3)],
      backingOf(device('null0', { handler: 'vdisk_nullio', filename: null }), behind),
    ].map(({ kind, page, on }) => [kind, page?.join('/') ?? null, on]),
    [
      ['file', 'storage/filesystems//srv/luns', '/srv/luns'],
      ['file', null, null],
      ['disk', 'storage/disks/S1', null],
      ['disk', 'storage/disks/N1', null],
      ['array', 'storage/arrays/uuid', null],
      ['volume', 'storage/volume-groups/vg-data', null],
      ['volume', 'storage/volume-groups/vg-data', null],
      ['block', null, null],
      ['drive', 'drives/D1', null],
      ['changer', 'libraries/L1', null],
      ['disk', 'storage/disks/S1', null],
      ['passThrough', null, null],
      ['none', null, null],
    ],
  )
  t.end()
})

type Given = Pick<Difference, 'kind' | 'what' | 'place' | 'attribute'>

function difference(given: Given, live: string | null, configured: string | null): Difference {
  const side = (role: 'live' | 'configured', value: string | null) => ({
    ...{ role, source: role, value, taken_at: null, age_seconds: null },
    state: value === null ? ('absent' as const) : ('present' as const),
  })
  return {
    ...{ id: Object.values(given.place).join('/'), check: 'scst', name: '', sentence: '' },
    ...{ action: '', remedies: [], told_by: null, ignored: null },
    ...given,
    values: [side('live', live), side('configured', configured)],
  }
}

t.test('differences are lines of the file, with what is around them', (t) => {
  const place = { driver: 'iscsi', target: 'disk1' }
  const lines = driftLines([
    difference(
      { kind: 'different', what: 'device', place: { device: 'd' }, attribute: 'filename' },
      ...(['/b', '/a'] as const),
    ),
    difference(
      { kind: 'pending', what: 'device', place: { device: 'e' }, attribute: null },
      null,
      'vdisk_fileio',
    ),
    difference(
      {
        kind: 'orphaned',
        what: 'initiator',
        place: { ...place, group: 'esx', initiator: 'iqn.r' },
        attribute: null,
      },
      'iqn.r',
      null,
    ),
    difference(
      { kind: 'pending', what: 'lun', place: { ...place, lun: '3' }, attribute: null },
      null,
      'thin',
    ),
    difference(
      { kind: 'different', what: 'lun', place: { ...place, lun: '4' }, attribute: 'device' },
      'x',
      'y',
    ),
    difference(
      { kind: 'different', what: 'lun', place: { ...place, lun: '5' }, attribute: 'read_only' },
      '1',
      '0',
    ),
    difference({ kind: 'different', what: 'target', place, attribute: 'enabled' }, '0', '1'),
    difference(
      { kind: 'missing', what: 'target', place: { ...place, target: 'old' }, attribute: null },
      null,
      null,
    ),
    difference(
      { kind: 'missing', what: 'group', place: { ...place, group: 'g' }, attribute: null },
      null,
      'g',
    ),
  ])
  t.same(
    lines.map(({ sign, depth, text }) => `${sign}${'  '.repeat(depth)}${text}`),
    [
      '-DEVICE e vdisk_fileio',
      ' DEVICE d',
      '-  filename /a',
      '+  filename /b',
      ' TARGET_DRIVER iscsi',
      '!  TARGET old',
      '   TARGET disk1',
      '-    LUN 3 thin',
      '-    LUN 4 y',
      '+    LUN 4 x',
      '-    LUN 5 read_only 0',
      '+    LUN 5 read_only 1',
      '-    enabled 1',
      '+    enabled 0',
      '-    GROUP g',
      '     GROUP esx',
      '+      INITIATOR iqn.r',
    ],
  )
  t.end()
})

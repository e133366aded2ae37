import t from 'tap'
import type { Scst, ScstDevice, ScstTarget } from '../../src/collectors/scst.ts'
import { parseScstConfig } from '../../src/scst/config.ts'
import { compareScst } from '../../src/scst/difference.ts'

const device: ScstDevice = {
  id: 'disk1',
  name: 'disk1',
  handler: 'vdisk_fileio',
  type: 0,
  filename: '/srv/disk1',
  fileExists: true,
  sizeBytes: 1 << 30,
  blockSizeBytes: 512,
  active: true,
  readOnly: false,
  thinProvisioned: false,
  nvCache: false,
  writeThrough: false,
  blockCount: 0,
  usn: 'a',
  exports: 1,
}

const target: ScstTarget = {
  id: 'iscsi/t1',
  driver: 'iscsi',
  name: 't1',
  enabled: true,
  relativeTargetId: 1,
  comment: null,
  blackHole: 0,
  luns: [{ lun: 0, device: 'disk1', readOnly: false }],
  groups: [
    {
      name: 'g1',
      initiators: ['iqn.a'],
      luns: [{ lun: 0, device: 'disk1', readOnly: false }],
      blackHole: 0,
    },
  ],
  sessions: 0,
}

type Running = Pick<Scst, 'devices' | 'drivers' | 'targets'>

const running: Running = {
  devices: [device],
  drivers: [{ name: 'iscsi', enabled: true, openState: 'open' }],
  targets: [target],
}

const file = `HANDLER vdisk_fileio {
  DEVICE disk1 {
    filename /srv/disk1
    size 0x40000000
  }
}
TARGET_DRIVER copy_manager {
  TARGET copy_manager_tgt {
    LUN 0 disk1
  }
}
TARGET_DRIVER iscsi {
  enabled 1
  TARGET t1 {
    enabled 1
    rel_tgt_id 1
    LUN 0 disk1
    GROUP g1 {
      LUN 0 disk1
      INITIATOR iqn.a
    }
  }
}
`

/** `kind path: configured -> running` of every difference. */
function differences(now: Partial<Running>, text = file): string[] {
  return compareScst(parseScstConfig(text), { ...running, ...now }).map(
    ({ kind, object, path, configured, running: value }) =>
      `${kind} ${object} ${path}: ${configured ?? '-'} -> ${value ?? '-'}`,
  )
}

const withTarget = (changes: Partial<ScstTarget>) => ({ targets: [{ ...target, ...changes }] })
const withDevice = (changes: Partial<ScstDevice>) => ({ devices: [{ ...device, ...changes }] })
const group = target.groups[0]
if (group === undefined) throw new Error('no group')

t.test('what agrees differs in nothing', (t) => {
  t.strictSame(differences({}), [])
  t.strictSame(differences({}, file.replace('    rel_tgt_id 1\n', '')), [], 'a default left out')
  t.end()
})

t.test('devices', (t) => {
  t.strictSame(differences({ devices: [] }), ['missing device device disk1: vdisk_fileio -> -'])
  t.strictSame(differences({ devices: [device, { ...device, name: 'disk0' }] }), [
    'extra device device disk0: - -> vdisk_fileio',
  ])
  t.strictSame(differences(withDevice({ handler: 'vdisk_blockio' })), [
    'changed device device disk1: vdisk_fileio -> vdisk_blockio',
  ])
  t.strictSame(differences(withDevice({ filename: '/srv/other', sizeBytes: 1 })), [
    'changed attribute device disk1/filename: /srv/disk1 -> /srv/other',
    'changed attribute device disk1/size: 0x40000000 -> 1',
  ])
  t.strictSame(
    differences(withDevice({ filename: null, sizeBytes: null, nvCache: true })),
    [],
    'unknown values, and attributes the file does not name',
  )
  const named = file.replace('size 0x40000000', 'nv_cache 0\n read_only 0\n write_through 1')
  t.strictSame(differences(withDevice({ nvCache: true, writeThrough: true }), named), [
    'changed attribute device disk1/nv_cache: 0 -> 1',
  ])
  t.end()
})

t.test('target drivers and targets', (t) => {
  const off = { drivers: [{ name: 'iscsi', enabled: false, openState: 'closed' }] }
  t.strictSame(differences(off), ['changed attribute iscsi/enabled: 1 -> 0'])
  t.strictSame(differences({ targets: [] }), ['missing target iscsi/t1: t1 -> -'])
  const other = { ...target, name: 't0' }
  t.strictSame(differences({ targets: [target, other] }), ['extra target iscsi/t0: - -> t0'])
  const idle = { ...other, driver: 'qla2x00t', enabled: false, luns: [], groups: [] }
  t.strictSame(differences({ targets: [target, idle] }), [], 'a port that nobody configured')
  t.strictSame(differences(withTarget({ enabled: false, relativeTargetId: 7 })), [
    'changed attribute iscsi/t1/enabled: 1 -> 0',
    'changed attribute iscsi/t1/rel_tgt_id: 1 -> 7',
  ])
  t.strictSame(differences(withTarget({ enabled: null })), [], 'one that cannot be switched')
  t.strictSame(
    differences({}, file.replace('    enabled 1\n', '')),
    ['changed attribute iscsi/t1/enabled: 0 -> 1'],
    'a target without the word is left disabled',
  )
  t.end()
})

t.test('LUNs', (t) => {
  const luns = (...list: [number, string | null, boolean | null][]) =>
    withTarget({ luns: list.map(([lun, name, readOnly]) => ({ lun, device: name, readOnly })) })
  t.strictSame(differences(luns([9, 'disk1', false], [10, 'disk1', false])), [
    'missing lun iscsi/t1/LUN 0: disk1 -> -',
    'extra lun iscsi/t1/LUN 9: - -> disk1',
    'extra lun iscsi/t1/LUN 10: - -> disk1',
  ])
  t.strictSame(differences(luns([0, 'disk2', false])), [
    'changed lun iscsi/t1/LUN 0: disk1 -> disk2',
  ])
  t.strictSame(differences(luns([0, null, null])), [], 'one that was going while it was read')
  t.strictSame(differences(luns([0, 'disk1', true])), [
    'changed attribute iscsi/t1/LUN 0/read_only: 0 -> 1',
  ])
  t.strictSame(
    differences({ ...luns([0, 'disk1', true]), ...withDevice({ readOnly: true }) }),
    [],
    'LUNs of a read-only device are read-only',
  )
  const readOnly = file.replace(
    '    LUN 0 disk1\n    GROUP',
    '    LUN 0 disk1 {\n read_only 1\n }\n    GROUP',
  )
  t.strictSame(differences({}, readOnly), ['changed attribute iscsi/t1/LUN 0/read_only: 1 -> 0'])
  t.end()
})

t.test('groups and initiators', (t) => {
  t.strictSame(differences(withTarget({ groups: [] })), ['missing group iscsi/t1/g1: g1 -> -'])
  t.strictSame(differences(withTarget({ groups: [{ ...group, name: 'g0' }, group] })), [
    'extra group iscsi/t1/g0: - -> g0',
  ])
  t.strictSame(
    differences(withTarget({ groups: [{ ...group, initiators: ['iqn.b'], luns: [] }] })),
    [
      'missing lun iscsi/t1/g1/LUN 0: disk1 -> -',
      'missing initiator iscsi/t1/g1/iqn.a: iqn.a -> -',
      'extra initiator iscsi/t1/g1/iqn.b: - -> iqn.b',
    ],
  )
  t.end()
})

t.test('SCST without a configuration, and a configuration without SCST', (t) => {
  t.strictSame(differences({}, ''), [
    'extra device device disk1: - -> vdisk_fileio',
    'extra target iscsi/t1: - -> t1',
  ])
  t.strictSame(differences({ devices: [], drivers: [], targets: [] }), [
    'missing device device disk1: vdisk_fileio -> -',
    'missing target iscsi/t1: t1 -> -',
  ])
  t.end()
})

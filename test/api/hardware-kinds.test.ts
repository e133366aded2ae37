import { Ajv2020 } from 'ajv/dist/2020.js'
import t, { type Test } from 'tap'
import { kinds } from '../../src/api/hardware/kinds.ts'
import { listingOf } from '../../src/api/hardware/listing.ts'
import { objectSchemas } from '../../src/api/hardware/schemas.ts'
import { toJson } from '../../src/api/json.ts'
import type { FileSystem } from '../../src/collectors/filesystems.ts'
import type { Scst } from '../../src/collectors/scst.ts'
import type { Sensor } from '../../src/collectors/sensors.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { failed, read, snapshotOf } from '../support/readings.ts'

/** What is listed of a kind, as it goes out; each has to have the documented shape. */
function listed(t: Test, name: string, readings: Snapshot['readings']): unknown[] {
  const kind = kinds.find((one) => one.name === name)
  const schema = objectSchemas[name]
  if (!kind || !schema) throw new Error(`no ${name}`)
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile({
    ...schema,
    additionalProperties: false,
  })
  return listingOf(kind, snapshotOf(readings)).items.map(({ object }) => {
    const json = toJson(object)
    t.ok(validate(json), JSON.stringify(validate.errors))
    return json
  })
}

t.test('a device group tells how each target group serves its devices', (t) => {
  const scst: Scst = {
    ...{ running: true, version: null, setupId: null, suspendCount: 0 },
    ...{ handlers: [], devices: [], targets: [], drivers: [] },
    deviceGroups: [
      {
        name: 'dg1',
        devices: ['disk1', 'disk2'],
        targetGroups: [
          { name: 'here', groupId: 256, state: 'active', preferred: true, targets: ['iqn.a'] },
          { name: 'there', groupId: null, state: null, preferred: null, targets: ['iqn.b'] },
        ],
      },
    ],
    config: { path: '/etc/scst.conf', targets: null, digest: null, differences: [] },
  }
  const [here, there] = [
    { name: 'here', group_id: 256, state: 'active', preferred: true, targets: ['iqn.a'] },
    { name: 'there', group_id: null, state: null, preferred: null, targets: ['iqn.b'] },
  ]
  t.strictSame(listed(t, 'device-groups', { scst: read(scst) }), [
    { id: 'dg1', name: 'dg1', devices: ['disk1', 'disk2'], target_groups: [here, there] },
  ])
  t.end()
})

t.test('a sensor that the chip calls faulty has no value', (t) => {
  const fan: Sensor = {
    ...{ id: 'nct6775/fan1', chip: 'nct6775', label: 'fan1' },
    ...({ kind: 'fan', unit: 'rpm' } as const),
    ...{ value: null, max: null, critical: null, alarm: true },
  }
  t.strictSame(listed(t, 'sensors', { sensors: read([fan]) }), [fan])
  t.end()
})

t.test('a repository tells what it is on, and one that is not mounted is missing', (t) => {
  const mount = (mountPoint: string, device: string, usage: FileSystem['usage'] = null) => ({
    ...{ id: mountPoint, mountPoint, device, type: 'xfs', readOnly: false, usage },
    remountedReadOnly: false,
  })
  const usage = { totalBytes: 100, usedBytes: 25, availableBytes: 75, usedPercent: 25 }
  const filesystems = [
    mount('/', '/dev/sda1'),
    mount('/srv/a-b', '/dev/mapper/v--g-lv', { ...usage, files: 5, filesFree: 4 }),
    mount('/srv/c', '/dev/sdb1'),
  ]
  const configured = (mountPoint: string, device: string) => ({
    ...{ mountPoint, device, type: 'xfs', by: 'unit' as const, automatic: true },
    unit: `${mountPoint.slice(1).replace('/', '-')}.mount`,
  })
  const repositories = {
    named: [],
    configured: [configured('/srv/a-b', '/dev/v-g/lv'), configured('/srv/gone', '/dev/v-g/gone')],
    missing: null,
  }
  const groups = [
    {
      ...{ id: 'v-g', name: 'v-g', sizeBytes: 1000, freeBytes: 40, physicalVolumes: 1 },
      ...{ logicalVolumes: 1, missingPhysicalVolumes: 0, attributes: 'wz--n-' },
      ...{ extentBytes: 4, freeExtents: null },
    },
  ]
  const lv = {
    ...{ id: 'v-g/lv', name: 'lv', group: 'v-g', sizeBytes: 104, attributes: '-wi-ao----' },
    ...{ segmentType: 'linear', pool: null, dataPercent: null, metadataPercent: null },
    health: null,
  }
  const volumes = { groups, logicalVolumes: [lv], physicalVolumes: [] }
  const none = { logical_volume: null, volume_group: null, volumes_read_at: null }
  const nowhere = { mount_unit: null, configured_by: null }
  const gone = {
    ...{ id: '/srv/gone', mount_point: '/srv/gone', source: 'unit', device: '/dev/v-g/gone' },
    ...{ type: 'xfs', read_only: null, usage: null, ...none },
    ...{ mount_unit: 'srv-gone.mount', configured_by: 'unit' },
  }
  t.strictSame(
    listed(t, 'repositories', {
      filesystems: read(filesystems),
      repositories: read(repositories),
      volume_groups: read(volumes),
    }),
    [
      {
        ...{ id: '/srv/a-b', mount_point: '/srv/a-b', state: 'mounted', mounted: true },
        ...{ source: 'mountinfo', device: '/dev/mapper/v--g-lv', type: 'xfs', read_only: false },
        usage: { size_bytes: 100, used_bytes: 25, available_bytes: 75, used_percent: 25 },
        logical_volume: { id: 'v-g/lv', name: 'lv', size_bytes: 104, segment_type: 'linear' },
        volume_group: {
          ...{ name: 'v-g', free_bytes: 40, extent_bytes: 4, free_extents: null },
          missing_physical_volumes: 0,
        },
        volumes_read_at: '2026-11-20T21:00:00.000Z',
        ...{ mount_unit: 'srv-a-b.mount', configured_by: 'unit' },
      },
      {
        ...{ id: '/srv/c', mount_point: '/srv/c', state: 'mounted', mounted: true },
        ...{ source: 'mountinfo', device: '/dev/sdb1', type: 'xfs', read_only: false },
        ...{ usage: null, ...none, ...nowhere },
      },
      { ...gone, state: 'missing', mounted: false },
    ],
  )
  const named = { named: ['/srv/gone'], configured: [], missing: null }
  t.match(
    listed(t, 'repositories', { filesystems: failed(), repositories: read(named) }),
    [{ id: '/srv/gone', state: 'unknown', mounted: null, source: 'configuration', device: null }],
    'what is not known is not missing',
  )
  t.end()
})

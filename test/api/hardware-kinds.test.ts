import { Ajv2020 } from 'ajv/dist/2020.js'
import t, { type Test } from 'tap'
import { kinds } from '../../src/api/hardware/kinds.ts'
import { listingOf } from '../../src/api/hardware/listing.ts'
import { objectSchemas } from '../../src/api/hardware/schemas.ts'
import { toJson } from '../../src/api/json.ts'
import type { Scst } from '../../src/collectors/scst.ts'
import type { Sensor } from '../../src/collectors/sensors.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { read, snapshotOf } from '../support/readings.ts'

/** What is listed of a kind, as it goes out; each has to have the documented shape. */
function listed(t: Test, name: string, readings: Snapshot['readings']): unknown[] {
  const kind = kinds.find((one) => one.name === name)
  const schema = objectSchemas[name]
  if (!kind || !schema) throw new Error(`no ${name}`)
  const validate = new Ajv2020({ strict: false }).compile({
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

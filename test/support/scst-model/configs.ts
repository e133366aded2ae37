import fc from 'fast-check'
import type { Attribute, ScstConfig, TargetConfig } from '../../../src/scst/config.ts'
import { Secret } from '../../../src/scst/secret.ts'
import { ScstModel, type ModelMachine } from './model.ts'

const MEGABYTE = 1024 * 1024

/** A machine with a library, files and block devices, for the configurations that are made up here. */
export const MACHINE: ModelMachine = {
  scsi: { '3:0:0:0': 8, '3:0:1:0': 1, '3:0:2:0': 1, '0:0:0:0': 0 },
  files: {
    '/srv/luns/a.img': 64 * MEGABYTE,
    '/srv/luns/b.img': 128 * MEGABYTE,
    '/dev/vg0/lun': 256 * MEGABYTE,
  },
}

/** A model of that machine. */
export function machine(): ScstModel {
  return new ScstModel(MACHINE)
}

interface Device {
  handler: string
  name: string
  attributes: Attribute[]
}

const plain = (name: string, ...values: string[]) =>
  fc.option(
    fc.constantFrom(...values).map((value): Attribute => ({ name, value })),
    { nil: null },
  )
const attributes = (...some: fc.Arbitrary<Attribute | null>[]) =>
  fc.tuple(...some).map((list) => list.filter((one) => one !== null))

const device = (handler: string, name: string, ...some: fc.Arbitrary<Attribute | null>[]) =>
  attributes(...some).map((list): Device => ({ handler, name, attributes: list }))
const file = (...paths: string[]) =>
  fc.constantFrom(...paths).map((value): Attribute => ({ name: 'filename', value }))

/** Devices of every sort; the second may be of one handler or the other. */
const DEVICES: readonly fc.Arbitrary<Device>[] = [
  device(
    'vdisk_fileio',
    'a',
    file('/srv/luns/a.img', '/srv/luns/b.img'),
    plain('nv_cache', '0', '1'),
  ),
  fc.oneof(
    device('vdisk_fileio', 'b', file('/srv/luns/b.img'), plain('read_only', '0', '1')),
    device('vdisk_blockio', 'b', file('/dev/vg0/lun'), plain('threads_num', '1', '4')),
  ),
  device(
    'vdisk_nullio',
    'c',
    plain('size', '1048576', '4194304'),
    plain('t10_dev_id', 'one', 'two'),
  ),
  device('dev_changer', '3:0:0:0'),
  device('dev_tape', '3:0:1:0', plain('threads_num', '1', '2')),
  device('dev_tape', '3:0:2:0'),
]

const INITIATORS = ['iqn.x:one', 'iqn.x:two', 'iqn.x:three', 'iqn.y:*']
const TARGETS = ['iqn.t:1', 'iqn.t:2', 'iqn.t:3']
const GROUPS = ['hosts', 'backup']

const luns = (names: readonly string[]) =>
  fc
    .uniqueArray(fc.record({ lun: fc.nat(3), name: fc.constantFrom(...names) }), {
      maxLength: 4,
      selector: ({ lun }) => lun,
    })
    .map((list) =>
      list
        .sort((one, other) => one.lun - other.lun)
        .map(({ lun, name }) => ({ lun, device: name, attributes: [] })),
    )

const user = (name: string) =>
  fc.option(
    fc
      .constantFrom('joe secretsecret', 'joe othersecret12', 'ann secretsecret')
      .map((value): Attribute => ({ name, value: new Secret(value) })),
    { nil: null },
  )

const target = (name: string, names: readonly string[]): fc.Arbitrary<TargetConfig> => {
  const number = String(10 + TARGETS.indexOf(name))
  // Each initiator is in one group, or in none.
  const places = fc.tuple(...INITIATORS.map(() => fc.option(fc.constantFrom(...GROUPS))))
  return fc
    .record({
      some: attributes(
        ...[
          plain('enabled', '0', '1'),
          plain('rel_tgt_id', number),
          plain('QueuedCommands', '32', '64'),
        ],
        ...[plain('allowed_portal', '10.0.0.1', '10.0.0.2'), user('IncomingUser')],
      ),
      own: luns(names),
      groups: fc.subarray([...GROUPS]),
      places,
      inGroups: fc.tuple(luns(names), luns(names)),
      method: plain('addr_method', 'FLAT', 'PERIPHERAL'),
    })
    .map(({ some, own, groups, places: where, inGroups, method }) => ({
      name,
      attributes: some,
      luns: own,
      groups: groups.map((group, index) => ({
        name: group,
        attributes: method === null ? [] : [method],
        luns: inGroups[index] ?? [],
        initiators: INITIATORS.filter((_, at) => where[at] === group).map((one) => ({
          ...{ name: one, attributes: [] },
        })),
      })),
    }))
}

/** Configurations of that machine: devices, targets with groups, passwords and portals, and device groups. */
export const configurations: fc.Arbitrary<ScstConfig> = fc
  .tuple(...DEVICES.map((one) => fc.option(one, { freq: 4 })))
  .map((list) => list.filter((one) => one !== null))
  .filter((list) => list.length > 0)
  .chain((devices) => {
    const names = devices.map(({ name }) => name)
    return fc.record({
      devices: fc.constant(devices),
      targets: fc.tuple(...TARGETS.map((name) => fc.option(target(name, names), { freq: 3 }))),
      driver: attributes(plain('enabled', '0', '1')),
      inGroup: fc.option(fc.subarray(names, { minLength: 1 })),
      state: fc.constantFrom('active', 'nonoptimized'),
    })
  })
  .map(({ devices, targets, driver, inGroup, state }) => {
    const there = targets.filter((one) => one !== null)
    const handlers = [...new Set(devices.map(({ handler }) => handler))].sort()
    const members = [...there.map(({ name }) => name), 'iqn.elsewhere:9']
    return {
      attributes: [],
      handlers: handlers.map((name) => ({
        ...{ name, attributes: [] },
        devices: devices
          .filter(({ handler }) => handler === name)
          .map((one) => ({ name: one.name, attributes: one.attributes })),
      })),
      drivers: [{ name: 'iscsi', attributes: driver, targets: there }],
      alua: [],
      deviceGroups:
        inGroup === null
          ? []
          : [
              {
                ...{ name: 'dg1', attributes: [], devices: inGroup },
                targetGroups: [
                  {
                    name: 'tg1',
                    attributes: [
                      { name: 'group_id', value: '1' },
                      { name: 'state', value: state },
                    ],
                    targets: members.map((name) => ({
                      name,
                      attributes:
                        name === 'iqn.elsewhere:9' ? [{ name: 'rel_tgt_id', value: '9' }] : [],
                    })),
                  },
                ],
              },
            ],
    }
  })

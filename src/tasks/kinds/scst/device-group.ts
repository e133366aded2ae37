import { Type } from 'typebox'
import { put, ScstChangeError, without } from '../../../scst/changes/named.ts'
import type { DeviceGroupConfig, ScstConfig } from '../../../scst/config.ts'
import type { TaskKind } from '../../kind.ts'
import * as given from '../../scst/parameters.ts'
import { scstKind, type ScstParams, type ScstSetting } from '../../scst/setting.ts'

interface TargetGroupParams {
  readonly target_group: string
  readonly group_id: number
  readonly state: string
  readonly preferred?: boolean
  readonly targets: readonly { target: string; rel_tgt_id?: number }[]
}

interface Params extends ScstParams {
  readonly device_group: string
}

interface WholeParams extends Params {
  readonly devices: readonly string[]
  readonly target_groups: readonly TargetGroupParams[]
}

const STATES = ['active', 'nonoptimized', 'standby', 'unavailable', 'offline', 'transitioning']
const id = Type.Integer({ minimum: 1, maximum: 65_535 })
const whole = {
  device_group: given.name('The device group.'),
  devices: Type.Array(given.device, { maxItems: 1024, uniqueItems: true }),
  target_groups: Type.Array(
    Type.Object(
      {
        target_group: given.name('The target group.'),
        group_id: id,
        state: Type.Unsafe<string>({ type: 'string', enum: STATES }),
        preferred: Type.Optional(Type.Boolean()),
        targets: Type.Array(
          Type.Object(
            {
              target: given.target,
              rel_tgt_id: Type.Optional({
                ...id,
                description: 'Of a target of another machine: the identifier that it has there.',
              }),
            },
            { additionalProperties: false },
          ),
          { maxItems: 256 },
        ),
      },
      { additionalProperties: false },
    ),
    { maxItems: 64 },
  ),
}

/** Creates, changes and deletes device groups: ALUA states of targets for devices. */
export function scstDeviceGroupKinds(setting: ScstSetting): TaskKind[] {
  return [
    scstKind<WholeParams>(setting, {
      name: 'scst_device_group_create',
      summary: 'Creates a device group: which targets serve its devices in which ALUA state.',
      schema: given.scstParameters(whole),
      destructive: false,
      check({ config }, { device_group: name }) {
        if (!has(config, name)) return
        throw new ScstChangeError(`there is a device group ${name} already`)
      },
      change: withGroup,
    }),
    scstKind<WholeParams>(setting, {
      name: 'scst_device_group_change',
      summary: 'Makes a device group another: its devices, and the states of its targets.',
      schema: given.scstParameters({ ...whole, force: given.force }),
      destructive: false,
      check: isThere,
      change: withGroup,
    }),
    scstKind<Params>(setting, {
      name: 'scst_device_group_delete',
      summary: 'Deletes a device group; its devices and targets stay.',
      schema: given.scstParameters({ device_group: whole.device_group }),
      destructive: false,
      check: isThere,
      change: (config, { device_group: name }) => ({
        ...config,
        deviceGroups: without(config.deviceGroups, name),
      }),
    }),
  ]
}

function withGroup(config: ScstConfig, params: WholeParams): ScstConfig {
  const group: DeviceGroupConfig = {
    ...{ name: params.device_group, attributes: [], devices: params.devices },
    targetGroups: params.target_groups.map((one) => ({
      name: one.target_group,
      attributes: [
        { name: 'group_id', value: String(one.group_id) },
        { name: 'state', value: one.state },
        ...(one.preferred === undefined
          ? []
          : [{ name: 'preferred', value: one.preferred ? '1' : '0' }]),
      ],
      targets: one.targets.map(({ target, rel_tgt_id: there }) => ({
        name: target,
        attributes: there === undefined ? [] : [{ name: 'rel_tgt_id', value: String(there) }],
      })),
    })),
  }
  return { ...config, deviceGroups: put(config.deviceGroups, group) }
}

function has({ deviceGroups }: ScstConfig, group: string): boolean {
  return deviceGroups.some(({ name }) => name === group)
}

function isThere({ config }: { config: ScstConfig }, { device_group: name }: Params): void {
  if (!has(config, name)) throw new ScstChangeError(`there is no device group ${name}`)
}

import { Type } from 'typebox'
import {
  handlerOf,
  PASS_THROUGH_HANDLERS,
  usesOf,
  VIRTUAL_HANDLERS,
  withDevice,
  withDeviceAttributes,
  withoutDevice,
  withoutUses,
} from '../../../scst/changes/devices.ts'
import { ScstChangeError } from '../../../scst/changes/named.ts'
import type { ScstConfig } from '../../../scst/config.ts'
import type { TaskKind } from '../../kind.ts'
import * as given from '../../scst/parameters.ts'
import { scstKind, type ScstParams, type ScstSetting } from '../../scst/setting.ts'

interface DeviceParams extends ScstParams {
  readonly device: string
  readonly with_luns?: boolean
}

interface VdiskParams extends DeviceParams {
  readonly handler: string
  readonly filename?: string
  readonly attributes?: Readonly<Record<string, string | null>>
}

interface PassThroughParams extends DeviceParams {
  readonly handler: string
}

const handler = (names: readonly string[]) =>
  Type.Unsafe<string>({ type: 'string', enum: [...names], description: 'Who serves it.' })
const filename = Type.Optional(
  Type.String({
    pattern: String.raw`^(?:/[^/{}"\u0000-\u001f\u007f]+)+$`,
    maxLength: 1024,
    description: 'The file or block device behind it, which has to be there.',
  }),
)
const address = Type.String({
  pattern: String.raw`^\d{1,5}:\d{1,5}:\d{1,5}:\d{1,5}$`,
  description: 'H:C:I:L of the SCSI device.',
})
const withLuns = Type.Optional(
  Type.Boolean({ default: false, description: 'Whether its LUNs are taken away with it.' }),
)
const removed = { device: given.device, with_luns: withLuns, force: given.force }

/** Creates, changes and deletes devices that SCST makes of files and block devices. */
export function scstVdiskKinds(setting: ScstSetting): TaskKind[] {
  return [
    scstKind<VdiskParams>(setting, {
      name: 'scst_vdisk_create',
      summary: 'Makes a device of SCST of a file or block device that is there.',
      schema: given.scstParameters({
        device: given.device,
        handler: handler(VIRTUAL_HANDLERS),
        filename,
        attributes: given.attributes,
      }),
      destructive: false,
      check({ config }, params) {
        isNew(config, params)
        if ((params.filename === undefined) === (params.handler === 'vdisk_nullio')) return
        throw new ScstChangeError(
          params.filename === undefined
            ? `${params.handler} takes a filename`
            : 'vdisk_nullio takes no filename',
        )
      },
      change: (config, { device, handler: by, filename: file, attributes }) =>
        withDevice(
          config,
          { handler: by, name: device },
          {
            ...given.settable(attributes, ['filename']),
            ...(file === undefined ? {} : { filename: file }),
          },
        ),
    }),
    scstKind<VdiskParams>(setting, {
      name: 'scst_vdisk_change',
      summary:
        'Changes attributes of a device of SCST; it is made anew where they can only be given so.',
      schema: given.scstParameters({
        device: given.device,
        attributes: given.attributes,
        force: given.force,
      }),
      destructive: true,
      check: isThere(VIRTUAL_HANDLERS),
      change: (config, { device, attributes }) =>
        withDeviceAttributes(config, device, given.settable(attributes, ['filename'])),
    }),
    deletion(
      setting,
      'scst_vdisk_delete',
      'Removes a device of SCST; its file stays.',
      VIRTUAL_HANDLERS,
    ),
  ]
}

/** Has SCST serve SCSI devices of the machine, and no more. */
export function scstPassThroughKinds(setting: ScstSetting): TaskKind[] {
  return [
    scstKind<PassThroughParams>(setting, {
      name: 'scst_passthrough_create',
      summary: 'Has SCST serve a SCSI device of the machine: a changer, a drive or a disk.',
      schema: given.scstParameters({ device: address, handler: handler(PASS_THROUGH_HANDLERS) }),
      destructive: false,
      check: ({ config }, params) => {
        isNew(config, params)
      },
      change: (config, { device, handler: by }) =>
        withDevice(config, { handler: by, name: device }, {}),
    }),
    deletion(
      setting,
      'scst_passthrough_delete',
      'Has SCST serve a SCSI device of the machine no more.',
      PASS_THROUGH_HANDLERS,
    ),
  ]
}

function deletion(
  setting: ScstSetting,
  name: string,
  summary: string,
  handlers: readonly string[],
): TaskKind {
  return scstKind<DeviceParams>(setting, {
    ...{ name, summary, schema: given.scstParameters(removed), destructive: true },
    check(running, params) {
      isThere(handlers)(running, params)
      const uses = usesOf(running.config, params.device)
      if (uses.length === 0 || params.with_luns === true) return
      throw new ScstChangeError(
        `${params.device} is ${uses.join(', ')}: say with_luns, or take these away first`,
      )
    },
    change: (config, { device, with_luns: isWith }) =>
      withoutDevice(isWith === true ? withoutUses(config, device) : config, device),
  })
}

function isNew(config: ScstConfig, { device }: DeviceParams): void {
  const by = handlerOf(config, device)
  if (by !== null) throw new ScstChangeError(`there is a device ${device} already, of ${by}`)
}

function isThere(handlers: readonly string[]) {
  return ({ config }: { config: ScstConfig }, { device }: DeviceParams): void => {
    const by = handlerOf(config, device)
    if (by === null) throw new ScstChangeError(`there is no device ${device}`)
    if (!handlers.includes(by)) throw new ScstChangeError(`the device ${device} is one of ${by}`)
  }
}

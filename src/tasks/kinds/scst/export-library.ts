import { Type } from 'typebox'
import { withDevice } from '../../../scst/changes/devices.ts'
import { put, ScstChangeError, targetOf, withTargets } from '../../../scst/changes/named.ts'
import type { ScstConfig } from '../../../scst/config.ts'
import type { TaskKind } from '../../kind.ts'
import * as given from '../../scst/parameters.ts'
import { scstKind, type ScstParams, type ScstSetting } from '../../scst/setting.ts'

interface Params extends ScstParams {
  readonly driver?: string
  readonly target: string
  readonly changer: string
  readonly drives: readonly string[]
  readonly group?: string
  readonly initiators: readonly string[]
}

const address = Type.String({ pattern: String.raw`^\d{1,5}:\d{1,5}:\d{1,5}:\d{1,5}$` })

/**
 * Exports a changer with its drives, all in one: backup applications look for the changer at LUN 0, and for the drives
 * in the order of their elements after it.
 */
export function scstExportLibrary(setting: ScstSetting): TaskKind {
  return scstKind<Params>(setting, {
    name: 'scst_export_library',
    summary: 'Exports a changer as LUN 0 and its drives after it, to initiators that are named.',
    schema: given.scstParameters({
      driver: given.driver,
      target: given.target,
      changer: Type.Unsafe<string>({ ...address, description: 'H:C:I:L of the changer.' }),
      drives: Type.Array(address, {
        ...{ minItems: 1, maxItems: 64, uniqueItems: true },
        description: 'H:C:I:L of the drives, in the order of their data transfer elements.',
      }),
      group: Type.Optional(given.group),
      initiators: Type.Array(given.initiator, {
        ...{ minItems: 1, maxItems: 256, uniqueItems: true },
        description: 'Who may use it; there is no library for everybody.',
      }),
    }),
    destructive: false,
    check({ config }, { driver = 'iscsi', target, changer, drives }) {
      if (targetOf(config, { driver, target }) !== null) {
        throw new ScstChangeError(`there is a target ${target} already`)
      }
      if (drives.includes(changer)) throw new ScstChangeError(`${changer} is the changer`)
    },
    change: exported,
  })
}

function exported(config: ScstConfig, params: Params): ScstConfig {
  const { driver = 'iscsi', target, changer, drives, initiators, group = 'library' } = params
  const devices = [
    { handler: 'dev_changer', name: changer },
    ...drives.map((name) => ({ handler: 'dev_tape', name })),
  ]
  const served = devices.reduce(
    (so, device) => (isServed(so, device) ? so : withDevice(so, device, {})),
    config,
  )
  return withTargets(served, driver, (targets) =>
    put(targets, {
      ...{ name: target, attributes: [{ name: 'enabled', value: '1' }], luns: [] },
      groups: [
        {
          ...{ name: group, attributes: [] },
          luns: devices.map(({ name }, lun) => ({ lun, device: name, attributes: [] })),
          initiators: initiators.map((name) => ({ name, attributes: [] })),
        },
      ],
    }),
  )
}

/** One that is served already stays as it is set. */
function isServed(
  { handlers }: ScstConfig,
  { handler, name }: { handler: string; name: string },
): boolean {
  return handlers.some(
    (one) => one.name === handler && one.devices.some((device) => device.name === name),
  )
}

import { Type } from 'typebox'
import { withDevice } from '../../../scst/changes/devices.ts'
import { put, ScstChangeError, targetOf, withTargets } from '../../../scst/changes/named.ts'
import type { ScstConfig } from '../../../scst/config.ts'
import type { DriveAddress, LibraryAddresses } from '../../../tape/addresses.ts'
import { TaskNotPossibleError, type TaskKind } from '../../kind.ts'
import * as given from '../../scst/parameters.ts'
import { scstKind, type ScstParams, type ScstSetting } from '../../scst/setting.ts'

interface Params extends ScstParams {
  readonly driver?: string
  readonly target: string
  readonly library?: string
  readonly changer?: string
  readonly drives?: readonly string[]
  readonly group?: string
  readonly initiators: readonly string[]
}

const ADDRESS = /^\d{1,5}:\d{1,5}:\d{1,5}:\d{1,5}$/

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
      library: Type.Optional(
        Type.String({
          ...{ minLength: 1, maxLength: 64 },
          description:
            'Serial number of the changer, as `GET /api/v1/hardware/libraries` has it; or `changer` and `drives`.',
        }),
      ),
      changer: Type.Optional(
        Type.String({
          pattern: ADDRESS.source,
          description: 'H:C:I:L of the changer, if its library is not named.',
        }),
      ),
      drives: Type.Optional(
        Type.Array(Type.String({ pattern: '^[!-~]{1,64}$' }), {
          ...{ minItems: 1, maxItems: 64, uniqueItems: true },
          description:
            'Drives in the order of their LUNs, from 1: H:C:I:L, or the serial number of one of the library. All of the library, in the order of their data transfer elements, if not said.',
        }),
      ),
      group: Type.Optional(given.group),
      initiators: Type.Array(given.initiator, {
        ...{ minItems: 1, maxItems: 256, uniqueItems: true },
        description: 'Who may use it; there is no library for everybody.',
      }),
    }),
    destructive: false,
    resolve: (params) => addressed(setting, params),
    check({ config }, { driver = 'iscsi', target, changer = '', drives = [] }) {
      if (targetOf(config, { driver, target }) !== null) {
        throw new ScstChangeError(`there is a target ${target} already`)
      }
      if (drives.includes(changer)) throw new ScstChangeError(`${changer} is the changer`)
    },
    change: exported,
  })
}

/** With the addresses that SCST knows devices by; these are others when the machine is started anew. */
async function addressed(setting: ScstSetting, params: Params): Promise<Params> {
  const { library, changer, drives } = params
  if ((library === undefined) === (changer === undefined)) {
    throw new TaskNotPossibleError('say either library, or changer with drives')
  }
  if (library === undefined) {
    if (drives === undefined) throw new TaskNotPossibleError('say which drives go with the changer')
    const other = drives.find((drive) => !ADDRESS.test(drive))
    if (other === undefined) return params
    throw new TaskNotPossibleError(`${other} is no H:C:I:L: say library to name drives otherwise`)
  }
  const found = await setting.library(library).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== 'ERR_LIBRARY_UNREAD') throw error
    throw new TaskNotPossibleError((error as Error).message)
  })
  const wanted = drives?.map((name) => driveOf(library, found, name)) ?? found.drives
  if (wanted.length === 0) throw new TaskNotPossibleError(`library ${library}: it has no drives`)
  const addresses = wanted.map(({ place, serial, hctl }) => {
    if (hctl !== null) return hctl
    throw new TaskNotPossibleError(
      `library ${library}: the drive in ${place} (${serial ?? 'without a serial number'}) is not on this machine: say which drives`,
    )
  })
  return { ...params, changer: found.changer, drives: addresses }
}

function driveOf(library: string, { drives }: LibraryAddresses, name: string): DriveAddress {
  const found = drives.find(({ serial, hctl }) => serial === name || hctl === name)
  if (found !== undefined) return found
  throw new TaskNotPossibleError(`library ${library}: it has no drive ${name}`)
}

function exported(config: ScstConfig, params: Params): ScstConfig {
  const { driver = 'iscsi', target, changer = '', drives = [], initiators } = params
  const { group = 'library' } = params
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

import { lunsOf, withLun, withoutLun } from '../../../scst/changes/access.ts'
import { ScstChangeError } from '../../../scst/changes/named.ts'
import type { ScstConfig } from '../../../scst/config.ts'
import type { TaskKind } from '../../kind.ts'
import * as given from '../../scst/parameters.ts'
import { scstKind, type ScstParams, type ScstSetting } from '../../scst/setting.ts'

interface LunParams extends ScstParams {
  readonly driver?: string
  readonly target: string
  readonly group?: string
  readonly lun: number
}

interface MapParams extends LunParams {
  readonly device: string
  readonly read_only?: boolean
}

const place = {
  ...{ driver: given.driver, target: given.target, group: given.inGroup, lun: given.lun },
}
const mapped = { device: given.device, read_only: given.readOnly }

/** Maps devices to LUNs. */
export function scstLunKinds(setting: ScstSetting): TaskKind[] {
  return [
    scstKind<MapParams>(setting, {
      name: 'scst_lun_create',
      summary: 'Maps a device to a LUN of a target or initiator group.',
      schema: given.scstParameters({ ...place, ...mapped }),
      destructive: false,
      check({ config }, params) {
        if (!has(config, params)) return
        throw new ScstChangeError(`LUN ${params.lun} is there already: change it, or take another`)
      },
      change: mappedTo,
    }),
    scstKind<MapParams>(setting, {
      name: 'scst_lun_change',
      summary: 'Puts another device behind a LUN, or has it read only.',
      schema: given.scstParameters({ ...place, ...mapped, force: given.force }),
      destructive: true,
      check: isThere,
      change: mappedTo,
    }),
    scstKind<LunParams>(setting, {
      name: 'scst_lun_delete',
      summary: 'Takes a LUN away; its device stays.',
      schema: given.scstParameters({ ...place, force: given.force }),
      destructive: true,
      check: isThere,
      change: (config, params) => withoutLun(config, nameOf(params), params.lun),
    }),
  ]
}

function mappedTo(config: ScstConfig, params: MapParams): ScstConfig {
  const { lun, device, read_only: readOnly = null } = params
  return withLun(config, nameOf(params), { lun, device, readOnly })
}

function nameOf({ driver = 'iscsi', target, group }: LunParams) {
  return { driver, target, group: group ?? null }
}

function has(config: ScstConfig, params: LunParams): boolean {
  return lunsOf(config, nameOf(params)).some(({ lun }) => lun === params.lun)
}

function isThere({ config }: { config: ScstConfig }, params: LunParams): void {
  if (!has(config, params)) throw new ScstChangeError(`there is no LUN ${params.lun} there`)
}

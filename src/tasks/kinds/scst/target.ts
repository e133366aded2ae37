import { Type } from 'typebox'
import { withGroup } from '../../../scst/changes/access.ts'
import {
  put,
  ScstChangeError,
  targetOf,
  withAttributes,
  withTarget,
  withTargets,
} from '../../../scst/changes/named.ts'
import { withoutTarget } from '../../../scst/changes/targets.ts'
import type { ScstConfig } from '../../../scst/config.ts'
import type { TaskKind } from '../../kind.ts'
import * as given from '../../scst/parameters.ts'
import { scstKind, type ScstParams, type ScstSetting } from '../../scst/setting.ts'

interface TargetParams extends ScstParams {
  readonly driver?: string
  readonly target: string
  readonly enabled?: boolean
  readonly attributes?: Readonly<Record<string, string | null>>
}

interface CreateParams extends TargetParams {
  readonly luns?: readonly given.LunParams[]
  readonly groups?: readonly {
    group: string
    initiators: readonly string[]
    luns?: readonly given.LunParams[]
  }[]
}

const place = { driver: given.driver, target: given.target }
const settings = {
  enabled: Type.Optional(Type.Boolean({ description: 'Whether initiators can log in.' })),
  attributes: given.attributes,
}
const groups = Type.Optional(
  Type.Array(
    Type.Object(
      {
        group: given.group,
        initiators: Type.Array(given.initiator, { maxItems: 256, uniqueItems: true }),
        luns: given.luns,
      },
      { additionalProperties: false },
    ),
    { maxItems: 64 },
  ),
)

/** Creates, changes and deletes targets. */
export function scstTargetKinds(setting: ScstSetting): TaskKind[] {
  return [
    scstKind<CreateParams>(setting, {
      name: 'scst_target_create',
      summary: 'Creates a target of SCST with its LUNs and groups, and enables it last.',
      schema: given.scstParameters({ ...place, ...settings, luns: given.luns, groups }),
      destructive: false,
      check({ config }, params) {
        if (targetOf(config, nameOf(params)) === null) return
        throw new ScstChangeError(`there is a target ${params.target} already`)
      },
      change: created,
    }),
    scstKind<TargetParams>(setting, {
      name: 'scst_target_change',
      summary: 'Changes attributes of a target of SCST, enables or disables it.',
      schema: given.scstParameters({ ...place, ...settings, force: given.force }),
      // Disabled it takes no logins, and whoever is logged in does not come back.
      destructive: true,
      check: isThere,
      change: (config, params) =>
        withTarget(config, nameOf(params), (found) => ({
          ...found,
          attributes: withAttributes(found.attributes, valuesOf(params)),
        })),
    }),
    scstKind<TargetParams>(setting, {
      name: 'scst_target_delete',
      summary: 'Deletes a target of SCST with its LUNs and groups; their devices stay.',
      schema: given.scstParameters({ ...place, force: given.force }),
      destructive: true,
      check: isThere,
      change: (config, params) => withoutTarget(config, nameOf(params)),
    }),
  ]
}

function created(config: ScstConfig, params: CreateParams): ScstConfig {
  const { driver = 'iscsi', target, groups: wanted = [] } = params
  const made = withTargets(config, driver, (targets) =>
    put(targets, {
      ...{ name: target, groups: [] },
      attributes: withAttributes([], { enabled: '0', ...valuesOf(params) }),
      luns: given.wantedLuns(params.luns).map(({ lun, device, readOnly }) => ({
        ...{ lun, device },
        attributes: readOnly === null ? [] : [{ name: 'read_only', value: readOnly ? '1' : '0' }],
      })),
    }),
  )
  return wanted.reduce(
    (so, { group, initiators, luns }) =>
      withGroup(so, { driver, target, group }, { initiators, luns: given.wantedLuns(luns) }),
    made,
  )
}

function valuesOf({ enabled, attributes }: TargetParams): Record<string, string | null> {
  const switched = enabled === undefined ? {} : { enabled: enabled ? '1' : '0' }
  return { ...given.settable(attributes, ['enabled']), ...switched }
}

function nameOf({ driver = 'iscsi', target }: TargetParams) {
  return { driver, target }
}

function isThere({ config }: { config: ScstConfig }, params: TargetParams): void {
  if (targetOf(config, nameOf(params)) !== null) return
  throw new ScstChangeError(`there is no target ${params.target}`)
}

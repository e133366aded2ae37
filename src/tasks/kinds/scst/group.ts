import { Type } from 'typebox'
import { withGroup, withGroupAttributes, withoutGroup } from '../../../scst/changes/access.ts'
import { ScstChangeError, targetOf } from '../../../scst/changes/named.ts'
import type { ScstConfig } from '../../../scst/config.ts'
import type { TaskKind } from '../../kind.ts'
import * as given from '../../scst/parameters.ts'
import { scstKind, type ScstParams, type ScstSetting } from '../../scst/setting.ts'

interface GroupParams extends ScstParams {
  readonly driver?: string
  readonly target: string
  readonly group: string
}

interface CreateParams extends GroupParams {
  readonly initiators?: readonly string[]
  readonly luns?: readonly given.LunParams[]
}

interface ChangeParams extends GroupParams {
  readonly attributes: Readonly<Record<string, string | null>>
}

const place = { driver: given.driver, target: given.target, group: given.group }

/** Creates, changes and deletes initiator groups. */
export function scstGroupKinds(setting: ScstSetting): TaskKind[] {
  return [
    scstKind<CreateParams>(setting, {
      name: 'scst_group_create',
      summary: 'Creates an initiator group of a target with its initiators and LUNs.',
      schema: given.scstParameters({
        ...place,
        initiators: Type.Optional(
          Type.Array(given.initiator, { maxItems: 256, uniqueItems: true }),
        ),
        luns: given.luns,
      }),
      destructive: false,
      check({ config }, params) {
        if (!has(config, params)) return
        throw new ScstChangeError(`the target ${params.target} has a group ${params.group} already`)
      },
      change: (config, params) =>
        withGroup(config, nameOf(params), {
          initiators: params.initiators ?? [],
          luns: given.wantedLuns(params.luns),
        }),
    }),
    scstKind<ChangeParams>(setting, {
      name: 'scst_group_change',
      summary: 'Changes attributes of an initiator group.',
      schema: given.scstParameters({ ...place, attributes: given.attributes }),
      destructive: false,
      check: isThere,
      change: (config, params) =>
        withGroupAttributes(config, nameOf(params), given.settable(params.attributes)),
    }),
    scstKind<GroupParams>(setting, {
      name: 'scst_group_delete',
      summary: 'Deletes an initiator group: its initiators see the LUNs of the target itself then.',
      schema: given.scstParameters({ ...place, force: given.force }),
      destructive: true,
      check: isThere,
      change: (config, params) => withoutGroup(config, nameOf(params)),
    }),
  ]
}

function nameOf({ driver = 'iscsi', target, group }: GroupParams) {
  return { driver, target, group }
}

function has(config: ScstConfig, params: GroupParams): boolean {
  const found = targetOf(config, nameOf(params))
  return found?.groups.some(({ name }) => name === params.group) === true
}

function isThere({ config }: { config: ScstConfig }, params: GroupParams): void {
  if (has(config, params)) return
  throw new ScstChangeError(`the target ${params.target} has no group ${params.group}`)
}

import { withInitiator, withoutInitiator } from '../../../scst/changes/access.ts'
import { ScstChangeError, targetOf } from '../../../scst/changes/named.ts'
import type { TaskKind } from '../../kind.ts'
import * as given from '../../scst/parameters.ts'
import { scstKind, type ScstParams, type ScstSetting } from '../../scst/setting.ts'

interface Params extends ScstParams {
  readonly driver?: string
  readonly target: string
  readonly group: string
  readonly initiator: string
}

const place = {
  ...{ driver: given.driver, target: given.target, group: given.group },
  initiator: given.initiator,
}

/** Puts initiators into groups and takes them out. */
export function scstInitiatorKinds(setting: ScstSetting): TaskKind[] {
  return [
    scstKind<Params>(setting, {
      name: 'scst_initiator_create',
      summary: 'Puts an initiator into a group of a target; from another group of it it is moved.',
      schema: given.scstParameters(place),
      destructive: false,
      check: () => undefined,
      change: (config, { driver = 'iscsi', target, group, initiator }) =>
        withInitiator(config, { driver, target, group }, initiator),
    }),
    scstKind<Params>(setting, {
      name: 'scst_initiator_delete',
      summary: 'Takes an initiator out of a group: it sees the LUNs of the target itself then.',
      schema: given.scstParameters({ ...place, force: given.force }),
      destructive: true,
      check({ config }, { driver = 'iscsi', target, group, initiator }) {
        const found = targetOf(config, { driver, target })
        const inGroup = found?.groups.find(({ name }) => name === group)
        if (inGroup?.initiators.some(({ name }) => name === initiator) === true) return
        throw new ScstChangeError(`${initiator} is not in the group ${group} of ${target}`)
      },
      change: (config, { driver = 'iscsi', target, group, initiator }) =>
        withoutInitiator(config, { driver, target, group }, initiator),
    }),
  ]
}

import type { TargetConfig } from '../config.ts'
import { attributeValue } from '../config.ts'
import type { DriverAbilities } from '../running.ts'
import { groupSteps } from './access.ts'
import { attributeSteps } from './attributes.ts'
import { baseOf, listSteps } from './lists.ts'
import type { Planning } from './plan.ts'
import { ROOT, step, type ScstStep } from './step.ts'

/** A target as it is wanted, and as it is. */
interface TargetPair {
  name: string
  want: TargetConfig | undefined
  has: TargetConfig | undefined
}

/** Makes, changes or removes a target with all that is in it. It is enabled when the rest is done. */
export function targetSteps(
  planning: Planning,
  driver: string,
  abilities: DriverAbilities,
  { name, want, has }: TargetPair,
): ScstStep[] {
  const { running, problem, note } = planning
  const mgmt = `${ROOT}/targets/${driver}/mgmt`
  const path = `${ROOT}/targets/${driver}/${name}`
  const isPort = running.ports.has(`${driver}/${name}`)
  const loses = running.sessions
    .filter((one) => one.driver === driver && one.target === name)
    .map(({ initiator }) => initiator)
  const nothing: TargetConfig = { name, attributes: [], luns: [], groups: [] }
  const canRemove = abilities.makesTargets && !isPort
  const isRemoved = want === undefined && canRemove
  const place = { driver, path, name, isRemoved }
  const access = groupSteps(planning, place, want ?? nothing, has ?? nothing)
  const isOn = attributeValue(has?.attributes ?? [], 'enabled') === '1'
  const disable = step({
    ...{ phase: 'disable target', path: `${path}/enabled`, text: '0', loses },
    words: `Disable the target ${name}.`,
  })
  if (want === undefined) {
    const remove = step({
      ...{ phase: 'remove target', path: mgmt, text: `del_target ${name}`, loses },
      words: `Remove the target ${name}.`,
    })
    if (canRemove && driver === 'iscsi' && loses.length > 0) problem(busy(name, loses))
    if (!canRemove) note(`the target ${name} stays, as it is a port of the machine: it is emptied.`)
    return [...(isOn ? [disable] : []), ...access, ...(canRemove ? [remove] : [])]
  }
  if (has === undefined && (!abilities.makesTargets || isPort || isMarkedPort(want))) {
    problem(`the target ${name} of ${driver} is a port that this machine does not have`)
    return []
  }
  const { targetLists } = abilities
  const { steps: lists, isSwapped } = listSteps(
    { mgmt, prefix: name, what: `the target ${name}`, lists: targetLists },
    { wanted: want.attributes, running: has?.attributes ?? [] },
    { problem, note },
  )
  const isWantedOn = attributeValue(want.attributes, 'enabled') === '1'
  return [
    ...(has === undefined
      ? [
          step({
            ...{ phase: 'add target', path: mgmt, text: `add_target ${name}` },
            words: `Add the target ${name}, which is not enabled yet.`,
          }),
        ]
      : []),
    ...attributeSteps(
      path,
      'set target',
      `the target ${name}`,
      { wanted: want.attributes, running: has?.attributes ?? [] },
      want.attributes
        .map((one) => one.name)
        .filter((one) => targetLists.includes(baseOf(one, targetLists))),
    ),
    ...lists,
    ...access,
    ...(isOn && (!isWantedOn || isSwapped)
      ? [{ ...disable, loses: isWantedOn ? [] : disable.loses }]
      : []),
    ...(isWantedOn && (!isOn || isSwapped)
      ? [
          step({
            ...{ phase: 'enable target', path: `${path}/enabled`, text: '1' },
            words: `Enable the target ${name}, now that all of it is there.`,
          }),
        ]
      : []),
  ]
}

/**
 * Removing a target with sessions is EBUSY (iscsi-scst/kernel/target.c: __del_target), and disabling it leaves them: only
 * who comes anew is turned away (iscsi-scst/usr/event.c: E_DISABLE_TARGET). Those of scst_local it closes itself.
 */
function busy(name: string, initiators: readonly string[]): string {
  const who = [...new Set(initiators)].sort().join(', ')
  return `the target ${name} cannot be removed while somebody is logged in (${who}): disable it, and have them log out`
}

/** scstadmin writes it of a port of a host adapter. */
function isMarkedPort({ attributes }: TargetConfig): boolean {
  return attributes.some(({ name }) => name === 'HW_TARGET')
}

import type { DriverConfig } from '../config.ts'
import { attributeValue } from '../config.ts'
import type { DriverAbilities } from '../running.ts'
import { attributeSteps } from './attributes.ts'
import { baseOf, listSteps } from './lists.ts'
import type { Planning } from './plan.ts'
import { paired, ROOT, step, type ScstStep } from './step.ts'
import { targetSteps } from './targets.ts'

/** The target drivers: their attributes, their targets, and whether they take logins. */
export function driverSteps(planning: Planning): ScstStep[] {
  const { running, wanted, problem, note } = planning
  return paired(wanted.drivers, running.config.drivers, ({ name }) => name).flatMap(
    ({ name, want, has }) => {
      const abilities = running.drivers.get(name)
      if (abilities === undefined || has === undefined) {
        if ((want?.targets.length ?? 0) > 0) problem(`the target driver ${name} is not loaded`)
        return []
      }
      const targets = paired(want?.targets ?? [], has.targets, (target) => target.name)
      const steps = targets.flatMap((pair) => targetSteps(planning, name, abilities, pair))
      if (want === undefined) {
        if (has.targets.length === 0) return []
        note(`${name} stays as it is but for its targets: it is not configured.`)
        return steps
      }
      return [...steps, ...ownSteps(planning, { want, has, abilities })]
    },
  )
}

function ownSteps(
  { problem, note }: Planning,
  pair: { want: DriverConfig; has: DriverConfig; abilities: DriverAbilities },
): ScstStep[] {
  const { want, has, abilities } = pair
  const { name } = want
  const path = `${ROOT}/targets/${name}`
  const { driverLists } = abilities
  const { steps, isSwapped } = listSteps(
    { ...{ mgmt: `${path}/mgmt`, prefix: '', what: name }, lists: driverLists },
    { wanted: want.attributes, running: has.attributes },
    { problem, note },
  )
  const isOn = attributeValue(has.attributes, 'enabled') === '1'
  const wanted = attributeValue(want.attributes, 'enabled')
  const isWantedOn = wanted === null ? isOn : wanted === '1'
  return [
    ...attributeSteps(
      path,
      'set',
      name,
      { wanted: want.attributes, running: has.attributes },
      want.attributes
        .map((one) => one.name)
        .filter((one) => driverLists.includes(baseOf(one, driverLists))),
    ),
    ...steps,
    ...(isOn && (!isWantedOn || isSwapped)
      ? [
          step({
            ...{ phase: 'disable driver', path: `${path}/enabled`, text: '0' },
            words: `Have ${name} take no more logins.`,
          }),
        ]
      : []),
    ...(isWantedOn && (!isOn || isSwapped)
      ? [
          step({
            ...{ phase: 'enable driver', path: `${path}/enabled`, text: '1' },
            words: `Have ${name} take logins.`,
          }),
        ]
      : []),
  ]
}

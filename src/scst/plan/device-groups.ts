import { attributeValue, type DeviceGroupConfig } from '../config.ts'
import { attributeSteps } from './attributes.ts'
import { devicesOf } from './devices.ts'
import type { Planning } from './plan.ts'
import { paired, ROOT, step, type ScstStep } from './step.ts'

const GROUPS = `${ROOT}/device_groups`

/** ALUA: which targets serve the devices of a group in which state. */
export function deviceGroupSteps(planning: Planning): ScstStep[] {
  const { running, wanted } = planning
  return paired(wanted.deviceGroups, running.config.deviceGroups, ({ name }) => name).flatMap(
    ({ name, want, has }) => {
      const mgmt = `${GROUPS}/mgmt`
      if (want === undefined) {
        const words = `Remove the device group ${name}.`
        return [step({ phase: 'remove device group', path: mgmt, text: `del ${name}`, words })]
      }
      const words = `Add the device group ${name}.`
      return [
        ...(has === undefined
          ? [step({ phase: 'add device group', path: mgmt, text: `create ${name}`, words })]
          : []),
        ...memberSteps(planning, want, has),
        ...targetGroupSteps(planning, want, has),
      ]
    },
  )
}

/** A device that is made again leaves its group before and joins it after. */
function memberSteps(
  { running, wanted, anew, problem }: Planning,
  want: DeviceGroupConfig,
  has: DeviceGroupConfig | undefined,
): ScstStep[] {
  const mgmt = `${GROUPS}/${want.name}/devices/mgmt`
  const configured = new Set(devicesOf(wanted).map(({ name }) => name))
  const before = new Set(devicesOf(running.config).map(({ name }) => name))
  const goes = (device: string) =>
    before.has(device) && (anew.has(device) || !configured.has(device))
  return paired(want.devices, has?.devices ?? [], (name) => name).flatMap(
    ({ name, want: wish, has: is }) => {
      const join = step({
        ...{ phase: 'join device group', path: mgmt, text: `add ${name}` },
        words: `Add the device ${name} to the device group ${want.name}.`,
      })
      const leave = step({
        ...{ phase: 'leave device group', path: mgmt, text: `del ${name}` },
        words: `Take the device ${name} out of the device group ${want.name}.`,
      })
      if (wish === undefined) return [leave]
      if (!configured.has(name)) {
        problem(`the device group ${want.name} has the device ${name}, which is not configured`)
        return []
      }
      if (is === undefined) return [join]
      return goes(name) ? [leave, join] : []
    },
  )
}

function targetGroupSteps(
  planning: Planning,
  want: DeviceGroupConfig,
  has: DeviceGroupConfig | undefined,
): ScstStep[] {
  const root = `${GROUPS}/${want.name}/target_groups`
  return paired(want.targetGroups, has?.targetGroups ?? [], ({ name }) => name).flatMap(
    ({ name, want: wish, has: is }) => {
      const mgmt = `${root}/mgmt`
      const what = `the target group ${name} of ${want.name}`
      if (wish === undefined) {
        const words = `Remove ${what}.`
        return [step({ phase: 'leave device group', path: mgmt, text: `del ${name}`, words })]
      }
      const made = step({
        ...{ phase: 'add device group', path: mgmt, text: `create ${name}` },
        words: `Add ${what}.`,
      })
      const state = attributeValue(wish.attributes, 'state')
      if (state !== null && !STATES.includes(state)) {
        planning.problem(`${what} is to be ${state}, which is no ALUA state of SCST`)
      }
      const loses = SERVING.includes(state ?? 'active') ? [] : served(planning, want, wish)
      return [
        ...(is === undefined ? [made] : []),
        ...attributeSteps(`${root}/${name}`, 'set device group', what, {
          wanted: wish.attributes,
          running: is?.attributes ?? [],
        }).map((one) => (one.path.endsWith('/state') ? { ...one, loses } : one)),
        ...targetMemberSteps(planning, `${root}/${name}`, what, wish, is),
      ]
    },
  )
}

/** As SCST calls them (scst_tg.c: scst_tg_state_names); in the first ones commands are carried out. */
const SERVING = ['active', 'nonoptimized']
const STATES = [...SERVING, 'standby', 'unavailable', 'offline', 'transitioning']

/** Who is logged in at one of the targets, and sees one of the devices there. */
function served(
  { running }: Planning,
  { devices }: DeviceGroupConfig,
  { targets }: TargetGroup,
): string[] {
  const names = new Set(targets.map(({ name }) => name))
  const { config, sessions } = running
  return sessions
    .filter(({ driver, target, group }) => {
      if (!names.has(target)) return false
      const found = config.drivers
        .find((one) => one.name === driver)
        ?.targets.find((one) => one.name === target)
      const seen = group === null ? found : found?.groups.find((one) => one.name === group)
      return seen?.luns.some(({ device }) => devices.includes(device)) === true
    })
    .map(({ initiator }) => initiator)
    .sort()
}

type TargetGroup = DeviceGroupConfig['targetGroups'][number]

/**
 * A target of this machine is in the group by itself; one of another with the identifier that it has there. One that
 * is made or removed here leaves its group before and joins it after: it becomes the other sort.
 */
function targetMemberSteps(
  { running, wanted }: Planning,
  path: string,
  what: string,
  want: TargetGroup,
  has: TargetGroup | undefined,
): ScstStep[] {
  const here = (config: { drivers: readonly { targets: readonly { name: string }[] }[] }) =>
    new Set(config.drivers.flatMap(({ targets }) => targets.map(({ name }) => name)))
  const own = here(wanted)
  const owned = here(running.config)
  return paired(want.targets, has?.targets ?? [], ({ name }) => name).flatMap(
    ({ name, want: wish, has: is }) => {
      const mgmt = `${path}/mgmt`
      const join = step({
        ...{ phase: 'join device group', path: mgmt, text: `add ${name}` },
        words: `Add the target ${name} to ${what}.`,
      })
      const leave = step({
        ...{ phase: 'leave device group', path: mgmt, text: `del ${name}` },
        words: `Take the target ${name} out of ${what}.`,
      })
      if (wish === undefined) return [leave]
      const changes = is !== undefined && own.has(name) !== owned.has(name)
      const kept = is === undefined || changes ? [] : is.attributes
      return [
        ...(changes ? [leave] : []),
        ...(is === undefined || changes ? [join] : []),
        ...(own.has(name)
          ? []
          : attributeSteps(`${path}/${name}`, 'set device group', `the target ${name} in ${what}`, {
              wanted: wish.attributes,
              running: kept,
            })),
      ]
    },
  )
}

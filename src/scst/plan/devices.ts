import type { NamedConfig, ScstConfig } from '../config.ts'
import type { RunningScst } from '../running.ts'
import { attributeSteps, differing } from './attributes.ts'
import type { Planning } from './plan.ts'
import { paired, ROOT, step, type ScstStep } from './step.ts'

/** A device and its handler. */
type Device = NamedConfig & { handler: string }

/** Devices that have to be removed and made again: another handler, or something that is fixed when they are made. */
export function devicesMadeAnew(running: RunningScst, wanted: ScstConfig): Set<string> {
  const names = paired(devicesOf(wanted), devicesOf(running.config), ({ name }) => name)
    .filter(
      ({ want, has }) => want !== undefined && has !== undefined && isFixed(want, has, running),
    )
    .map(({ name }) => name)
  return new Set(names)
}

/** The devices of a configuration, each with its handler. */
export function devicesOf({ handlers }: ScstConfig): Device[] {
  return handlers.flatMap(({ name: handler, devices }) =>
    devices.map((device) => ({ ...device, handler })),
  )
}

/** Removes devices and makes them: of what their handlers take when they are made, and the rest after that. */
export function deviceSteps({ running, wanted, anew, problem }: Planning): ScstStep[] {
  const devices = devicesOf(wanted)
  for (const name of doubled(devices.map(({ name }) => name))) {
    problem(`the device ${name} is configured with two handlers`)
  }
  return paired(devices, devicesOf(running.config), ({ name }) => name).flatMap(
    ({ name, want, has }) => {
      if (want === undefined) return has === undefined ? [] : [removal(has)]
      if (has === undefined || anew.has(name)) {
        const handler = running.handlers.get(want.handler)
        if (handler === undefined) {
          problem(`${want.handler}, the handler of the device ${name}, is not loaded`)
          return []
        }
        const made = additionSteps(want, handler.parameters)
        return has === undefined ? made : [removal(has), ...made]
      }
      return setSteps(want, has)
    },
  )
}

function removal({ name, handler }: Device): ScstStep {
  return step({
    ...{ phase: 'remove device', path: `${ROOT}/handlers/${handler}/mgmt` },
    ...{ text: `del_device ${name}`, words: `Remove the device ${name}.` },
  })
}

function additionSteps(device: Device, parameters: readonly string[]): ScstStep[] {
  const { name, handler, attributes } = device
  // What it has by itself is not said: the privileged program takes nothing that scst.conf does not say.
  const given = attributes.flatMap(({ name: attribute, value, isDefault = false }) =>
    typeof value === 'string' && parameters.includes(attribute) && !isDefault
      ? [`${attribute}=${value}`]
      : [],
  )
  const text = ['add_device', name, given.join('; ')].filter((word) => word !== '').join(' ')
  const rest = { ...device, attributes: attributes.filter((one) => !parameters.includes(one.name)) }
  return [
    step({
      ...{ phase: 'add device', path: `${ROOT}/handlers/${handler}/mgmt`, text },
      words: `Add the device ${name}.`,
    }),
    ...setSteps(rest, { ...device, attributes: [] }),
  ]
}

function setSteps({ name, attributes }: Device, { attributes: running }: Device): ScstStep[] {
  return attributeSteps(`${ROOT}/devices/${name}`, 'set device', `the device ${name}`, {
    wanted: attributes,
    running,
  })
}

function isFixed(want: Device, has: Device, { fixed }: RunningScst): boolean {
  if (want.handler !== has.handler) return true
  return differing({ wanted: want.attributes, running: has.attributes }).some(({ name }) =>
    fixed.has(`${want.name}/${name}`),
  )
}

function doubled(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}

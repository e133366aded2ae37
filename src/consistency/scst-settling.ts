import {
  withLunConfig,
  withoutGroup,
  withoutInitiator,
  withoutLun,
} from '../scst/changes/access.ts'
import {
  handlerOf,
  withDevice,
  withDeviceAttributes,
  withoutDevice,
  withoutMembership,
} from '../scst/changes/devices.ts'
import { put, withAttributes, withTarget, withTargets } from '../scst/changes/named.ts'
import { withoutTarget } from '../scst/changes/targets.ts'
import type { NamedConfig, ScstConfig } from '../scst/config.ts'
import type { Difference } from './difference.ts'

/** The file does not say what ought to be there, and why not. */
export class NotSettledError extends Error {
  readonly code = 'ERR_NOT_SETTLED'
}

/**
 * What runs with a difference to the file undone: without what only runs, with what only the file has, with the value
 * of the file. Throws NotSettledError where the file has it no more, and ScstChangeError where there is no place for it.
 */
export function settled(running: ScstConfig, file: ScstConfig, difference: Difference): ScstConfig {
  if (difference.kind === 'orphaned') return taken(running, difference)
  if (difference.kind !== 'different') return given(running, file, difference)
  return difference.attribute === null || isMade(difference)
    ? given(running, file, difference)
    : changed(running, difference)
}

/** Whether it is another thing rather than another value: the handler of a device, what is behind a LUN. */
function isMade({ what, attribute }: Difference): boolean {
  return what === 'lun' || (what === 'device' && attribute === 'handler')
}

function taken(running: ScstConfig, { what, place }: Difference): ScstConfig {
  const { driver = '', target = '', group, device = '', initiator = '' } = place
  const at = { driver, target, group: group ?? null }
  if (what === 'device') return withoutDevice(withoutMembership(running, device), device)
  if (what === 'target') return withoutTarget(running, at)
  if (what === 'group') return withoutGroup(running, { driver, target, group: group ?? '' })
  if (what === 'lun') return withoutLun(running, at, Number(place.lun))
  return withoutInitiator(running, at, initiator)
}

function given(running: ScstConfig, file: ScstConfig, difference: Difference): ScstConfig {
  const { what, place } = difference
  const { driver = '', target: name = '', group: groupName } = place
  const at = { driver, target: name, group: groupName ?? null }
  const gone = () => new NotSettledError('The file has it no more.')
  if (what === 'device') {
    const made = withDeviceOf(running, file, place.device ?? '')
    if (made === null) throw gone()
    return made
  }
  const target = file.drivers
    .find((one) => one.name === driver)
    ?.targets.find((one) => one.name === name)
  if (target === undefined) throw gone()
  if (what === 'target') {
    return withTargets(running, driver, (targets) => put(targets, target))
  }
  const group = target.groups.find((one) => one.name === groupName)
  if (groupName !== undefined && group === undefined) throw gone()
  if (what === 'group' && group !== undefined) {
    return withTarget(running, at, (found) => ({ ...found, groups: put(found.groups, group) }))
  }
  if (what === 'lun') {
    const lun = (group ?? target).luns.find((one) => String(one.lun) === place.lun)
    if (lun === undefined) throw gone()
    // What the file leaves out is as the device is: that has to be said to replace what was said before.
    const said = difference.attribute === 'read_only' ? { read_only: wantedValue(difference) } : {}
    return withLunConfig(running, at, { ...lun, attributes: withAttributes(lun.attributes, said) })
  }
  const initiator = group?.initiators.find((one) => one.name === place.initiator)
  if (initiator === undefined) throw gone()
  // Where else it is is another difference.
  return withTarget(running, at, (found) => ({
    ...found,
    groups: found.groups.map((one) =>
      one.name === groupName ? { ...one, initiators: put(one.initiators, initiator) } : one,
    ),
  }))
}

function wantedValue({ values }: Difference): string | null {
  return values.find(({ role }) => role === 'configured')?.value ?? null
}

function withDeviceOf(running: ScstConfig, file: ScstConfig, name: string): ScstConfig | null {
  const handler = handlerOf(file, name)
  const device = file.handlers
    .find((one) => one.name === handler)
    ?.devices.find((one) => one.name === name)
  if (handler === null || device === undefined) return null
  return withDevice(running, { handler, name }, valuesOf(device))
}

function changed(running: ScstConfig, difference: Difference): ScstConfig {
  const { what, place, attribute } = difference
  const value = wantedValue(difference)
  if (attribute === null || value === null) throw new NotSettledError('The file has it no more.')
  const set = { [attribute]: value }
  const { driver = '', target = '', device = '' } = place
  if (what === 'device') return withDeviceAttributes(running, device, set)
  if (what === 'driver') {
    const drivers = running.drivers.map((one) =>
      one.name === driver ? { ...one, attributes: withAttributes(one.attributes, set) } : one,
    )
    return { ...running, drivers }
  }
  return withTarget(running, { driver, target }, (found) => ({
    ...found,
    attributes: withAttributes(found.attributes, set),
  }))
}

function valuesOf({ attributes }: NamedConfig): Record<string, string> {
  return Object.fromEntries(
    attributes.flatMap(({ name, value }) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

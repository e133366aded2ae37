import type { ScstConfig } from '../config.ts'
import { put, ScstChangeError, withAttributes, without } from './named.ts'

/** Handlers of devices that SCST makes itself. */
export const VIRTUAL_HANDLERS = ['vdisk_fileio', 'vdisk_blockio', 'vdisk_nullio'] as const
/** Handlers of SCSI devices of the machine. */
export const PASS_THROUGH_HANDLERS = ['dev_changer', 'dev_tape', 'dev_disk'] as const

/** The handler of a device; null where there is no such device. */
export function handlerOf({ handlers }: ScstConfig, device: string): string | null {
  return handlers.find(({ devices }) => devices.some(({ name }) => name === device))?.name ?? null
}

/** Makes a device, or makes it anew. */
export function withDevice(
  config: ScstConfig,
  { handler, name }: { handler: string; name: string },
  values: Readonly<Record<string, string | null>>,
): ScstConfig {
  const rest = withoutDevice(config, name)
  const found = rest.handlers.find((one) => one.name === handler)
  const before = found ?? { name: handler, attributes: [], devices: [] }
  const device = { name, attributes: withAttributes([], values) }
  return {
    ...rest,
    handlers: put(rest.handlers, { ...before, devices: put(before.devices, device) }),
  }
}

/** Sets attributes of a device. Throws ScstChangeError where there is no such device. */
export function withDeviceAttributes(
  config: ScstConfig,
  name: string,
  values: Readonly<Record<string, string | null>>,
): ScstConfig {
  if (handlerOf(config, name) === null) throw new ScstChangeError(`there is no device ${name}`)
  const handlers = config.handlers.map((handler) => ({
    ...handler,
    devices: handler.devices.map((device) =>
      device.name === name
        ? { ...device, attributes: withAttributes(device.attributes, values) }
        : device,
    ),
  }))
  return { ...config, handlers }
}

/** Takes a device away; its LUNs, and its place in a device group, are not taken with it. */
export function withoutDevice(config: ScstConfig, name: string): ScstConfig {
  const handlers = config.handlers.map((handler) => ({
    ...handler,
    devices: without(handler.devices, name),
  }))
  // A handler that has none any more says nothing, unless it has settings of its own.
  const isSaid = ({ devices, attributes }: ScstConfig['handlers'][number]) =>
    devices.length + attributes.length > 0
  return { ...config, handlers: handlers.filter(isSaid) }
}

/** Takes the LUNs of a device away, wherever they are, and the device out of its device group. */
export function withoutUses(config: ScstConfig, name: string): ScstConfig {
  return {
    ...withoutMembership(config, name),
    drivers: config.drivers.map((driver) => ({
      ...driver,
      targets: driver.targets.map((target) => ({
        ...target,
        luns: target.luns.filter(({ device }) => device !== name),
        groups: target.groups.map((group) => ({
          ...group,
          luns: group.luns.filter(({ device }) => device !== name),
        })),
      })),
    })),
  }
}

/** Takes a device out of its device group. */
export function withoutMembership(config: ScstConfig, name: string): ScstConfig {
  return {
    ...config,
    deviceGroups: config.deviceGroups.map((group) => ({
      ...group,
      devices: group.devices.filter((device) => device !== name),
    })),
  }
}

/** Where a device is in use, in words: `LUN 0 of iqn.x:disk1`. */
export function usesOf({ drivers, deviceGroups }: ScstConfig, name: string): string[] {
  const luns = drivers.flatMap(({ targets }) =>
    targets.flatMap((target) => [
      ...target.luns
        .filter(({ device }) => device === name)
        .map(({ lun }) => `LUN ${lun} of ${target.name}`),
      ...target.groups.flatMap((group) =>
        group.luns
          .filter(({ device }) => device === name)
          .map(({ lun }) => `LUN ${lun} of the group ${group.name} of ${target.name}`),
      ),
    ]),
  )
  const groups = deviceGroups
    .filter(({ devices }) => devices.includes(name))
    .map((group) => `the device group ${group.name}`)
  return [...luns, ...groups]
}

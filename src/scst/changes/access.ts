import type { GroupConfig, LunConfig, ScstConfig, TargetConfig } from '../config.ts'
import {
  put,
  ScstChangeError,
  withAttributes,
  withTarget,
  without,
  type TargetName,
} from './named.ts'

/** The LUNs of a target, or of an initiator group of it; null is the target itself. */
export type AccessName = TargetName & { group: string | null }

/** A group with its initiators, and what they see. */
export interface WantedGroup {
  initiators: readonly string[]
  luns: readonly { lun: number; device: string; readOnly: boolean | null }[]
}

/** Makes an initiator group, or makes it anew. */
export function withGroup(
  config: ScstConfig,
  { driver, target, group }: TargetName & { group: string },
  { initiators, luns }: WantedGroup,
): ScstConfig {
  return withTarget(config, { driver, target }, (found) => ({
    ...found,
    groups: put(found.groups, {
      ...{ name: group, attributes: [], luns: luns.map(lunOf) },
      initiators: initiators.map((name) => ({ name, attributes: [] })),
    }),
  }))
}

/** Takes an initiator group away. */
export function withoutGroup(
  config: ScstConfig,
  { driver, target, group }: TargetName & { group: string },
): ScstConfig {
  return withTarget(config, { driver, target }, (found) => ({
    ...found,
    groups: without(found.groups, group),
  }))
}

/** Sets attributes of an initiator group. */
export function withGroupAttributes(
  config: ScstConfig,
  { driver, target, group }: TargetName & { group: string },
  values: Readonly<Record<string, string | null>>,
): ScstConfig {
  return withTarget(config, { driver, target }, (found) =>
    inGroup(found, group, (one) => ({
      ...one,
      attributes: withAttributes(one.attributes, values),
    })),
  )
}

/** Puts an initiator into a group, and takes it out of the others of the target. */
export function withInitiator(
  config: ScstConfig,
  { driver, target, group }: TargetName & { group: string },
  initiator: string,
): ScstConfig {
  const others = withoutInitiator(config, { driver, target, group: null }, initiator)
  return withTarget(others, { driver, target }, (found) =>
    inGroup(found, group, (one) => ({
      ...one,
      initiators: put(one.initiators, { name: initiator, attributes: [] }),
    })),
  )
}

/** Takes an initiator out of a group; out of all of the target where none is named. */
export function withoutInitiator(
  config: ScstConfig,
  { driver, target, group }: AccessName,
  initiator: string,
): ScstConfig {
  return withTarget(config, { driver, target }, (found) => ({
    ...found,
    groups: found.groups.map((one) =>
      group === null || one.name === group
        ? { ...one, initiators: without(one.initiators, initiator) }
        : one,
    ),
  }))
}

/** Maps a device to a LUN, or puts another behind it. */
export function withLun(
  config: ScstConfig,
  name: AccessName,
  wanted: { lun: number; device: string; readOnly: boolean | null },
): ScstConfig {
  return withLunConfig(config, name, lunOf(wanted))
}

/** The same of a LUN of another configuration. */
export function withLunConfig(config: ScstConfig, name: AccessName, wanted: LunConfig): ScstConfig {
  return withLuns(config, name, (luns) =>
    [...luns.filter(({ lun }) => lun !== wanted.lun), wanted].sort(
      (one, other) => one.lun - other.lun,
    ),
  )
}

/** Takes a LUN away. */
export function withoutLun(config: ScstConfig, name: AccessName, number: number): ScstConfig {
  return withLuns(config, name, (luns) => luns.filter(({ lun }) => lun !== number))
}

/** The LUNs of a target or group. Throws ScstChangeError where there is none. */
export function lunsOf(config: ScstConfig, name: AccessName): readonly LunConfig[] {
  let luns: readonly LunConfig[] = []
  withLuns(config, name, (found) => {
    luns = found
    return [...found]
  })
  return luns
}

function withLuns(
  config: ScstConfig,
  { driver, target, group }: AccessName,
  change: (luns: readonly LunConfig[]) => LunConfig[],
): ScstConfig {
  return withTarget(config, { driver, target }, (found) =>
    group === null
      ? { ...found, luns: change(found.luns) }
      : inGroup(found, group, (one) => ({ ...one, luns: change(one.luns) })),
  )
}

function inGroup(
  target: TargetConfig,
  name: string,
  change: (group: GroupConfig) => GroupConfig,
): TargetConfig {
  const found = target.groups.find((group) => group.name === name)
  if (found === undefined) {
    throw new ScstChangeError(`the target ${target.name} has no group ${name}`)
  }
  return { ...target, groups: put(target.groups, change(found)) }
}

function lunOf({
  lun,
  device,
  readOnly,
}: {
  lun: number
  device: string
  readOnly: boolean | null
}): LunConfig {
  const attributes = readOnly === null ? [] : [{ name: 'read_only', value: readOnly ? '1' : '0' }]
  return { lun, device, attributes }
}

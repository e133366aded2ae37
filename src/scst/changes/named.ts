import type { Attribute, DriverConfig, ScstConfig, TargetConfig } from '../config.ts'

/** What cannot be changed as asked, and why. */
export class ScstChangeError extends Error {
  readonly code = 'ERR_SCST_CHANGE'
}

/** The list with one of it put in the place of that of the same name, or at the end. */
export function put<T extends { name: string }>(list: readonly T[], item: T): T[] {
  const isThere = list.some(({ name }) => name === item.name)
  return isThere ? list.map((one) => (one.name === item.name ? item : one)) : [...list, item]
}

/** The list without that of the name. */
export function without<T extends { name: string }>(list: readonly T[], name: string): T[] {
  return list.filter((one) => one.name !== name)
}

/** Attributes with some of them set; null takes one away, so that it is as SCST has it by itself. */
export function withAttributes(
  attributes: readonly Attribute[],
  values: Readonly<Record<string, string | null>>,
): Attribute[] {
  const kept = attributes.filter(({ name }) => !Object.hasOwn(values, name))
  const set = Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : [{ name, value }],
  )
  return [...kept, ...set]
}

/** Where a target is. */
export interface TargetName {
  driver: string
  target: string
}

/** The target of a configuration; null where there is none. */
export function targetOf(config: ScstConfig, { driver, target }: TargetName): TargetConfig | null {
  const found = config.drivers.find(({ name }) => name === driver)
  return found?.targets.find(({ name }) => name === target) ?? null
}

/** The configuration with its targets of a driver changed. */
export function withTargets(
  config: ScstConfig,
  driver: string,
  change: (targets: readonly TargetConfig[]) => readonly TargetConfig[],
): ScstConfig {
  const found = config.drivers.find(({ name }) => name === driver)
  const before: DriverConfig = found ?? { name: driver, attributes: [], targets: [] }
  const targets = change(before.targets)
  if (found === undefined && targets.length === 0) return config
  return { ...config, drivers: put(config.drivers, { ...before, targets }) }
}

/** The configuration with one target of it changed. Throws ScstChangeError where it has no such target. */
export function withTarget(
  config: ScstConfig,
  name: TargetName,
  change: (target: TargetConfig) => TargetConfig,
): ScstConfig {
  const found = targetOf(config, name)
  if (found === null) {
    throw new ScstChangeError(`there is no target ${name.target} of ${name.driver}`)
  }
  return withTargets(config, name.driver, (targets) => put(targets, change(found)))
}

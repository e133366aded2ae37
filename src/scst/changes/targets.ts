import type { ScstConfig } from '../config.ts'
import { without, withTargets, type TargetName } from './named.ts'

/** Takes a target away with its LUNs and groups, and out of the target groups that it is in; its devices stay. */
export function withoutTarget(config: ScstConfig, { driver, target }: TargetName): ScstConfig {
  const rest = withTargets(config, driver, (targets) => without(targets, target))
  const deviceGroups = rest.deviceGroups.map((group) => ({
    ...group,
    targetGroups: group.targetGroups.map((one) => ({
      ...one,
      targets: without(one.targets, target),
    })),
  }))
  return { ...rest, deviceGroups }
}

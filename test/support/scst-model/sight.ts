import type { ScstConfig } from '../../../src/scst/config.ts'
import type { ScstModel } from './model.ts'
import { ROOT } from './state.ts'

/** Those that the configurations name, one that a pattern means, and a stranger. */
const INITIATORS = ['iqn.x:one', 'iqn.x:two', 'iqn.x:three', 'iqn.y:any', 'iqn.z:stranger']

/** What each initiator is let see of each target that is enabled, `target initiator` by `lun=device`. */
export function seen({ state }: ScstModel): Map<string, ReadonlySet<string>> {
  const all = new Map<string, ReadonlySet<string>>()
  for (const target of state.targets()) {
    if (state.tree.value(`${target}/enabled`) !== '1') continue
    for (const initiator of INITIATORS) {
      const luns = state.lunsOf(state.acgOf(target, initiator))
      all.set(`${target} ${initiator}`, new Set(luns.map(({ lun, device }) => `${lun}=${device}`)))
    }
  }
  return all
}

/** What is seen at a moment and was to be seen neither before nor after. */
export function within(moment: Sight, before: Sight, after: Sight): string[] {
  return [...moment].flatMap(([who, luns]) =>
    [...luns]
      .filter(
        (lun) => !(before.get(who)?.has(lun) ?? false) && !(after.get(who)?.has(lun) ?? false),
      )
      .map((lun) => `${who} sees ${lun}`),
  )
}

type Sight = ReadonlyMap<string, ReadonlySet<string>>

/** Targets that are enabled and ask for no password, or let in by every portal, although all configurations of them do. */
export function opened({ state }: ScstModel, configs: readonly ScstConfig[]): string[] {
  return ['IncomingUser', 'allowed_portal'].flatMap((list) =>
    state.targets().flatMap((path) => {
      const isEnabled = state.tree.value(`${path}/enabled`) === '1'
      const name = path.slice(path.lastIndexOf('/') + 1)
      const wanted = configs.flatMap((config) =>
        config.drivers.flatMap(({ targets }) => targets.filter((one) => one.name === name)),
      )
      const isAsked = wanted.every(({ attributes }) => attributes.some((one) => one.name === list))
      const has = state.tree.names(path).some((file) => file.replace(/\d+$/, '') === list)
      return isEnabled && isAsked && wanted.length > 0 && !has ? [`${name} without ${list}`] : []
    }),
  )
}

/** The root of SCST, for tests that look at the tree. */
export { ROOT }

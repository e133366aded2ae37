import { parseScstConfig } from '../../../src/scst/config.ts'
import type { ScstModel } from './model.ts'
import type { ManagedMachine } from './setting.ts'

/** Targets that can be logged in at. */
function open({ state }: ScstModel): string[] {
  return state.targets().filter((target) => state.tree.value(`${target}/enabled`) === '1')
}

/** Logs in at each of them. */
export function logIn(model: ScstModel, initiator: string): void {
  const { state } = model
  for (const target of open(model)) {
    const isIn = state.sessionsOf(target).some((one) => one.initiator === initiator)
    if (!isIn) state.login(target, initiator)
  }
}

/** Which of the initiators would see a LUN, and of which target. */
export function lookers(model: ScstModel, initiators: readonly string[]) {
  const { state } = model
  return open(model).flatMap((path) =>
    initiators
      .filter((initiator) => state.lunsOf(state.acgOf(path, initiator)).length > 0)
      .map((initiator) => ({ target: path.slice(path.lastIndexOf('/') + 1), initiator })),
  )
}

/** Sessions of those that see one of the addresses. */
export function sessionsWith({ state }: ScstModel, hctls: readonly string[]) {
  return state.targets().flatMap((target) =>
    state.sessionsOf(target).flatMap(({ initiator }) =>
      state
        .lunsOf(state.acgOf(target, initiator))
        .filter(({ device }) => hctls.includes(device))
        .map(({ lun }) => ({ initiator, target, lun: Number(lun) })),
    ),
  )
}

/** What those that are logged in have, a LUN each. */
export function inUse({ state }: ScstModel): Set<string> {
  const uses = state.targets().flatMap((target) =>
    state.sessionsOf(target).flatMap(({ initiator }) => {
      const luns = state.lunsOf(state.acgOf(target, initiator))
      return luns.map(({ lun, device }) => `${initiator} at ${target}: ${lun}=${device}`)
    }),
  )
  return new Set(uses)
}

/** Whether the last write has enabled a target before all was there that the file says of who sees what of it. */
export function enabledEarly({ model, file }: ManagedMachine): string[] {
  const { written, state } = model
  const [, name] = /([^/]+)\/enabled < 1$/.exec(written.at(-1) ?? '') ?? []
  const target = open(model).find((path) => path.endsWith(`/${name ?? ''}`))
  const { drivers } = parseScstConfig(file)
  const wanted = drivers.flatMap(({ targets }) => targets).find((one) => one.name === name)
  if (target === undefined || wanted === undefined) return []
  return wanted.groups.flatMap(({ name: group, initiators, luns }) => {
    const names = state.tree.names(`${target}/ini_groups/${group}/initiators`)
    const isThere =
      initiators.every((one) => names.includes(one.name)) &&
      state.lunsOf({ target, group }).length === luns.length
    return isThere ? [] : [`${name ?? ''} is enabled, and ${group} is not there`]
  })
}

import { USAGE } from './attributes.ts'
import { ROOT, type Answer, type SysfsState } from './state.ts'

const GROUPS = `${ROOT}/device_groups`

/** Commands to the mgmt files below device_groups; `at` is the path between (scst_tg.c). */
export function deviceGroupCommand(
  state: SysfsState,
  at: readonly string[],
  [verb, name = '']: readonly string[],
): Answer {
  const [group = '', part, targetGroup] = at
  if (name === '') return 'EINVAL'
  const isAdded = verb === 'create' || verb === 'add'
  if (!isAdded && verb !== 'del') return 'EINVAL'
  if (part === undefined) return deviceGroup(state, isAdded, name)
  if (part === 'devices') return device(state, group, isAdded, name)
  const groups = `${GROUPS}/${group}/target_groups`
  if (targetGroup !== undefined) return target(state, `${groups}/${targetGroup}`, isAdded, name)
  if (state.tree.has(`${groups}/${name}`) === isAdded) return isAdded ? 'EEXIST' : 'EINVAL'
  if (!isAdded) state.tree.remove(`${groups}/${name}`)
  else {
    state.tree.file(`${groups}/${name}/mgmt`, USAGE.targetGroup)
    state.tree.file(`${groups}/${name}/group_id`, '0\n[key]\n')
    state.tree.file(`${groups}/${name}/preferred`, '0\n[key]\n')
    state.tree.file(`${groups}/${name}/state`, 'active\n[key]\n')
  }
  return null
}

function deviceGroup(state: SysfsState, isAdded: boolean, name: string): Answer {
  const path = `${GROUPS}/${name}`
  if (state.tree.has(path) === isAdded) return isAdded ? 'EEXIST' : 'EINVAL'
  if (!isAdded) state.tree.remove(path)
  else {
    state.tree.file(`${path}/devices/mgmt`, USAGE.devices)
    state.tree.file(`${path}/target_groups/mgmt`, USAGE.deviceGroups)
  }
  return null
}

/** A device is in one group at most. */
function device(state: SysfsState, group: string, isAdded: boolean, name: string): Answer {
  const path = `${GROUPS}/${group}/devices/${name}`
  if (!isAdded) {
    if (!state.tree.has(path)) return 'EINVAL'
    state.tree.remove(path)
    return null
  }
  const isInOne = state.tree
    .names(GROUPS)
    .some((other) => state.tree.has(`${GROUPS}/${other}/devices/${name}`))
  if (isInOne) return 'EEXIST'
  if (!state.tree.has(`${ROOT}/devices/${name}`)) return 'EINVAL'
  state.tree.link(path, `${ROOT}/devices/${name}`)
  return null
}

/** A target of this machine is a link to it; of another a directory with the identifier it has there. */
function target(state: SysfsState, path: string, isAdded: boolean, name: string): Answer {
  const at = `${path}/${name}`
  if (!isAdded) {
    if (!state.tree.has(at)) return 'EINVAL'
    state.tree.remove(at)
    return null
  }
  const groups = path.slice(0, path.lastIndexOf('/'))
  if (state.tree.names(groups).some((one) => state.tree.has(`${groups}/${one}/${name}`))) {
    return 'EEXIST'
  }
  const own = state.targets().find((one) => one.endsWith(`/${name}`))
  if (own !== undefined) state.tree.link(at, own)
  else state.tree.file(`${at}/rel_tgt_id`, '0\n[key]\n')
  return null
}

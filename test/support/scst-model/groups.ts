import { ROOT, type Acg, type Answer, type SysfsState } from './state.ts'
import { USAGE } from './attributes.ts'

/** `ini_groups/mgmt` of a target (scst_process_ini_group_mgmt_store). */
export function groupCommand(
  state: SysfsState,
  target: string,
  [verb, name = '']: readonly string[],
): Answer {
  if (name === '') return 'EINVAL'
  const path = `${target}/ini_groups/${name}`
  const isThere = state.tree.has(path)
  if (verb === 'create') {
    if (isThere) return 'EEXIST'
    state.lay(path, 'group')
    state.tree.file(`${path}/luns/mgmt`, USAGE.luns)
    state.tree.file(`${path}/initiators/mgmt`, USAGE.initiators)
    return null
  }
  if (verb !== 'del' || !isThere) return 'EINVAL'
  const luns = `${path}/luns`
  const isUsed = state
    .sessionsOf(target)
    .some(({ path: session }) => state.tree.realpath(`${session}/luns`) === luns)
  if (isUsed) return 'EBUSY'
  const acg = { target, group: name }
  for (const { lun } of state.lunsOf(acg)) state.deleteLun(acg, lun)
  state.tree.remove(path)
  return null
}

/** `luns/mgmt` (__scst_process_luns_mgmt_store). */
export function lunCommand(state: SysfsState, acg: Acg, words: readonly string[]): Answer {
  const [verb, first = '', second = '', ...parameters] = words
  const path = `${state.acgPath(acg)}/luns`
  if (verb === 'clear') {
    for (const { lun } of state.lunsOf(acg)) state.deleteLun(acg, lun)
    return null
  }
  if (verb === 'del') {
    if (second !== '' || !isNumber(first)) return 'EINVAL'
    if (!state.tree.has(`${path}/${first}`)) return 'EINVAL'
    state.deleteLun(acg, first)
    return null
  }
  if (verb !== 'add' && verb !== 'replace') return 'EINVAL'
  // Any device will do, one that nobody serves too.
  if (!state.tree.has(`${ROOT}/devices/${first}`) || !isNumber(second)) return 'EINVAL'
  const [, readOnly] = /^read_only=([01])$/.exec(parameters.join(' ')) ?? []
  if (parameters.length > 0 && readOnly === undefined) return 'EINVAL'
  const isThere = state.tree.has(`${path}/${second}`)
  if (isThere && verb === 'add') return 'EEXIST'
  if (isThere) state.deleteLun(acg, second)
  const device = state.tree.value(`${ROOT}/devices/${first}/read_only`)
  state.addLun(acg, second, first, readOnly === '1' || device === '1')
  return null
}

/** `initiators/mgmt` of a group (scst_process_acg_ini_mgmt_store). */
export function initiatorCommand(state: SysfsState, acg: Acg, words: readonly string[]): Answer {
  const [verb, name = '', group = ''] = words
  const path = `${state.acgPath(acg)}/initiators`
  const add = (to: string) => {
    state.tree.file(`${to}/${name}`, `${name}\n`, 0o444)
  }
  if (verb === 'clear') {
    for (const one of state.tree.names(path)) {
      if (one !== 'mgmt') state.tree.remove(`${path}/${one}`)
    }
  } else if (name === '' || name === 'mgmt') {
    return 'EINVAL'
  } else if (verb === 'add') {
    if (state.tree.has(`${path}/${name}`)) return 'EEXIST'
    add(path)
  } else {
    if (!state.tree.has(`${path}/${name}`)) return 'EINVAL'
    if (verb === 'move') {
      const to = `${acg.target}/ini_groups/${group}/initiators`
      if (group === '' || !state.tree.has(to)) return 'EINVAL'
      if (state.tree.has(`${to}/${name}`)) return 'EEXIST'
      add(to)
    } else if (verb !== 'del') return 'EINVAL'
    state.tree.remove(`${path}/${name}`)
  }
  state.reassign(acg.target)
  return null
}

function isNumber(word: string): boolean {
  return /^(0|[1-9]\d*)$/.test(word) && Number(word) <= 16_383
}

import { posix } from 'node:path'
import { attributesOf, USAGE } from './attributes.ts'
import { ROOT, type Answer, type SysfsState } from './state.ts'

/**
 * `targets/DRIVER/mgmt` (scst_process_tgtt_mgmt_store; iscsi-scst/README). A target that is not there is ENOENT and one
 * with sessions EBUSY (iscsi-scst/kernel/target.c: iscsi_sysfs_del_target, __del_target); disabling closes none.
 */
export function driverCommand(state: SysfsState, driver: string, text: string): Answer {
  const at = `${ROOT}/targets/${driver}`
  const [verb = '', name = '', ...rest] = text.split(/\s+/)
  const path = `${at}/${name}`
  const isTarget = state.tree.has(`${path}/luns`)
  switch (verb) {
    case 'add_target':
      if (name === '' || rest.length > 0) return 'EINVAL'
      if (state.tree.has(path)) return 'EEXIST'
      state.lay(path, 'target')
      state.tree.mkdir(`${path}/sessions`)
      state.tree.file(`${path}/luns/mgmt`, USAGE.luns)
      state.tree.file(`${path}/ini_groups/mgmt`, USAGE.groups)
      return null
    case 'del_target':
      if (!isTarget) return 'ENOENT'
      if (state.sessionsOf(path).length > 0) return 'EBUSY'
      return deleteTarget(state, path, name)
    case 'add_target_attribute':
    case 'del_target_attribute':
      if (!isTarget) return 'ENOENT'
      return dynamic(state, path, verb.startsWith('add'), rest)
    case 'add_attribute':
    case 'del_attribute':
      return dynamic(state, at, verb.startsWith('add'), [name, ...rest])
    default:
      return 'EINVAL'
  }
}

/** Sets an attribute of a target, group, device or ALUA group. */
export function setAttribute(state: SysfsState, path: string, text: string): Answer {
  const entry = state.tree.at(path)
  if (entry?.kind !== 'file') return 'EINVAL'
  if ((entry.mode & 0o200) === 0) return 'EACCES'
  const name = posix.basename(path)
  const parent = posix.dirname(path)
  if (path.startsWith(`${ROOT}/device_groups/`)) return setGroupAttribute(state, path, text)
  if (name === 'enabled') {
    if (text !== '0' && text !== '1') return 'EINVAL'
    const isDriver = posix.dirname(parent) === `${ROOT}/targets`
    if (!isDriver && text === '1') {
      const answer = takeRelativeId(state, parent)
      if (answer !== null) return answer
    }
    entry.text = `${text}\n${isDriver ? '\n' : ''}`
    return null
  }
  if (name === 'rel_tgt_id') {
    const id = Number(text)
    const isEnabled = state.tree.value(`${parent}/enabled`) === '1'
    if (!Number.isInteger(id) || id > 65_535 || (isEnabled && id === 0)) return 'EINVAL'
    if (isEnabled && idsOf(state, parent).has(text)) return 'EBADSLT'
  }
  state.set(path, text, initialOf(state, path))
  return null
}

function takeRelativeId(state: SysfsState, target: string): Answer {
  const id = state.tree.value(`${target}/rel_tgt_id`) ?? '0'
  const taken = idsOf(state, target)
  if (id !== '0') return taken.has(id) ? 'EBADSLT' : null
  let free = 1
  while (taken.has(String(free))) free += 1
  state.set(`${target}/rel_tgt_id`, String(free), '0')
  return null
}

/** Relative target port identifiers of the others that are enabled. */
function idsOf(state: SysfsState, target: string): Set<string> {
  return new Set(
    state
      .targets()
      .filter((path) => path !== target && state.tree.value(`${path}/enabled`) === '1')
      .map((path) => state.tree.value(`${path}/rel_tgt_id`) ?? ''),
  )
}

function deleteTarget(state: SysfsState, path: string, name: string): Answer {
  for (const acg of state.acgsOf(path)) {
    for (const { lun } of state.lunsOf(acg)) state.deleteLun(acg, lun)
  }
  // scst_tg_tgt_remove_by_tgt
  for (const group of state.tree.names(`${ROOT}/device_groups`)) {
    const groups = `${ROOT}/device_groups/${group}/target_groups`
    for (const one of state.tree.names(groups)) {
      const entry = state.tree.at(`${groups}/${one}/${name}`, { follow: false })
      if (entry?.kind === 'link') state.tree.remove(`${groups}/${one}/${name}`)
    }
  }
  state.tree.remove(path)
  return null
}

/** Attributes of which there can be several: the second is NAME1. */
function dynamic(
  state: SysfsState,
  path: string,
  isAdded: boolean,
  [name = '', ...words]: readonly string[],
): Answer {
  const known = posix.dirname(path) === `${ROOT}/targets` ? USERS : [...USERS, 'allowed_portal']
  const value = words.join(' ')
  if (!known.includes(name) || value === '') return 'EINVAL'
  const isUser = USERS.includes(name)
  if (isUser && isAdded && words.length !== 2) return 'EINVAL'
  const [first] = words
  const files = state.tree.names(path).filter((one) => one.replace(/\d+$/, '') === name)
  const same = files.find((file) => {
    const has = state.tree.value(`${path}/${file}`) ?? ''
    return isUser ? has.split(' ')[0] === first : has === value
  })
  if (!isAdded) {
    if (same === undefined) return 'ENOENT'
    state.tree.remove(`${path}/${same}`)
    return null
  }
  if (same !== undefined) return 'EEXIST'
  let free = name
  for (let number = 1; files.includes(free); number++) free = `${name}${number}`
  state.tree.file(`${path}/${free}`, `${value}\n[key]\n`, isUser ? 0o600 : 0o644)
  return null
}

const USERS = ['IncomingUser', 'OutgoingUser']
const STATES = ['active', 'nonoptimized', 'standby', 'unavailable', 'offline', 'transitioning']

/** Attributes of ALUA groups always have the key mark. */
function setGroupAttribute(state: SysfsState, path: string, text: string): Answer {
  const name = posix.basename(path)
  const isId = name === 'group_id' || name === 'rel_tgt_id'
  if (isId && !(/^\d+$/.test(text) && Number(text) > 0 && Number(text) <= 65_535)) return 'EINVAL'
  if (name === 'preferred' && text !== '0' && text !== '1') return 'EINVAL'
  if (name === 'state' && !STATES.includes(text)) return 'EINVAL'
  const entry = state.tree.at(path)
  if (entry?.kind === 'file') entry.text = `${text}\n[key]\n`
  return null
}

/** The value with which it has no key mark. */
function initialOf(state: SysfsState, path: string): string {
  const parent = posix.dirname(path)
  const device = state.tree.realpath(`${parent}/handler`)
  const isGroup = posix.basename(posix.dirname(parent)) === 'ini_groups'
  const of = device === null ? (isGroup ? 'group' : 'target') : posix.basename(device)
  const name = posix.basename(path)
  const tables = [...attributesOf(of), ...attributesOf('passThrough')]
  return tables.find((one) => one.name === name)?.value ?? ''
}

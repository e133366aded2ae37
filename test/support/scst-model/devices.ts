import { attributesOf, PARAMETERS, TYPES } from './attributes.ts'
import { ROOT, type Answer, type SysfsState } from './state.ts'

/** `add_device NAME a=1; b=2` (vdev_parse_add_dev_params), or of a SCSI device by its address. */
export function addDevice(state: SysfsState, handler: string, name: string, text: string): Answer {
  const known = PARAMETERS[handler]
  if (known === undefined || name === '') return 'EINVAL'
  return known === null
    ? assign(state, handler, name, text)
    : addVirtual(state, handler, name, { text, known: known.split(', ') })
}

/** Takes the LUNs of the device with it, and takes it out of its device group (scst_unregister_virtual_device). */
export function deleteDevice(state: SysfsState, handler: string, name: string): Answer {
  if (state.devices.get(name)?.handler !== handler) return 'EINVAL'
  const { tree } = state
  tree.remove(`${ROOT}/handlers/${handler}/${name}`)
  state.devices.delete(name)
  if (state.scsi.has(name)) {
    // The LUNs of a SCSI device stay: it is there, and nobody serves it (scst_assign_dev_handler).
    for (const attribute of ['threads_num', 'threads_pool_type', 'handler']) {
      tree.remove(`${ROOT}/devices/${name}/${attribute}`)
    }
    return null
  }
  for (const target of state.targets()) {
    for (const acg of state.acgsOf(target)) {
      for (const { lun, device } of state.lunsOf(acg)) {
        if (device === name) state.deleteLun(acg, lun)
      }
    }
  }
  for (const group of tree.names(`${ROOT}/device_groups`)) {
    tree.remove(`${ROOT}/device_groups/${group}/devices/${name}`)
  }
  tree.remove(`${ROOT}/devices/${name}`)
  return null
}

function addVirtual(
  state: SysfsState,
  handler: string,
  name: string,
  { text, known }: { text: string; known: readonly string[] },
): Answer {
  const { tree } = state
  if (tree.has(`${ROOT}/devices/${name}`)) return 'EEXIST'
  const given: Record<string, string> = {}
  for (const one of text.split(';').map((part) => part.trim())) {
    if (one === '') continue
    const [parameter = '', value = ''] = one.split('=').map((part) => part.trim())
    if (!known.includes(parameter) || value === '') return 'EINVAL'
    given[parameter] = value
  }
  const { filename, active, size: asked } = given
  if (handler !== 'vdisk_nullio') {
    if (filename === undefined) return 'EINVAL'
    if (!filename.startsWith('/')) return 'EINVAL'
    if (active !== '0' && state.files[filename] === undefined) return 'ENOENT'
  }
  const size = String(state.files[filename ?? ''] ?? asked ?? 0)
  const path = `${ROOT}/devices/${name}`
  tree.mkdir(path)
  state.lay(path, handler, { ...given, size })
  if (tree.has(`${path}/size_mb`)) {
    tree.file(`${path}/size_mb`, `${Number(size) / 1024 / 1024}\n`, modeOf(handler, 'size_mb'))
  }
  serve(state, handler, name)
  tree.file(`${path}/type`, `${TYPES[handler] ?? ''}\n`, 0o444)
  tree.mkdir(`${path}/exported`)
  return null
}

function assign(state: SysfsState, handler: string, name: string, text: string): Answer {
  if (text !== '' || !/^\d+:\d+:\d+:\d+$/.test(name)) return 'EINVAL'
  const type = state.scsi.get(name)
  if (type === undefined || !(TYPES[handler] ?? '').startsWith(`${type} `)) return 'EINVAL'
  // Assigning it to the handler that has it already does nothing.
  const before = state.devices.get(name)?.handler
  if (before !== undefined) state.tree.remove(`${ROOT}/handlers/${before}/${name}`)
  state.lay(`${ROOT}/devices/${name}`, 'passThrough')
  serve(state, handler, name)
  return null
}

function serve(state: SysfsState, handler: string, name: string): void {
  state.tree.link(`${ROOT}/devices/${name}/handler`, `${ROOT}/handlers/${handler}`)
  state.tree.link(`${ROOT}/handlers/${handler}/${name}`, `${ROOT}/devices/${name}`)
  state.devices.set(name, { handler })
}

function modeOf(handler: string, name: string): number {
  return attributesOf(handler).find((one) => one.name === name)?.mode ?? 0o644
}

import { COPY_MANAGER } from '../scst/config.ts'
import { SCST_ROOT } from './scst-attribute.ts'
import type { ScstTree } from './scst-attribute.ts'
import type { ScstDeviceGroup, ScstDriver, ScstGroup, ScstLun, ScstTarget } from './scst.ts'

const TARGETS = `${SCST_ROOT}/targets`

/** The target drivers but SCST's own copy manager. */
export async function driverNames(tree: ScstTree): Promise<string[]> {
  return (await tree.names(TARGETS)).filter((name) => name !== COPY_MANAGER)
}

/** Directories of the driver that are targets: attributes stand beside them. */
export async function targetNames(tree: ScstTree, driver: string): Promise<string[]> {
  const names = await tree.names(`${TARGETS}/${driver}`)
  const isTarget = await Promise.all(
    names.map(async (name) => {
      const below = await tree.names(targetPath(driver, name))
      return below.includes('luns') || below.includes('sessions')
    }),
  )
  return names.filter((_, index) => isTarget[index])
}

/** The directory of a target. */
export function targetPath(driver: string, target: string): string {
  return `${TARGETS}/${driver}/${target}`
}

/** What is known of a driver besides its targets. */
export async function readDriver(tree: ScstTree, driver: string): Promise<ScstDriver> {
  const place = tree.at(`${TARGETS}/${driver}`, { driver })
  const [enabled, openState] = await Promise.all([place.flag('enabled'), place.text('open_state')])
  return { name: driver, enabled, openState }
}

/** The targets of a driver with their LUNs and groups, in the order of their names. */
export async function readTargets(tree: ScstTree, driver: string): Promise<ScstTarget[]> {
  const names = await targetNames(tree, driver)
  return tree.each(names, (name) => readTarget(tree, driver, name))
}

async function readTarget(tree: ScstTree, driver: string, name: string): Promise<ScstTarget> {
  const path = targetPath(driver, name)
  const place = tree.at(path, { driver, target: name })
  // The counters beside these start a kernel thread each when they are read: sessions have the same ones for free.
  const [enabled, relativeTargetId, comment, blackHole, luns, groups, sessions] = await Promise.all(
    [
      place.flag('enabled'),
      place.number('rel_tgt_id'),
      place.text('comment'),
      place.number('black_hole'),
      readLuns(tree, path, { driver, target: name }),
      readGroups(tree, path, { driver, target: name }),
      tree.names(`${path}/sessions`),
    ],
  )
  return {
    id: `${driver}/${name}`,
    driver,
    name,
    enabled,
    relativeTargetId,
    comment,
    blackHole,
    luns,
    groups,
    sessions: sessions.length,
  }
}

async function readGroups(
  tree: ScstTree,
  target: string,
  labels: Record<string, string>,
): Promise<ScstGroup[]> {
  const names = await tree.names(`${target}/ini_groups`)
  return Promise.all(
    names.map(async (group) => {
      const path = `${target}/ini_groups/${group}`
      const [initiators, luns, blackHole] = await Promise.all([
        tree.names(`${path}/initiators`),
        readLuns(tree, path, { ...labels, group }),
        tree.at(path, { ...labels, group }).number('black_hole'),
      ])
      return { name: group, initiators, luns, blackHole }
    }),
  )
}

async function readLuns(
  tree: ScstTree,
  path: string,
  labels: Record<string, string>,
): Promise<ScstLun[]> {
  const numbers = (await tree.names(`${path}/luns`)).filter((name) => /^\d{1,15}$/.test(name))
  const luns = await tree.each(numbers, async (lun) => {
    const directory = `${path}/luns/${lun}`
    const [device, readOnly] = await Promise.all([
      tree.target(`${directory}/device`),
      tree.at(directory, { ...labels, lun }).flag('read_only'),
    ])
    const name = device === null ? null : device.slice(device.lastIndexOf('/') + 1)
    return { lun: Number(lun), device: name, readOnly }
  })
  return luns.sort((a, b) => a.lun - b.lun)
}

/** The device groups: which ports of which targets serve their devices in which ALUA state. */
export async function readDeviceGroups(tree: ScstTree): Promise<ScstDeviceGroup[]> {
  const root = `${SCST_ROOT}/device_groups`
  const groups = await Promise.all(
    (await tree.names(root)).map(async (name) => {
      const below = await tree.names(`${root}/${name}`)
      // Attributes of ALUA as a whole stand beside the groups.
      if (!below.includes('target_groups')) return null
      const [devices, targetGroups] = await Promise.all([
        tree.names(`${root}/${name}/devices`),
        tree.names(`${root}/${name}/target_groups`),
      ])
      return {
        name,
        devices,
        targetGroups: await Promise.all(
          targetGroups.map((group) =>
            readTargetGroup(tree, `${root}/${name}/target_groups/${group}`, group),
          ),
        ),
      }
    }),
  )
  return groups.filter((group) => group !== null)
}

async function readTargetGroup(
  tree: ScstTree,
  path: string,
  name: string,
): Promise<ScstDeviceGroup['targetGroups'][number]> {
  const place = tree.at(path, {})
  const attributes = ['group_id', 'state', 'preferred']
  const others = (await tree.names(path)).filter((entry) => !attributes.includes(entry))
  const [groupId, state, preferred, isTarget] = await Promise.all([
    place.number('group_id'),
    place.text('state'),
    place.flag('preferred'),
    Promise.all(others.map(async (entry) => (await tree.names(`${path}/${entry}`)).length > 0)),
  ])
  return { name, groupId, state, preferred, targets: others.filter((_, index) => isTarget[index]) }
}

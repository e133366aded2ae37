import { COPY_MANAGER } from '../scst/config.ts'
import { SCST_ROOT, ScstAttributes } from './scst-attribute.ts'
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
  const read = await tree.attributes(`${TARGETS}/${driver}`, { driver }, ['enabled', 'open_state'])
  return { name: driver, enabled: read.flag('enabled'), openState: read.text('open_state') }
}

/** The targets of a driver with their LUNs and groups, in the order of their names. */
export async function readTargets(tree: ScstTree, driver: string): Promise<ScstTarget[]> {
  const names = await targetNames(tree, driver)
  return tree.each(names, (name) => readTarget(tree, driver, name))
}

/** The counters beside these start a kernel thread each when they are read: sessions have the same ones for free. */
const TARGET_ATTRIBUTES = ['enabled', 'rel_tgt_id', 'comment', 'black_hole']

async function readTarget(tree: ScstTree, driver: string, name: string): Promise<ScstTarget> {
  const path = targetPath(driver, name)
  const labels = { driver, target: name }
  const [read, luns, groups, sessions] = await Promise.all([
    tree.attributes(path, labels, TARGET_ATTRIBUTES),
    readLuns(tree, path, labels),
    readGroups(tree, path, labels),
    tree.names(`${path}/sessions`),
  ])
  return {
    id: `${driver}/${name}`,
    driver,
    name,
    enabled: read.flag('enabled'),
    relativeTargetId: read.number('rel_tgt_id'),
    comment: read.text('comment'),
    blackHole: read.number('black_hole'),
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
      const [initiators, luns, read] = await Promise.all([
        tree.names(`${path}/initiators`),
        readLuns(tree, path, { ...labels, group }),
        tree.attributes(path, { ...labels, group }, ['black_hole']),
      ])
      return { name: group, initiators, luns, blackHole: read.number('black_hole') }
    }),
  )
}

const LUN_ATTRIBUTES = ['read_only']

async function readLuns(
  tree: ScstTree,
  path: string,
  labels: Record<string, string>,
): Promise<ScstLun[]> {
  const directory = `${path}/luns`
  const numbers = (await tree.names(directory)).filter((name) => /^\d{1,15}$/.test(name))
  const { texts, links } = await tree.look(directory, {
    texts: numbers.map((lun) => `${lun}/read_only`),
    links: numbers.map((lun) => `${lun}/device`),
  })
  const luns = numbers.map((lun, index) => {
    const read = new ScstAttributes(tree.problems, {
      path: `${directory}/${lun}`,
      labels: { ...labels, lun },
      names: LUN_ATTRIBUTES,
      texts: [texts[index] ?? null],
    })
    const device = links[index] ?? null
    if (device !== null && typeof device !== 'string') throw device
    const name = device === null ? null : device.slice(device.lastIndexOf('/') + 1)
    return { lun: Number(lun), device: name, readOnly: read.flag('read_only') }
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

const PORT_ATTRIBUTES = ['group_id', 'state', 'preferred']

async function readTargetGroup(
  tree: ScstTree,
  path: string,
  name: string,
): Promise<ScstDeviceGroup['targetGroups'][number]> {
  const others = (await tree.names(path)).filter((entry) => !PORT_ATTRIBUTES.includes(entry))
  const [read, isTarget] = await Promise.all([
    tree.attributes(path, {}, PORT_ATTRIBUTES),
    Promise.all(others.map(async (entry) => (await tree.names(`${path}/${entry}`)).length > 0)),
  ])
  return {
    name,
    groupId: read.number('group_id'),
    state: read.text('state'),
    preferred: read.flag('preferred'),
    targets: others.filter((_, index) => isTarget[index]),
  }
}

import type { Recording } from '../../src/host/recording.ts'
import type { TreeFile } from './tree-host.ts'

/** How large an SCST is. */
export interface ScstSize {
  targets: number
  /** LUNs that initiators of no group see; each has a device of its own. */
  lunsPerTarget: number
  /** One after the other in each of two groups, which have four LUNs each. */
  sessionsPerTarget: number
}

const ROOT = '/sys/kernel/scst_tgt'
const TARGETS = `${ROOT}/targets/iscsi`
const TARGET = `${TARGETS}/iqn.2026-01.org.example:tgt1`
const SESSION = `${TARGET}/sessions/iqn.1998-01.com.vmware:t1g1h1`
const GROUP_LUNS = 4
/** One in so many devices has a file, the others are of vdisk_nullio: as in the recording. */
const PER_FILE = 25

/**
 * The tree of an SCST that is as large as it is said, in the shape of the recording `12-large-scst`: its attributes of
 * a device, target, group and session, once for each. Latencies, which it does not measure, are left out.
 */
export function scstTree(
  { files }: Recording,
  { targets, lunsPerTarget, sessionsPerTarget }: ScstSize,
): TreeFile[] {
  const tree: TreeFile[] = []
  const shapes = new Map<string, TreeFile[]>()
  const shapeOf = (from: string) => {
    const known = shapes.get(from)
    if (known !== undefined) return known
    const shape = [...files].flatMap(([path, file]): TreeFile[] => {
      if (!path.startsWith(`${from}/`) || file.content === undefined) return []
      return [[path.slice(from.length + 1), file]]
    })
    shapes.set(from, shape)
    return shape
  }
  const like = (from: string, to: string, isLeftOut: (name: string) => boolean = () => false) => {
    for (const [name, file] of shapeOf(from)) {
      if (!isLeftOut(name)) tree.push([`${to}/${name}`, file])
    }
  }
  const isBelow = (name: string) => name.includes('/')
  const deviceOf = (target: number, lun: number) => {
    const number = target * lunsPerTarget + lun
    return number % PER_FILE === 0 ? `file${number}` : `nul${number}`
  }
  const addLun = (at: string, lun: number, device: string) => {
    const up = '../'.repeat(at.slice(ROOT.length + 1).split('/').length + 1)
    tree.push([`${at}/${lun}/device`, { link: `${up}devices/${device}` }])
    tree.push([`${at}/${lun}/read_only`, { content: '0\n' }])
  }

  like(ROOT, ROOT, isBelow)
  like(TARGETS, TARGETS, isBelow)
  for (const handler of ['vdisk_nullio', 'vdisk_fileio']) {
    like(`${ROOT}/handlers/${handler}`, `${ROOT}/handlers/${handler}`, isBelow)
  }
  for (let target = 0; target < targets; target += 1) {
    const at = `${TARGETS}/iqn.2026-01.org.example:tgt${target}`
    like(TARGET, at, isBelow)
    for (let lun = 0; lun < lunsPerTarget; lun += 1) {
      const device = deviceOf(target, lun)
      const [template, handler] = device.startsWith('file')
        ? ['file1', 'vdisk_fileio']
        : ['nul41', 'vdisk_nullio']
      like(`${ROOT}/devices/${template}`, `${ROOT}/devices/${device}`)
      tree.push([`${ROOT}/handlers/${handler}/${device}`, { link: `../../devices/${device}` }])
      addLun(`${at}/luns`, lun, device)
    }
    for (const group of [1, 2]) {
      const groupAt = `${at}/ini_groups/hosts${group}`
      like(`${TARGET}/ini_groups/hosts1`, groupAt, isBelow)
      for (let lun = 0; lun < GROUP_LUNS; lun += 1) {
        addLun(`${groupAt}/luns`, lun, deviceOf(target, lun))
      }
    }
    for (let session = 0; session < sessionsPerTarget; session += 1) {
      const group = 1 + (session % 2)
      const initiator = `iqn.1998-01.com.vmware:t${target}g${group}h${session}`
      const sessionAt = `${at}/sessions/${initiator}`
      like(SESSION, sessionAt, (name) => /^(?:latency\/|initiator_name$)/.test(name))
      tree.push([`${sessionAt}/initiator_name`, { content: `${initiator}\n` }])
      tree.push([`${sessionAt}/luns`, { link: `../../ini_groups/hosts${group}/luns` }])
      tree.push([`${at}/ini_groups/hosts${group}/initiators/${initiator}`, { content: '\n' }])
    }
  }
  return tree
}

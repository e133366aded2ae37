import type { HostError } from '../host/host.ts'
import { parseAttribute, parseBlock, parseType, SCST_ROOT } from './scst-attribute.ts'
import type { ScstTree } from './scst-attribute.ts'
import type { ScstDevice, ScstTarget } from './scst.ts'

const DEVICES = `${SCST_ROOT}/devices`

/**
 * The devices that a handler has. `devices/` lists every SCSI device of the machine, its own disks too;
 * the handlers' directories link to those that are SCST's.
 */
export async function readDevices(
  tree: ScstTree,
  handlers: readonly string[],
): Promise<Omit<ScstDevice, 'exports'>[]> {
  const all = new Set(await tree.names(DEVICES))
  const byHandler = await Promise.all(
    handlers.map(async (handler) => {
      const path = `${SCST_ROOT}/handlers/${handler}`
      const names = (await tree.names(path)).filter((name) => all.has(name))
      if (names.length === 0) return []
      const [ofHandler, asked] = await Promise.all([
        tree.attributes(path, {}, ['type']),
        attributesOf(tree, names),
      ])
      // A handler serves one type of device, so it need not be read of each.
      const type = ofHandler.value('type', parseType)
      const files = asked.hasFile ? tree.lookQueued(DEVICES, names.map(fileOf)) : null
      return tree.each(names, async (name, index) =>
        readDevice(tree, { name, handler, type, asked: asked.names }, async () => {
          return (await files)?.[index] ?? null
        }),
      )
    }),
  )
  return byHandler
    .flat()
    .filter((device) => device !== null)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function fileOf(device: string): string {
  return `${device}/filename`
}

/** What is read of a device but its file, which goes through the queue. */
const ATTRIBUTES = [
  ...['block', 'usn', 'size', 'blocksize', 'active', 'read_only', 'thin_provisioned'],
  ...['nv_cache', 'write_through'],
]

/**
 * Those of a handler's devices: it gives each the same ones (`dev_attrs` of `struct scst_dev_type`, scst/include/scst.h),
 * and a file that is not there need not be looked for in each.
 */
async function attributesOf(tree: ScstTree, devices: readonly string[]): Promise<Asked> {
  for (const device of devices) {
    const listed = await tree.names(`${DEVICES}/${device}`)
    // None of a device that went away meanwhile.
    if (listed.length === 0) continue
    const names = ATTRIBUTES.filter((name) => listed.includes(name))
    return { names, hasFile: listed.includes('filename') }
  }
  return { names: ATTRIBUTES, hasFile: false }
}

interface Asked {
  names: readonly string[]
  hasFile: boolean
}

/** What is known of a device before it is read. */
interface Known extends Pick<ScstDevice, 'name' | 'handler' | 'type'> {
  asked: readonly string[]
}

async function readDevice(
  tree: ScstTree,
  { name, handler, type, asked }: Known,
  readFile: () => Promise<string | null | HostError>,
): Promise<Omit<ScstDevice, 'exports'> | null> {
  const path = `${DEVICES}/${name}`
  const [read, file] = await Promise.all([
    tree.attributes(path, { device: name }, asked),
    readFile(),
  ])
  if (read.areMissing() && (await tree.names(path)).length === 0) return null
  const filename =
    file === null || typeof file === 'string'
      ? file && (parseAttribute(file) || null)
      : read.note(file)
  return {
    id: name,
    name,
    handler,
    type,
    filename,
    fileExists: filename?.startsWith('/') ? await tree.fileExists(filename) : null,
    sizeBytes: read.number('size'),
    blockSizeBytes: read.number('blocksize'),
    active: read.flag('active'),
    readOnly: read.flag('read_only'),
    thinProvisioned: read.flag('thin_provisioned'),
    nvCache: read.flag('nv_cache'),
    writeThrough: read.flag('write_through'),
    blockCount: read.value('block', parseBlock),
    usn: read.text('usn'),
  }
}

/** LUNs by the name of the device behind them, of all targets: what `exported/` of each device links to. */
export function countExports(targets: readonly ScstTarget[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { luns, groups } of targets) {
    for (const { device } of [...luns, ...groups.flatMap((group) => group.luns)]) {
      if (device !== null) counts.set(device, (counts.get(device) ?? 0) + 1)
    }
  }
  return counts
}

import { parseBlock, parseType, SCST_ROOT } from './scst-attribute.ts'
import type { ScstTree } from './scst-attribute.ts'
import type { ScstDevice, ScstTarget } from './scst.ts'

/**
 * The devices that a handler has. `devices/` lists every SCSI device of the machine, its own disks too;
 * the handlers' directories link to those that are SCST's.
 */
export async function readDevices(
  tree: ScstTree,
  handlers: readonly string[],
): Promise<Omit<ScstDevice, 'exports'>[]> {
  const all = new Set(await tree.names(`${SCST_ROOT}/devices`))
  const byHandler = await Promise.all(
    handlers.map(async (handler) => {
      const path = `${SCST_ROOT}/handlers/${handler}`
      const names = (await tree.names(path)).filter((name) => all.has(name))
      if (names.length === 0) return []
      // A handler serves one type of device, so it need not be read of each.
      const type = await tree.at(path, {}).value('type', parseType)
      return tree.each(names, (name) => readDevice(tree, name, handler, type))
    }),
  )
  return byHandler
    .flat()
    .filter((device) => device !== null)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function readDevice(
  tree: ScstTree,
  name: string,
  handler: string,
  type: number | null,
): Promise<Omit<ScstDevice, 'exports'> | null> {
  const path = `${SCST_ROOT}/devices/${name}`
  const attributes = new Set(await tree.names(path))
  if (attributes.size === 0) return null
  const place = tree.at(path, { device: name })
  // Which attributes there are differs by handler, and a file that is not there need not be opened.
  const number = (attribute: string) =>
    attributes.has(attribute) ? place.number(attribute) : Promise.resolve(null)
  const flag = (attribute: string) =>
    attributes.has(attribute) ? place.flag(attribute) : Promise.resolve(null)

  const [filename, usn, block, size, blockSize, active, readOnly, thin, nvCache, writeThrough] =
    await Promise.all([
      attributes.has('filename') ? place.queuedText('filename') : null,
      attributes.has('usn') ? place.text('usn') : null,
      place.value('block', parseBlock),
      number('size'),
      number('blocksize'),
      flag('active'),
      flag('read_only'),
      flag('thin_provisioned'),
      flag('nv_cache'),
      flag('write_through'),
    ])
  return {
    id: name,
    name,
    handler,
    type,
    filename,
    fileExists: filename?.startsWith('/') ? await tree.fileExists(filename) : null,
    sizeBytes: size,
    blockSizeBytes: blockSize,
    active,
    readOnly,
    thinProvisioned: thin,
    nvCache,
    writeThrough,
    blockCount: block,
    usn,
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

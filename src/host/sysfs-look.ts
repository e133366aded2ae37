import { readdir, readFile } from 'node:fs/promises'
import type { FileRead, Native } from './native.ts'
import type { Look } from './sysfs-watch.ts'

/** Threads that looks which never come back may hold: of the addon its own, of Node one of the few of libuv. */
const STUCK_IN_ADDON = 3
const STUCK_IN_NODE = 1

/**
 * Reads all the paths in one call of the addon; without one, one after the other by Node. Rejects while too
 * many looks before it have not come back.
 */
export function sysfsLook(native: Pick<Native, 'read'> | null): Look {
  const maxStuck = native === null ? STUCK_IN_NODE : STUCK_IN_ADDON
  let underWay = 0
  return async (paths) => {
    if (underWay >= maxStuck) throw new Error(`${underWay} looks at sysfs have not come back`)
    // On the thread of one that is stuck it would wait behind it.
    const lane = `look ${underWay}`
    underWay += 1
    try {
      return await (native === null ? lookByNode(paths) : lookByAddon(native, lane, paths))
    } finally {
      underWay -= 1
    }
  }
}

async function lookByAddon(
  native: Pick<Native, 'read'>,
  lane: string,
  paths: readonly string[],
): Promise<FileRead[]> {
  const found: FileRead[] = []
  await native.read(lane, paths, (files) => {
    for (const { index, file } of files) found[index] = file
  })
  return found
}

// One at a time: a file that blocks costs one of libuv's threads and no more.
async function lookByNode(paths: readonly string[]): Promise<FileRead[]> {
  const found: FileRead[] = []
  for (const path of paths) found.push(await readOne(path))
  return found
}

async function readOne(path: string): Promise<FileRead> {
  try {
    return { bytes: await readFile(path) }
  } catch (error) {
    const { code = 'EIO' } = error as NodeJS.ErrnoException
    if (code !== 'EISDIR') return { errno: code }
  }
  try {
    return { names: await readdir(path) }
  } catch (error) {
    return { errno: (error as NodeJS.ErrnoException).code ?? 'EIO' }
  }
}

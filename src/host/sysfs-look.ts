import { readdir, readFile } from 'node:fs/promises'
import type { FileRead, Native } from './native.ts'
import type { Look } from './sysfs-watch.ts'

/** Reads all the paths in one call of the addon; without one, one after the other by Node. */
export function sysfsLook(native: Pick<Native, 'read'> | null): Look {
  return native === null ? lookByNode : (paths) => lookByAddon(native, paths)
}

async function lookByAddon(
  native: Pick<Native, 'read'>,
  paths: readonly string[],
): Promise<FileRead[]> {
  const found: FileRead[] = []
  await native.read('look', paths, (files) => {
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

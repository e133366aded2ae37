import { constants } from 'node:fs'
import { link, lstat, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileErrorOf } from '../host/file-errors.ts'
import { RefusedError } from '../host/host.ts'
import { mountUnitName, mountUnitText, type RepositoryChange } from '../host/repository-changes.ts'
import type { StuckCalls } from '../host/stuck-calls.ts'
import { parseMountUnit } from '../repositories/mount-units.ts'

/** Where mount units are. */
export interface UnitParts {
  calls: StuckCalls
  places: { units: string; otherUnits: readonly string[] }
}

const WRITE_MS = 10_000

/**
 * Writes the mount unit of a repository: all of it, or there is none, also after a power failure. Rejects with
 * RefusedError where a unit of that name is there already.
 */
export async function writeMountUnit(
  change: Extract<RepositoryChange, { change: 'write_mount_unit' }>,
  { calls, places }: UnitParts,
): Promise<void> {
  const name = mountUnitName(change.mount_point)
  const path = join(places.units, name)
  await calls.within(places.units, path, WRITE_MS, async () => {
    for (const folder of [places.units, ...places.otherUnits]) {
      for (const there of [join(folder, name), join(folder, `${name}.d`)]) {
        if (await isThere(there)) throw new RefusedError(there, 'it is there already')
      }
    }
    try {
      await writeNew(path, mountUnitText(change), places.units)
    } catch (error) {
      throw fileErrorOf(path, error)
    }
  })
}

/** By another name first, which systemd takes for none: the second name is given at once, and only where there is none. */
async function writeNew(path: string, text: string, folder: string): Promise<void> {
  const draft = `${path}.storwarden-new`
  await unlink(draft).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = await open(draft, flags, 0o600)
  try {
    await file.writeFile(text)
    await file.chmod(0o644)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(draft, path)
  } finally {
    await unlink(draft)
  }
  const directory = await open(folder, constants.O_RDONLY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** A mount unit that writeMountUnit has written. Rejects with RefusedError for any other. */
export async function readMountUnit(
  mountPoint: string,
  { calls, places }: UnitParts,
): Promise<{ what: string; type: string }> {
  const path = join(places.units, mountUnitName(mountPoint))
  return await calls.within(places.units, path, WRITE_MS, async () => {
    let text: string
    try {
      if ((await lstat(path)).isSymbolicLink()) throw new RefusedError(path, 'it is a link')
      text = await readFile(path, 'utf8')
    } catch (error) {
      throw fileErrorOf(path, error)
    }
    const found = parseMountUnit(text)
    const [, group = '', volume = ''] = /^\/dev\/([^/]+)\/([^/]+)$/.exec(found?.device ?? '') ?? []
    const what = found?.device ?? ''
    const type = found?.type ?? ''
    // Word for word: who could have another started could have anything mounted.
    const own = mountUnitText({ group, volume, filesystem: type, mount_point: mountPoint })
    if (text !== own) throw new RefusedError(path, 'it is not as it was written')
    return { what, type }
  })
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw fileErrorOf(path, error)
  }
}

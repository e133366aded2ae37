import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readdir, readFile, rename, rmdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileErrorOf } from '../host/file-errors.ts'
import { NotFoundError, ReadError, RefusedError } from '../host/host.ts'
import { putInPlace } from '../host/replace-file.ts'
import type { StuckCalls } from '../host/stuck-calls.ts'
import type { VtlFiles } from '../host/vtl-files.ts'
import { libraryIn, parseDeviceConf, type VtlDevice } from '../vtl/device-conf.ts'
import { parseLibraryContents, placeOf } from '../vtl/library-contents.ts'
import { forbiddenContents, forbiddenDeviceConf, isDirectlyBelow } from '../vtl/permitted.ts'

/** Where mhvtl has what. */
export interface VtlPlaces {
  /** Of device.conf and library_contents.N. */
  configDir: string
  /** Folders of media are directly below it. */
  homePath: string
  /** Locks of daemons, `mhvtlN`. */
  lockDir: string
  /** procfs. */
  proc: string
}

/** As mhvtl is installed (its config.mk). */
export const VTL_PLACES: VtlPlaces = {
  configDir: '/etc/mhvtl',
  homePath: '/opt/mhvtl',
  lockDir: '/var/lock/mhvtl',
  proc: '/proc',
}

const WRITE_MS = 10_000
const REMOVE_MS = 110_000
/** Files of a medium: data, indx and meta of each partition, since mhvtl 1.4 with its number, and the cartridge memory. */
const MEDIUM_FILE = /^(?:(?:data|indx|meta)(?:\.\d)?|mam|mhvtl_data)$/
const CONTENTS = /^library_contents\.([1-9]\d{0,4})$/

/** The files of mhvtl on this machine, by those who may write them. Nothing is trusted that was checked elsewhere. */
export function vtlFiles(places: VtlPlaces, calls: StuckCalls, now: () => Date): VtlFiles {
  const within = <T>(what: string, ms: number, work: () => Promise<T>) =>
    calls.within(places.configDir, what, ms, async () => {
      try {
        return await work()
      } catch (error) {
        throw fileErrorOf(what, error)
      }
    })
  return {
    write: (path, text, replaces) =>
      within(path, WRITE_MS, () => write({ path, text, replaces }, places, now())),
    makeHome: (library) =>
      within(`home of library ${library}`, WRITE_MS, () => makeHome(library, places)),
    removeMedium: (library, barcode) =>
      within(barcode, REMOVE_MS, () => removeMedium(library, barcode, places)),
    removeLock: (device) => within(`lock of ${device}`, WRITE_MS, () => removeLock(device, places)),
  }
}

async function write(
  { path, text, replaces }: { path: string; text: string; replaces: string | null },
  { configDir, homePath }: VtlPlaces,
  now: Date,
): Promise<void> {
  const name = dirname(path) === configDir ? path.slice(configDir.length + 1) : ''
  const library = CONTENTS.exec(name)?.[1]
  if (name !== 'device.conf' && library === undefined) {
    throw new RefusedError(path, 'nothing is written there')
  }
  const present = await textOf(path)
  if ((present === null ? null : digest(present)) !== replaces) {
    throw new RefusedError(path, 'it was changed meanwhile')
  }
  const forbidden =
    library === undefined
      ? forbiddenDeviceConf(text, present ?? '', homePath)
      : forbiddenContents(text, Number(library), (await textOf(`${configDir}/device.conf`)) ?? '')
  if (forbidden !== null) throw new RefusedError(path, forbidden)
  const like = present === null ? null : await lstat(path)
  // A daemon of mhvtl reads what it has written itself unless the other file is younger, by whole seconds
  // (usr/cmd/vtllibrary.c, __init_slot_info).
  const state = await lstat(`${path}.persist`).catch(() => null)
  const after = state === null ? 0 : Math.floor(state.mtimeMs / 1000) + 1
  const mtime = Math.max(now.getTime() / 1000, after)
  const put = (name: string, content: string, modifiedAt: number | null) =>
    putInPlace({ path: name, content: Buffer.from(content), like, newMode: 0o644, modifiedAt })
  if (present !== null) await put(`${path}.previous`, present, null)
  await put(path, text, mtime)
}

async function makeHome(library: number, places: VtlPlaces): Promise<void> {
  const home = await homeOf(library, places)
  try {
    await mkdir(home, 0o755)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    await assertFolder(home)
    return
  }
  const folder = await open(home, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    // As the others beside it: mhvtl's daemons may run as a user of their own.
    const { uid, gid, mode } = await lstat(places.homePath)
    await folder.chown(uid, gid)
    await folder.chmod(mode & 0o777)
  } finally {
    await folder.close()
  }
}

async function removeMedium(library: number, barcode: string, places: VtlPlaces): Promise<void> {
  const contents = await textOf(`${places.configDir}/library_contents.${library}`)
  const place = contents === null ? null : placeOf(parseLibraryContents(contents), barcode)
  if (place !== null) {
    throw new RefusedError(barcode, `it is in ${place.kind} ${place.number} of its library`)
  }
  const home = await homeOf(library, places)
  await assertFolder(home)
  const folder = join(home, barcode)
  // Out of the way first: half a medium would be taken for one.
  const doomed = join(home, `.removed-${barcode}`)
  if (!(await isThere(doomed))) {
    await assertMedium(folder)
    await rename(folder, doomed)
  }
  for (const name of await assertMedium(doomed)) await unlink(join(doomed, name))
  await rmdir(doomed)
}

/** Resolves with the names of its files. */
async function assertMedium(folder: string): Promise<string[]> {
  await assertFolder(folder)
  const entries = await readdir(folder, { withFileTypes: true })
  const other = entries.find((entry) => !entry.isFile() || !MEDIUM_FILE.test(entry.name))
  if (other !== undefined) {
    throw new RefusedError(folder, `${other.name} in it is none of a medium`)
  }
  return entries.map(({ name }) => name)
}

async function removeLock(device: number, { lockDir, proc }: VtlPlaces): Promise<void> {
  const path = join(lockDir, `mhvtl${device}`)
  const pid = await daemonOf(device, proc)
  if (pid !== null) throw new RefusedError(path, `its daemon runs, as process ${pid}`)
  await unlink(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
}

/** The process of a device's daemon: `vtltape -F -q11 -v0`, as its unit starts it; null without one. */
async function daemonOf(device: number, proc: string): Promise<string | null> {
  for (const pid of await readdir(proc)) {
    if (!/^\d+$/.test(pid)) continue
    const line = await readFile(join(proc, pid, 'cmdline'), 'utf8').catch(() => '')
    const [program = '', ...words] = line.split('\0')
    if (!/(?:^|\/)(?:vtltape|vtllibrary)$/.test(program)) continue
    const isIts = words.some(
      (word, index) =>
        word === `-q${device}` || (words[index - 1] === '-q' && word === String(device)),
    )
    if (isIts) return pid
  }
  return null
}

async function homeOf(library: number, { configDir, homePath }: VtlPlaces): Promise<string> {
  const found = await configuredDevice(configDir, library)
  const home = found?.kind === 'library' ? found.fields.get('home directory') : undefined
  if (home === undefined) {
    throw new NotFoundError(`home directory of library ${library} in device.conf`)
  }
  if (!isDirectlyBelow(home, homePath)) {
    throw new RefusedError(home, `it is not directly below ${homePath}`)
  }
  return home
}

/** The device of that number in device.conf; null where there is none. Rejects as reading a file does. */
export async function configuredDevice(
  configDir: string,
  number: number,
): Promise<VtlDevice | null> {
  const path = `${configDir}/device.conf`
  const text = await textOf(path)
  if (text === null) return null
  try {
    const conf = parseDeviceConf(text)
    return libraryIn(conf, number) ?? conf.devices.find((one) => one.number === number) ?? null
  } catch (error) {
    throw new RefusedError(path, (error as Error).message)
  }
}

/** Null where there is no such file. A link is none. */
async function textOf(path: string): Promise<string | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const { size } = await file.stat()
      if (size > MOST_READ) throw new ReadError(path, 'EFBIG')
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    if (code === 'ELOOP') throw new RefusedError(path, 'it is a link')
    throw error
  }
}

const MOST_READ = 4 * 1024 * 1024

async function assertFolder(path: string): Promise<void> {
  const found = await lstat(path)
  if (!found.isDirectory()) throw new RefusedError(path, 'it is no folder')
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  )
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

import { constants } from 'node:fs'
import { link, open, readdir, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RefusedError } from './host.ts'

/** How a file is replaced. */
export interface Replacing {
  path: string
  content: Uint8Array
  /** Looks at what is there, null where nothing is, and throws when that is not what is to be replaced. */
  assertCurrent: (current: Uint8Array | null) => void
  now: Date
}

/** Old ones that are kept beside it. */
const KEPT = 10
const MAX_BYTES = 4 * 1024 * 1024
const NEW_MODE = 0o600

/**
 * Puts another content in the place of a file, at once and for good: whoever reads it, also after a crash, finds the
 * old or the new one. Owner and mode stay; the old one is kept beside it, under a name with the time, of these the last
 * 10. Resolves with its path; null where there was no file. Rejects with RefusedError for what is no file, or whose
 * owner cannot be kept.
 */
export async function replaceFile(replacing: Replacing): Promise<string | null> {
  const { path, content, assertCurrent, now } = replacing
  const current = await currentOf(path)
  assertCurrent(current?.content ?? null)
  let kept: string | null = null
  await putInPlace({
    ...{ path, content, like: current, newMode: NEW_MODE, modifiedAt: null },
    async beforeItIsThere() {
      if (current !== null) kept = await keep(path, now)
    },
  })
  return kept
}

/** What is put where. */
export interface PuttingInPlace {
  path: string
  content: Uint8Array
  /** Whose owner and mode it gets, those of the one before; null where there is none. */
  like: { uid: number; gid: number; mode: number } | null
  /** Of a file that is new. */
  newMode: number
  /** Its time of modification, seconds since 1970; now if null. */
  modifiedAt: number | null
  /** When all of it is on disk beside its place, and nothing in it. */
  beforeItIsThere?: () => Promise<void>
}

/** All of it or what was there before, also after a power failure. Rejects with RefusedError where an owner cannot be kept. */
export async function putInPlace(putting: PuttingInPlace): Promise<void> {
  const { path, content, like, newMode, modifiedAt, beforeItIsThere } = putting
  const temporary = `${path}.storwarden-new`
  await unlink(temporary).catch(ifMissing)
  // It is not there, so that no link is followed; nobody else reads it until it has its owner.
  const file = await open(temporary, 'wx', 0o600)
  try {
    if (like === null) await file.chmod(newMode)
    else await takeAfter(file, path, like)
    await file.writeFile(content)
    if (modifiedAt !== null) await file.utimes(modifiedAt, modifiedAt)
    await file.sync()
    await beforeItIsThere?.()
  } catch (error) {
    await file.close()
    await unlink(temporary).catch(ifMissing)
    throw error
  }
  await file.close()
  await rename(temporary, path)
  await syncDirectory(dirname(path))
}

/** The paths of the old ones, oldest first. */
export async function keptVersions(path: string): Promise<string[]> {
  const begin = `${basename(path)}.storwarden-`
  const names = await readdir(dirname(path))
  return names
    .filter(
      (name) => name.startsWith(begin) && /^\d{8}T\d{6}\.\d{3}Z$/.test(name.slice(begin.length)),
    )
    .sort()
    .map((name) => join(dirname(path), name))
}

interface Current {
  content: Uint8Array
  mode: number
  uid: number
  gid: number
}

/** Reads a file that is one, and no link to another; null where there is nothing. */
async function currentOf(path: string): Promise<Current | null> {
  let file: FileHandle
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    if (code === 'ELOOP') throw new RefusedError(path, 'it is a link')
    throw error
  }
  try {
    const found = await file.stat()
    const { mode, uid, gid, size } = found
    if (!found.isFile()) throw new RefusedError(path, 'it is no file')
    if (size > MAX_BYTES) throw new RefusedError(path, 'it is too large')
    return { content: await file.readFile(), mode: mode & 0o7777, uid, gid }
  } finally {
    await file.close()
  }
}

/** Gives it the owner and mode of the one before. */
async function takeAfter(
  file: FileHandle,
  path: string,
  { mode, uid, gid }: Pick<Current, 'mode' | 'uid' | 'gid'>,
): Promise<void> {
  const own = await file.stat()
  if (own.uid !== uid || own.gid !== gid) {
    try {
      await file.chown(uid, gid)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new RefusedError(path, `its owner ${uid}:${gid} cannot be kept (${code ?? 'unknown'})`)
    }
  }
  await file.chmod(mode & 0o7777)
}

/** A second name of the old one, which stays when the first is given to the new one. */
async function keep(path: string, now: Date): Promise<string> {
  const time = now.toISOString().replace(/[-:]/g, '')
  const kept = `${path}.storwarden-${time}`
  await unlink(kept).catch(ifMissing)
  await link(path, kept)
  const all = await keptVersions(path)
  for (const oldest of all.slice(0, -KEPT)) await unlink(oldest).catch(ifMissing)
  return kept
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function ifMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
